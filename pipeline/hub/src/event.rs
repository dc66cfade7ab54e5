//! An event as the hub keeps it: one row of `events`.

use domain::{
    Answer, Breakdown, DatePrecision, EVENT_COLUMNS, EventKind, Exploitation, ReferralResult,
    ScreeningQuestion, Service,
};

use crate::identified::{MOST_WORDS, known_text};
use crate::refusal::Refusal;
use crate::row_reader::{Limits, RowReader, event_day};
use crate::rule;
use crate::table_file::TableFile;

/// One row of `events`. Its order (record, day, kind, id) is the canonical one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EventRow {
    pub(crate) record_id: u128,
    pub(crate) day: i32,
    pub(crate) kind: EventKind,
    pub(crate) id: u128,
    pub(crate) precision: DatePrecision,
    /// Code of the age band.
    pub(crate) age_band: u8,
    pub(crate) question: Option<ScreeningQuestion>,
    pub(crate) answer: Option<Answer>,
    pub(crate) exploitation: Option<Exploitation>,
    pub(crate) service: Option<Service>,
    pub(crate) result: Option<ReferralResult>,
    pub(crate) result_day: Option<i32>,
    /// Position in the file's vocabulary of outcomes.
    pub(crate) outcome: Option<u8>,
}

impl EventRow {
    pub(crate) const BLANK: Self = Self {
        record_id: 0,
        day: 0,
        kind: EventKind::Contact,
        id: 0,
        precision: DatePrecision::Day,
        age_band: 0,
        question: None,
        answer: None,
        exploitation: None,
        service: None,
        result: None,
        result_day: None,
        outcome: None,
    };

    /// The field that an event of this kind lacks.
    fn missing(&self) -> Option<&'static str> {
        match self.kind {
            EventKind::Screening if self.question.is_none() => Some("screening_question"),
            EventKind::Screening if self.answer.is_none() => Some("screening_answer"),
            EventKind::Indicator | EventKind::Identification if self.exploitation.is_none() => {
                Some("trafficking_type")
            }
            EventKind::Need | EventKind::Referral | EventKind::Service if self.service.is_none() => {
                Some("service_category")
            }
            _ => None,
        }
    }
}

/// Events read, with the words of their outcomes.
pub(crate) struct EventsRead<'a> {
    pub(crate) reader: RowReader<'a, EventRow>,
    pub(crate) outcomes: Vec<String>,
}

/// Reads the columns of `events`.
pub(crate) fn read_events(file: &TableFile, limits: Limits) -> Result<EventsRead<'_>, Refusal> {
    let mut reader = RowReader::new(file, EVENT_COLUMNS, limits, EventRow::BLANK);
    reader.id("event_id", |e, id| e.id = id)?;
    reader.id("record_id", |e, id| e.record_id = id)?;
    reader.dates("date", event_day, |e, day| e.day = day)?;
    reader.word("date_precision", |e, word| e.precision = word)?;
    reader.word("kind", |e, word| e.kind = word)?;
    reader.listed("age_band", |text| Breakdown::AgeBand.code(text), |e, code| e.age_band = code)?;
    reader.word("screening_question", |e, word| e.question = Some(word))?;
    reader.word("screening_answer", |e, word| e.answer = Some(word))?;
    reader.word("trafficking_type", |e, word| e.exploitation = Some(word))?;
    reader.word("service_category", |e, word| e.service = Some(word))?;
    reader.word("referral_result", |e, word| e.result = Some(word))?;
    reader.date("referral_result_date", |e, day| e.result_day = Some(day))?;

    let mut outcomes: Vec<String> = Vec::new();
    let mut many = false;
    reader.text(
        "outcome",
        &rule::TEXT_FORM,
        |text| {
            if !is_outcome(text) {
                return None;
            }
            let at = match outcomes.iter().position(|known| known == text) {
                Some(at) => at,
                None if outcomes.len() < MOST_WORDS => {
                    outcomes.push(text.to_owned());
                    outcomes.len() - 1
                }
                // No list of words: the file is refused below.
                None => MOST_WORDS,
            };
            many |= at == MOST_WORDS;
            Some(at as u8)
        },
        |e, outcome| e.outcome = Some(outcome),
    )?;
    for word in &outcomes {
        known_text(file, "outcome", word)?;
    }
    if many {
        return Err(file.refuse_column("outcome", &rule::ID_FREE_TEXT));
    }
    for (row, event) in reader.rows.iter().enumerate() {
        if let Some(field) = event.missing() {
            reader.faults.note(row, field, &rule::EVENT_FIELD);
        }
    }
    Ok(EventsRead { reader, outcomes })
}

fn is_outcome(text: &str) -> bool {
    text.len() <= 40 && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}
