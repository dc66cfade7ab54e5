//! What tokens meet, and what they don't.

use std::collections::BTreeSet;
use std::fs;

use agency::{TokenizedRecords, read_for_linkage};
use domain::FAMILIES;
use proptest::prelude::*;

use crate::fixture::{Agency, linkage_key, profile, shipped};

const TEXT: &str = r#"
    source = "s"
    format = "csv"
    [identity]
    first_name = "first"
    middle_name = "middle"
    last_name = "last"
    birth_date = { column = "dob", formats = ["%Y-%m-%d"] }
    ssn = "ssn"
    phone = "phone"
    email = "email"
    sex = "sex"
    street_name = "addr"
    city = "town"
    postcode = "zip"
    birth_place = "place"
    occupation = "work"
    other = ["card"]
"#;
const HEADER: &str = "first,last,dob,ssn,phone,email,sex,addr,zip,place,card,middle,town,work";
const FULL: &str = "Guillermo,Vandersmith,1990-05-03,536228765,4045551234,g@x.org,m,12 Oak Ave,30303,Macon,K-17,Luis,Decatur,Roofer";

fn tokens(rows: &[&str]) -> TokenizedRecords {
    let agency = Agency::new();
    let input = agency.file("p.csv", &format!("{HEADER}\n{}\n", rows.join("\n")));
    read_for_linkage(&profile(TEXT), &input, &linkage_key(agency.folder.path()), None).unwrap()
}

/// Families in which two rows share a token.
fn shared(a: &str, b: &str) -> BTreeSet<&'static str> {
    let records = tokens(&[a, b]);
    let first: BTreeSet<_> = records.tokens_of(0).collect();
    records.tokens_of(1).filter(|t| first.contains(t)).map(|(family, _)| FAMILIES[family].name).collect()
}

#[test]
fn a_full_record_has_every_family_and_no_more_than_it_may() {
    let records = tokens(&[FULL]);
    let mut counts = vec![0; FAMILIES.len()];
    records.tokens_of(0).for_each(|(family, _)| counts[family] += 1);
    for (family, count) in FAMILIES.iter().zip(&counts) {
        assert!((1..=family.most).contains(count), "{}: {count} tokens", family.name);
    }
    assert!((134..=168).contains(&records.tokens.len()), "{} tokens", records.tokens.len());
    let distinct: BTreeSet<_> = records.tokens.iter().collect();
    assert_eq!(distinct.len(), records.tokens.len(), "no two families give one token");
}

#[test]
fn the_same_person_meets_however_written() {
    let all: BTreeSet<_> = FAMILIES.iter().map(|f| f.name).collect();
    let other = "GUILLERMO,\"Van der-Smith, Jr.\",1990-05-03,536-22-8765,+1 (404) 555-1234 x9,G+a@X.ORG,M,\"12 Oak Avenue, Apt 3\",30303-1111,MACON,k-17,L.,DECATUR,roofer";
    assert_eq!(shared(FULL, other), all);
}

/// Errors in every name and in the date: what is left is who else could have this telephone or e-mail.
#[test]
fn a_telephone_and_an_email_meet_by_a_birth_year_and_pieces_of_names() {
    let other = FULL.replace("Guillermo,Vandersmith,1990-05-03,536228765", "Gilermo,Xandersmyt,1990-11-28,");
    let met = shared(FULL, &other);
    for family in ["phone_year", "email_year", "initial_email", "sex_email"] {
        assert!(met.contains(family), "{family} in {met:?}");
    }
    let alone = FULL.replace("Guillermo,Vandersmith,1990-05-03,536228765", "Bill,Vandersmith,1990-11-28,");
    assert!(
        ["nickname_phone", "nickname_last_year", "nickname_home"]
            .iter()
            .all(|f| shared(FULL, &alone).contains(f))
    );
}

#[test]
fn each_error_leaves_the_families_that_forgive_it() {
    for (error, forgiving, failing) in [
        (FULL.replace("Guillermo", "Bill"), "nickname_dob", "first_dob"),
        (FULL.replace("Guillermo", "G"), "initials_dob", "first_dob"),
        (FULL.replace("Vandersmith", "V"), "initials_dob", "last_dob"),
        (
            FULL.replace("Guillermo,Vandersmith", "Xuillermo,Vanplersmith"),
            "first_end_last_start_year",
            "soundex_year",
        ),
        (FULL.replace("536228765", "436228765"), "soundex_ssn4", "soundex_ssn"),
        (FULL.replace("12 Oak Ave", "12 Aok Ave"), "last_house_postcode", "last_street"),
        (FULL.replace("Macon", "Macons"), "name_birthplace_piece", "soundex_birthplace"),
        (FULL.replace("Guillermo", "Guilermo"), "first_soundex_dob", "first_dob"),
        (FULL.replace("Guillermo", "Xuillermo"), "first_end_dob", "first_soundex_dob"),
        (FULL.replace("Vandersmith", "Vandersmyth"), "last_soundex_dob", "last_dob"),
        (FULL.replace("Vandersmith", "Vandxrsmith"), "last_start_dob", "last_dob"),
        (FULL.replace("Vandersmith", "Fandersmith"), "last_end_dob", "last_start_dob"),
        (FULL.replace("Guillermo,Vandersmith", "Vandersmith,Guillermo"), "soundex_dob", "first_dob"),
        (FULL.replace("Guillermo,Vandersmith", "Vandersmith,Guillermo"), "soundex_ssn", "first_ssn"),
        (FULL.replace("1990-05-03", "1990-03-05"), "soundex_swapped_date", "first_dob"),
        (FULL.replace("1990-05-03", "1990-05-18"), "initial_last_date_parts", "first_dob"),
        (FULL.replace("1990-05-03", "1991-05-03"), "soundex_date_parts", "name_year"),
        (FULL.replace("536228765", "536228675"), "dob_ssn_blocks", "dob_ssn"),
        (FULL.replace("12 Oak", "21 Oak"), "street_start_dob", "home_dob"),
        (FULL.replace("12 Oak Ave", "12 Pine Ave"), "house_postcode_dob", "home_dob"),
        (FULL.replace("12 Oak Ave", "12 NW Oak Ave"), "home_dob", "nothing"),
        (FULL.replace("Luis", "Ana"), "first_soundex_dob", "first_soundex_middle_dob"),
        (FULL.replace("Decatur", "Avondale"), "soundex_postcode", "soundex_locality"),
        (FULL.replace("1990-05-03", "1990-21-03"), "first_postcode_date_parts", "first_dob"),
        (FULL.replace("Guillermo", "Gxillermo"), "first_end_last_occupation", "first_last_end_occupation"),
    ] {
        let families = shared(FULL, &error);
        assert!(families.contains(forgiving), "{forgiving} of {families:?}");
        assert!(!families.contains(failing), "{failing} of {families:?}");
    }
}

/// A day on which far too many are born stands for a year, and its tokens say so.
#[test]
fn a_heavy_birth_day_gives_no_token_of_parts() {
    let someone = |i: u32, day: &str| {
        FULL.replace("Guillermo,Vandersmith", &format!("Ana{0},Ruiz{0}", char::from(b'a' + (i % 26) as u8)))
            .replace("1990-05-03", &format!("{}-{day}", 1900 + i))
    };
    let days = |i: u32| format!("{:02}-{:02}", 2 + i % 11, 1 + i % 28);
    let mut rows: Vec<String> =
        (0..100).map(|i| someone(i, &if i < 25 { "01-01".to_owned() } else { days(i) })).collect();
    // Initials and a sex go with no part of a date: a day that stands for a year would pass for whole.
    rows[5] = "A,R,1905-01-01,,,,f,,,,,,,".to_owned();
    rows[35] = "A,R,1935-03-09,,,,f,,,,,,,".to_owned();
    let records = tokens(&rows.iter().map(String::as_str).collect::<Vec<_>>());
    let families = |record| -> BTreeSet<_> {
        records.tokens_of(record).map(|(family, _)| FAMILIES[family].name).collect()
    };
    assert!(families(3).contains("first_dob") && !families(3).contains("soundex_date_parts"));
    assert!(families(30).contains("soundex_date_parts"));
    assert_eq!([5, 35].map(|record| families(record).contains("initials_dob")), [false, true]);
}

/// An initial meets a whole name in the families made for it, and differs from it in none.
#[test]
fn an_initial_is_not_a_first_name() {
    let records = tokens(&[&FULL.replace("Guillermo", "G")]);
    let names: BTreeSet<_> = records.tokens_of(0).map(|(family, _)| FAMILIES[family].name).collect();
    assert!(names.contains("initials_dob"));
    assert!(names.iter().all(|n| !n.starts_with("first_") && !n.starts_with("soundex_")), "{names:?}");
}

#[test]
fn strangers_and_blanks_share_nothing() {
    assert!(
        shared(
            FULL,
            "Ana,Ruiz,1970-01-09,457228765,4045559999,a@y.org,f,99 Elm St,60601,Boston,Z-99,May,Tucker,Cook"
        )
        .is_empty()
    );
    assert!(shared(",,,,,,,,,,,,,", ",,,,,,,,,,,,,").is_empty());
    let placeholders = "Unknown,Unknown,1900-01-01,999999999,0000000000,none@none.com,U,Homeless,00000,unknown,n/a,NMN,none,unknown";
    assert!(shared(placeholders, placeholders).is_empty());
}

#[test]
fn another_key_gives_other_tokens() {
    let agency = Agency::new();
    agency.file("p.csv", "x\n");
    let encode = |linkage: &str, record: &str| {
        let agency = Agency::with_secrets(linkage, record);
        agency.file("clients.csv", "ClientId;FirstName;LastName;DateOfBirth;Gender;Race;ImmigrationStatus;InterpreterNeeded;Phone;Email;Street;Zip\nL1;Ana;Ruiz;07-Mar-1990;F;;;;;;;\n");
        agency.file(
            "matters.csv",
            "MatterId;ClientId;Opened;Closed;MatterType;TraffickingScreen;Certified;ServiceDate\n",
        );
        agency.encode(&shipped("legal_services.toml"), &agency.raw()).unwrap();
        let people = agency.people();
        (people.column("t_first_dob")[0].to_owned(), people.column("record_id")[0].to_owned())
    };
    let (base, linkage, record) = (encode("11", "22"), encode("33", "22"), encode("11", "44"));
    assert!(base.0 != linkage.0 && base.0 == record.0, "tokens hang on the linkage key alone");
    assert!(base.1 == linkage.1 && base.1 != record.1, "record ids hang on the record key alone");
}

#[test]
fn hashed_hmis_names_meet_clear_ones_in_the_sound_families_only() {
    use sha2::{Digest, Sha256};
    let hash = |soundex: &str| hex::encode(Sha256::digest(soundex.as_bytes()));
    let client = |first: &str, last: &str, ssn: &str| {
        format!("P1,{first},,{last},{ssn},1990-05-03,0,0,1,0,0,0,0,,0,\n")
    };
    let encode = |status: &str, client: &str| {
        let agency = Agency::new();
        agency.file("Export.csv", &format!("HashStatus\n{status}\n"));
        let race = "AmIndAKNative,Asian,BlackAfAmerican,HispanicLatinao,MidEastNAfrican,NativeHIPacific,White,RaceNone";
        agency.file(
            "Client.csv",
            &format!("PersonalID,FirstName,MiddleName,LastName,SSN,DOB,{race},Sex,DateDeleted\n{client}"),
        );
        for (file, header) in [
            (
                "Enrollment.csv",
                "EnrollmentID,PersonalID,ProjectID,EntryDate,RelationshipToHoH,LivingSituation,MoveInDate,DateDeleted",
            ),
            (
                "Exit.csv",
                "ExitID,EnrollmentID,PersonalID,ExitDate,Destination,ExchangeForSex,AskedOrForcedToExchangeForSex,WorkplaceViolenceThreats,WorkplacePromiseDifference,CoercedToContinueWork,DateDeleted",
            ),
            (
                "Services.csv",
                "ServicesID,PersonalID,DateProvided,RecordType,TypeProvided,ReferralOutcome,DateDeleted",
            ),
            ("Project.csv", "ProjectID,OrganizationID,ProjectType"),
            ("Organization.csv", "OrganizationID,VictimServiceProvider"),
        ] {
            agency.file(file, &format!("{header}\n"));
        }
        // A client of an organisation that is no victim service provider.
        agency.file("Organization.csv", "OrganizationID,VictimServiceProvider\nO1,0\n");
        agency.file("Project.csv", "ProjectID,OrganizationID,ProjectType\nJ1,O1,0\n");
        agency.file(
            "Enrollment.csv",
            "EnrollmentID,PersonalID,ProjectID,EntryDate,RelationshipToHoH,LivingSituation,MoveInDate,DateDeleted\nE1,P1,J1,2025-01-10,1,116,,\n",
        );
        agency.encode(&shipped("hmis.toml"), &agency.raw()).unwrap();
        let people = agency.people();
        let filled: Vec<_> =
            people.names().filter(|n| n.starts_with("t_") && !people.column(n)[0].is_empty()).collect();
        (filled.join(" "), people.column("t_soundex_dob")[0].to_owned())
    };
    let hashed_ssn = format!("8765{}", hash("whole"));
    let hashed = encode("4", &client(&hash("W252"), &hash("L000"), &hashed_ssn));
    let clear = encode("1", &client("Washington", "Lee", "536228765"));
    let declared = encode("4", &client("Washington", "Lee", "536228765"));
    let sound = |name: &str| {
        ["t_dob_ssn", "t_ssn_date_parts", "t_ssn_year"].contains(&name) || name.contains("soundex_")
    };
    assert!(hashed.0.contains("t_soundex_dob") && hashed.0.split(' ').all(sound), "{}", hashed.0);
    assert_eq!(hashed.1, clear.1);
    assert!(clear.0.contains("t_first_dob"));
    assert!(!declared.0.contains("t_first_dob"), "an export that says it is hashed gives no exact name");
}

#[test]
fn the_same_export_gives_the_same_bytes() {
    let bytes = || {
        let agency = Agency::new();
        let rows: Vec<_> = (0..50)
            .map(|i| format!("C{i}|RUIZ, ANA{i}|199005{:02}|2|WHITE||||||||||\n", i % 28 + 1))
            .collect();
        let rows = rows.concat();
        agency.file("clients.txt", &format!("client_no|client_name|dob|gender|race_eth|ssn|street_no|street|unit|city|zip|citizenship|primary_language|disability|lgbtq\n{rows}"));
        let rows: Vec<_> = (0..50).map(|i| format!("K{i}|C{i}|20250102|20250203|x|SEX|UNSUB|\n")).collect();
        let rows = rows.concat();
        agency.file("cases.txt", &format!("case_no|client_no|open_date|close_date|program|exploitation_flag|finding|finding_date\n{rows}"));
        agency.file("needs.txt", "need_no|case_no|client_no|need_date|need_type|provided_date|provided_by\n");
        agency.encode(&shipped("human_services.toml"), &agency.raw()).unwrap();
        ["people.parquet", "events.parquet", "manifest.json"]
            .map(|name| fs::read(agency.out().join(name)).unwrap())
    };
    assert_eq!(bytes(), bytes());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Two names one edit apart share their start or their end, wherever the edit.
    #[test]
    fn one_edit_is_forgiven(name in "[a-z]{4,12}", at in 0_usize..12, letter in "[a-z]") {
        let at = at % name.len();
        let deleted = format!("{}{}", &name[..at], &name[at + 1..]);
        let replaced = format!("{}{letter}{}", &name[..at], &name[at + 1..]);
        for edited in [deleted, replaced] {
            let row = |first: &str| format!("mo{first}ra,Vandersmith,1990-05-03,,,,,,,,,,,");
            let families = shared(&row(&name), &row(&edited));
            let forgiven = families.contains("first_start_dob") || families.contains("first_end_dob");
            prop_assert!(forgiven, "{} {}", name, edited);
        }
    }

    /// Tokens of a record do not depend on the other rows of a small file.
    #[test]
    fn tokens_do_not_depend_on_neighbours(first in "[a-z]{2,8}", last in "[a-z]{2,8}") {
        let row = format!("{first},{last},1990-05-03,,,,,,,,,,,");
        let alone = tokens(&[&row]);
        let among = tokens(&[FULL, &row]);
        prop_assert_eq!(alone.tokens_of(0).collect::<Vec<_>>(), among.tokens_of(1).collect::<Vec<_>>());
    }
}
