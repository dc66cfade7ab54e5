//! The mapping language, on small exports of the six shipped sources.

use crate::fixture::{Agency, profile, shipped};

const EVENT: &[&str] = &[
    "date",
    "kind",
    "age_band",
    "screening_question",
    "screening_answer",
    "trafficking_type",
    "service_category",
    "referral_result",
    "referral_result_date",
    "outcome",
];

fn hmis(agency: &Agency, client: &str, others: &[(&str, &str)]) {
    let race =
        "AmIndAKNative,Asian,BlackAfAmerican,HispanicLatinao,MidEastNAfrican,NativeHIPacific,White,RaceNone";
    agency.file("export.csv", "ExportID,HashStatus\n1,1\n");
    let header = format!("PersonalID,FirstName,MiddleName,LastName,SSN,DOB,{race},Sex,DateDeleted");
    agency.file("Client.csv", &format!("{header}\n{client}"));
    agency.file("Project.csv", "ProjectID,OrganizationID,ProjectType\nES,O1,0\nPSH,O1,3\nVSP,O2,2\n");
    agency.file("Organization.csv", "OrganizationID,VictimServiceProvider\nO1,0\nO2,1\n");
    for (file, header) in [
        (
            "Enrollment.csv",
            "EnrollmentID,PersonalID,ProjectID,EntryDate,RelationshipToHoH,LivingSituation,MoveInDate,DateDeleted",
        ),
        (
            "Exit.csv",
            "ExitID,EnrollmentID,PersonalID,ExitDate,Destination,ExchangeForSex,AskedOrForcedToExchangeForSex,WorkPlaceViolenceThreats,WorkplacePromiseDifference,CoercedToContinueWork,DateDeleted",
        ),
        (
            "Services.csv",
            "ServicesID,PersonalID,DateProvided,RecordType,TypeProvided,ReferralOutcome,DateDeleted",
        ),
        (
            "Disabilities.csv",
            "DisabilitiesID,PersonalID,InformationDate,DisabilityType,DisabilityResponse,DataCollectionStage,DateDeleted",
        ),
    ] {
        let rows = others.iter().find(|(name, _)| *name == file).map_or("", |(_, rows)| rows);
        agency.file(file, &format!("{header}\n{rows}"));
    }
}

#[test]
fn hmis_states_imply_needs_and_exits_screen() {
    let agency = Agency::new();
    hmis(
        &agency,
        "P1,Ana,,Ruiz,,2010-05-01,1,0,0,1,0,0,0,,0,\n",
        &[
            (
                "Enrollment.csv",
                "E1,P1,PSH,2025-01-10,1,116,2025-03-01,\nE2,P1,ES,2025-06-01,1,410,,2025-06-02\n",
            ),
            ("Exit.csv", "X1,E1,P1,2025-04-01,410,1,0,1,8,1,\n"),
            (
                "Services.csv",
                "S1,P1,2025-02-01,200,200,,\nS2,P1,2025-02-02,142,6,,\nS3,P1,2025-02-03,161,3,1,\n",
            ),
            ("Disabilities.csv", "D1,P1,2025-01-10,9,1,1,\nD2,P1,2025-04-01,10,3,3,\n"),
        ],
    );
    let summary = agency.encode(&shipped("hmis.toml"), &agency.raw()).unwrap();
    assert_eq!(summary.quarantined, 0);
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-01-10 entry 13_17",
            "2025-01-10 need 13_17 emergency_shelter",
            "2025-01-10 need 13_17 mental_health",
            "2025-01-10 need 13_17 permanent_housing",
            "2025-02-01 service 13_17 emergency_shelter",
            "2025-02-02 need 13_17 employment",
            "2025-02-02 service 13_17 employment",
            "2025-02-03 need 13_17 medical",
            "2025-02-03 referral 13_17 medical attained 2025-02-03",
            "2025-03-01 service 13_17 permanent_housing",
            "2025-04-01 exit 13_17 permanent",
            "2025-04-01 indicator 13_17 labor",
            "2025-04-01 indicator 13_17 sex",
            "2025-04-01 screening 13_17 labor yes",
            "2025-04-01 screening 13_17 sex yes",
        ]
    );
    let people = agency.people();
    let demographics =
        ["race_ethnicity", "indigenous", "gender", "lgbtq_youth", "disability", "substance_use"];
    assert_eq!(
        people.lines(&demographics),
        ["multiple indigenous female not_collected mental_health_only yes"],
        "a substance row at exit is no need, but an answer"
    );
    assert_eq!(people.lines(&["minor_at_intake", "consent_scope", "as_of"]), ["true link 2025-04-01"]);
}

#[test]
fn a_blank_screening_is_not_collected_for_adults_and_heads_only() {
    let agency = Agency::new();
    hmis(
        &agency,
        "ADULT,A,,A,,1990-01-01,0,0,1,0,0,0,0,,1,\nCHILD,C,,C,,2015-01-01,0,0,1,0,0,0,0,,1,\nHEAD,H,,H,,,0,0,1,0,0,0,0,,1,\n",
        &[
            (
                "Enrollment.csv",
                "E1,ADULT,ES,2025-01-10,5,410,,\nE2,CHILD,ES,2025-01-10,2,410,,\nE3,HEAD,ES,2025-01-10,1,410,,\n",
            ),
            (
                "Exit.csv",
                "X1,E1,ADULT,2025-04-01,410,,,,,,\nX2,E2,CHILD,2025-04-01,410,,,,,,\nX3,E3,HEAD,2025-04-01,410,9,,0,9,,\n",
            ),
        ],
    );
    agency.encode(&shipped("hmis.toml"), &agency.raw()).unwrap();
    let lines = agency.events().lines(&["kind", "age_band", "screening_question", "screening_answer"]);
    let screenings: Vec<_> = lines.iter().filter(|l| l.starts_with("screening")).collect();
    assert_eq!(
        screenings,
        [
            "screening 40_plus labor not_collected",
            "screening 40_plus sex not_collected",
            "screening unknown labor no",
            "screening unknown sex not_answered",
        ]
        .map(|l| l.replace("40_plus", "25_39"))
        .iter()
        .collect::<Vec<_>>()
    );
}

#[test]
fn a_victim_service_providers_record_leaves_without_tokens() {
    let agency = Agency::new();
    hmis(
        &agency,
        "P1,Ana,,Ruiz,536228765,1990-05-01,0,0,1,0,0,0,0,,0,\nP2,Eva,,Sosa,536228766,1991-05-01,0,0,1,0,0,0,0,,0,\n",
        &[("Enrollment.csv", "E1,P1,VSP,2025-01-10,1,410,,\nE2,P2,ES,2025-01-10,1,410,,\n")],
    );
    let summary = agency.encode(&shipped("hmis.toml"), &agency.raw()).unwrap();
    assert_eq!((summary.records, summary.not_linkable), (2, 1));
    let people = agency.people();
    assert_eq!(
        people.lines(&["victim_service_provider", "consent_scope"]),
        ["false link", "true count_only"]
    );
    assert_eq!(people.column("t_first_dob").iter().filter(|t| !t.is_empty()).count(), 1);
}

#[test]
fn public_health_lists_prefixes_and_referrals() {
    let agency = Agency::new();
    agency.file(
        "patients.csv",
        "MRN,PAT_LAST,PAT_FIRST,PAT_MI,BIRTH_DT,SEX,RACE_CD,ETHNICITY,LANG,SSN,PHONE,ADDR,ZIP,SUD_FLAG,DISAB_CD\n\
         M1,RUIZ JR,ANA,,05/01/1990,X,1,H,es,999999999,(404) 555-1234,\"123 Main St Apt 4\",30303,Y,3\n",
    );
    agency.file(
        "encounters.csv",
        "ENC_ID,MRN,ENC_DT,ENC_TYPE,DX1,DX2,DX3,SCREEN_SEX,SCREEN_LABOR,NEED_CODES,SVC_CODES,REF_TO,REF_RESULT,REF_RESULT_DT\n\
         1,M1,01/02/2025,ED,T74.51XA,J06.9,,Y,R,MED;MH;MED,MED,SHEL,D,01/05/2025\n\
         2,M1,01/03/2025,OP,,T7662XA,,N,,,,,,\n",
    );
    agency.encode(&shipped("public_health.toml"), &agency.raw()).unwrap();
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-01-02 entry 25_39",
            "2025-01-02 identification 25_39 sex",
            "2025-01-02 indicator 25_39 sex",
            "2025-01-02 need 25_39 emergency_shelter",
            "2025-01-02 need 25_39 medical",
            "2025-01-02 need 25_39 mental_health",
            "2025-01-02 referral 25_39 emergency_shelter client_declined 2025-01-05",
            "2025-01-02 screening 25_39 labor not_answered",
            "2025-01-02 screening 25_39 sex yes",
            "2025-01-02 service 25_39 medical",
            "2025-01-03 contact 25_39",
            "2025-01-03 indicator 25_39 labor",
            "2025-01-03 screening 25_39 sex no",
        ]
    );
    let demographics =
        ["race_ethnicity", "indigenous", "gender", "language_need", "disability", "substance_use"];
    assert_eq!(
        agency.people().lines(&demographics),
        ["hispanic indigenous trans_nonbinary_other yes any yes"]
    );
}

#[test]
fn human_services_and_legal_services() {
    let agency = Agency::new();
    agency.file(
        "clients.txt",
        "client_no|client_name|dob|gender|race_eth|ssn|street_no|street|unit|city|zip|citizenship|primary_language|disability|lgbtq\n\
         C1|RUIZ, ANA \"MIA|20100501|2|MULTIRACIAL-AM INDIAN|536-22-8765|12|OAK AVE|3|ATLANTA|30303|N|SPANISH|N|Y\n",
    );
    agency.file(
        "cases.txt",
        "case_no|client_no|open_date|close_date|program|exploitation_flag|finding|finding_date\n\
         K1|C1|20250102||CPS|BOTH|SUBST|20250301\n",
    );
    agency.file(
        "needs.txt",
        "need_no|case_no|client_no|need_date|need_type|provided_date|provided_by\nN1|K1|C1|20250102|JOBS|20250201|X\nN2|K1|C1|20250103|SCHOOL||\n",
    );
    agency.encode(&shipped("human_services.toml"), &agency.raw()).unwrap();
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-01-02 entry 13_17",
            "2025-01-02 indicator 13_17 both",
            "2025-01-02 need 13_17 employment",
            "2025-01-03 need 13_17 education",
            "2025-02-01 service 13_17 employment",
            "2025-03-01 identification 13_17 both",
        ]
    );
    let demographics =
        ["race_ethnicity", "indigenous", "gender", "lgbtq_youth", "immigrant", "language_need", "disability"];
    assert_eq!(
        agency.people().lines(&demographics),
        ["multiple indigenous female lgbtq foreign_national yes none"]
    );

    let agency = Agency::new();
    agency.file(
        "clients.csv",
        "ClientId;FirstName;LastName;DateOfBirth;Gender;Race;ImmigrationStatus;InterpreterNeeded;Phone;Email;Street;Zip\n\
         L1;José;Muñoz;07-Mar-1990;NB;Latinx;Asylum;Yes;404.555.1234;j@x.org;123 Main St;30303\n",
    );
    agency.file(
        "matters.csv",
        "MatterId;ClientId;Opened;Closed;MatterType;TraffickingScreen;Certified;CertifiedDate;ServiceDate\n\
         M1;L1;07-Mar-2025;01-Apr-2025;T_VISA;labor;Y;10-Mar-2025;12-Mar-2025\n",
    );
    agency.encode(&shipped("legal_services.toml"), &agency.raw()).unwrap();
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-03-07 entry 25_39",
            "2025-03-07 indicator 25_39 labor",
            "2025-03-07 need 25_39 legal_immigration",
            "2025-03-07 screening 25_39 labor yes",
            "2025-03-07 screening 25_39 sex no",
            "2025-03-10 identification 25_39 labor",
            "2025-03-12 service 25_39 legal_immigration",
            "2025-04-01 exit 25_39",
        ]
    );
}

#[test]
fn labor_and_police_rows_are_records() {
    let agency = Agency::new();
    agency.file(
        "complaints.csv",
        "ComplaintID,ComplainantName,BirthYear,Phone,Email,StreetAddress,City,PostalCode,Sex,Ethnicity,Language,Filed,Closed,Industry,WithheldDocuments,Threats,Confinement,DebtBondage,UnpaidWages,ReferredTo,ReferralOutcome,ReferralOutcomeDate,HTFinding\n\
         1,Ana M Ruiz,1990,404-555-1234,,12 Oak Ave,Atlanta,30303,Female,Hispanic/Latino,Spanish,2025-01-02,2025-02-02,x,N,Y,N,N,Y,Legal aid,Accepted,2025-01-09,Y\n\
         2,Ana Ruiz,1990,404-555-1234,,12 Oak Ave,Atlanta,30303,Female,Hispanic/Latino,Spanish,2025-03-02,,x,N,N,N,N,N,,,,\n",
    );
    let summary = agency.encode(&shipped("labor_enforcement.toml"), &agency.raw()).unwrap();
    assert_eq!(summary.records, 2);
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-01-02 entry 25_39",
            "2025-01-02 indicator 25_39 labor",
            "2025-01-02 need 25_39 legal_other",
            "2025-01-02 referral 25_39 legal_other attained 2025-01-09",
            "2025-02-02 exit 25_39",
            "2025-02-02 identification 25_39 labor",
            "2025-03-02 entry 25_39",
        ],
        "the need of unpaid wages and the referral's need are one and the same"
    );
    let people = agency.people();
    let tokens = people.column("t_first_phone");
    assert!(!tokens[0].is_empty() && tokens[0] == tokens[1], "two complaints of one person meet");

    let agency = Agency::new();
    agency.file(
        "victims.csv",
        "IncidentNo,VictimSeq,IncidentDate,OffenseCode,LastName,FirstName,MiddleInitial,DOB,Sex,Race,Ethnicity,SSN,Address,Zip,Phone,ReferredServices,ReferralType\n\
         I1,1,20250102,64A,RUIZ,ANA,,20100501,F,W,H,,123 MAIN ST APT 4,30303,4045551234,Y,SHELTER\n\
         I1,2,20250102,13A,SOSA,EVA,,19900501,F,W,N,,,,,N,\n",
    );
    agency.encode(&shipped("law_enforcement.toml"), &agency.raw()).unwrap();
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-01-02 entry 13_17",
            "2025-01-02 entry 25_39",
            "2025-01-02 identification 13_17 sex",
            "2025-01-02 need 13_17 emergency_shelter",
            "2025-01-02 referral 13_17 emergency_shelter unknown",
        ]
    );
    assert_eq!(agency.people().lines(&["race_ethnicity"]), ["hispanic", "white"]);
}

#[test]
fn coarse_dates_consent_and_birth_year_are_the_profiles_to_give() {
    let text = r#"
        source = "s"
        format = "csv"
        system = "hotline"
        people = "p.csv"
        [identity]
        record_id = "id"
        first_name = "first"
        last_name = "last"
        birth_date = "dob"
        [sharing]
        birth_year = true
        date_precision = "quarter"
        purposes = ["link", "measure"]
        consent_scope = { column = "scope", codes = { L = "link", C = "count_only", N = "none" }, blank = "count_only" }
        consent_end = "until"
        [[file]]
        name = "p.csv"
        [[file.event]]
        kind = "contact"
        date = "on"
    "#;
    let agency = Agency::new();
    agency.file(
        "p.csv",
        "id,first,last,dob,scope,until,on\n1,Ana,Ruiz,1990-05-01,L,2026-06-11,2025-08-17\n2,Eva,Sosa,1991-05-01,C,,2025-08-18\n3,Mia,Luna,1992-05-01,N,,2025-08-19\n4,Lia,Vega,1993-05-01,L,soon,2025-08-20\n",
    );
    let summary = agency.encode(&profile(text), &agency.raw()).unwrap();
    assert_eq!((summary.records, summary.withheld, summary.not_linkable), (3, 1, 2));
    assert_eq!(summary.by_rule["consent.unknown"], 1, "an end that can't be read is no consent to link");
    assert_eq!(
        agency.people().lines(&["birth_year", "consent_scope", "consent_end", "as_of"]),
        ["1990 link 2026-03-31 2025-07-01", "1991 count_only 2025-07-01", "1993 count_only 2025-07-01"]
    );
    let events = agency.events();
    assert_eq!(events.len, 3, "a record without any consent leaves nothing");
    assert_eq!(events.lines(&["date", "date_precision"]), ["2025-07-01 quarter"; 3]);
    assert_eq!(agency.manifest().first_event.map(|d| d.to_string()).as_deref(), Some("2025-07-01"));
}
