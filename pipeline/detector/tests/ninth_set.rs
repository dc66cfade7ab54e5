//! The ninth set: what a further set by somebody who had not seen the rules showed, and numbers of an agency's own of many
//! more forms, each beside what it must not be taken for (decision 0066). It was mended on, so these rates hold what was
//! gained and prove no more.

use detector::{Kind, Sketch, judge};
use sha2::{Digest, Sha256, Sha512};

use crate::made_up::Made;
use crate::rates::{Draw, drawn};

const SIGNS: &[&str] = &[
    "A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "Q", "R", "S", "T", "V", "W", "X",
    "Y", "Z", "2", "3", "4", "5", "6", "7", "8", "9",
];

fn signs(made: &mut Made, many: usize) -> String {
    (0..many).map(|_| made.one_of(SIGNS)).collect()
}

/// A digest that nobody can make again: what it is of has twenty drawn digits as a key.
fn keyed(made: &mut Made) -> Vec<u8> {
    Sha256::digest(made.digits(20)).to_vec()
}

fn recent(made: &mut Made) -> (u64, u64, u64) {
    (made.between(2019, 2026), made.between(1, 13), made.between(1, 29))
}

const IDENTIFIED: &[(&str, Draw)] = &[
    ("licences", |m| format!("{}{}", m.letters(1), m.digits(7))),
    ("licences of a state, in any order", |m| format!("WDL{}", signs(m, 9))),
    ("passports of a country", |m| format!("G{}", m.digits(8))),
    ("numbers of foreigners", |m| format!("A-{}", m.digits(9))),
    ("numbers of a hospital's patients", |m| format!("MRN{}", m.digits(8))),
    ("last fours behind what hides the rest", |m| format!("xxxxx{}", m.digits(4))),
    ("letters of a name and a birthday", |m| {
        let (y, mo, d) = m.birth(20, 60);
        format!("{}-{y}{mo:02}{d:02}", m.letters(2))
    }),
    ("names with a house's word in them", |m| format!("{} {} (house)", m.given(), m.family())),
];

const CLEAN: &[(&str, Draw)] = &[
    ("clients", |m| format!("PT-{}", m.digits(5))),
    ("clients, seven digits", |m| format!("CLT-{}", m.digits(7))),
    ("clients, one letter", |m| format!("C{}", m.digits(6))),
    ("households and clients", |m| format!("{}-{}", m.one_of(&["HH", "CL", "ST"]), m.digits(6))),
    ("keys that a program drew", |m| signs(m, 8)),
    ("keys that a program drew, ten signs", |m| signs(m, 10)),
    ("keys behind their kind", |m| format!("anon_{}", hex::encode(&keyed(m)[..4]))),
    ("cases of a court", |m| format!("{}-L-{}", m.between(2018, 2026), m.digits(6))),
    ("cases of a court, short years", |m| format!("{}CR{}", m.between(18, 26), m.digits(7))),
    ("cases of a court, years last", |m| format!("CR-{}-{}NY", m.digits(6), m.between(18, 26))),
    ("bills", |m| {
        let (y, mo, d) = recent(m);
        format!("INV-{y}{mo:02}{d:02}-{}", m.digits(4))
    }),
    ("orders of a job", |m| {
        format!("JO-A-300-{}{:03}-{}", m.between(19, 26), m.between(1, 366), m.digits(6))
    }),
    ("reports of a city's police", |m| format!("{}{}", m.one_of(&["JF", "JG", "HZ"]), m.digits(6))),
    ("calls of a night", |m| format!("{}{:03}{}", m.between(19, 26), m.between(1, 366), m.digits(4))),
    ("services, nine digits", |m| (355_000_000 + m.below(400_000)).to_string()),
    ("services, ten digits", |m| (7_030_000_000 + m.below(900_000)).to_string()),
    ("employers", |m| format!("{}-{}", m.one_of(&["36", "45", "47", "82"]), m.digits(7))),
    ("blocks of a county", |m| format!("17031{}", m.digits(10))),
    ("books", |m| format!("978{}", m.digits(10))),
    ("houses were finished", |m| {
        format!("{}-{}", m.between(1920, 2020), m.one_of(&["01-01", "06-30", "12-31", "07-01"]))
    }),
    ("houses called after people", |m| {
        let called = ["Dorothy Vaughan Place", "Ella Baker House", "St. Monica's Place", "Rosa's Place"];
        let more = ["Bayard Center", "Anna Cooper Shelter", "Grace House", "Nueva Vida", "Beth Shalom"];
        if m.below(2) == 0 { m.one_of(&called) } else { m.one_of(&more) }
    }),
    ("projects of a housing authority", |m| {
        let called =
            ["Paul Robeson Houses", "Ellington Homes", "Cedar Terrace", "Scattered sites", "Carver Homes"];
        let more =
            ["Ralph Ellison Apartments", "Walker Gardens", "Riverview", "Wells Court", "Hansberry Towers II"];
        if m.below(2) == 0 { m.one_of(&called) } else { m.one_of(&more) }
    }),
];

#[test]
fn the_ninth_set_stays_told_apart() {
    let rates = drawn(99_000, &[60, 240, 900], 2, IDENTIFIED, CLEAN);
    eprintln!("{}", rates.table("ninth set"));
    assert!(rates.detection() >= 0.98, "{}", rates.table("too little found"));
    assert!(rates.false_alarms() <= 0.01, "{}", rates.table("too much refused"));
}

#[test]
fn a_name_among_houses_and_codes_is_found() {
    let lists = ["houses called after people", "projects of a housing authority", "clients", "bills"];
    for (name, draw) in CLEAN.iter().filter(|(name, _)| lists.contains(name)) {
        for hidden in ["Maria Lopez", "GARCIA, JOSE", "Jane Doe called"] {
            let mut made = Made::new(9);
            let mut sketch = Sketch::new();
            for row in 0..400 {
                sketch.text(&if row % 150 == 77 { hidden.to_owned() } else { draw(&mut made) });
            }
            let finding = judge(&sketch, 20_634);
            assert!(finding.is_some_and(|f| f.kind == Kind::Name), "{hidden} in {name}: {finding:?}");
        }
    }
}

#[test]
fn digests_are_told_by_trying_whether_a_key_made_them() {
    let found = |draw: &dyn Fn(&mut Made) -> String| {
        let mut made = Made::new(31);
        let mut sketch = Sketch::new();
        (0..900).for_each(|_| sketch.text(&draw(&mut made)));
        judge(&sketch, 20_634).map(|found| found.kind)
    };
    let digest = |text: String| hex::encode(Sha256::digest(text));
    assert_eq!(found(&|m| digest(m.given())), Some(Kind::Hash), "names");
    assert_eq!(found(&|m| digest(format!("{} {}", m.given(), m.family()))), Some(Kind::Hash), "whole names");
    let longer = |text: String| hex::encode(Sha512::digest(text));
    assert_eq!(found(&|m| longer(m.family())), Some(Kind::Hash), "names, under a longer one");
    assert_eq!(found(&|m| digest(m.digits(9))), Some(Kind::Hash), "social security numbers");
    assert_eq!(found(&|m| format!("sha256:{}", hex::encode(keyed(m)))), Some(Kind::Hash), "so it says");
    assert_eq!(found(&|m| hex::encode(keyed(m))), None, "a key made them");
}

#[test]
fn days_of_a_house_that_never_closes_are_no_births() {
    let column = |from: i32, years: i32, until: i64| {
        let mut sketch = Sketch::new();
        (0..400).for_each(|n| sketch.date(from + n * 7_919 % (years * 365)));
        judge(&sketch, until).map(|found| found.kind)
    };
    assert_eq!(column(20_600 - 10 * 365, 10, 20_634), None, "ten years up to the newest day");
    assert_eq!(column(20_600 - 14 * 365, 14, 20_634), Some(Kind::BirthDate), "children of up to fourteen");
    assert_eq!(column(20_600 - 14 * 365, 9, 20_634), Some(Kind::BirthDate), "children of five to fourteen");
}

#[test]
fn numbers_that_lost_their_zeros_are_social_security_numbers_however_few() {
    let mut sketch = Sketch::new();
    let numbers = [151_816_681, 21_227_934, 266_143_978, 28_046_195, 558_663_494, 604_092_401, 67_016_506];
    (0..29).for_each(|row| sketch.integer(numbers[row % numbers.len()]));
    assert_eq!(judge(&sketch, 20_634).map(|found| found.kind), Some(Kind::Ssn));
}
