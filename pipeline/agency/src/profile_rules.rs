//! The event and demographic rules of a profile, as they are written.

use std::collections::BTreeMap;
use std::fmt;

use domain::{Breakdown, DatePrecision, EventKind, ScreeningQuestion, Service, Word};
use serde::Deserialize;
use serde::de::{Deserializer, Unexpected, Visitor};

use crate::bind::MOST_JOINS;
use crate::profile_condition::Condition;
use crate::profile_identity::Field;
pub use crate::profile_sharing::{ConsentDay, Sharing, VictimServiceProviderRows};
use crate::profile_value::{Code, Value};

/// A join with another file of the export: its columns are read as `<as>.<column>`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Join {
    /// The name in front of its columns.
    #[serde(rename = "as")]
    pub name: String,
    /// The other file.
    pub file: String,
    /// Its key column.
    pub key: String,
    /// The column that holds the key here; it may belong to an earlier join.
    pub from: String,
}

/// One event that a row gives.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the entries are described in schemas/sources/README.md")]
pub struct EventRule {
    pub kind: EventKind,
    pub date: Field,
    pub date_otherwise: Option<Field>,
    pub precision: Option<DatePrecision>,
    pub when: Option<Condition>,
    pub service: Option<Value>,
    #[serde(default, deserialize_with = "one_question")]
    pub question: Option<ScreeningQuestion>,
    pub answer: Option<Value>,
    pub exploitation: Option<Value>,
    pub result: Option<Value>,
    pub result_date: Option<Field>,
    pub outcome: Option<Value>,
    /// Also give a `need` of the same service on the same date.
    #[serde(default)]
    pub implies_need: bool,
    /// Leave the rule out where the file lacks one of its columns.
    #[serde(default)]
    pub optional: bool,
}

/// One question: a row that answers both needs a rule for each, since each has its answer.
fn one_question<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ScreeningQuestion>, D::Error> {
    struct Written;
    impl Visitor<'_> for Written {
        type Value = ScreeningQuestion;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            let words = ScreeningQuestion::words().join("\" or \"");
            write!(f, "one question, \"{words}\"; write a [[file.event]] for each that the row answers")
        }
        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<ScreeningQuestion, E> {
            ScreeningQuestion::from_word(text).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
        }
    }
    deserializer.deserialize_any(Written).map(Some)
}

/// One file of the export.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileRules {
    /// File name, without regard to case.
    pub name: String,
    /// The column, or the columns joined as in `identity.record_id`, with the record's id;
    /// `identity.record_id` itself when absent.
    pub record: Option<Field>,
    /// The column that tells rows apart, or the columns that do together; a value that stands twice is a duplicate.
    pub key: Option<Field>,
    /// Whether the export may lack the file.
    #[serde(default)]
    pub optional: bool,
    /// Whether a record has several rows in the file of identities: the first says who it is.
    #[serde(default)]
    pub several_rows: bool,
    /// Rows that mean nothing (HMIS: deleted ones); in the file of identities, records that do.
    pub skip_when: Option<Condition>,
    /// Closed lists of codes by column: any other code sets the row aside. A blank is allowed.
    #[serde(default)]
    pub allowed: BTreeMap<String, Vec<Code>>,
    /// All codes of columns that conditions ask about: another is a warning, and the row goes on. A column
    /// that the file lacks is passed over.
    #[serde(default)]
    pub known: BTreeMap<String, Vec<Code>>,
    /// Joins, in order.
    #[serde(default, rename = "join")]
    pub joins: Vec<Join>,
    /// Date of the row, for demographics that change: the latest stands.
    pub as_of: Option<Field>,
    /// Events.
    #[serde(default, rename = "event")]
    pub events: Vec<EventRule>,
}

impl FileRules {
    pub(crate) fn check(&self) -> Result<(), String> {
        let place = format!("file `{}`", self.name);
        if let Some(skip) = &self.skip_when {
            skip.check_skip(&format!("{place}: skip_when"))?;
        }
        if self.key.iter().any(|key| key.columns.len() > 1 && key.join.is_empty()) {
            return Err(format!(
                "{place}: key: say by `join` what ties its columns together, for example `join = \"/\"`: tied by nothing, two \
                 rows may look like one"
            ));
        }
        if self.joins.len() > MOST_JOINS {
            return Err(format!("{place}: more than {MOST_JOINS} joins"));
        }
        for (i, rule) in self.events.iter().enumerate() {
            rule.check(&format!("{place}: event {} ({})", i + 1, rule.kind))?;
        }
        Ok(())
    }
}

impl EventRule {
    fn check(&self, place: &str) -> Result<(), String> {
        use EventKind::{Identification, Indicator, Need, Referral, Screening, Service as Delivered};
        if let Some(when) = &self.when {
            when.check(&format!("{place}: when"))?;
        }
        let wants_service = matches!(self.kind, Need | Referral | Delivered);
        let wants = [
            ("service", self.service.is_some(), wants_service),
            ("question", self.question.is_some(), self.kind == Screening),
            ("answer", self.answer.is_some(), self.kind == Screening),
            ("exploitation", self.exploitation.is_some(), matches!(self.kind, Indicator | Identification)),
        ];
        for (name, has, wanted) in wants {
            if has != wanted {
                let verb = if wanted { "needs" } else { "has no" };
                return Err(format!("{place}: this kind {verb} `{name}`"));
            }
        }
        if (self.result.is_some() || self.result_date.is_some()) && self.kind != Referral {
            return Err(format!("{place}: `result` and `result_date` go with referral"));
        }
        if self.outcome.is_some() && self.kind != EventKind::Exit {
            return Err(format!("{place}: `outcome` goes with exit"));
        }
        if self.implies_need && !matches!(self.kind, Referral | Delivered) {
            return Err(format!("{place}: `implies_need` goes with referral and service"));
        }
        let lists = [
            (&self.service, Service::words()),
            (&self.answer, domain::Answer::words()),
            (&self.exploitation, domain::Exploitation::words()),
            (&self.result, domain::ReferralResult::words()),
        ];
        for (value, known) in lists {
            value.iter().try_for_each(|value| value.check(place, &known))?;
        }
        self.outcome.iter().try_for_each(|value| value.check_codes(place))?;
        let words = self.outcome.iter().flat_map(|v| v.words());
        for word in words {
            if word.len() > 40
                || !word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
            {
                return Err(format!(
                    "{place}: an outcome is a word of lower-case letters, digits and underscores"
                ));
            }
        }
        Ok(())
    }
}

/// One rule for a breakdown: a fixed `category` where `when` holds, a column read through codes, or
/// select-all columns.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the entries are described in schemas/sources/README.md")]
pub struct DemographicRule {
    pub file: Option<String>,
    pub when: Option<Condition>,
    pub category: Option<String>,
    pub value: Option<Value>,
    #[serde(default)]
    pub select_all: BTreeMap<String, String>,
    #[serde(default)]
    pub yes: Vec<Code>,
    #[serde(default)]
    pub no: Vec<Code>,
    pub several: Option<String>,
    #[serde(default)]
    pub optional: bool,
}

impl DemographicRule {
    pub(crate) fn check(&self, breakdown: Breakdown) -> Result<(), String> {
        let place = format!("demographics.{breakdown}");
        if let Some(when) = &self.when {
            when.check(&format!("{place}: when"))?;
        }
        let forms = [self.category.is_some(), self.value.is_some(), !self.select_all.is_empty()];
        if forms.iter().filter(|form| **form).count() != 1 {
            return Err(format!("{place}: a rule has either `category`, `value` or `select_all`"));
        }
        if !self.select_all.is_empty() && (self.yes.is_empty() || self.several.is_none()) {
            return Err(format!("{place}: `select_all` needs `yes` (codes) and `several` (a category)"));
        }
        let known: Vec<String> = breakdown.categories().iter().map(|c| (*c).to_owned()).collect();
        let words = self.category.iter().chain(self.select_all.values()).chain(&self.several);
        Value::Fixed(words.cloned().collect()).check(&place, &known)?;
        self.value.iter().try_for_each(|value| value.check(&place, &known))
    }
}
