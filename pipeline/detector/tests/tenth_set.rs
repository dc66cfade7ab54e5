//! The tenth set: what columns of agencies' software, written without traps by somebody who had not seen the rules, showed;
//! each beside what it must not be taken for (decision 0066). It was mended on, so these rates hold what was gained and prove
//! no more.

use detector::{Kind, Sketch, judge};

use crate::made_up::Made;
use crate::rates::{Draw, drawn};

/// 2026-06-30.
const NEWEST: i64 = 20_634;

const IDENTIFIED: &[(&str, Draw)] = &[
    ("last fours that lost their zeros in text", |m| m.below(10_000).to_string()),
    ("social security numbers that did", |m| m.between(1_000_000, 899_999_999).to_string()),
    ("cards hidden behind their kind", |m| {
        format!("{} ************{}", m.one_of(&["Visa", "MC", "AMEX"]), m.digits(4))
    }),
    ("plates behind a state's letters", |m| {
        format!("{} {}{}", m.one_of(&["NY", "NJ", "PA", "CT"]), m.letters(3), m.digits(4))
    }),
    ("plates, and those of cabs", |m| match m.below(3) {
        0 => format!("T{}C", m.digits(6)),
        1 => format!("{}-{}", m.letters(3), m.digits(4)),
        _ => format!("{}{}", m.letters(3), m.digits(4)),
    }),
    ("accounts of several banks", |m| match m.below(3) {
        0 => m.digits(9),
        1 => m.digits(10),
        _ => m.digits(12),
    }),
    ("accounts of Europe", |m| format!("DE{}", m.digits(20))),
    ("vehicles", |m| format!("1HGC{}{}A{}", m.letters(1), m.digits(4), m.digits(6))),
    ("births of grown people, two digits of a year", |m| {
        let (y, mo, d) = m.birth(18, 70);
        format!("{mo:02}/{d:02}/{:02}", y % 100)
    }),
    ("passports of a country", |m| format!("G{}", m.digits(8))),
    ("numbers of foreigners", |m| format!("A20{}", m.digits(7))),
];

const CLEAN: &[(&str, Draw)] = &[
    ("projects began", |m| {
        let year = 2024 - m.below(30) * m.below(30) / 30;
        let day = if m.below(2) == 0 { 1 } else { m.between(1, 29) };
        format!("{year}-{:02}-{day:02}", m.between(1, 13))
    }),
    ("budgets and beds began", |m| {
        let day = if m.below(5) < 2 { 1 } else { m.between(1, 29) };
        format!("{}-{:02}-{day:02}", m.between(2009, 2026), m.between(1, 13))
    }),
    ("schools ended", |m| {
        format!("{}-{:02}-{:02}", m.between(1975, 2026), m.between(5, 7), m.between(10, 29))
    }),
    ("arrivals of 28 years", |m| {
        format!("{:02}/{:02}/{}", m.between(1, 13), m.between(1, 29), m.between(1998, 2026))
    }),
    ("leave to stay, two digits of a year", |m| {
        format!("{}-{}-{}", m.between(1, 29), m.one_of(&["Jan", "May", "Sep", "Dec"]), m.between(22, 31))
    }),
    ("requests of a year", |m| format!("NRC{}{}", m.between(2019, 2026), m.digits(6))),
    ("arrests", |m| format!("{}{}6{}", m.one_of(&["K", "M", "Q", "B", "S"]), m.between(19, 26), m.digits(5))),
    ("complaints", |m| format!("{}-{:03}-{}", m.between(2019, 2026), m.between(1, 124), m.digits(6))),
    ("calls of a day", |m| format!("{}-{:03}-0{}", m.between(19, 27), m.between(1, 366), m.digits(4))),
    ("incidents of a month", |m| format!("{}{:02}-{}", m.between(2019, 2026), m.between(1, 13), m.digits(5))),
    ("grants", |m| format!("NY{}L2T60{}{}", m.digits(4), m.below(4), m.between(2210, 2518))),
    ("entries and who keeps them", |m| {
        format!("{}-{}", m.between(1_000_000, 9_999_999), m.between(20, 1_000))
    }),
    ("lots", |m| format!("{}/{}/{}", m.between(1, 6), m.between(1, 16_000), m.between(1, 151))),
    ("contracts", |m| {
        m.one_of(&[
            "CT1 071 20201414233",
            "CT1 071 20211402210",
            "CT1 071 20228801120",
            "CT1 071 20231420777",
        ])
    }),
    ("banks", |m| m.one_of(&["021000021", "026009593", "021200339", "031176110", "121000248", "021000089"])),
    ("extensions", |m| m.between(1_000, 10_000).to_string()),
    ("keys of eight signs", |m| format!("{:08x}", m.below(1 << 32))),
    ("signed keys", |m| (m.between(0, 1 << 32).cast_signed() - (1 << 31)).to_string()),
    ("police's own numbers in two groups", |m| format!("G{} {}", m.digits(3), m.digits(4))),
    ("agencies side by side", |m| {
        let agencies = [
            "Logan Center",
            "Miami",
            "Graham Services",
            "Grace House",
            "Bryant Coalition",
            "Carter Network",
            "Dean",
            "Morgan Charities",
            "Jordan Services",
            "Allen House",
        ];
        (0..=m.below(3)).map(|_| m.one_of(&agencies)).collect::<Vec<_>>().join("; ")
    }),
];

#[test]
fn the_tenth_set_stays_told_apart() {
    let rates = drawn(110_000, &[60, 240, 900], 2, IDENTIFIED, CLEAN);
    eprintln!("{}", rates.table("tenth set"));
    assert!(rates.detection() >= 0.98, "{}", rates.table("too little found"));
    assert!(rates.false_alarms() <= 0.01, "{}", rates.table("too much refused"));
}

#[test]
fn a_name_among_agencies_is_found() {
    let (_, draw) = CLEAN.iter().find(|(name, _)| *name == "agencies side by side").expect("it is listed");
    let mut made = Made::new(10);
    let mut sketch = Sketch::new();
    for row in 0..400 {
        sketch.text(&if row == 77 { "Grace House; Maria Lopez".to_owned() } else { draw(&mut made) });
    }
    assert_eq!(judge(&sketch, NEWEST).map(|found| found.kind), Some(Kind::Name));
}

#[test]
fn numbers_of_which_none_comes_twice_are_no_days() {
    let column = |of: &dyn Fn(i64) -> i64| {
        let mut sketch = Sketch::new();
        (0..900).for_each(|n| sketch.integer(of(n)));
        judge(&sketch, NEWEST).map(|found| found.kind)
    };
    // Steps without a common divisor with their ranges meet each number once, or each of 600 days once and again.
    assert_eq!(column(&|n| 40_000 + n * 2_003 % 5_200), None, "a table's persons");
    assert_eq!(column(&|n| 30_000 + n % 600 * 7_919 % 9_000), Some(Kind::BirthDate), "days of a spreadsheet");
}

#[test]
fn children_without_infants_are_found_and_an_offices_decades_are_not() {
    let column = |from: i64, to: i64, weekends: bool| {
        let mut sketch = Sketch::new();
        for n in 0..700 {
            let day = from + n * 7_919 % (to - from);
            if weekends || (1..6).contains(&(day + 4).rem_euclid(7)) {
                sketch.date(i32::try_from(day).expect("small"));
            }
        }
        judge(&sketch, NEWEST).map(|found| found.kind)
    };
    let years = |years: i64| NEWEST - years * 365;
    assert_eq!(column(years(16), years(3), true), Some(Kind::BirthDate), "of three to sixteen years");
    assert_eq!(column(years(60), years(12), false), None, "recruits of fifty years");
    assert_eq!(column(years(22), years(0), false), None, "an office of 22 years");
    assert_eq!(column(years(80), years(1), true), Some(Kind::BirthDate), "everybody");
}
