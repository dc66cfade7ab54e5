//! Event rules, bound to a file's columns: a raw row in, events out.

use std::borrow::Cow;
use std::cell::Cell as Counter;
use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use domain::{
    Answer, DatePrecision, EventKind, Exploitation, ReferralResult, ScreeningQuestion, Service, Word,
};

use crate::accounting::{
    CODE_UNKNOWN, DATE_FUTURE, DATE_IMPOSSIBLE, DATE_MISSING, DATE_NO_DAY, DATE_OTHERWISE, DATE_UNUSABLE,
    Fault, RESULT_DATE_IMPOSSIBLE,
};
use crate::age::Birth;
use crate::columns::{Cell, Columns, Row};
use crate::condition::{Moment, Test};
use crate::date_order::{DateCounts, DatesSeen};
use crate::dates::DateFormats;
use crate::error::EncodeError;
use crate::identity::Cells;
use crate::known_codes::{Asked, KnownCode};
use crate::no_day::says_no_day;
use crate::possible_days::PossibleDays;
use crate::profile::Profile;
use crate::profile_condition::Condition;
use crate::profile_identity::Field;
use crate::profile_rules::EventRule;
use crate::profile_value::Value;

/// What an event says, before it has ids.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct Draft {
    pub(crate) kind: EventKind,
    pub(crate) date: NaiveDate,
    pub(crate) precision: DatePrecision,
    pub(crate) question: Option<ScreeningQuestion>,
    pub(crate) answer: Option<Answer>,
    pub(crate) exploitation: Option<Exploitation>,
    pub(crate) service: Option<Service>,
    pub(crate) result: Option<ReferralResult>,
    pub(crate) result_date: Option<NaiveDate>,
    /// A place in [`outcomes`].
    pub(crate) outcome: Option<u16>,
}

/// The dates of a row, whatever became of it.
#[derive(Default)]
pub(crate) struct Dates {
    pub(crate) first: Option<NaiveDate>,
    /// There is none, or one that can't be read.
    pub(crate) undated: bool,
}

/// The words that a profile has for outcomes, in order.
pub(crate) fn outcomes(profile: &Profile) -> Vec<String> {
    let events = profile.files.iter().flat_map(|file| &file.events);
    let words = events.filter_map(|event| event.outcome.as_ref()).flat_map(Value::words);
    words.cloned().collect::<BTreeSet<_>>().into_iter().collect()
}

impl Draft {
    /// Writes everything the event says, for its id, in place of what `out` held.
    pub(crate) fn message(&self, outcomes: &[String], out: &mut Vec<u8>) {
        fn word<W: Word>(word: Option<W>) -> &'static str {
            word.map_or("", Word::word)
        }
        out.clear();
        out.extend_from_slice(self.kind.word().as_bytes());
        out.push(SEPARATOR);
        write_date(self.date, out);
        let words = [
            word(self.question),
            word(self.answer),
            word(self.exploitation),
            word(self.service),
            word(self.result),
        ];
        for word in words {
            out.push(SEPARATOR);
            out.extend_from_slice(word.as_bytes());
        }
        out.push(SEPARATOR);
        if let Some(date) = self.result_date {
            write_date(date, out);
        }
        out.push(SEPARATOR);
        out.extend_from_slice(self.outcome.map_or("", |at| &outcomes[usize::from(at)]).as_bytes());
    }
}

const SEPARATOR: u8 = 0x1f;

/// `YYYY-MM-DD`; dates of events lie between 1900 and 2199.
fn write_date(date: NaiveDate, out: &mut Vec<u8>) {
    let two = |number: u32| [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
    let year = date.year().unsigned_abs();
    let mut text = *b"    -  -  ";
    for (at, pair) in [(0, year / 100), (2, year % 100), (5, date.month()), (8, date.day())] {
        text[at..at + 2].copy_from_slice(&two(pair));
    }
    out.extend_from_slice(&text);
}

/// A value of a profile, bound: fixed words, or a column read through codes.
pub(crate) enum Bound<T> {
    Fixed(Vec<T>),
    Mapped {
        cell: Cell,
        codes: Vec<(KnownCode, Vec<T>)>,
        split: Option<String>,
        blank: Vec<T>,
        other: Option<Vec<T>>,
    },
}

/// The cell holds a code that the profile does not list.
pub(crate) struct UnknownCode;

impl<T: Clone> Bound<T> {
    pub(crate) fn bind(
        value: &Value,
        columns: &Columns<'_>,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Self, EncodeError> {
        let words = |words: &[String]| -> Vec<T> {
            words.iter().map(|w| read(w).expect("words are checked when the profile is read")).collect()
        };
        Ok(match value {
            Value::Fixed(list) => Self::Fixed(words(list)),
            Value::Mapped { column, codes, split, blank, other } => Self::Mapped {
                cell: columns.require(column)?,
                codes: codes.iter().map(|(code, list)| (KnownCode::new(code.trim()), words(list))).collect(),
                split: split.clone(),
                blank: words(blank),
                other: other.as_ref().map(|list| words(list)),
            },
        })
    }

    pub(crate) fn read(&self, row: &Row<'_>) -> Result<Cow<'_, [T]>, UnknownCode> {
        let Self::Mapped { cell, codes, split, blank, other } = self else {
            let Self::Fixed(words) = self else { return Err(UnknownCode) };
            return Ok(Cow::Borrowed(words));
        };
        let text = row.cell(*cell);
        let one = |code: &str| -> Result<&[T], UnknownCode> {
            Asked::new(code).find(codes).or(other.as_ref()).map(Vec::as_slice).ok_or(UnknownCode)
        };
        if text.is_empty() {
            return Ok(Cow::Borrowed(blank));
        }
        match split {
            None => Ok(Cow::Borrowed(one(text)?)),
            Some(separator) => {
                let mut words = Vec::new();
                for code in text.split(separator.as_str()).map(str::trim).filter(|c| !c.is_empty()) {
                    words.extend_from_slice(one(code)?);
                }
                Ok(Cow::Owned(words))
            }
        }
    }

    /// Whether the row's cell holds something, and codes alone that the profile lists.
    pub(crate) fn is_listed(&self, row: &Row<'_>) -> bool {
        let Self::Mapped { cell, codes, split, .. } = self else { return false };
        let text = row.cell(*cell);
        let is_code = |code: &str| Asked::new(code).find(codes).is_some();
        match split {
            _ if text.is_empty() => false,
            None => is_code(text),
            Some(separator) => {
                text.split(separator.as_str()).map(str::trim).all(|c| c.is_empty() || is_code(c))
            }
        }
    }

    /// The name of the column, for the quarantine.
    fn field(value: Option<&Value>) -> String {
        match value {
            Some(Value::Mapped { column, .. }) => column.clone(),
            _ => String::new(),
        }
    }
}

/// A cell that should hold a day and holds none, its column, and how it was read.
struct NoDay<'a> {
    text: Cow<'a, str>,
    field: &'a str,
    formats: &'a DateFormats,
}

/// Rows to which a rule does not apply and whose date is looked at all the same.
const LOOKED_AT: u16 = 4_096;

/// A bound event rule.
pub(crate) struct BoundEvent {
    kind: EventKind,
    date: Cells,
    formats: DateFormats,
    date_field: String,
    precision: DatePrecision,
    when: Option<Test>,
    /// Whether the rule applies only where its date is there.
    may_be_blank: bool,
    /// The day that stands for one that is not there.
    otherwise: Option<(Cells, DateFormats, String)>,
    /// Cells of the column in rows to which the rule does not apply, and how many more of them are looked at.
    elsewhere: DatesSeen,
    looks: Counter<u16>,
    asks_age: bool,
    question: Option<ScreeningQuestion>,
    service: Option<(Bound<Service>, String)>,
    answer: Option<(Bound<Answer>, String)>,
    exploitation: Option<(Bound<Exploitation>, String)>,
    result: Option<(Bound<ReferralResult>, String)>,
    result_date: Option<(Cells, DateFormats, String)>,
    outcome: Option<(Bound<u16>, String)>,
    implies_need: bool,
}

fn bind_value<T: Clone>(
    value: Option<&Value>,
    columns: &Columns<'_>,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Option<(Bound<T>, String)>, EncodeError> {
    let bind = |v| Ok((Bound::bind(v, columns, read)?, Bound::<T>::field(value)));
    value.map(bind).transpose()
}

fn read_value<'b, T: Clone>(
    value: Option<&'b (Bound<T>, String)>,
    row: &Row<'_>,
) -> Result<Cow<'b, [T]>, Fault> {
    match value {
        None => Ok(Cow::Borrowed(&[])),
        Some((bound, field)) => bound.read(row).map_err(|UnknownCode| Fault::new(&CODE_UNKNOWN, field)),
    }
}

/// Whether a condition holds only where one of `columns` is filled.
fn asks_for(when: &Condition, columns: &[String]) -> bool {
    let named = |column: &String| columns.iter().any(|date| date.eq_ignore_ascii_case(column));
    let here = when.present == Some(true) && when.column.iter().chain(&when.columns).all(named);
    here || when.all.iter().flatten().any(|inner| asks_for(inner, columns))
}

impl BoundEvent {
    pub(crate) fn bind(
        rule: &EventRule,
        profile: &Profile,
        columns: &Columns<'_>,
        day: NaiveDate,
    ) -> Result<Self, EncodeError> {
        let possible = PossibleDays::of_events(day);
        let formats =
            |field: &Field| DateFormats::new(&field.formats, &profile.date_formats).within(possible);
        let outcomes = outcomes(profile);
        let when = rule.when.as_ref().map(|when| Test::bind(when, columns)).transpose()?;
        // Without a day no row could be used of which a rule asks nothing else.
        let date = match when {
            None => columns.strictly(|columns| Cells::bind(&rule.date, columns))?,
            Some(_) => Cells::bind(&rule.date, columns)?,
        };
        Ok(Self {
            kind: rule.kind,
            date,
            formats: formats(&rule.date),
            date_field: rule.date.columns[0].clone(),
            precision: rule.precision.unwrap_or(DatePrecision::Day),
            may_be_blank: rule.when.as_ref().is_some_and(|when| asks_for(when, &rule.date.columns)),
            otherwise: match &rule.date_otherwise {
                Some(field) => Some((Cells::bind(field, columns)?, formats(field), field.columns[0].clone())),
                None => None,
            },
            elsewhere: DatesSeen::default(),
            looks: Counter::new(LOOKED_AT),
            asks_age: when.as_ref().is_some_and(Test::asks_age),
            when,
            question: rule.question,
            service: bind_value(rule.service.as_ref(), columns, |w| Service::from_word(w).ok())?,
            answer: bind_value(rule.answer.as_ref(), columns, |w| Answer::from_word(w).ok())?,
            exploitation: bind_value(rule.exploitation.as_ref(), columns, |w| {
                Exploitation::from_word(w).ok()
            })?,
            result: bind_value(rule.result.as_ref(), columns, |w| ReferralResult::from_word(w).ok())?,
            result_date: match &rule.result_date {
                Some(field) => Some((Cells::bind(field, columns)?, formats(field), field.columns[0].clone())),
                None => None,
            },
            outcome: bind_value(rule.outcome.as_ref(), columns, |w| {
                outcomes.binary_search_by(|known| known.as_str().cmp(w)).ok().map(|at| at as u16)
            })?,
            implies_need: rule.implies_need,
        })
    }

    /// The columns of its dates, what was read of them, and what was seen elsewhere in them.
    pub(crate) fn dates(&self) -> impl Iterator<Item = (&str, DateCounts, DateCounts)> {
        let further = self.result_date.iter().chain(&self.otherwise);
        let further =
            further.map(|(_, formats, field)| (field.as_str(), formats.counts(), DateCounts::default()));
        let own = (self.date_field.as_str(), self.formats.counts(), self.elsewhere.counts());
        std::iter::once(own).chain(further)
    }

    /// Looks at the date of a row to which the rule does not apply: rows come in the order of keyed ids, which has to do
    /// with nothing else, so that the first tell of all.
    fn look(&self, row: &Row<'_>) {
        let left = self.looks.get();
        if left > 0 {
            self.looks.set(left - 1);
            let text = self.date.text(row);
            if !says_no_day(&text) {
                self.formats.look(&text, &self.elsewhere);
            }
        }
    }

    /// The day of the rule's event in the row; in place of one that is not there the profile's other one, with a warning
    /// where a cell holds something else. Otherwise the cell that should hold it, and its column.
    fn day<'a>(&'a self, row: &Row<'a>) -> Result<(NaiveDate, Option<Fault>), NoDay<'a>> {
        let text = self.date.text(row);
        let Some((cells, formats, field)) = &self.otherwise else {
            let date = self.formats.parse(&text);
            let no_day = NoDay { text, field: &self.date_field, formats: &self.formats };
            return date.map(|date| (date, None)).ok_or(no_day);
        };
        let date = if says_no_day(&text) { None } else { self.formats.parse(&text) };
        if let Some(date) = date {
            return Ok((date, None));
        }
        let warning = (!text.is_empty()).then(|| Fault::new(&DATE_OTHERWISE, &self.date_field));
        let text = cells.text(row);
        let date = formats.parse(&text);
        date.map(|date| (date, warning)).ok_or(NoDay { text, field, formats })
    }

    /// Widens `dates` by the rule's own, whether or not the rule applies to the row.
    pub(crate) fn widen(&self, row: &Row<'_>, dates: &mut Dates) {
        let own = (&self.date, &self.formats);
        let other = self.otherwise.iter().map(|(cells, formats, _)| (cells, formats));
        for (cells, formats) in std::iter::once(own).chain(other) {
            let text = cells.text(row);
            if text.is_empty() {
                continue;
            }
            match formats.parse_again(&text) {
                Some(date) => dates.first = Some(dates.first.map_or(date, |first| first.min(date))),
                None => dates.undated = true,
            }
        }
    }

    /// Whether the row holds an identification by this rule, whatever day it has: what is lost with a row that is set aside.
    pub(crate) fn identifies(&self, row: &Row<'_>, birth: Birth) -> bool {
        if self.kind != EventKind::Identification {
            return false;
        }
        let date = self.formats.parse_again(&self.date.text(row));
        let holds = self.when.as_ref().is_none_or(|when| when.holds(row, Moment { birth, date }));
        // A code that no list has may be one.
        let none = |kinds: Cow<'_, [Exploitation]>| self.exploitation.is_some() && kinds.is_empty();
        holds && !read_value(self.exploitation.as_ref(), row).is_ok_and(none)
    }

    /// Adds the row's events to `drafts`; a warning names a field without which the row goes on.
    pub(crate) fn apply(
        &self,
        row: &Row<'_>,
        moment: Moment,
        drafts: &mut Vec<Draft>,
    ) -> Result<Option<Fault>, Fault> {
        // Most conditions ask no age, and most rules don't apply: their dates need not be read.
        let ageless = self.when.as_ref().filter(|_| !self.asks_age);
        if ageless.is_some_and(|when| !when.holds(row, moment)) {
            self.look(row);
            return Ok(None);
        }
        // Rules that ask for their date are silent where it is blank.
        if self.may_be_blank && says_no_day(&self.date.text(row)) {
            return Ok(Some(Fault::new(&DATE_NO_DAY, &self.date_field)));
        }
        let day = self.day(row);
        let date = day.as_ref().ok().map(|(date, _)| *date);
        let aged = self.when.as_ref().filter(|_| self.asks_age);
        if aged.is_some_and(|when| !when.holds(row, Moment { date, ..moment })) {
            return Ok(None);
        }
        let services = read_value(self.service.as_ref(), row)?;
        let answers = read_value(self.answer.as_ref(), row)?;
        let exploitations = read_value(self.exploitation.as_ref(), row)?;
        let results = read_value(self.result.as_ref(), row)?;
        let outcome = read_value(self.outcome.as_ref(), row)?.first().copied();
        let nothing = (self.service.is_some() && services.is_empty())
            || (self.answer.is_some() && answers.is_empty())
            || (self.exploitation.is_some() && exploitations.is_empty());
        if nothing {
            return Ok(None);
        }
        let (date, mut warning) = match day {
            Ok(day) => day,
            // What else the row says is worth more than a day that need not be there.
            Err(NoDay { text, field, .. }) if self.may_be_blank && !text.is_empty() => {
                return Ok(Some(Fault::new(&DATE_UNUSABLE, field)));
            }
            Err(NoDay { text, field, formats }) => {
                let rule = if text.is_empty() {
                    &DATE_MISSING
                } else if formats.lies_ahead(&text) {
                    &DATE_FUTURE
                } else {
                    &DATE_IMPOSSIBLE
                };
                return Err(Fault::new(rule, field));
            }
        };
        let mut result_date = None;
        if let Some((cells, formats, field)) = &self.result_date {
            let text = cells.text(row);
            result_date = formats.parse(&text);
            if result_date.is_none() && !text.is_empty() {
                warning = Some(Fault::new(&RESULT_DATE_IMPOSSIBLE, field));
            }
        }
        let base = Draft {
            kind: self.kind,
            date,
            precision: self.precision,
            question: self.question,
            answer: answers.first().copied(),
            exploitation: None,
            service: None,
            result: (self.kind == EventKind::Referral)
                .then(|| results.first().copied().unwrap_or(ReferralResult::Unknown)),
            result_date,
            outcome,
        };
        if !services.is_empty() {
            for service in services.iter() {
                let event = Draft { service: Some(*service), ..base };
                if self.implies_need {
                    let need = Draft { kind: EventKind::Need, result: None, result_date: None, ..event };
                    drafts.push(need);
                }
                drafts.push(event);
            }
        } else if !exploitations.is_empty() {
            drafts.extend(exploitations.iter().map(|e| Draft { exploitation: Some(*e), ..base }));
        } else {
            drafts.push(base);
        }
        Ok(warning)
    }
}
