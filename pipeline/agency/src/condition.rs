//! Conditions of a profile, bound to a file's columns.

use chrono::NaiveDate;

use crate::age::Birth;
use crate::columns::{Cell, Columns, Row};
use crate::dates::DateFormats;
use crate::error::EncodeError;
use crate::known_codes::KnownCodes;
use crate::null_word::is_blank;
use crate::possible_days::PossibleDays;
use crate::profile_condition::Condition;
use crate::profile_value::Code;

/// Whose row it is, and when: what age conditions ask.
#[derive(Clone, Copy, Default)]
pub(crate) struct Moment {
    pub(crate) birth: Birth,
    pub(crate) date: Option<NaiveDate>,
}

impl Moment {
    fn age(self) -> Option<u32> {
        self.birth.age_at(self.date?)
    }
}

/// A bound condition.
pub(crate) enum Test {
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    In(Vec<Cell>, KnownCodes),
    NotIn(Vec<Cell>, KnownCodes),
    Prefix(Vec<Cell>, Vec<String>),
    Present(Vec<Cell>, bool),
    Date { column: String, cells: Vec<Cell>, formats: DateFormats },
    Contains(Vec<Cell>, String, KnownCodes),
    AgeKnown(bool),
    AgeUnder(u32),
    AgeAtLeast(u32),
}

impl Test {
    pub(crate) fn bind(condition: &Condition, columns: &Columns<'_>) -> Result<Self, EncodeError> {
        let inner =
            |list: &[Condition]| list.iter().map(|c| Self::bind(c, columns)).collect::<Result<Vec<_>, _>>();
        if let Some(list) = &condition.all {
            return Ok(Self::All(inner(list)?));
        }
        if let Some(list) = &condition.any {
            return Ok(Self::Any(inner(list)?));
        }
        if let Some(condition) = &condition.not {
            return Ok(Self::Not(Box::new(Self::bind(condition, columns)?)));
        }
        if let Some(known) = condition.age_known {
            return Ok(Self::AgeKnown(known));
        }
        if let Some(years) = condition.age_under {
            return Ok(Self::AgeUnder(years));
        }
        if let Some(years) = condition.age_at_least {
            return Ok(Self::AgeAtLeast(years));
        }
        let names = condition.column.iter().chain(&condition.columns);
        let cells = names.map(|name| columns.require(name)).collect::<Result<Vec<_>, _>>()?;
        Ok(if let Some(list) = &condition.one_of {
            Self::In(cells, KnownCodes::new(list))
        } else if let Some(list) = &condition.not_in {
            Self::NotIn(cells, KnownCodes::new(list))
        } else if let Some(list) = &condition.prefix {
            Self::Prefix(cells, bare_prefixes(list.iter()))
        } else if let Some(formats) = &condition.date {
            let column = condition.column.as_ref().or(condition.columns.first()).cloned().unwrap_or_default();
            Self::Date { column, cells, formats: DateFormats::new(formats, &[]) }
        } else if let (Some(list), Some(split)) = (&condition.contains, &condition.split) {
            Self::Contains(cells, split.clone(), KnownCodes::new(list))
        } else {
            Self::Present(cells, condition.present.unwrap_or(true))
        })
    }

    /// Whether it depends on the age.
    pub(crate) fn asks_age(&self) -> bool {
        match self {
            Self::All(tests) | Self::Any(tests) => tests.iter().any(Self::asks_age),
            Self::Not(test) => test.asks_age(),
            Self::AgeKnown(_) | Self::AgeUnder(_) | Self::AgeAtLeast(_) => true,
            Self::In(..)
            | Self::NotIn(..)
            | Self::Prefix(..)
            | Self::Present(..)
            | Self::Date { .. }
            | Self::Contains(..) => false,
        }
    }

    /// The column of a `date` test of which the row's cell holds something and none of the `possible` days.
    pub(crate) fn no_date(&self, row: &Row<'_>, possible: PossibleDays) -> Option<&str> {
        match self {
            Self::All(tests) | Self::Any(tests) => tests.iter().find_map(|test| test.no_date(row, possible)),
            Self::Not(test) => test.no_date(row, possible),
            Self::Date { column, cells, formats } => {
                let mut texts = cells.iter().map(|cell| row.cell(*cell));
                let is_day = |text| formats.parse(text).is_some_and(|day| possible.contain(day));
                texts.any(|text| !is_blank(text) && !is_day(text)).then_some(column.as_str())
            }
            _ => None,
        }
    }

    /// Whether the condition holds; of several columns one is enough. An unknown age is neither
    /// under nor over.
    pub(crate) fn holds(&self, row: &Row<'_>, moment: Moment) -> bool {
        match self {
            Self::All(tests) => tests.iter().all(|t| t.holds(row, moment)),
            Self::Any(tests) => tests.iter().any(|t| t.holds(row, moment)),
            Self::Not(test) => !test.holds(row, moment),
            Self::In(cells, codes) => cells.iter().any(|c| codes.contains(row.cell(*c))),
            Self::NotIn(cells, codes) => {
                cells.iter().map(|c| row.cell(*c)).any(|cell| !cell.is_empty() && !codes.contains(cell))
            }
            Self::Prefix(cells, prefixes) => cells.iter().any(|c| has_prefix(row.cell(*c), prefixes)),
            Self::Present(cells, wanted) => cells.iter().any(|c| !is_blank(row.cell(*c))) == *wanted,
            Self::Date { cells, formats, .. } => cells.iter().any(|c| formats.parse(row.cell(*c)).is_some()),
            Self::Contains(cells, split, codes) => {
                let mut values = cells.iter().flat_map(|c| row.cell(*c).split(split.as_str()));
                values.any(|value| codes.contains(value.trim()))
            }
            Self::AgeKnown(wanted) => moment.age().is_some() == *wanted,
            Self::AgeUnder(years) => moment.age().is_some_and(|age| age < *years),
            Self::AgeAtLeast(years) => moment.age().is_some_and(|age| age >= *years),
        }
    }
}

/// Prefixes as [`has_prefix`] compares them.
pub(crate) fn bare_prefixes<'a>(list: impl Iterator<Item = &'a Code>) -> Vec<String> {
    list.map(|code| code.0.trim().replace('.', "").to_ascii_uppercase()).collect()
}

/// `T7451XA` and `T74.51XA` both begin with `T74.5`.
pub(crate) fn has_prefix(cell: &str, prefixes: &[String]) -> bool {
    prefixes.iter().any(|prefix| {
        let mut letters = cell.bytes().filter(|b| *b != b'.').map(|b| b.to_ascii_uppercase());
        prefix.bytes().all(|p| letters.next() == Some(p))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::columns::Header;
    use crate::kept_cells::KeptCells;
    use crate::raw_row::RawRow;

    fn holds(toml: &str, cells: &[&str], moment: Moment) -> bool {
        let condition: Condition = toml::from_str(toml).expect("a condition");
        let (header, coded) = (Header::new("f", ["a", "b"].into_iter()), std::collections::BTreeSet::new());
        let columns = Columns::new(&header, vec![], &coded);
        let test = Test::bind(&condition, &columns).expect("bound");
        let (mut raw, mut kept) = (RawRow::default(), KeptCells::default());
        for cell in cells {
            raw.push(cell);
        }
        kept.keep(&columns.into_used(), &raw, raw.text(), &[]);
        test.holds(&kept.row(), moment)
    }

    #[test]
    fn every_test_can_hold_and_fail() {
        let no = Moment::default();
        for (toml, yes, not) in [
            ("column = 'a'\nin = ['X', 2]", ["x", ""], ["y", "x"]),
            ("column = 'a'\nnot_in = ['x']", ["y", ""], ["X", ""]),
            ("columns = ['a', 'b']\nin = [1]", ["0", "1"], ["0", "0"]),
            ("columns = ['a', 'b']\nprefix = ['T74.5']", ["", "t7451XA"], ["T74", "J06.9"]),
            ("column = 'a'\npresent = true", ["x", ""], [" ", "x"]),
            ("column = 'a'\npresent = false", ["", "x"], ["x", ""]),
            ("column = 'a'\npresent = true", ["0", ""], ["NULL", ""]),
            ("column = 'a'\ndate = ['%Y-%m-%d']", ["2025-01-02 10:00", ""], ["N", ""]),
            ("not = { column = 'a', in = [1] }", ["2", ""], ["1", ""]),
            ("all = [{ column = 'a', in = [1] }, { column = 'b', in = [1] }]", ["1", "1"], ["1", "2"]),
            ("any = [{ column = 'a', in = [1] }, { column = 'b', in = [1] }]", ["2", "1"], ["2", "2"]),
        ] {
            assert!(holds(toml, &yes, no), "{toml}");
            assert!(!holds(toml, &not, no), "{toml}");
        }
    }

    #[test]
    fn an_unknown_age_is_neither_under_nor_over() {
        let day = |y| NaiveDate::from_ymd_opt(y, 1, 1);
        let minor =
            Moment { birth: Birth { date: day(2010), year: Some(2010), aged: None }, date: day(2024) };
        for (toml, minor_holds) in [("age_under = 18", true), ("age_at_least = 18", false)] {
            assert_eq!(holds(toml, &["", ""], minor), minor_holds);
            assert!(!holds(toml, &["", ""], Moment::default()));
        }
    }
}
