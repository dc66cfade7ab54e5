//! Codes of a column that conditions ask about. A condition that finds no code it knows is silent, so
//! somebody has to notice that a whole column is written by another list.

use std::cell::Cell as Counter;
use std::collections::{BTreeMap, BTreeSet};

use crate::columns::{Cell, Columns, Row};
use crate::error::EncodeError;
use crate::known_codes::KnownCodes;
use crate::null_word::{is_blank, is_null_word};
use crate::profile::Profile;
use crate::profile_condition::Condition;
use crate::profile_rules::FileRules;
use crate::profile_value::{Code, Value};

/// The codes of one column, and how many of its cells hold another.
pub(crate) struct CodeList {
    pub(crate) column: String,
    cell: Cell,
    codes: KnownCodes,
    /// Whether the profile says that these are all codes of the column (`known`), rather than some.
    pub(crate) complete: bool,
    filled: Counter<u64>,
    others: Counter<u64>,
}

impl CodeList {
    /// Whether the row's cell holds a code that a complete list lacks.
    pub(crate) fn lacks(&self, row: &Row<'_>) -> bool {
        let cell = row.cell(self.cell);
        if is_blank(cell) {
            return false;
        }
        self.filled.update(|n| n + 1);
        let known = self.codes.contains(cell);
        if !known {
            self.others.update(|n| n + 1);
        }
        self.complete && !known
    }

    /// Cells that hold something, and cells of them whose code is not in the list.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.filled.get(), self.others.get())
    }
}

/// The lists of a file: those of its `known`, and, of columns that nothing else checks, the codes that its
/// conditions ask about. A column that the file lacks has none.
pub(crate) fn code_lists(
    profile: &Profile,
    rules: &FileRules,
    is_people: bool,
    columns: &Columns<'_>,
) -> Result<Vec<CodeList>, EncodeError> {
    let mut lists = Vec::new();
    let mut list = |column: &str, codes: &[Code], complete: bool| match columns
        .strictly(|columns| columns.require(column))
    {
        Ok(cell) => {
            let codes = KnownCodes::new(codes);
            let (column, filled, others) = (column.to_owned(), Counter::new(0), Counter::new(0));
            lists.push(CodeList { column, cell, codes, complete, filled, others });
            Ok(())
        }
        Err(EncodeError::NoColumn { .. }) => Ok(()),
        Err(error) => Err(error),
    };
    for (column, codes) in &rules.known {
        list(column, codes, true)?;
    }
    let checked = checked_otherwise(profile, rules);
    for (column, codes) in asked(profile, rules, is_people) {
        if !checked.contains(&column.to_lowercase()) {
            list(column, &codes.into_iter().cloned().collect::<Vec<_>>(), false)?;
        }
    }
    Ok(lists)
}

/// The columns, in lower case, of which the profile lists a code that is a word for nothing elsewhere: there it is
/// that code.
pub(crate) fn codes_for_nothing(profile: &Profile) -> BTreeSet<String> {
    let mut listed: Vec<(&str, &str)> = Vec::new();
    let events = profile.files.iter().flat_map(|rules| &rules.events);
    let values = events.clone().flat_map(|event| {
        [&event.service, &event.answer, &event.exploitation, &event.result, &event.outcome]
    });
    let demographics = || profile.demographics.values().flatten();
    for value in values.chain(demographics().map(|rule| &rule.value)).flatten() {
        if let Value::Mapped { column, codes, .. } = value {
            listed.extend(codes.keys().map(|code| (column.as_str(), code.as_str())));
        }
    }
    for rule in demographics() {
        let codes = || rule.yes.iter().chain(&rule.no);
        listed.extend(
            rule.select_all.keys().flat_map(|column| codes().map(move |code| (column.as_str(), &*code.0))),
        );
    }
    let skips = profile.files.iter().filter_map(|rules| rules.skip_when.as_ref());
    let conditions = events.filter_map(|event| event.when.as_ref()).chain(skips);
    let conditions = conditions.chain(demographics().filter_map(|rule| rule.when.as_ref()));
    conditions.for_each(|when| list_codes(when, &mut listed));
    let lists = profile.files.iter().flat_map(|rules| rules.allowed.iter().chain(&rules.known));
    let lists = lists.flat_map(|(column, codes)| codes.iter().map(move |code| (column.as_str(), &*code.0)));
    listed.extend(lists);
    let sex = profile.identity.sex.iter().flat_map(|field| std::iter::once(field).chain(&field.otherwise));
    let sex = sex.flat_map(|f| {
        f.columns.iter().flat_map(|c| f.codes.keys().map(move |code| (c.as_str(), code.as_str())))
    });
    listed.extend(sex);
    let nothing = listed.into_iter().filter(|(_, code)| is_null_word(code.trim()));
    nothing.map(|(column, _)| column.to_lowercase()).collect()
}

/// Every code that a condition lists, with its columns.
fn list_codes<'a>(condition: &'a Condition, listed: &mut Vec<(&'a str, &'a str)>) {
    let inner = condition.all.iter().chain(&condition.any).flatten().chain(condition.not.as_deref());
    inner.for_each(|condition| list_codes(condition, listed));
    let codes = [&condition.one_of, &condition.not_in, &condition.contains];
    for column in condition.column.iter().chain(&condition.columns) {
        listed.extend(codes.into_iter().flatten().flatten().map(|code| (column.as_str(), &*code.0)));
    }
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

/// The codes that the conditions of a file's rules ask about, by column.
fn asked<'a>(
    profile: &'a Profile,
    rules: &'a FileRules,
    is_people: bool,
) -> BTreeMap<&'a str, Vec<&'a Code>> {
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

fn collect<'a>(condition: &'a Condition, asked: &mut BTreeMap<&'a str, Vec<&'a Code>>) {
    let inner = condition.all.iter().chain(&condition.any).flatten().chain(condition.not.as_deref());
    inner.for_each(|condition| collect(condition, asked));
    // Of several columns in one test some are mostly blank or rarely coded: they vouch for one another.
    let (Some(column), Some(codes)) =
        (&condition.column, condition.one_of.as_ref().or(condition.not_in.as_ref()))
    else {
        return;
    };
    asked.entry(column.as_str()).or_default().extend(codes);
}
