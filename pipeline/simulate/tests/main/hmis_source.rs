//! Reads the HMIS export, by the README.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chrono::NaiveDate;

use crate::sheets::{Birth, City, Record, Row, date, rows, word};

const SOURCE: &str = "homeless_services";

fn day(row: &Row, column: &str) -> Option<NaiveDate> {
    date(&row[column], "%Y-%m-%d")
}

fn table(folder: &Path, file: &str) -> Vec<Row> {
    rows(folder, &format!("{SOURCE}/{file}"))
}

fn is(row: &Row, column: &str) -> bool {
    row.get(column).is_some_and(|cell| cell == "1")
}

pub(crate) fn hmis(city: &mut City, folder: &Path) {
    for row in table(folder, "Client.csv") {
        city.insert(client(&row));
    }
    let projects: BTreeMap<String, String> = table(folder, "Project.csv")
        .into_iter()
        .map(|row| (row["ProjectID"].clone(), row["ProjectType"].clone()))
        .collect();
    for row in table(folder, "Enrollment.csv") {
        let r = city.record(SOURCE, &row["PersonalID"]).unwrap();
        enrollment(r, &row, &projects[&row["ProjectID"]]);
    }
    for row in table(folder, "Exit.csv") {
        exit(city.record(SOURCE, &row["PersonalID"]).unwrap(), &row);
    }
    conditions(city, folder);
    for (file, column, value, about) in [
        ("HealthAndDV.csv", "CurrentlyFleeing", "1", "crisis_safety"),
        ("IncomeBenefits.csv", "IncomeFromAnySource", "0", "basic_needs_financial"),
    ] {
        for row in table(folder, file) {
            assert_eq!(row["DataCollectionStage"], "1");
            if row[column] == value {
                let r = city.record(SOURCE, &row["PersonalID"]).unwrap();
                r.add(day(&row, "InformationDate").unwrap(), "need", about);
            }
        }
    }
    for row in table(folder, "CurrentLivingSituation.csv") {
        let r = city.record(SOURCE, &row["PersonalID"]).unwrap();
        r.add(day(&row, "InformationDate").unwrap(), "contact", "");
    }
    for row in table(folder, "Event.csv") {
        let about = match row["Event"].as_str() {
            "1" | "16" => "basic_needs_financial",
            "5" => "case_management",
            "10" => "emergency_shelter",
            "11" => "transitional_housing",
            "12" | "13" | "14" | "15" | "17" | "18" => "permanent_housing",
            _ => continue,
        };
        let came = word(&[("1", "yes"), ("2", "no"), ("3", "no")], &row["ReferralResult"]);
        let r = city.record(SOURCE, &row["PersonalID"]).unwrap();
        r.refer(day(&row, "EventDate").unwrap(), about, came, day(&row, "ResultDate"));
    }
    services(city, folder);
}

fn client(row: &Row) -> Record {
    let birth = day(row, "DOB").map_or(Birth::Unknown, Birth::Date);
    let mut r = Record::new(SOURCE, &row["PersonalID"], birth);
    let columns = [
        ("AmIndAKNative", "aian"),
        ("Asian", "asian"),
        ("BlackAfAmerican", "black"),
        ("HispanicLatinao", "hispanic"),
        ("HispanicLatinaeo", "hispanic"),
        ("MidEastNAfrican", "mena"),
        ("NativeHIPacific", "nhpi"),
        ("White", "white"),
    ];
    let ticked: Vec<&str> = columns.iter().filter(|(c, _)| is(row, c)).map(|(_, w)| *w).collect();
    match ticked.as_slice() {
        [] => {}
        [one] => r.say("race_ethnicity", one),
        _ => r.say("race_ethnicity", "multiple"),
    }
    if !ticked.is_empty() {
        let native = is(row, "AmIndAKNative");
        r.say("indigenous", if native { "indigenous" } else { "not_indigenous" });
    }
    if let Some(sex) = row.get("Sex") {
        r.say("gender", word(&[("0", "female"), ("1", "male")], sex));
    } else {
        let others = ["NonBinary", "CulturallySpecific", "Transgender", "Questioning", "DifferentIdentity"];
        let other = others.iter().any(|c| is(row, c));
        let gender = match (other, is(row, "Woman"), is(row, "Man")) {
            (true, _, _) | (_, true, true) => "trans_nonbinary_other",
            (_, true, _) => "female",
            (_, _, true) => "male",
            _ => "",
        };
        r.say("gender", gender);
    }
    r
}

fn enrollment(r: &mut Record, row: &Row, project: &str) {
    let entry = day(row, "EntryDate").unwrap();
    r.add(entry, "entry", "");
    if matches!(row["LivingSituation"].as_str(), "101" | "116") {
        r.add(entry, "need", "emergency_shelter");
        r.add(entry, "need", "permanent_housing");
    }
    if row.get("TranslationNeeded").is_some_and(|cell| cell == "1") {
        r.add(entry, "need", "interpretation");
    }
    match project {
        "0" => r.add(entry, "service", "emergency_shelter"),
        "2" => r.add(entry, "service", "transitional_housing"),
        "3" | "9" | "10" | "13" => {
            r.add(entry, "need", "permanent_housing");
            if let Some(moved) = day(row, "MoveInDate") {
                r.add(moved, "service", "permanent_housing");
            }
        }
        _ => {}
    }
    if let Some(orientation) = row.get("SexualOrientation") {
        let lgbtq = match orientation.as_str() {
            "1" => "not_lgbtq",
            "2" | "3" | "4" | "5" | "6" => "lgbtq",
            _ => "",
        };
        let other = r.says.get("gender").is_some_and(|gender| gender == "trans_nonbinary_other");
        r.say("lgbtq_youth", if other { "lgbtq" } else { lgbtq });
        r.say("language_need", word(&[("0", "no"), ("1", "yes")], &row["TranslationNeeded"]));
    }
}

fn exit(r: &mut Record, row: &Row) {
    let left = day(row, "ExitDate").unwrap();
    r.add(left, "exit", "");
    let replies = |columns: &[&str]| -> Option<&'static str> {
        let cells: Vec<&str> = columns.iter().filter_map(|c| row.get(*c)).map(String::as_str).collect();
        let any = |codes: &[&str]| cells.iter().any(|cell| codes.contains(cell));
        match (any(&["0", "1"]), any(&["8", "9"]), any(&["99"])) {
            (true, ..) => Some("answered"),
            (_, true, _) => Some("refused"),
            (.., true) => Some("not_collected"),
            _ => None,
        }
    };
    let threats = ["WorkplaceViolenceThreats", "WorkPlaceViolenceThreats", "WorkplacePromiseDifference"];
    for (about, columns) in [("sex", &["ExchangeForSex"][..]), ("labor", &threats)] {
        if let Some(came) = replies(columns) {
            r.ask(left, about, came);
        }
    }
    let minor = r.birth.age(left).is_some_and(|years| years < 18);
    if is(row, "AskedOrForcedToExchangeForSex") || (is(row, "ExchangeForSex") && minor) {
        r.add(left, "indicator", "sex");
    }
    let threats = is(row, "WorkplaceViolenceThreats") || is(row, "WorkPlaceViolenceThreats");
    if (threats || is(row, "WorkplacePromiseDifference")) && is(row, "CoercedToContinueWork") {
        r.add(left, "indicator", "labor");
    }
}

fn conditions(city: &mut City, folder: &Path) {
    let mut answers: BTreeMap<String, BTreeSet<(String, String)>> = BTreeMap::new();
    for row in table(folder, "Disabilities.csv") {
        let (kind, response) = (row["DisabilityType"].clone(), row["DisabilityResponse"].clone());
        let about = match (kind.as_str(), response.as_str()) {
            ("5" | "7" | "8", "1") => "medical",
            ("9", "1") => "mental_health",
            ("10", "1" | "2" | "3") => "substance_use",
            _ => "",
        };
        if !about.is_empty() {
            let r = city.record(SOURCE, &row["PersonalID"]).unwrap();
            r.add(day(&row, "InformationDate").unwrap(), "need", about);
        }
        answers.entry(row["PersonalID"].clone()).or_default().insert((kind, response));
    }
    for (person, rows) in answers {
        let has = |kind: &str, response: &str| rows.contains(&(kind.to_owned(), response.to_owned()));
        let r = city.record(SOURCE, &person).unwrap();
        let any = ["5", "6", "7", "8"].iter().any(|kind| has(kind, "1"));
        r.say(
            "disability",
            if any {
                "any"
            } else if has("9", "1") {
                "mental_health_only"
            } else {
                "none"
            },
        );
        let uses = ["1", "2", "3"].iter().any(|response| has("10", response));
        r.say("substance_use", if uses { "yes" } else { "no" });
    }
}

fn services(city: &mut City, folder: &Path) {
    let mut seen = BTreeSet::new();
    for (i, row) in table(folder, "Services.csv").into_iter().enumerate() {
        let (about, referral) = match (row["RecordType"].as_str(), row["TypeProvided"].as_str()) {
            ("200", "200") => ("emergency_shelter", false),
            ("142", "5") => ("education", false),
            ("142", "6") => ("employment", false),
            ("142", "7") => ("legal_other", false),
            ("142", "8") | ("141", "6") => ("case_management", false),
            ("142", "10") => ("childcare_family", false),
            ("142", "14") => ("medical", false),
            ("142", "17") | ("141", "5") => ("substance_use", false),
            ("142", "29") => ("crisis_safety", false),
            ("141", "4") => ("mental_health", false),
            ("141", "12") => ("basic_needs_financial", false),
            ("161", "1") => ("mental_health", true),
            ("161", "2") => ("substance_use", true),
            ("161", "3") => ("medical", true),
            ("161", "4") => ("employment", true),
            ("161", "5") => ("education", true),
            ("161", "8") => ("basic_needs_financial", true),
            _ => ("", false),
        };
        let fresh = seen.insert(row["ServicesID"].clone());
        let given = day(&row, "DateProvided").filter(|_| fresh && !about.is_empty());
        let Some(given) = given else {
            city.set_aside("homeless_services/Services.csv", i);
            continue;
        };
        let r = city.record(SOURCE, &row["PersonalID"]).unwrap();
        if referral {
            let came = word(&[("1", "yes"), ("2", "no")], &row["ReferralOutcome"]);
            r.refer(given, about, came, Some(given));
        } else {
            if row["RecordType"] == "142" {
                r.add(given, "need", about);
            }
            r.add(given, "service", about);
        }
    }
}
