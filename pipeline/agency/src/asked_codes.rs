//! Codes that conditions ask about. A condition that finds no code it knows is silent, so somebody has to notice that
//! a whole column is written by another list, or in another dress.

use std::cell::Cell as Counter;
use std::collections::{BTreeMap, BTreeSet};

use crate::accounting::LEAST_CELLS;
use crate::columns::{Cell, Columns, Row};
use crate::condition::{bare_prefixes, has_prefix};
use crate::error::EncodeError;
use crate::known_codes::KnownCodes;
use crate::null_word::is_blank;
use crate::profile::Profile;
use crate::profile_condition::Condition;
use crate::profile_rules::FileRules;
use crate::profile_value::{Code, Value};

/// Cells that are looked at for their form: rows come in the order of keyed ids, which has to do with nothing else.
const LOOKED_AT: u64 = 256;

/// What conditions ask of columns that nothing else checks, and whether a cell has it.
pub(crate) struct AskedCodes {
    columns: Vec<String>,
    cells: Vec<Cell>,
    codes: KnownCodes,
    prefixes: Vec<String>,
    /// Whether prefixes are of codes such as ICD's: a letter and a digit in front.
    coded: bool,
    /// What parts the values of a cell, and those that are asked for.
    contained: Vec<(String, KnownCodes)>,
    filled: Counter<u64>,
    found: Counter<bool>,
    looked: Counter<u64>,
    formed: Counter<u64>,
}

impl AskedCodes {
    /// Looks at a row, as long as it may tell something.
    pub(crate) fn look(&self, row: &Row<'_>) {
        let looks = self.coded && self.looked.get() < LOOKED_AT;
        if self.found.get() && !looks {
            return;
        }
        for cell in self.cells.iter().map(|cell| row.cell(*cell)).filter(|cell| !is_blank(cell)) {
            self.filled.update(|n| n + 1);
            if !self.found.get() && self.asks_for(cell) {
                self.found.set(true);
            }
            if looks {
                self.looked.update(|n| n + 1);
                self.formed.update(|n| n + u64::from(is_coded(cell)));
            }
        }
    }

    fn asks_for(&self, cell: &str) -> bool {
        let contains = |(split, codes): &(String, KnownCodes)| {
            cell.split(split.as_str()).any(|value| codes.contains(value.trim()))
        };
        self.codes.contains(cell) || has_prefix(cell, &self.prefixes) || self.contained.iter().any(contains)
    }

    /// What is odd about all that was seen of the file.
    pub(crate) fn note(&self, file: &str) -> Option<String> {
        let columns: Vec<_> = self.columns.iter().map(|column| format!("`{column}`")).collect();
        let (columns, filled) = (columns.join(", "), self.filled.get());
        if !self.found.get() {
            return (filled >= LEAST_CELLS).then(|| {
                format!(
                    "{file}: none of the {filled} codes of {columns} is one that a rule of the profile asks about: where that \
                     is no chance, the list is of another year{}",
                    if self.codes.is_empty() {
                        ", or something stands around the codes"
                    } else {
                        "; `known` in the profile can name all codes of the column"
                    }
                )
            });
        }
        let (looked, formed) = (self.looked.get(), self.formed.get());
        (looked >= LEAST_CELLS && 2 * formed < looked).then(|| {
            format!(
                "{file}: of {looked} cells of {columns} that were looked at {formed} alone are codes as a rule of the profile asks \
                 for: where several stand in a cell, or something around them, the others are not found"
            )
        })
    }
}

/// Whether a cell is a code such as ICD's, and nothing beside it.
fn is_coded(cell: &str) -> bool {
    let bytes = cell.as_bytes();
    let starts =
        matches!(bytes, [letter, digit, ..] if letter.is_ascii_alphabetic() && digit.is_ascii_digit());
    starts && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'.')
}

/// What one condition asks for.
#[derive(Default)]
struct Asked<'a> {
    codes: Vec<&'a Code>,
    prefixes: Vec<&'a Code>,
    contained: Vec<(&'a str, &'a [Code])>,
}

/// What a file's conditions ask of columns that nothing else checks. A column that the file lacks is asked nothing.
pub(crate) fn asked_codes(
    profile: &Profile,
    rules: &FileRules,
    is_people: bool,
    columns: &Columns<'_>,
) -> Result<Vec<AskedCodes>, EncodeError> {
    let mut all = Vec::new();
    let checked = checked_otherwise(profile, rules);
    for (names, asked) in asked(profile, rules, is_people) {
        let (mut there, mut cells) = (Vec::new(), Vec::new());
        for name in names.into_iter().filter(|name| !checked.contains(&name.to_lowercase())) {
            if let Some(cell) = columns.find_strictly(name)? {
                there.push(name.to_owned());
                cells.push(cell);
            }
        }
        if cells.is_empty() {
            continue;
        }
        let prefixes = bare_prefixes(asked.prefixes.iter().copied());
        let contained =
            asked.contained.iter().map(|(split, codes)| ((*split).to_owned(), KnownCodes::new(codes)));
        all.push(AskedCodes {
            columns: there,
            cells,
            codes: KnownCodes::new(&asked.codes.into_iter().cloned().collect::<Vec<_>>()),
            coded: !prefixes.is_empty() && prefixes.iter().all(|prefix| is_coded(prefix)),
            prefixes,
            contained: contained.collect(),
            filled: Counter::new(0),
            found: Counter::new(false),
            looked: Counter::new(0),
            formed: Counter::new(0),
        });
    }
    Ok(all)
}

/// Columns whose codes are checked where they are read.
fn checked_otherwise(profile: &Profile, rules: &FileRules) -> BTreeSet<String> {
    let values = rules.events.iter().flat_map(|event| {
        [&event.service, &event.answer, &event.exploitation, &event.result, &event.outcome]
    });
    let demographics = profile.demographics.values().flatten();
    let mapped = values.chain(demographics.clone().map(|rule| &rule.value)).flatten();
    let mapped = mapped.filter_map(|value| match value {
        Value::Mapped { column, .. } => Some(column),
        Value::Fixed(_) => None,
    });
    let selected = demographics.flat_map(|rule| rule.select_all.keys());
    let listed = rules.known.keys().chain(rules.allowed.keys());
    mapped.chain(selected).chain(listed).map(|column| column.to_lowercase()).collect()
}

/// What the conditions of a file's rules ask, by columns.
fn asked<'a>(
    profile: &'a Profile,
    rules: &'a FileRules,
    is_people: bool,
) -> BTreeMap<Vec<&'a str>, Asked<'a>> {
    let here = |file: &Option<String>| match file {
        Some(file) => file.eq_ignore_ascii_case(&rules.name),
        None => is_people,
    };
    let demographics = profile.demographics.values().flatten().filter(|rule| here(&rule.file));
    let conditions = rules.events.iter().filter_map(|event| event.when.as_ref());
    let conditions =
        conditions.chain(&rules.skip_when).chain(demographics.filter_map(|rule| rule.when.as_ref()));
    let mut asked = BTreeMap::new();
    for condition in conditions {
        collect(condition, &mut asked);
    }
    asked
}

fn collect<'a>(condition: &'a Condition, asked: &mut BTreeMap<Vec<&'a str>, Asked<'a>>) {
    let inner = condition.all.iter().chain(&condition.any).flatten().chain(condition.not.as_deref());
    inner.for_each(|condition| collect(condition, asked));
    let columns: Vec<_> = condition.column.iter().chain(&condition.columns).map(String::as_str).collect();
    let codes = condition.one_of.as_ref().or(condition.not_in.as_ref());
    // Of several columns with codes some are mostly blank or rarely coded.
    if let (Some(codes), [_]) = (codes, columns.as_slice()) {
        asked.entry(columns).or_default().codes.extend(codes);
    } else if let Some(prefixes) = &condition.prefix {
        asked.entry(columns).or_default().prefixes.extend(prefixes);
    } else if let (Some(codes), Some(split)) = (&condition.contains, &condition.split) {
        asked.entry(columns).or_default().contained.push((split, codes));
    }
}
