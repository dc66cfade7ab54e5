//! What the agencies write down, each in its own format, and what those rows say.

pub(crate) mod answers;
pub(crate) mod book;
pub(crate) mod child_welfare;
pub(crate) mod community;
pub(crate) mod corrupt;
pub(crate) mod habits;
pub(crate) mod health;
pub(crate) mod hmis;
pub(crate) mod hmis_client;
pub(crate) mod hmis_rows;
pub(crate) mod hmis_setup;
pub(crate) mod hotline;
pub(crate) mod housing;
pub(crate) mod human;
pub(crate) mod identity;
pub(crate) mod ids;
pub(crate) mod immigration;
pub(crate) mod justice;
pub(crate) mod labor;
pub(crate) mod law;
pub(crate) mod legal;
pub(crate) mod patient;

use chrono::NaiveDate;

use crate::city::City;
use crate::dice::Dice;
use crate::history::{History, Source, Span, Visit};
use crate::population::person::Person;
use answers::Record;
use book::Pages;
use identity::{Identity, Office, Slips};

/// Chance that a row of a file that has bad rows is followed by one.
const BAD_ROW: f64 = 1.0 / 620.0;

/// Chance that an agency keeps one person under two record ids.
const DUPLICATE: f64 = 0.035;

/// The clerk who writes down one person.
pub(crate) struct Clerk<'a, 'b> {
    pub(crate) office: &'a Office<'a>,
    pub(crate) city: &'a City,
    pub(crate) span: Span,
    pub(crate) person: &'a Person,
    pub(crate) dice: &'a mut Dice,
    pub(crate) pages: &'a mut Pages<'b>,
    pub(crate) records: Vec<Record>,
    pub(crate) slips: Vec<Slips>,
}

impl Clerk<'_, '_> {
    /// Writes down a history at every agency it touched.
    pub(crate) fn write_all(&mut self, history: &History) {
        hmis::write(self, &history.stays, &history.deliveries);
        let of = |source| -> Vec<Visit> {
            history.visits.iter().filter(|visit| visit.source == source).cloned().collect()
        };
        health::write(self, &of(Source::Health), &history.deliveries);
        human::write(self, &of(Source::Human));
        labor::write(self, &of(Source::Labor));
        legal::write(self, &of(Source::Legal));
        law::write(self, &of(Source::Law));
    }

    /// Writes down the visits to the further agencies.
    pub(crate) fn write_further(&mut self, visits: &[Visit]) {
        let of = |source| -> Vec<Visit> {
            visits.iter().filter(|visit| visit.source == source).cloned().collect()
        };
        housing::write(self, &of(Source::Housing));
        child_welfare::write(self, &of(Source::ChildWelfare));
        immigration::write(self, &of(Source::Immigration));
        justice::write(self, &of(Source::Justice));
        hotline::write(self, &of(Source::Hotline));
        community::write(self, &of(Source::Community));
    }

    /// The agency's copy of the person on a day.
    fn copy(&mut self, source: Source, on: NaiveDate) -> Identity {
        let identity = self.office.copy(self.person, source, on, self.dice);
        self.slips.push(identity.slips);
        identity
    }

    /// Where a list of `n` visits splits into two records of one person; `n` where it does not.
    fn split(&mut self, n: usize) -> usize {
        let p = DUPLICATE * self.office.noise.errors().min(2.0);
        if n > 1 && self.dice.chance(p) { 1 + self.dice.below(n - 1) } else { n }
    }

    /// Which kind of bad row follows, if any.
    fn bad_row(&mut self, kinds: &[&'static str]) -> Option<&'static str> {
        self.dice.chance(BAD_ROW).then(|| *self.dice.pick(kinds))
    }
}
