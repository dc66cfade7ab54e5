//! Raw files as rows of named cells, and a city read back by the README's words alone.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{Datelike, NaiveDate};

/// A row by column name.
pub(crate) type Row = BTreeMap<String, String>;

/// Rows of a file.
pub(crate) fn rows(folder: &Path, file: &str) -> Vec<Row> {
    let delimiter = match file {
        f if f.starts_with("human_services/") => b'|',
        f if f.starts_with("legal_services/") => b';',
        _ => b',',
    };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .quoting(delimiter != b'|')
        .from_path(folder.join(file))
        .unwrap_or_else(|e| panic!("{file}: {e}"));
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|r| names.iter().cloned().zip(r.unwrap().iter().map(str::to_owned)).collect())
        .collect()
}

/// Service words of the README's table: `[truth, health, human, labor, law]`.
pub(crate) fn services() -> Vec<[String; 5]> {
    let text = include_str!("../../README.md");
    let table = text.split("| service | public_health code").nth(1).expect("the README has the table");
    table
        .lines()
        .skip(2)
        .take(16)
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            std::array::from_fn(|i| cells[i].to_owned())
        })
        .collect()
}

/// What is known of a birth.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Birth {
    Date(NaiveDate),
    Year(i32),
    Unknown,
}

impl Birth {
    pub(crate) fn age(self, on: NaiveDate) -> Option<i32> {
        let years = match self {
            Birth::Unknown => return None,
            Birth::Year(y) => on.year() - y,
            Birth::Date(b) if b == NaiveDate::from_ymd_opt(1900, 1, 1).unwrap() => return None,
            Birth::Date(b) => on.year() - b.year() - i32::from((on.month(), on.day()) < (b.month(), b.day())),
        };
        (0..=120).contains(&years).then_some(years)
    }
}

/// One event: day, kind, what it is about (service or exploitation), result day of a referral that was
/// attained, what came of a referral or a question.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) day: NaiveDate,
    pub(crate) kind: &'static str,
    pub(crate) about: String,
    pub(crate) attained: Option<NaiveDate>,
    pub(crate) came: &'static str,
}

/// One record as read back.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) source: &'static str,
    pub(crate) key: String,
    pub(crate) birth: Birth,
    /// Known demographic answers only.
    pub(crate) says: BTreeMap<&'static str, String>,
    pub(crate) events: Vec<Event>,
}

impl Record {
    pub(crate) fn new(source: &'static str, key: &str, birth: Birth) -> Self {
        Self { source, key: key.to_owned(), birth, says: BTreeMap::new(), events: Vec::new() }
    }

    pub(crate) fn say(&mut self, what: &'static str, word: &str) {
        if !word.is_empty() {
            self.says.insert(what, word.to_owned());
        }
    }

    pub(crate) fn add(&mut self, day: NaiveDate, kind: &'static str, about: &str) {
        self.note(day, kind, about, None, "");
    }

    /// A referral that came to `yes`, `no` or nothing known; the day counts of a yes.
    pub(crate) fn refer(&mut self, day: NaiveDate, about: &str, came: &'static str, on: Option<NaiveDate>) {
        self.add(day, "need", about);
        self.note(day, "referral", about, on.filter(|_| came == "yes"), came);
    }

    /// A question that came to `answered`, `refused` or `not_collected`.
    pub(crate) fn ask(&mut self, day: NaiveDate, about: &str, came: &'static str) {
        self.note(day, "screening", about, None, came);
    }

    fn note(
        &mut self,
        day: NaiveDate,
        kind: &'static str,
        about: &str,
        attained: Option<NaiveDate>,
        came: &'static str,
    ) {
        self.events.push(Event { day, kind, about: about.to_owned(), attained, came });
    }
}

/// A city read back: records by source and key, and the rows that had to be set aside.
#[derive(Default)]
pub(crate) struct City {
    pub(crate) records: BTreeMap<(&'static str, String), Record>,
    pub(crate) aside: Vec<(String, u64)>,
}

impl City {
    pub(crate) fn set_aside(&mut self, file: &str, index: usize) {
        self.aside.push((file.to_owned(), index as u64 + 1));
    }

    pub(crate) fn insert(&mut self, record: Record) {
        self.records.insert((record.source, record.key.clone()), record);
    }

    pub(crate) fn record(&mut self, source: &'static str, key: &str) -> Option<&mut Record> {
        self.records.get_mut(&(source, key.to_owned()))
    }
}

/// A date, if the text is one.
pub(crate) fn date(text: &str, format: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text, format).ok()
}

/// Looks a word up in pairs; blank when it is not there.
pub(crate) fn word<'a>(pairs: &[(&str, &'a str)], key: &str) -> &'a str {
    pairs.iter().find(|(k, _)| *k == key).map_or("", |(_, v)| v)
}
