//! A record as the hub keeps it: what `people` says of one client, without tokens.

use domain::{Breakdown, PEOPLE_COLUMNS, Purpose, TOKEN_SCHEME, Word};

use crate::refusal::Refusal;
use crate::row_reader::{Limits, RowReader};
use crate::rule;
use crate::table_file::{Cell, TableFile};

/// How far a client's consent reaches.
///
/// # Source
/// Domain reference, section 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Consent {
    /// Linked and counted.
    Link,
    /// Counted, as a person of its own.
    CountOnly,
    /// Neither.
    None,
}

impl Consent {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::CountOnly => "count_only",
            Self::None => "none",
        }
    }

    fn from_word(text: &str) -> Option<Self> {
        [Self::Link, Self::CountOnly, Self::None].into_iter().find(|c| c.word() == text)
    }
}

/// What a source may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Purposes {
    pub(crate) link: bool,
    pub(crate) measure: bool,
}

impl Purposes {
    pub(crate) fn words(self) -> &'static str {
        match (self.link, self.measure) {
            (true, true) => "link measure",
            (true, false) => "link",
            (false, true) => "measure",
            (false, false) => "none",
        }
    }

    /// What a configuration allows.
    pub(crate) fn of(allowed: &[Purpose]) -> Self {
        Self { link: allowed.contains(&Purpose::Link), measure: allowed.contains(&Purpose::Measure) }
    }

    /// What both allow.
    fn and(self, other: Self) -> Self {
        Self { link: self.link && other.link, measure: self.measure && other.measure }
    }

    fn read(text: &str) -> Option<Self> {
        text.split(' ').filter(|word| !word.is_empty()).try_fold(Self::default(), |purposes, word| match word
        {
            "link" => Some(Self { link: true, ..purposes }),
            "measure" => Some(Self { measure: true, ..purposes }),
            // In the hub's store alone: what the configuration takes away of the only purpose.
            "none" => Some(purposes),
            _ => None,
        })
    }
}

/// The demographic columns of `people`: every breakdown but age, which the events tell.
pub(crate) fn demographics() -> impl Iterator<Item = Breakdown> {
    Breakdown::ALL.iter().copied().filter(|breakdown| *breakdown != Breakdown::AgeBand)
}

/// One row of `people`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Record {
    pub(crate) id: u128,
    /// Codes by breakdown (`Word::code`); the slot of the age band is unused.
    pub(crate) answers: [u8; Breakdown::ALL.len()],
    pub(crate) birth_year: Option<i32>,
    pub(crate) minor_at_intake: Option<bool>,
    pub(crate) victim_service_provider: bool,
    pub(crate) purposes: Purposes,
    pub(crate) consent: Consent,
    pub(crate) consent_start: Option<i32>,
    pub(crate) consent_end: Option<i32>,
    pub(crate) as_of: Option<i32>,
}

impl Record {
    /// Nothing known, nothing allowed.
    pub(crate) fn blank() -> Self {
        let mut answers = [0; Breakdown::ALL.len()];
        for breakdown in Breakdown::ALL {
            answers[breakdown.code_index()] = breakdown.code(breakdown.unknown()).unwrap_or_default();
        }
        Self {
            id: 0,
            answers,
            birth_year: None,
            minor_at_intake: None,
            victim_service_provider: false,
            purposes: Purposes::default(),
            consent: Consent::None,
            consent_start: None,
            consent_end: None,
            as_of: None,
        }
    }

    /// Whether the record may be linked on a day: purpose and consent say so and consent is in
    /// force. A victim service provider's client must have set an end to it.
    ///
    /// # Source
    /// Domain reference, section 8: VAWA and FVPSA ask for a written, time-limited release.
    pub(crate) fn may_link(&self, day: i32) -> bool {
        let in_force = self.consent_start.is_none_or(|start| start <= day)
            && self.consent_end.is_none_or(|end| day <= end);
        let limited = !self.victim_service_provider || self.consent_end.is_some();
        self.purposes.link && self.consent == Consent::Link && in_force && limited
    }

    /// Whether purpose and consent allow linking at some time.
    pub(crate) fn may_ever_link(&self) -> bool {
        self.purposes.link && self.consent == Consent::Link
    }

    /// Whether the record may be counted at all.
    pub(crate) fn may_measure(&self) -> bool {
        self.purposes.measure && self.consent != Consent::None
    }

    /// The record's answer to a breakdown.
    pub(crate) fn answer(&self, breakdown: Breakdown) -> u8 {
        self.answers[breakdown.code_index()]
    }
}

/// The position of a breakdown among all; its inherent `code` is a category's.
trait CodeIndex {
    fn code_index(self) -> usize;
}

impl CodeIndex for Breakdown {
    fn code_index(self) -> usize {
        Word::code(self)
    }
}

/// Reads the columns of `people` but the tokens.
pub(crate) fn read_people<'a>(
    file: &'a TableFile,
    limits: Limits,
    epoch: &str,
) -> Result<RowReader<'a, Record>, Refusal> {
    refuse_mixed_keys(file, epoch)?;
    let mut reader = RowReader::new(file, PEOPLE_COLUMNS, limits, Record::blank());
    reader.id("record_id", |r, id| r.id = id)?;
    reader.text("key_epoch", &rule::COLUMN_EPOCH, |_| Some(()), |_, ()| {})?;
    reader.integer("token_scheme", |n, _| Ok(n), |_, _| {})?;
    reader.integer("birth_year", birth_year, |r, year| r.birth_year = Some(year as i32))?;
    for breakdown in demographics() {
        reader.listed(
            breakdown.word(),
            |text| breakdown.code(text),
            |r, code| r.answers[breakdown.code_index()] = code,
        )?;
    }
    reader.flag("minor_at_intake", |r, minor| r.minor_at_intake = Some(minor))?;
    reader.flag("victim_service_provider", |r, provider| r.victim_service_provider = provider)?;
    reader.listed("purposes", Purposes::read, |r, purposes| r.purposes = purposes)?;
    reader.listed("consent_scope", Consent::from_word, |r, consent| r.consent = consent)?;
    reader.date("consent_start", |r, day| r.consent_start = Some(day))?;
    reader.open_date("consent_end", |r, day| r.consent_end = Some(day))?;
    reader.date("as_of", |r, day| r.as_of = Some(day))?;
    for (row, record) in reader.rows.iter_mut().enumerate() {
        record.purposes = record.purposes.and(limits.purposes);
        if let (Some(start), Some(end)) = (record.consent_start, record.consent_end)
            && end < start
        {
            reader.faults.note(row, "consent_end", &rule::CONSENT_ORDER);
        }
    }
    Ok(reader)
}

/// Tokens under two keys in one file match nothing and look like strangers: the file is refused.
fn refuse_mixed_keys(file: &TableFile, epoch: &str) -> Result<(), Refusal> {
    file.texts("key_epoch", |_, text| match text {
        Some(text) if text != epoch => {
            crate::identified::known_text(file, "key_epoch", text)?;
            Err(file.refuse_column("key_epoch", &rule::COLUMN_EPOCH))
        }
        _ => Ok(()),
    })?;
    let other = |cell: &Cell<i64>| matches!(cell, Cell::Value(scheme) if *scheme != i64::from(TOKEN_SCHEME));
    if file.integers("token_scheme")?.iter().any(other) {
        return Err(file.refuse_column("token_scheme", &rule::COLUMN_SCHEME));
    }
    // Eight digits where a year belongs are a whole birth date.
    let date =
        |cell: &Cell<i64>| matches!(cell, Cell::Value(year) if (1_000_000..100_000_000).contains(year));
    if file.integers("birth_year")?.iter().any(date) {
        return Err(file.refuse_column("birth_year", &rule::ID_BIRTH_DATE));
    }
    Ok(())
}

fn birth_year(year: i64, limits: Limits) -> Result<i64, &'static domain::Rule> {
    if (1900..=limits.newest_year).contains(&year) { Ok(year) } else { Err(&rule::BIRTH_YEAR) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn consenting() -> Record {
        Record { purposes: Purposes { link: true, measure: true }, consent: Consent::Link, ..Record::blank() }
    }

    #[test]
    fn linking_needs_purpose_scope_and_a_day_within_consent() {
        assert!(consenting().may_link(100));
        for (record, why) in [
            (Record { consent: Consent::CountOnly, ..consenting() }, "scope"),
            (Record { consent: Consent::None, ..consenting() }, "scope"),
            (Record { purposes: Purposes { link: false, measure: true }, ..consenting() }, "purpose"),
            (Record { consent_start: Some(101), ..consenting() }, "not yet"),
            (Record { consent_end: Some(99), ..consenting() }, "no longer"),
            (Record { victim_service_provider: true, ..consenting() }, "a release without an end"),
        ] {
            assert!(!record.may_link(100), "{why}");
        }
        let limited = Record { victim_service_provider: true, consent_end: Some(100), ..consenting() };
        assert!(limited.may_link(100) && !limited.may_link(101));
        assert!(Record { consent_start: Some(100), consent_end: Some(100), ..consenting() }.may_link(100));
    }

    #[test]
    fn counting_needs_purpose_and_any_scope_but_none() {
        assert!(Record { consent: Consent::CountOnly, ..consenting() }.may_measure());
        assert!(
            Record { consent_end: Some(0), ..consenting() }.may_measure(),
            "an expired consent to link still counts"
        );
        assert!(!Record { consent: Consent::None, ..consenting() }.may_measure());
        assert!(!Record { purposes: Purposes { link: true, measure: false }, ..consenting() }.may_measure());
    }

    #[test]
    fn purposes_are_a_set_of_known_words() {
        assert_eq!(Purposes::read("measure link"), Some(Purposes { link: true, measure: true }));
        assert_eq!(Purposes::read("link"), Some(Purposes { link: true, measure: false }));
        assert_eq!(Purposes::read("link sell"), None);
    }
}
