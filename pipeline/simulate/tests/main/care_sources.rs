//! Reads public health and human services, by the README.

use std::collections::BTreeSet;
use std::path::Path;

use crate::sheets::{Birth, City, Record, date, rows, services, word};

pub(crate) fn born(text: &str, format: &str) -> Birth {
    date(text, format).map_or(Birth::Unknown, Birth::Date)
}

pub(crate) fn indigenous(record: &mut Record) {
    let word = match record.says.get("race_ethnicity").map(String::as_str) {
        Some("aian") => "indigenous",
        None | Some("multiple") => "",
        Some(_) => "not_indigenous",
    };
    record.say("indigenous", word);
}

pub(crate) const GENDER: &[(&str, &str)] = &[
    ("F", "female"),
    ("M", "male"),
    ("X", "trans_nonbinary_other"),
    ("NB", "trans_nonbinary_other"),
    ("1", "male"),
    ("2", "female"),
    ("3", "trans_nonbinary_other"),
    ("Male", "male"),
    ("Female", "female"),
    ("Nonbinary", "trans_nonbinary_other"),
];

/// Service of a code in column `source` of the README's table.
pub(crate) fn service(code: &str, source: usize) -> Option<String> {
    services().iter().find(|row| row[source] == code).map(|row| row[0].clone())
}

pub(crate) fn health(city: &mut City, folder: &Path) {
    for row in rows(folder, "public_health/patients.csv") {
        let mut r = Record::new("public_health", &row["MRN"], born(&row["BIRTH_DT"], "%m/%d/%Y"));
        let races = [
            ("1", "aian"),
            ("2", "asian"),
            ("3", "black"),
            ("4", "mena"),
            ("5", "nhpi"),
            ("6", "white"),
            ("7", "multiple"),
        ];
        let race = word(&races, &row["RACE_CD"]);
        r.say("race_ethnicity", race);
        indigenous(&mut r);
        if row["ETHNICITY"] == "H" {
            r.say("race_ethnicity", "hispanic");
        }
        r.say("gender", word(GENDER, &row["SEX"]));
        r.say(
            "language_need",
            match row["LANG"].as_str() {
                "" => "",
                "en" => "no",
                _ => "yes",
            },
        );
        r.say("substance_use", word(&[("Y", "yes"), ("N", "no")], &row["SUD_FLAG"]));
        let codes = [("0", "none"), ("1", "any"), ("2", "mental_health_only"), ("3", "any")];
        r.say("disability", word(&codes, &row["DISAB_CD"]));
        city.insert(r);
    }
    let file = "public_health/encounters.csv";
    let mut seen = BTreeSet::new();
    for (i, row) in rows(folder, file).into_iter().enumerate() {
        let split = |cell: &str| -> Option<Vec<String>> {
            cell.split(';').filter(|c| !c.is_empty()).map(|c| service(c, 1)).collect()
        };
        let day = date(&row["ENC_DT"], "%m/%d/%Y");
        let (needs, given) = (split(&row["NEED_CODES"]), split(&row["SVC_CODES"]));
        let fresh = seen.insert(row["ENC_ID"].clone());
        let known = city.record("public_health", &row["MRN"]).is_some();
        let (Some(day), Some(needs), Some(given), true, true) = (day, needs, given, fresh, known) else {
            city.set_aside(file, i);
            continue;
        };
        let r = city.record("public_health", &row["MRN"]).unwrap();
        r.add(day, if row["ENC_TYPE"] == "OP" { "contact" } else { "entry" }, "");
        for dx in ["DX1", "DX2", "DX3"].map(|c| row[c].as_str()) {
            let (kind, about) = match dx.get(..6).unwrap_or("") {
                "T74.51" | "T74.52" => ("identification", "sex"),
                "T74.61" | "T74.62" => ("identification", "labor"),
                "T76.51" | "T76.52" => ("indicator", "sex"),
                "T76.61" | "T76.62" => ("indicator", "labor"),
                _ => continue,
            };
            r.add(day, kind, about);
        }
        for (column, about) in [("SCREEN_SEX", "sex"), ("SCREEN_LABOR", "labor")] {
            let came = word(&[("Y", "answered"), ("N", "answered"), ("R", "refused")], &row[column]);
            if !came.is_empty() {
                r.ask(day, about, came);
            }
            if row[column] == "Y" {
                r.add(day, "indicator", about);
            }
        }
        for s in &needs {
            r.add(day, "need", s);
        }
        for s in &given {
            r.add(day, "service", s);
        }
        if let Some(to) = service(&row["REF_TO"], 1) {
            let came = word(&[("C", "yes"), ("D", "no")], &row["REF_RESULT"]);
            r.refer(day, &to, came, date(&row["REF_RESULT_DT"], "%m/%d/%Y"));
        }
    }
}

pub(crate) fn human(city: &mut City, folder: &Path) {
    let ymd = "%Y%m%d";
    for row in rows(folder, "human_services/clients.txt") {
        let mut r = Record::new("human_services", &row["client_no"], born(&row["dob"], ymd));
        let races = [
            ("AM INDIAN/ALASKA NATIVE", "aian"),
            ("ASIAN", "asian"),
            ("BLACK", "black"),
            ("HISPANIC", "hispanic"),
            ("MIDDLE EASTERN", "mena"),
            ("PACIFIC ISLANDER", "nhpi"),
            ("WHITE", "white"),
            ("MULTIRACIAL", "multiple"),
            ("MULTIRACIAL-AM INDIAN", "multiple"),
        ];
        r.say("race_ethnicity", word(&races, &row["race_eth"]));
        indigenous(&mut r);
        if row["race_eth"] == "MULTIRACIAL-AM INDIAN" {
            r.say("indigenous", "indigenous");
        }
        r.say("gender", word(GENDER, &row["gender"]));
        let papers = [("C", "us_citizen_or_lpr"), ("P", "us_citizen_or_lpr"), ("N", "foreign_national")];
        r.say("immigrant", word(&papers, &row["citizenship"]));
        let language = match row["primary_language"].as_str() {
            "" | "UNKNOWN" => "",
            "ENGLISH" => "no",
            _ => "yes",
        };
        r.say("language_need", language);
        r.say("disability", word(&[("Y", "any"), ("N", "none")], &row["disability"]));
        let lgbtq = word(&[("Y", "lgbtq"), ("N", "not_lgbtq")], &row["lgbtq"]);
        r.say("lgbtq_youth", if row["gender"] == "3" { "lgbtq" } else { lgbtq });
        city.insert(r);
    }
    for row in rows(folder, "human_services/cases.txt") {
        let r = city.record("human_services", &row["client_no"]).expect("cases have no bad rows");
        let opened = date(&row["open_date"], ymd).unwrap();
        r.add(opened, "entry", "");
        if let Some(day) = date(&row["close_date"], ymd) {
            r.add(day, "exit", "");
        }
        let flags = [("SEX", "sex"), ("LAB", "labor"), ("BOTH", "both"), ("UNK", "unknown")];
        let flag = word(&flags, &row["exploitation_flag"]);
        if !flag.is_empty() {
            r.add(opened, "indicator", flag);
        }
        if row["finding"] == "SUBST" {
            assert!(!flag.is_empty());
            r.add(date(&row["finding_date"], ymd).unwrap(), "identification", flag);
        }
    }
    let file = "human_services/needs.txt";
    let mut seen = BTreeSet::new();
    for (i, row) in rows(folder, file).into_iter().enumerate() {
        let fresh = seen.insert(row["need_no"].clone());
        let known = city.record("human_services", &row["client_no"]).is_some();
        let what = (date(&row["need_date"], ymd), service(&row["need_type"], 2), fresh, known);
        let (Some(day), Some(need), true, true) = what else {
            city.set_aside(file, i);
            continue;
        };
        let r = city.record("human_services", &row["client_no"]).unwrap();
        r.add(day, "need", &need);
        if let Some(day) = date(&row["provided_date"], ymd) {
            r.add(day, "service", &need);
        }
    }
}
