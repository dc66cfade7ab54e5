//! Codes of a column that a profile lists as all of them, and codes that are a word for nothing elsewhere.

use std::cell::Cell as Counter;
use std::collections::BTreeSet;

use crate::columns::{Cell, Columns, Row};
use crate::error::EncodeError;
use crate::known_codes::KnownCodes;
use crate::null_word::{is_blank, is_null_word};
use crate::profile::Profile;
use crate::profile_condition::Condition;
use crate::profile_rules::FileRules;
use crate::profile_value::Value;

/// The codes of one column, all that the profile knows of it, and how many of its cells hold another.
pub(crate) struct CodeList {
    pub(crate) column: String,
    cell: Cell,
    codes: KnownCodes,
    filled: Counter<u64>,
    others: Counter<u64>,
}

impl CodeList {
    /// Whether the row's cell holds a code that the list lacks.
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
        !known
    }

    /// Cells that hold something, and cells of them whose code is not in the list.
    pub(crate) fn counts(&self) -> (u64, u64) {
        (self.filled.get(), self.others.get())
    }
}

/// The lists of a file: its `known`. A column that the file lacks has none.
pub(crate) fn code_lists(rules: &FileRules, columns: &Columns<'_>) -> Result<Vec<CodeList>, EncodeError> {
    let mut lists = Vec::new();
    for (column, codes) in &rules.known {
        if let Some(cell) = columns.find_strictly(column)? {
            let codes = KnownCodes::new(codes);
            let (column, filled, others) = (column.to_owned(), Counter::new(0), Counter::new(0));
            lists.push(CodeList { column, cell, codes, filled, others });
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
