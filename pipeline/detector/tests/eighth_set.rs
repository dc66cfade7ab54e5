//! The eighth set: what a set by somebody who had not seen the rules showed to be refused wrongly, and beside each what it must
//! not be taken for (decision 0066). It was mended on, so these rates hold what was gained and prove no more.

use detector::{Kind, Sketch, judge};

use crate::made_up::Made;
use crate::rates::{Draw, drawn};

const IDENTIFIED: &[(&str, Draw)] = &[
    ("telephones in groups", |m| format!("{}-{}-{}", m.between(212, 989), m.between(222, 989), m.digits(4))),
    ("social security numbers", |m| m.digits(9)),
    ("registers of prisons", |m| {
        format!("{}-{}", m.digits(5), m.one_of(&["018", "045", "177", "298", "479"]))
    }),
    ("cards of benefits", |m| format!("{}{}", m.one_of(&["507680", "610414"]), m.digits(10))),
    ("births, days unknown", |m| format!("{:02}/01/{}", m.between(1, 13), m.between(1950, 2010))),
    ("births, first of January", |m| match m.below(3) {
        0 => format!("{:02}/{:02}/{}", m.between(1, 13), m.between(1, 29), m.between(1950, 2010)),
        _ => format!("01/01/{}", m.between(1950, 2010)),
    }),
    ("names written together", |m| format!("{}{}", m.given(), m.family())),
    ("names of one family", |m| format!("{} {}", m.given(), m.one_of(&["Park", "Hall", "Law", "Field"]))),
    ("names in Chinese", |m| {
        let given = ["丽华", "小明", "志强", "伟", "秀英", "建国", "芳", "敏"];
        m.one_of(&["王", "李", "陈", "黄", "林", "赵"]) + &m.one_of(&given)
    }),
    ("hearings", |m| format!("{} hearing", m.family())),
];

const CLEAN: &[(&str, Draw)] = &[
    ("accounts", |m| {
        format!("{}-{}-{}0", m.between(200, 999), m.one_of(&["420", "610", "730"]), m.between(100, 120))
    }),
    ("units of a budget", |m| {
        m.one_of(&["204410500", "318802000", "127103300", "290050100", "163304400", "245500900", "331207700"])
    }),
    ("laws begin", |m| format!("{}/01/{}", m.one_of(&["01", "06", "09"]), m.between(1955, 2026))),
    ("houses were built", |m| {
        format!("{}-{:02}-{}", m.between(1920, 1999), m.between(1, 13), m.one_of(&["01", "10", "20"]))
    }),
    ("fields", |m| {
        let fields = ["LastName", "entry_dt", "ExitDate", "worker_id", "HouseholdID", "svc_type", "ZipCode"];
        m.one_of(&fields)
    }),
    ("libraries", |m| {
        let called =
            ["Maya Angelou Library", "Carver Branch", "Lorde Library", "Baldwin Rec Ctr", "Hayes Park"];
        m.one_of(&called)
    }),
    ("laws called after people", |m| {
        m.one_of(&["Amber's Law", "Jessica's Law", "Wagner Act", "Lanham Act", "Dru Sjodin Act", "Byrd Act"])
    }),
    ("answers in any script", |m| m.one_of(&["Si", "Да", "Нет", "نعم", "لا", "Haa", "Oui", "예"])),
    ("services in Chinese", |m| {
        let services = ["就业培训", "儿童托管", "心理咨询", "Tư vấn", "法庭陪同", "临时住宿", "英文班"];
        m.one_of(&services)
    }),
    ("doses", |m| {
        m.one_of(&["Inject 150 mg SQ weekly", "Take with water", "Apply at night", "Inhale as needed"])
    }),
    ("lines of buses", |m| {
        m.one_of(&["Route 22 - Clark St", "Rte 9 Ashland Ave", "Red Line", "Howard", "Blue Line"])
    }),
    ("grants of HUD", |m| {
        format!("IL{}L5T{}{}", m.digits(4), m.one_of(&["510", "511", "502"]), m.between(1500, 2500))
    }),
    ("stations of a clinic", |m| {
        m.one_of(&["541", "552 (Dayton)", "663", "589 (Robert Dole)", "580", "598"])
    }),
];

#[test]
fn the_eighth_set_stays_told_apart() {
    let rates = drawn(88_000, &[40, 120, 900], 2, IDENTIFIED, CLEAN);
    eprintln!("{}", rates.table("eighth set"));
    assert!(rates.detection() >= 0.98, "{}", rates.table("too little found"));
    assert!(rates.false_alarms() <= 0.01, "{}", rates.table("too much refused"));
}

#[test]
fn a_name_hidden_in_each_of_its_lists_is_found() {
    for (name, draw) in CLEAN.iter().filter(|(name, _)| !["laws begin", "houses were built"].contains(name)) {
        for hidden in ["Maria Lopez", "GARCIA, JOSE", "Jane Doe called", "Linh Nguyen (mother)"] {
            let mut made = Made::new(99);
            let mut sketch = Sketch::new();
            for row in 0..400 {
                sketch.text(&if row % 150 == 77 { hidden.to_owned() } else { draw(&mut made) });
            }
            let finding = judge(&sketch, 20_634);
            assert!(finding.is_some_and(|f| f.kind == Kind::Name), "{hidden} in {name}: {finding:?}");
        }
    }
}
