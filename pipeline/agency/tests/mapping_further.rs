//! The shipped profiles of the five further systems and of child welfare, on hand-worked people.

use crate::fixture::{Agency, shipped};

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
];

#[test]
fn a_housing_authority_sees_needs_on_its_waiting_list_and_delivers_homes() {
    let agency = Agency::new();
    agency.file(
        "members.csv",
        "MemberNo,LastName,FirstName,MI,DOB,Sex,RaceWhite,RaceBlack,RaceAIAN,RaceAsian,RaceNHPI,Ethnicity,Citizenship,Disability,SSN,UnitAddress,ZIP,Phone\n\
         H1,RUIZ,ANA,M,05/01/1990,F,Y,N,Y,N,N,2,EN,Y,536228765,12 OAK AVE,30303,4045551234\n\
         H2,SOSA,EVA,,08/18/2012,F,N,Y,N,N,N,1,EC,N,,12 OAK AVE,30303,\n",
    );
    agency.file(
        "applications.csv",
        "AppNo,MemberNo,AppliedOn,Preference,Status,StatusOn\n\
         A1,H1,01/02/2025,H,H,03/01/2025\nA2,H1,01/03/2025,V,W,\nA3,H1,01/04/2025,T,W,\nA4,H1,01/05/2025,,W,\nA5,H1,01/05/2025,X,W,\n",
    );
    agency.file(
        "actions.csv",
        "ActionNo,MemberNo,EffectiveOn,ActionCode,Program\n\
         1,H1,03/01/2025,1,VO\n2,H1,06/01/2025,3,VO\n3,H1,07/01/2025,15,VO\n4,H1,09/01/2025,6,VO\n",
    );
    let summary = agency.encode(&shipped("housing.toml"), &agency.raw()).unwrap();
    assert_eq!(summary.by_rule.keys().map(String::as_str).collect::<Vec<_>>(), ["code.unknown"]);
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-01-02 contact 25_39",
            "2025-01-02 need 25_39 emergency_shelter",
            "2025-01-02 need 25_39 permanent_housing",
            "2025-01-03 contact 25_39",
            "2025-01-03 need 25_39 crisis_safety",
            "2025-01-03 need 25_39 permanent_housing",
            "2025-01-04 contact 25_39",
            "2025-01-04 indicator 25_39 unknown",
            "2025-01-04 need 25_39 permanent_housing",
            "2025-01-05 contact 25_39",
            "2025-01-05 need 25_39 permanent_housing",
            "2025-03-01 entry 25_39",
            "2025-03-01 service 25_39 permanent_housing",
            "2025-06-01 contact 25_39",
            "2025-09-01 exit 25_39",
        ]
    );
    assert_eq!(
        agency.people().lines(&["race_ethnicity", "indigenous", "gender", "immigrant", "disability"]),
        ["hispanic not_indigenous female us_citizen_or_lpr none", "multiple indigenous female unknown any"]
    );
}

const CHILD_FILE: &str = "RptID,ChID,RptDt,RptDisDt,ChRacAI,ChRacAs,ChRacBl,ChRacNH,ChRacWh,ChEthn,ChMal1,Mal1Lev,ChMal2,Mal2Lev,ChMal3,Mal3Lev,ChMal4,Mal4Lev,\
    CdAlc,CdDrug,CdRtrd,CdEmotnl,CdVisual,CdLearn,CdPhys,CdMedicl,FCViol,FCHouse,FCMoney,\
    ServDate,CaseMang,Counsel,Daycare,Educatn,Employ,Health,Housing,TransLiv,Legal,MentHlth,SubAbuse,Transprt\n";

#[test]
fn child_welfare_finds_sex_trafficking_in_any_of_four_places_and_no_labor() {
    let agency = Agency::new();
    agency.file(
        "children.csv",
        "ChID,LastName,FirstName,MiddleName,ChBDate,ChSex,SSN,Street,Zip\n\
         C1,Ruiz,Ana,,05012010,2,,12 Oak Ave,30303\nC2,Sosa,Eva,,05012011,1,,,\nC3,Luna,Mia,,05012012,2,,,\nC4,Vega,Lia,,05012013,2,,,\n",
    );
    // Found in the second place; alleged and unsubstantiated; made up; of another type with level 1.
    let rows = "R1,C1,01022025,02032025,2,2,1,2,2,2,2,1,7,1,,,,,1,2,2,1,2,2,2,2,1,2,2,02102025,1,2,2,2,2,2,2,1,2,1,2,2\n\
        R2,C2,01032025,02042025,1,2,2,2,2,1,7,5,,,,,,,2,2,2,2,2,2,2,2,2,1,1,,,,,,,,,,,,,\n\
        R3,C3,01042025,02052025,2,2,2,2,2,9,7,6,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,\n\
        R4,C4,01052025,02062025,2,2,2,2,1,2,1,1,7,99,,,,,,,,,,,,1,,,,,,,,,,,,,,,,\n";
    agency.file("child_file.csv", &format!("{CHILD_FILE}{rows}"));
    let summary = agency.encode(&shipped("child_welfare.toml"), &agency.raw()).unwrap();
    assert_eq!(summary.quarantined, 0, "{:?}", summary.by_rule);
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-01-02 entry 13_17",
            "2025-01-02 indicator 13_17 sex",
            "2025-01-02 need 13_17 crisis_safety",
            "2025-01-02 need 13_17 mental_health",
            "2025-01-02 need 13_17 substance_use",
            "2025-01-03 entry 13_17",
            "2025-01-03 indicator 13_17 sex",
            "2025-01-03 need 13_17 basic_needs_financial",
            "2025-01-03 need 13_17 permanent_housing",
            "2025-01-04 entry under_13",
            "2025-01-05 entry under_13",
            "2025-01-05 indicator under_13 sex",
            "2025-01-05 need under_13 medical",
            "2025-02-03 identification 13_17 sex",
            "2025-02-10 service 13_17 case_management",
            "2025-02-10 service 13_17 mental_health",
            "2025-02-10 service 13_17 transitional_housing",
        ]
    );
    assert_eq!(
        agency.people().lines(&["race_ethnicity", "indigenous", "gender", "disability", "substance_use"]),
        [
            "black not_indigenous female mental_health_only yes",
            "hispanic indigenous male none no",
            "unknown unknown female unknown unknown",
            "white not_indigenous female any unknown",
        ]
    );
}

#[test]
fn an_immigration_clinic_lets_out_months_and_no_status() {
    let agency = Agency::new();
    agency.file(
        "clients.tsv",
        "client_ref\tfamily_names\tgiven_names\tdate_of_birth\tgender\trace\tstatus\tinterpreter\tlgbtq\tphone\temail\tstreet\tzip\n\
         I1\tMuñoz Ruiz\tJosé\t2003-03-07\tman\tlatino\tT nonimmigrant\tyes\tno\t404.555.1234\t\t12 Oak Ave\t30303\n\
         I2\tSosa\tEva\t1990-03-07\twoman\tlatino\tresident\tno\t\t\t\t\t\n",
    );
    agency.file(
        "cases.tsv",
        "case_ref\tclient_ref\tintake_on\trelief\tscreened\texploitation\trepresented_on\tcertified_on\tgranted_on\tinterpreter_on\treferred_to\treferral_result\treferral_result_on\tclosed_on\n\
         K1\tI1\t2025-03-07\tT_VISA\tyes\tlabor\t2025-03-20\t\t2025-11-15\t2025-03-07\tsafety plan\treceived\t2025-04-09\t\n\
         K2\tI2\t2025-05-07\tU_VISA\tdeclined\t\t\t\t2025-12-15\t\t\t\t\t2025-12-31\n",
    );
    let summary = agency.encode(&shipped("immigration_services.toml"), &agency.raw()).unwrap();
    assert_eq!(summary.quarantined, 0, "{:?}", summary.by_rule);
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-03-01 entry 18_24",
            "2025-03-01 indicator 18_24 labor",
            "2025-03-01 need 18_24 crisis_safety",
            "2025-03-01 need 18_24 interpretation",
            "2025-03-01 need 18_24 legal_immigration",
            "2025-03-01 referral 18_24 crisis_safety attained 2025-04-01",
            "2025-03-01 screening 18_24 labor yes",
            "2025-03-01 screening 18_24 sex no",
            "2025-03-01 service 18_24 interpretation",
            "2025-03-01 service 18_24 legal_immigration",
            "2025-05-01 entry 25_39",
            "2025-05-01 need 25_39 legal_immigration",
            "2025-05-01 screening 25_39 labor not_answered",
            "2025-05-01 screening 25_39 sex not_answered",
            "2025-11-01 identification 18_24 labor",
            "2025-12-01 exit 25_39",
        ],
        "a granted T visa is an identification, a granted U visa none"
    );
    assert_eq!(
        agency.people().lines(&["race_ethnicity", "lgbtq_youth", "immigrant", "language_need"]),
        ["hispanic not_lgbtq foreign_national yes", "hispanic not_youth us_citizen_or_lpr no"]
    );
}

#[test]
fn a_court_identifies_by_vacating_and_a_charged_child_is_indicated() {
    let agency = Agency::new();
    agency.file(
        "persons.csv",
        "PersonNo,FullName,DOB,Sex,Race,SSN,Address,Zip\n\
         J1,\"RUIZ, ANA M\",05/01/1990,F,H,,12 OAK AVE,30303\nJ2,\"SOSA, EVA\",05/01/2010,F,I,,,\n",
    );
    agency.file(
        "bookings.csv",
        "BookingNo,PersonNo,BookedOn,ReleasedOn\nB1,J1,01/02/2025,01/05/2025\nB2,J2,01/03/2025,\n",
    );
    agency.file(
        "cases.csv",
        "CaseNo,PersonNo,FiledOn,Charge,ScreenSex,ScreenLabor,VacaturFiledOn,VacatedOn,VacaturGround\n\
         C1,J1,01/06/2025,PROSTITUTION,N,Y,02/01/2025,06/01/2025,BOTH\n\
         C2,J2,01/07/2025,PROSTITUTION,R,,,,\nC3,J1,01/08/2025,THEFT,,,02/02/2025,07/01/2025,OTHER\n",
    );
    agency.file(
        "programs.csv",
        "ReferralNo,PersonNo,ReferredOn,Program,Result,ResultOn\n1,J1,01/09/2025,DRUG TREATMENT,ENROLLED,01/20/2025\n",
    );
    let summary = agency.encode(&shipped("criminal_justice.toml"), &agency.raw()).unwrap();
    assert_eq!(summary.quarantined, 0, "{:?}", summary.by_rule);
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-01-02 entry 25_39",
            "2025-01-03 entry 13_17",
            "2025-01-05 exit 25_39",
            "2025-01-06 contact 25_39",
            "2025-01-06 indicator 25_39 labor",
            "2025-01-06 screening 25_39 labor yes",
            "2025-01-06 screening 25_39 sex no",
            "2025-01-07 contact 13_17",
            "2025-01-07 indicator 13_17 sex",
            "2025-01-07 screening 13_17 sex not_answered",
            "2025-01-08 contact 25_39",
            "2025-01-09 need 25_39 substance_use",
            "2025-01-09 referral 25_39 substance_use attained 2025-01-20",
            "2025-02-01 need 25_39 legal_other",
            "2025-02-02 need 25_39 legal_other",
            "2025-06-01 identification 25_39 both",
            "2025-06-01 service 25_39 legal_other",
            "2025-07-01 service 25_39 legal_other",
        ]
    );
    assert_eq!(
        agency.people().lines(&["race_ethnicity", "indigenous"]),
        ["aian indigenous", "hispanic not_indigenous"]
    );
}

#[test]
fn a_hotline_indicates_identifies_nobody_and_links_on_a_release_alone() {
    let agency = Agency::new();
    agency.file(
        "contacts.ndjson",
        "{\"contact_id\":\"1\",\"contacted_on\":\"2025-01-02\",\"about\":\"self\",\"first_name\":\"Ana\",\"last_name\":\"Ruiz\",\"phone\":\"4045551234\",\"email\":null,\"birth_year\":1990,\"zip\":\"30303\",\"gender\":\"woman\",\"race\":\"Latino\",\"language\":\"Spanish\",\"situation\":\"sex_and_labor\",\"level\":\"high\",\"needs\":\"ES|IL\",\"referred_to\":\"SP\",\"referral_result\":\"connected\",\"referral_result_on\":\"2025-01-02\",\"release\":\"yes\",\"release_until\":\"2026-12-31\"}\n\
         {\"contact_id\":\"2\",\"contacted_on\":\"2025-01-03\",\"about\":\"someone\",\"first_name\":\"Ana\",\"last_name\":\"Ruiz\",\"phone\":\"4045551234\",\"situation\":\"labor\",\"level\":\"none\",\"release\":\"no\"}\n\
         {\"contact_id\":\"3\",\"contacted_on\":\"2025-01-04\",\"about\":\"general\"}\n",
    );
    let summary = agency.encode(&shipped("hotline.toml"), &agency.raw()).unwrap();
    assert_eq!((summary.quarantined, summary.records, summary.not_linkable), (0, 2, 1));
    assert_eq!(
        (summary.rows[0].used, summary.rows[0].skipped),
        (2, 1),
        "a contact about nobody is no person"
    );
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-01-02 contact 25_39",
            "2025-01-02 indicator 25_39 both",
            "2025-01-02 need 25_39 crisis_safety",
            "2025-01-02 need 25_39 emergency_shelter",
            "2025-01-02 need 25_39 legal_immigration",
            "2025-01-02 referral 25_39 crisis_safety attained 2025-01-02",
            "2025-01-03 contact unknown",
        ]
    );
    let people = agency.people();
    assert_eq!(
        people.lines(&["victim_service_provider", "consent_scope", "consent_end"]),
        ["true count_only", "true link 2026-12-31"]
    );
}

#[test]
fn htcds_cases_split_by_status_and_kind() {
    let agency = Agency::new();
    agency.file(
        "persons.csv",
        "prs_Id,prs_FirstName,prs_MiddleName,prs_SecondName,prs_Birthdate,prs_Gender,prs_PrimaryLanguage,prs_Citizenship,prs_MobilePhone,prs_Email,prs_MailingStreet,prs_MailingCity,prs_MailingPostalCode,con_Consent,con_ReleaseUntil\n\
         P1,Ana,Maria,Ruiz,1990-05-01,Feminine,spa,MX,+14045551234,,12 Oak Ave,Atlanta,30303,true,2026-12-31\n\
         P2,Eva,,Sosa,2001-05-01,NonConforming,eng,US,,,,,,true,\n",
    );
    agency.file(
        "cases.csv",
        "cas_Id,prs_Id,cas_Status,cas_IncomingReferralDate,vic_TraffickingStatus,vic_TypeOfExploitation\n\
         C1,P1,Active,2025-01-02,ActualVictimOfTrafficking,ForcedLabour;SexualExploitation\n\
         C2,P2,Closed,2025-01-03,PossibleVictimOfTrafficking,ForcedMarriage\n\
         C3,P2,Active,2025-01-04,NotAVictimOfTrafficking,\n\
         C4,P2,Active,2025-01-05,PossibleVictimOfTrafficking,\n",
    );
    agency.file(
        "support_plans.csv",
        "spl_Id,prs_Id,spl_Type,CreatedDate,spl_ActualEndDate\nS1,P1,Legal,2025-01-10,2025-03-01\nS2,P2,Livelihood,2025-01-11,\n",
    );
    let summary = agency.encode(&shipped("community_provider.toml"), &agency.raw()).unwrap();
    assert_eq!(summary.quarantined, 0, "{:?}", summary.by_rule);
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-01-02 entry 25_39",
            "2025-01-02 identification 25_39 labor",
            "2025-01-02 identification 25_39 sex",
            "2025-01-03 entry 18_24",
            "2025-01-03 indicator 18_24 unknown",
            "2025-01-04 entry 18_24",
            "2025-01-05 entry 18_24",
            "2025-01-05 indicator 18_24 unknown",
            "2025-01-10 need 25_39 legal_other",
            "2025-01-11 need 18_24 employment",
            "2025-03-01 service 25_39 legal_other",
        ]
    );
    assert_eq!(
        agency.people().lines(&["gender", "immigrant", "language_need", "consent_scope"]),
        ["female unknown yes link", "trans_nonbinary_other us_citizen_or_lpr no count_only"],
        "a release without an end links nobody"
    );
}

#[test]
fn retaliation_and_further_offences_count_where_the_export_has_them() {
    let agency = Agency::new();
    agency.file(
        "complaints.csv",
        "ComplaintID,ComplainantName,BirthYear,Phone,Email,StreetAddress,City,PostalCode,Sex,Ethnicity,Language,Filed,Closed,Industry,WithheldDocuments,Threats,Confinement,DebtBondage,UnpaidWages,Retaliation,ReferredTo,ReferralOutcome,ReferralOutcomeDate,HTFinding\n\
         1,Ana Ruiz,1990,,,,,,,,,2025-01-02,,x,N,N,N,N,N,Y,,,,\n",
    );
    agency.encode(&shipped("labor_enforcement.toml"), &agency.raw()).unwrap();
    assert_eq!(agency.events().lines(EVENT), ["2025-01-02 entry 25_39", "2025-01-02 need 25_39 legal_other"]);

    let agency = Agency::new();
    agency.file(
        "victims.csv",
        "IncidentNo,VictimSeq,IncidentDate,OffenseCode,OffenseCode2,OffenseCode3,OffenseCode4,OffenseCode5,OffenseCode6,OffenseCode7,OffenseCode8,OffenseCode9,OffenseCode10,LastName,FirstName,MiddleInitial,DOB,Sex,Race,Ethnicity,SSN,Address,Zip,Phone,ReferralType\n\
         I1,1,20250102,13A,64B,64A,,,,,,,,RUIZ,ANA,,19900501,F,W,N,,,,,\n",
    );
    agency.encode(&shipped("law_enforcement.toml"), &agency.raw()).unwrap();
    assert_eq!(
        agency.events().lines(EVENT),
        [
            "2025-01-02 entry 25_39",
            "2025-01-02 identification 25_39 labor",
            "2025-01-02 identification 25_39 sex",
        ]
    );
}

/// Whoever is recorded as transgender or nonbinary is LGBTQ, whatever stands, or does not, under the other question.
#[test]
fn a_gender_that_is_lgbtq_is_an_answer() {
    for lgbtq in ["no", ""] {
        let agency = Agency::new();
        agency.file(
            "clients.tsv",
            &format!(
                "client_ref\tfamily_names\tgiven_names\tdate_of_birth\tgender\trace\tstatus\tinterpreter\tlgbtq\tphone\temail\tstreet\tzip\n\
                 I1\tDiaz\tSol\t2004-03-07\tnonbinary\tlatino\tresident\tno\t{lgbtq}\t\t\t\t\n"
            ),
        );
        agency.file(
            "cases.tsv",
            "case_ref\tclient_ref\tintake_on\trelief\tscreened\texploitation\trepresented_on\tcertified_on\tgranted_on\tinterpreter_on\treferred_to\treferral_result\treferral_result_on\tclosed_on\n\
             K1\tI1\t2025-03-07\tU_VISA\tdeclined\t\t\t\t\t\t\t\t\t\n",
        );
        agency.encode(&shipped("immigration_services.toml"), &agency.raw()).unwrap();
        assert_eq!(agency.people().column("lgbtq_youth"), ["lgbtq"], "{lgbtq:?}");
    }
    for lgbtq in ["N", ""] {
        let agency = Agency::new();
        agency.file(
            "clients.txt",
            &format!(
                "client_no|client_name|dob|gender|race_eth|ssn|street_no|street|unit|city|zip|citizenship|primary_language|disability|lgbtq\n\
                 C1|RUIZ, SOL|20100501|3|HISPANIC|536-22-8765|12|OAK AVE|3|ATLANTA|30303|N|SPANISH|N|{lgbtq}\n"
            ),
        );
        agency.file(
            "cases.txt",
            "case_no|client_no|open_date|close_date|program|exploitation_flag|finding|finding_date\nK1|C1|20250102||CPS|||\n",
        );
        agency.file("needs.txt", "need_no|case_no|client_no|need_date|need_type|provided_date|provided_by\n");
        agency.encode(&shipped("human_services.toml"), &agency.raw()).unwrap();
        assert_eq!(agency.people().column("lgbtq_youth"), ["lgbtq"], "{lgbtq:?}");
    }
}
