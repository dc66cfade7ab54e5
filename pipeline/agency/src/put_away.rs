//! The form in which what was read of a row waits for its record, and events for their order. It
//! never leaves this run: nameless temporary files hold it where memory does not.
//!
//! # Privacy
//! Of identities it holds tokens, the birth date (rules ask for ages), hashes of the names under a key that
//! is forgotten with the run, and consent, under the keyed record id; no name, number or address.

use chrono::{Datelike, NaiveDate};
use domain::{
    Answer, DatePrecision, EventKind, Exploitation, FAMILIES, ReferralResult, ScreeningQuestion, Service,
    TOKEN_BYTES, Word,
};

use crate::age::{Aged, Birth};
use crate::event_rules::Draft;
use crate::identity::Nulled;
use crate::key_pair::Id;
use crate::same_person::NameMarks;
use crate::sharing::{Consent, Scope};

/// No date, no year.
const NONE: i32 = i32::MIN;
/// No name.
const NO_MARK: u64 = 0;
/// No word.
const NO_WORD: u8 = u8::MAX;
const SCOPES: [Scope; 3] = [Scope::None, Scope::CountOnly, Scope::Link];

/// What is known of a record from its row, but for the cells that rules read.
pub(crate) struct Person<'a> {
    pub(crate) birth: Birth,
    pub(crate) names: NameMarks,
    pub(crate) consent: Consent,
    /// The consent could not be read.
    pub(crate) doubtful: bool,
    /// The row says something of the consent.
    pub(crate) said: bool,
    pub(crate) nulled: Nulled,
    /// Bits of [`crate::placeholder::FIELDS`].
    pub(crate) placeholders: u16,
    pub(crate) counts: &'a [u8; FAMILIES.len()],
    pub(crate) tokens: &'a [u8],
}

impl<'a> Person<'a> {
    pub(crate) fn put_away(&self, out: &mut Vec<u8>) {
        let Consent { scope, start, end, given } = self.consent;
        let (years, on) =
            self.birth.aged.map_or((NONE, NONE), |aged| (aged.years.cast_signed(), day(Some(aged.on))));
        for number in [day(self.birth.date), self.birth.year.unwrap_or(NONE), years, on, day(start), day(end)]
        {
            out.extend_from_slice(&number.to_le_bytes());
        }
        for mark in [self.names.first, self.names.last] {
            out.extend_from_slice(&mark.unwrap_or(NO_MARK).to_le_bytes());
        }
        let scope = SCOPES.iter().position(|known| *known == scope).unwrap_or_default() as u8;
        out.extend_from_slice(&[scope, u8::from(given), u8::from(self.doubtful), u8::from(self.said)]);
        for mask in [self.nulled.filled, self.nulled.nulled, self.placeholders] {
            out.extend_from_slice(&mask.to_le_bytes());
        }
        out.extend_from_slice(self.counts);
        out.extend_from_slice(self.tokens);
    }

    /// The person, and the bytes behind.
    pub(crate) fn take_up(bytes: &'a [u8]) -> (Self, &'a [u8]) {
        let (numbers, rest) = bytes.split_at(24);
        let number =
            |at: usize| i32::from_le_bytes(numbers[4 * at..4 * at + 4].try_into().expect("four bytes"));
        let (marks, rest) = rest.split_at(16);
        let mark = |at: usize| {
            let mark = u64::from_le_bytes(marks[8 * at..8 * at + 8].try_into().expect("eight bytes"));
            Some(mark).filter(|mark| *mark != NO_MARK)
        };
        let (flags, rest) = rest.split_at(4);
        let (sets, rest) = rest.split_at(6);
        let fields = |at: usize| u16::from_le_bytes([sets[2 * at], sets[2 * at + 1]]);
        let (counts, rest) = rest.split_first_chunk().expect("a count a family");
        let tokens = counts.iter().map(|count| usize::from(*count)).sum::<usize>() * TOKEN_BYTES;
        let (tokens, rest) = rest.split_at(tokens);
        let year = Some(number(1)).filter(|year| *year != NONE);
        let aged = date(number(3)).map(|on| Aged { years: number(2).cast_unsigned(), on });
        let person = Self {
            birth: Birth { date: date(number(0)), year, aged },
            names: NameMarks { first: mark(0), last: mark(1) },
            consent: Consent {
                scope: SCOPES[usize::from(flags[0])],
                start: date(number(4)),
                end: date(number(5)),
                given: flags[1] == 1,
            },
            doubtful: flags[2] == 1,
            said: flags[3] == 1,
            nulled: Nulled { filled: fields(0), nulled: fields(1) },
            placeholders: fields(2),
            counts,
            tokens,
        };
        (person, rest)
    }
}

/// One event, as it is written.
#[derive(Clone, Copy)]
pub(crate) struct Event {
    pub(crate) record: Id,
    /// A place in the public list.
    pub(crate) age_band: u8,
    pub(crate) draft: Draft,
}

/// Bytes of an event that is put away.
pub(crate) const EVENT_BYTES: usize = 34;

impl Event {
    pub(crate) fn put_away(&self) -> [u8; EVENT_BYTES] {
        fn code<W: Word>(word: Option<W>) -> u8 {
            word.map_or(NO_WORD, |word| word.code() as u8)
        }
        let draft = &self.draft;
        let mut out = [0; EVENT_BYTES];
        out[..16].copy_from_slice(&self.record);
        out[16..20].copy_from_slice(&day(Some(draft.date)).to_le_bytes());
        out[20..24].copy_from_slice(&day(draft.result_date).to_le_bytes());
        out[24..32].copy_from_slice(&[
            code(Some(draft.precision)),
            code(Some(draft.kind)),
            self.age_band,
            code(draft.question),
            code(draft.answer),
            code(draft.exploitation),
            code(draft.service),
            code(draft.result),
        ]);
        out[32..].copy_from_slice(&draft.outcome.unwrap_or(u16::MAX).to_le_bytes());
        out
    }

    pub(crate) fn take_up(bytes: &[u8]) -> Self {
        fn word<W: Word>(code: u8) -> Option<W> {
            W::ALL.get(usize::from(code)).copied()
        }
        let number = |at: usize| i32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"));
        let draft = Draft {
            kind: word::<EventKind>(bytes[25]).expect("a kind was put away"),
            date: date(number(16)).expect("a date was put away"),
            precision: word::<DatePrecision>(bytes[24]).expect("a precision was put away"),
            question: word::<ScreeningQuestion>(bytes[27]),
            answer: word::<Answer>(bytes[28]),
            exploitation: word::<Exploitation>(bytes[29]),
            service: word::<Service>(bytes[30]),
            result: word::<ReferralResult>(bytes[31]),
            result_date: date(number(20)),
            outcome: Some(u16::from_le_bytes([bytes[32], bytes[33]])).filter(|at| *at != u16::MAX),
        };
        Self { record: bytes[..16].try_into().expect("an id"), age_band: bytes[26], draft }
    }
}

fn day(date: Option<NaiveDate>) -> i32 {
    date.map_or(NONE, |date| date.num_days_from_ce())
}

fn date(day: i32) -> Option<NaiveDate> {
    if day == NONE { None } else { NaiveDate::from_num_days_from_ce_opt(day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_comes_back_as_it_was_put_away() {
        let on = |y| NaiveDate::from_ymd_opt(y, 2, 3);
        let mut counts = [0; FAMILIES.len()];
        (counts[0], counts[9]) = (1, 2);
        let tokens: Vec<u8> = (0..48).collect();
        let person = Person {
            birth: Birth { date: None, year: Some(1990), aged: on(2021).map(|on| Aged { years: 31, on }) },
            names: NameMarks { first: Some(u64::MAX), last: None },
            consent: Consent { scope: Scope::CountOnly, start: on(2020), end: None, given: true },
            doubtful: true,
            said: true,
            nulled: Nulled { filled: 0x0c04, nulled: 0x0804 },
            placeholders: 0x2001,
            counts: &counts,
            tokens: &tokens,
        };
        let mut bytes = Vec::new();
        person.put_away(&mut bytes);
        bytes.extend_from_slice(b"cells");
        let (again, rest) = Person::take_up(&bytes);
        assert_eq!(rest, b"cells");
        assert!(again.birth.date.is_none() && again.birth.year == Some(1990));
        assert!(again.birth.aged == person.birth.aged && again.birth.aged.is_some());
        assert!(again.names == person.names);
        let consent = again.consent;
        assert!(consent.scope == Scope::CountOnly && consent.start == on(2020) && consent.end.is_none());
        assert!(consent.given && again.doubtful && again.said);
        assert_eq!((again.nulled, again.placeholders), (person.nulled, 0x2001));
        assert_eq!((again.counts, again.tokens), (&counts, tokens.as_slice()));
    }

    #[test]
    fn an_event_comes_back_as_it_was_put_away() {
        let bare = Draft {
            kind: EventKind::ALL[0],
            date: NaiveDate::from_ymd_opt(2025, 12, 31).expect("in a test"),
            precision: DatePrecision::Day,
            question: None,
            answer: None,
            exploitation: None,
            service: None,
            result: None,
            result_date: None,
            outcome: None,
        };
        let full = Draft {
            kind: *EventKind::ALL.last().expect("in a test"),
            precision: DatePrecision::Quarter,
            question: ScreeningQuestion::ALL.last().copied(),
            answer: Answer::ALL.last().copied(),
            exploitation: Exploitation::ALL.last().copied(),
            service: Service::ALL.last().copied(),
            result: ReferralResult::ALL.last().copied(),
            result_date: NaiveDate::from_ymd_opt(1900, 1, 1),
            outcome: Some(7),
            ..bare
        };
        for draft in [bare, full] {
            for age_band in 0..6 {
                let again = Event::take_up(&Event { record: [9; 16], age_band, draft }.put_away());
                assert!(again.draft == draft && again.age_band == age_band && again.record == [9; 16]);
            }
        }
    }
}
