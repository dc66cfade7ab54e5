//! HMIS exports as other years, vendors and settings write them.

use std::fs;

use agency::{EncodeError, Summary};
use sha2::{Digest, Sha256};

use crate::fixture::{Agency, shipped};

const FILES: [(&str, &str); 7] = [
    ("Export.csv", "ExportID,HashStatus\nx,1\n"),
    (
        "Client.csv",
        "PersonalID,FirstName,MiddleName,LastName,SSN,DOB,Sex,AmIndAKNative,Asian,BlackAfAmerican,HispanicLatinao,MidEastNAfrican,NativeHIPacific,White\n\
         p1,Quilla,,Zorrilla,527839146,1990-05-01,0,0,0,0,1,0,0,0\n\
         p2,Brennan,,Okafor,,2009-06-02,1,0,0,1,0,0,0,0\n",
    ),
    (
        "Enrollment.csv",
        "EnrollmentID,PersonalID,ProjectID,EntryDate,LivingSituation,RelationshipToHoH,MoveInDate\n\
         n1,p1,j1,2025-01-02,116,1,\nn2,p2,j1,2025-01-03,101,2,\n",
    ),
    (
        "Exit.csv",
        "ExitID,EnrollmentID,PersonalID,ExitDate,Destination,ExchangeForSex,AskedOrForcedToExchangeForSex,WorkplaceViolenceThreats,WorkplacePromiseDifference,CoercedToContinueWork\n\
         x1,n1,p1,2025-03-02,410,0,,1,0,1\nx2,n2,p2,2025-03-03,101,1,1,,,\n",
    ),
    (
        "Services.csv",
        "ServicesID,PersonalID,DateProvided,RecordType,TypeProvided,ReferralOutcome\ns1,p1,2025-01-02,200,200,\n",
    ),
    ("Project.csv", "ProjectID,OrganizationID,ProjectType\nj1,o1,0\n"),
    ("Organization.csv", "OrganizationID,VictimServiceProvider\no1,0\n"),
];

/// HUD's column of deleted rows, which all files of people have: nothing is.
fn with_deletions(name: &str, text: &str) -> String {
    if ["Export.csv", "Project.csv", "Organization.csv"].contains(&name) {
        return text.to_owned();
    }
    let ends = std::iter::once(",DateDeleted").chain(std::iter::repeat(","));
    text.lines().zip(ends).flat_map(|(line, end)| [line, end, "\n"]).collect()
}

fn encoded(files: &[(&str, String)]) -> (Agency, Result<Summary, EncodeError>) {
    let agency = Agency::new();
    for (name, text) in files {
        agency.file(name, &with_deletions(name, text));
    }
    let summary = agency.encode(&shipped("hmis.toml"), &agency.raw());
    (agency, summary)
}

fn export(change: impl Fn(&str, &str) -> String) -> Vec<(&'static str, String)> {
    FILES.iter().map(|(name, text)| (*name, change(name, text))).collect()
}

#[test]
fn headers_of_other_years_and_vendors_are_known() {
    let (plain, summary) = encoded(&export(|_, text| text.to_owned()));
    let summary = summary.unwrap();
    assert_eq!((summary.records, summary.quarantined), (2, 0));
    assert_eq!((summary.events_by_kind["indicator"], summary.events_by_kind["screening"]), (2, 3));
    let (renamed, again) = encoded(&export(|_, text| {
        text.replace("WorkplaceViolenceThreats", "WorkPlaceViolenceThreats")
            .replace("WorkplacePromiseDifference", "WorkPlacePromiseDifference")
            .replace("HispanicLatinao", "HispanicLatinaeo")
            .replace("PersonalID", "\u{a0}personalid ")
    }));
    assert_eq!(again.unwrap().events_by_kind, summary.events_by_kind);
    for name in ["people.parquet", "events.parquet"] {
        let bytes = |agency: &Agency| fs::read(agency.out().join(name)).unwrap();
        assert!(bytes(&renamed) == bytes(&plain), "{name}");
    }
}

/// FY2024: gender is select-all, and orientation another question. Whoever is transgender, nonbinary or questioning is
/// LGBTQ whatever stands under orientation; a cisgender youth who was not asked is not known to be none.
#[test]
fn a_transgender_youth_is_lgbtq_whatever_orientation_says() {
    const GENDERS: [&str; 7] = [
        "Woman",
        "Man",
        "NonBinary",
        "CulturallySpecific",
        "Transgender",
        "Questioning",
        "DifferentIdentity",
    ];
    let answer = |ticked: &[&str], orientation: &str| {
        let (agency, summary) = encoded(&export(|name, text| match name {
            "Client.csv" => {
                let cells: String =
                    GENDERS.iter().map(|g| if ticked.contains(g) { ",1" } else { ",0" }).collect();
                let mut lines = text.lines();
                let head = lines.next().unwrap().replace(",Sex", "") + "," + &GENDERS.join(",");
                let row = lines.nth(1).unwrap().replace("2009-06-02,1", "2009-06-02") + &cells;
                format!("{head}\n{row}\n")
            }
            "Enrollment.csv" => format!(
                "EnrollmentID,PersonalID,ProjectID,EntryDate,LivingSituation,RelationshipToHoH,MoveInDate,SexualOrientation\n\
                 n2,p2,j1,2025-01-03,101,1,,{orientation}\n"
            ),
            "Exit.csv" | "Services.csv" => text.lines().next().unwrap().to_owned() + "\n",
            _ => text.to_owned(),
        }));
        summary.unwrap();
        let people = agency.people();
        [people.column("gender")[0], people.column("lgbtq_youth")[0]].join(" ")
    };
    for orientation in ["1", "", "99", "8"] {
        for ticked in [&["Transgender", "Woman"][..], &["NonBinary"], &["Questioning"], &["Woman", "Man"]] {
            assert_eq!(
                answer(ticked, orientation),
                "trans_nonbinary_other lgbtq",
                "{ticked:?} {orientation}"
            );
        }
    }
    assert_eq!(answer(&["Woman"], "1"), "female not_lgbtq");
    assert_eq!(answer(&["Woman"], "3"), "female lgbtq");
    for orientation in ["", "99", "8"] {
        assert_eq!(answer(&["Man"], orientation), "male not_collected", "{orientation}");
    }
}

/// HUD's own rule: SHA-256 of the SOUNDEX of a name; the last four digits and a hash of the whole SSN.
fn hashed(status: &str) -> Vec<(&'static str, String)> {
    let hash = |text: &str| hex::encode(Sha256::digest(text));
    export(|name, text| match name {
        "Export.csv" => text.replace("x,1", &format!("x,{status}")),
        _ => text
            .replace("Quilla", &hash("Q400"))
            .replace("Zorrilla", &hash("Z640"))
            .replace("Brennan", &hash("B655"))
            .replace("Okafor", &hash("O216"))
            .replace("527839146", &format!("9146{}", hash("527839146"))),
    })
}

#[test]
fn an_export_hashed_by_huds_rule_is_identified_data() {
    for status in ["4", "1", "3"] {
        // Declared or not: passing it off as clear, or as something else, changes nothing.
        let (agency, summary) = encoded(&hashed(status));
        let summary = summary.unwrap();
        assert!(summary.tokens > 0, "{status}: tokens by sound");
        assert!(summary.notes.iter().any(|note| note.contains("hashed")), "{status}: {:?}", summary.notes);
        let people = agency.people();
        for name in people.names().filter(|name| name.starts_with("t_")) {
            let by_spelling = ["t_first_", "t_last_dob", "t_name_", "t_nickname"];
            let by_sound = name.contains("soundex");
            if by_spelling.iter().any(|start| name.starts_with(start)) && !by_sound {
                assert!(people.column(name).iter().all(|cell| cell.is_empty()), "{status}: {name}");
            }
        }
        for file in ["people.parquet", "events.parquet", "manifest.json"] {
            let bytes = fs::read(agency.out().join(file)).unwrap();
            for cell in [hex::encode(Sha256::digest("Z640")), hex::encode(Sha256::digest("527839146"))] {
                assert!(
                    !bytes.windows(16).any(|window| window == &cell.as_bytes()[..16]),
                    "{status}: {file}"
                );
            }
        }
    }
    // The same tokens as the clear names give where sounds are compared.
    let ((clear, _), (hash, _)) = (encoded(&export(|_, text| text.to_owned())), encoded(&hashed("4")));
    let column = |agency: &Agency| {
        agency.people().column("t_soundex_dob").iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(column(&clear), column(&hash));
    assert!(column(&hash).iter().all(|cell| !cell.is_empty()));
}

#[test]
fn a_living_situation_list_of_another_year_is_told_as_such() {
    // Before FY2024 a place not meant for habitation was 16, a shelter 1.
    let (_, refused) = encoded(&export(|name, text| {
        if name != "Enrollment.csv" {
            return text.to_owned();
        }
        let rows = (0..30).map(|i| format!("m{i},p1,j1,2024-01-02,{},1,\n", if i % 2 == 0 { 16 } else { 1 }));
        text.to_owned() + &rows.collect::<String>()
    }));
    let error = refused.expect_err("another list");
    let text = error.to_string();
    assert!(error.is_input(), "{text}");
    for word in ["Enrollment.csv", "`LivingSituation`", "30 of 32", "another year"] {
        assert!(text.contains(word), "{word}: {text}");
    }
}
