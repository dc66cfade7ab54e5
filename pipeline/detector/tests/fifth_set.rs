//! The fifth set: kinds that the detector missed or refused wrongly when a set of 280 kinds was written without a look at
//! its rules and measured (decision 0066). They were mended, so these rates hold what was gained and prove no more.

use crate::rates::{Draw, drawn};

/// The number of a day from 1970-01-01, by counting.
fn day((year, month, day): (u64, u64, u64)) -> i64 {
    const BEFORE: [u64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    let leap = u64::from(year % 4 == 0 && month > 2);
    let years = (year - 1900) * 365 + (year - 1901) / 4;
    (years + BEFORE[month as usize - 1] + leap + day - 1).cast_signed() - 25_567
}

const IDENTIFIED: &[(&str, Draw)] = &[
    ("births of 2008 to 2018", |m| {
        let (y, mo, d) = (m.between(2008, 2019), m.between(1, 13), m.between(1, 29));
        format!("{y}-{mo:02}-{d:02}")
    }),
    ("births, epoch seconds", |m| (day(m.birth(3, 80)) * 86_400).to_string()),
    ("births, epoch milliseconds", |m| (day(m.birth(3, 80)) * 86_400_000).to_string()),
    ("births, spreadsheet", |m| (day(m.birth(3, 60)) + 25_569).to_string()),
    ("births, year and day", |m| {
        let (y, _, _) = m.birth(3, 80);
        format!("{y}{:03}", m.between(1, 366))
    }),
    ("births, month lost its zero", |m| {
        let (y, mo, d) = m.birth(3, 80);
        format!("{mo}{d:02}{y}")
    }),
    ("name and birthday in a code", |m| {
        let (y, mo, d) = m.birth(18, 80);
        format!("{}-{mo:02}{d:02}{y}", m.letters(2))
    }),
    ("telephone, Honduras", |m| format!("+504 {}{}", m.between(2, 10), m.digits(7))),
    ("telephone, Mexico, no plus", |m| format!("52 55 {}{} {}", m.between(1, 10), m.digits(3), m.digits(4))),
    ("telephone, Philippines", |m| format!("0917-{}-{}", m.digits(3), m.digits(4))),
    ("messaging link", |m| format!("https://wa.me/502{}{}", m.between(2, 8), m.digits(7))),
    ("profile page", |m| format!("https://facebook.com/{}.{}", m.given(), m.digits(3))),
    ("handle", |m| format!("@{}{}", m.letters(4).to_lowercase(), m.digits(3))),
    ("corner", |m| format!("{} & {}th", m.street(), m.between(4, 20))),
    ("camp", |m| format!("behind the store on {} St", m.street())),
    ("map link", |m| format!("https://maps.example.org/?q=29.{},-95.{}", m.digits(6), m.digits(6))),
    ("vehicle", |m| format!("1HGCM{}A{}", m.digits(5), m.digits(6))),
    ("petition receipt", |m| format!("IOE09{}", m.digits(8))),
    ("British postcode", |m| {
        format!("{}{} {}{}", m.letters(2), m.between(1, 30), m.between(1, 9), m.letters(2))
    }),
    ("mailbox in words", |m| format!("{}{} at gmail.com", m.letters(5).to_lowercase(), m.digits(2))),
    ("known as", |m| format!("aka {}", m.given())),
    ("short notes with names", |m| {
        let name = m.given();
        match m.below(3) {
            0 => format!("talked to {name}, call back {}", m.one_of(&["Tue", "Fri", "later"])),
            1 => format!("{name} no show {}/{}", m.between(1, 13), m.between(1, 29)),
            _ => format!("met {name} at {}", m.one_of(&["court", "office", "shelter"])),
        }
    }),
];

const CLEAN: &[(&str, Draw)] = &[
    ("counties", |m| {
        m.one_of(&[
            "Harris",
            "Fort Bend",
            "Montgomery",
            "Jefferson",
            "Travis",
            "Dallas",
            "Cameron",
            "El Paso",
            "Madison",
        ])
    }),
    ("courts", |m| {
        m.one_of(&[
            "182nd District Court",
            "Justice of the Peace 5-1",
            "Municipal Court",
            "Family Court",
            "BIA",
        ])
    }),
    ("referral with a hotline", |m| m.one_of(&["Self", "Police", "Hotline 888-373-7888", "School", "Court"])),
    ("rooms", |m| format!("Room {}", m.between(1, 40))),
    ("sentences of a list", |m| {
        m.one_of(&[
            "Client is fleeing domestic violence",
            "Client lost housing because of job loss",
            "Family was asked to leave by host",
            "No reason was given by the client",
            "Client left an institution without housing",
        ])
    }),
    ("occupations", |m| {
        m.one_of(&[
            "Housekeeper",
            "Farm worker",
            "Roofer",
            "Line cook",
            "Nanny",
            "Nail technician",
            "Welder",
            "Janitor",
        ])
    }),
    ("medicines", |m| {
        m.one_of(&["Sertraline", "SERTRALINE", "Naloxone", "naloxone", "Metformin", "Ibuprofen 800"])
    }),
    ("distances", |m| format!("{}.{} mi", m.below(30), m.digits(2))),
    ("ids in a row, of six digits", |m| (110_280 + m.below(60)).to_string()),
    ("office days of twelve years", |m| {
        loop {
            let (y, mo, d) = (m.between(2014, 2026), m.between(1, 13), m.between(1, 29));
            if (1..6).contains(&(day((y, mo, d)) + 4).rem_euclid(7)) {
                break format!("{mo:02}/{d:02}/{y}");
            }
        }
    }),
    ("moments of events", |m| (day(m.event(4)) * 86_400 + m.below(80_000).cast_signed()).to_string()),
    ("a table's ids", |m| format!("P{}", m.digits(10))),
    ("versions", |m| m.one_of(&["1.0.3", "10.15.7", "2.4.1", "5.0.0-rc1", "3.11.7"])),
    ("codes of counties", |m| m.one_of(&["48201", "48157", "13121", "06037", "36061", "04013", "17031"])),
];

#[test]
fn the_fifth_set_stays_told_apart() {
    let rates = drawn(55_000, &[30, 90, 700], 2, IDENTIFIED, CLEAN);
    eprintln!("{}", rates.table("fifth set"));
    assert!(rates.detection() >= 0.97, "{}", rates.table("too little found"));
    assert!(rates.false_alarms() <= 0.01, "{}", rates.table("too much refused"));
}
