//! The seventh set: what two further sets of 680 kinds, of exports of many kinds of agencies with their dirt, showed to be missed or
//! refused wrongly in general (decision 0066). It was mended on them, so these rates hold what was gained and prove no more.

use crate::rates::{Draw, drawn};

const IDENTIFIED: &[(&str, Draw)] = &[
    ("names in tags", |m| format!("<N><Given>{}</Given><Last>{}</Last></N>", m.given(), m.family())),
    ("names in an object", |m| format!("{{\"tier\": 1, \"who\": \"{} {}\"}}", m.given(), m.family())),
    ("names behind keys", |m| format!("last={};first={}", m.family(), m.given())),
    ("names of files", |m| format!("{}{}_intake_2024.pdf", m.family(), m.given())),
    ("names and initials", |m| format!("{} {}.", m.given(), m.letters(1))),
    ("names behind a room", |m| format!("Rm {} - {} {}", m.between(1, 30), m.given(), m.letters(1))),
    ("titles", |m| format!("{} {}", m.one_of(&["Pastor", "Deputy", "foreman", "Dr."]), m.family())),
    ("captions of courts", |m| format!("{} {}", m.one_of(&["People v.", "In re", "Estate of"]), m.family())),
    ("names in quotes", |m| format!("\"{}, {}\"", m.family(), m.given())),
    ("telephones with a point", |m| format!("{}.{}", m.between(200, 999), m.digits(4))),
    ("telephones, exchange hidden", |m| format!("(559) ***-{}", m.digits(4))),
    ("mailboxes said", |m| format!("{}{} [at] gmail [dot] com", m.letters(5).to_lowercase(), m.digits(2))),
    ("ages to the day", |m| format!("{}y {}m {}d", m.between(5, 60), m.between(0, 12), m.between(0, 30))),
    ("ages of four places", |m| format!("{:.4}", m.between(2_000, 25_000) as f64 / 365.25)),
    ("licences of several states", |m| match m.below(5) {
        0 => format!("TX {}", m.digits(8)),
        1 => format!("CA {}{}", m.letters(1), m.digits(7)),
        2 => format!("NY {}", m.digits(9)),
        3 => format!("IA {}{}{}", m.digits(3), m.letters(2), m.digits(4)),
        _ => format!("CO {}-{}-{}", m.digits(2), m.digits(3), m.digits(4)),
    }),
    ("passports behind words", |m| format!("Passport MX #{}{}", m.letters(1), m.digits(8))),
    ("drawn numbers that come again", |m| {
        // One of forty persons, the first of them every fourth time.
        let person = if m.below(4) == 0 { 0 } else { m.below(40) + 1 };
        format!("MEX{:08}", (person + 7) * 7_919_317 % 100_000_007)
    }),
    ("roads and miles", |m| format!("Hwy {} mile marker {}", m.between(2, 199), m.between(1, 300))),
    ("money to a person", |m| format!("${}{}", m.letters(6), m.between(10, 99))),
];

const CLEAN: &[(&str, Draw)] = &[
    ("counties of Ohio", |m| {
        m.one_of(&[
            "Adams", "Allen", "Brown", "Carroll", "Clark", "Clinton", "Crawford", "Franklin", "Henry", "Knox",
        ])
    }),
    ("towns of Texas", |m| {
        m.one_of(&["Alice", "Donna", "Pharr", "Edinburg", "Weslaco", "Mercedes", "San Juan"])
    }),
    ("months in Spanish", |m| m.one_of(&["enero", "febrero", "marzo", "abril", "mayo", "junio", "agosto"])),
    ("status in Arabic", |m| m.one_of(&["مفتوح", "مغلق", "محال", "ملغى", "مكتمل"])),
    ("service in Somali", |m| m.one_of(&["Guri", "Cunto", "Caafimaad", "Sharci", "Turjumaan", "Shaqo"])),
    ("tracts", |m| format!("06019{:04}00", m.between(1, 90))),
    ("reminders", |m| format!("Reminder sent {:02}/{:02}/2025 via SMS", m.between(1, 13), m.between(1, 29))),
    ("moments and a zone", |m| format!("2025-{:02}-{:02} 00:00:00+00", m.between(1, 13), m.between(1, 29))),
    ("nets", |m| format!("10.{}.0.0/16", m.below(4))),
    ("laws", |m| m.one_of(&["29 CFR 501.3", "8 CFR 214.11", "22 USC 7102", "42 CFR Part 2", "24 CFR 578.3"])),
    ("codes of a clinic", |m| {
        m.one_of(&["99213", "99214", "90834", "87491", "87591", "86592", "81025", "99283"])
    }),
    ("programs with dashes", |m| {
        m.one_of(&["Harbor - TH - Adults", "Bridge - RRH - Families", "Hope - ES - Youth"])
    }),
    ("stays", |m| format!("{}y {}m {}d", m.below(3), m.below(12), m.below(30))),
    ("half a token", |m| format!("{:016x}", u64::from_le_bytes(m.bytes(8).try_into().expect("eight")))),
    ("batches", |m| format!("hmis_export_2025{:02}{:02}.csv", m.between(1, 13), m.between(1, 29))),
];

#[test]
fn the_seventh_set_stays_told_apart() {
    let rates = drawn(77_000, &[30, 90, 700], 2, IDENTIFIED, CLEAN);
    eprintln!("{}", rates.table("seventh set"));
    assert!(rates.detection() >= 0.97, "{}", rates.table("too little found"));
    assert!(rates.false_alarms() <= 0.01, "{}", rates.table("too much refused"));
}
