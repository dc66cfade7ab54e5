//! Reads labor enforcement, legal services and law enforcement, by the README.

use std::collections::BTreeSet;
use std::path::Path;

use crate::care_sources::{GENDER, born, indigenous, service};
use crate::sheets::{Birth, City, Record, date, rows, word};

pub(crate) fn labor(city: &mut City, folder: &Path) {
    let (file, iso) = ("labor_enforcement/complaints.csv", "%Y-%m-%d");
    for (i, row) in rows(folder, file).into_iter().enumerate() {
        let fresh = city.record("labor_enforcement", &row["ComplaintID"]).is_none();
        let to = service(&row["ReferredTo"], 3);
        let known = to.is_some() || row["ReferredTo"].is_empty();
        let (Some(filed), true, true) = (date(&row["Filed"], iso), fresh, known) else {
            city.set_aside(file, i);
            continue;
        };
        let birth = row["BirthYear"].parse().map_or(Birth::Unknown, Birth::Year);
        let mut r = Record::new("labor_enforcement", &row["ComplaintID"], birth);
        let races = [
            ("Native American", "aian"),
            ("Asian", "asian"),
            ("Black or African American", "black"),
            ("Hispanic/Latino", "hispanic"),
            ("Middle Eastern", "mena"),
            ("Pacific Islander", "nhpi"),
            ("White", "white"),
            ("Two or more", "multiple"),
        ];
        r.say("race_ethnicity", word(&races, &row["Ethnicity"]));
        indigenous(&mut r);
        r.say("gender", word(GENDER, &row["Sex"]));
        r.say(
            "language_need",
            match row["Language"].as_str() {
                "" => "",
                "English" => "no",
                _ => "yes",
            },
        );
        r.add(filed, "entry", "");
        let closed = date(&row["Closed"], iso);
        if let Some(day) = closed {
            r.add(day, "exit", "");
        }
        if ["WithheldDocuments", "Threats", "Confinement", "DebtBondage"].iter().any(|c| row[*c] == "Y") {
            r.add(filed, "indicator", "labor");
        }
        if row["HTFinding"] == "Y" {
            r.add(closed.expect("findings are on closed complaints"), "identification", "labor");
        }
        if row["UnpaidWages"] == "Y" {
            r.add(filed, "need", "legal_other");
        }
        if let Some(to) = to {
            let came = word(&[("Accepted", "yes"), ("Declined", "no")], &row["ReferralOutcome"]);
            r.refer(filed, &to, came, date(&row["ReferralOutcomeDate"], iso));
        }
        city.insert(r);
    }
}

pub(crate) fn legal(city: &mut City, folder: &Path) {
    let dmy = "%d-%b-%Y";
    for row in rows(folder, "legal_services/clients.csv") {
        let mut r = Record::new("legal_services", &row["ClientId"], born(&row["DateOfBirth"], dmy));
        let races = [
            ("Native", "aian"),
            ("Asian", "asian"),
            ("Black", "black"),
            ("Latinx", "hispanic"),
            ("MENA", "mena"),
            ("Pacific", "nhpi"),
            ("White", "white"),
            ("Mixed", "multiple"),
        ];
        r.say("race_ethnicity", word(&races, &row["Race"]));
        indigenous(&mut r);
        r.say("gender", word(GENDER, &row["Gender"]));
        let papers = [
            ("USC", "us_citizen_or_lpr"),
            ("LPR", "us_citizen_or_lpr"),
            ("None", "foreign_national"),
            ("Asylum", "foreign_national"),
            ("Pending", "foreign_national"),
        ];
        r.say("immigrant", word(&papers, &row["ImmigrationStatus"]));
        r.say("language_need", word(&[("Yes", "yes"), ("No", "no")], &row["InterpreterNeeded"]));
        city.insert(r);
    }
    let file = "legal_services/matters.csv";
    let mut seen = BTreeSet::new();
    for (i, row) in rows(folder, file).into_iter().enumerate() {
        let about = match row["MatterType"].as_str() {
            "T_VISA" | "U_VISA" | "ASYLUM" => "legal_immigration",
            "WAGE" | "VACATUR" | "FAMILY" | "HOUSING" | "BENEFITS" => "legal_other",
            _ => "",
        };
        let fresh = seen.insert(row["MatterId"].clone());
        let known = !about.is_empty() && city.record("legal_services", &row["ClientId"]).is_some();
        let (Some(opened), true, true) = (date(&row["Opened"], dmy), fresh, known) else {
            city.set_aside(file, i);
            continue;
        };
        let r = city.record("legal_services", &row["ClientId"]).unwrap();
        r.add(opened, "entry", "");
        r.add(opened, "need", about);
        let screen = row["TraffickingScreen"].as_str();
        if !screen.is_empty() {
            r.ask(opened, "sex", "answered");
            r.ask(opened, "labor", "answered");
        }
        if matches!(screen, "sex" | "labor" | "both") {
            r.add(opened, "indicator", screen);
        }
        if row["Certified"] == "Y" {
            let kind = if matches!(screen, "" | "no") { "unknown" } else { screen };
            r.add(date(&row["CertifiedDate"], dmy).unwrap(), "identification", kind);
        }
        for (column, kind) in [("Closed", "exit"), ("ServiceDate", "service")] {
            if let Some(day) = date(&row[column], dmy) {
                r.add(day, kind, if kind == "service" { about } else { "" });
            }
        }
    }
}

pub(crate) fn law(city: &mut City, folder: &Path) {
    let (file, ymd) = ("law_enforcement/victims.csv", "%Y%m%d");
    for (i, row) in rows(folder, file).into_iter().enumerate() {
        let key = format!("{}-{}", row["IncidentNo"], row["VictimSeq"]);
        let to = service(&row["ReferralType"], 4);
        let known = to.is_some() || row["ReferralType"].is_empty();
        let fresh = city.record("law_enforcement", &key).is_none();
        let (Some(day), true, true) = (date(&row["IncidentDate"], ymd), known, fresh) else {
            city.set_aside(file, i);
            continue;
        };
        let mut r = Record::new("law_enforcement", &key, born(&row["DOB"], ymd));
        let races = [("W", "white"), ("B", "black"), ("I", "aian"), ("A", "asian"), ("P", "nhpi")];
        r.say("race_ethnicity", word(&races, &row["Race"]));
        indigenous(&mut r);
        if row["Ethnicity"] == "H" {
            r.say("race_ethnicity", "hispanic");
        }
        r.say("gender", word(GENDER, &row["Sex"]));
        r.add(day, "entry", "");
        match row["OffenseCode"].as_str() {
            "64A" => r.add(day, "identification", "sex"),
            "64B" => r.add(day, "identification", "labor"),
            _ => {}
        }
        if let Some(to) = to {
            r.refer(day, &to, "", None);
        }
        city.insert(r);
    }
}
