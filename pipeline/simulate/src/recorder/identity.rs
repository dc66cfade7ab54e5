//! What an agency writes down of who somebody is: an error-prone copy of the person.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::dice::Dice;
use crate::history::Source;
use crate::options::Noise;
use crate::population::address::{Address, Style};
use crate::population::names::NAMES;
use crate::population::person::Person;
use crate::recorder::corrupt::{capital, misheard, typo, wrong_date, wrong_number};
use crate::recorder::habits::{DATE_ERROR, HABITS, NAME_ERROR};

/// What went wrong in one record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Slips {
    pub(crate) name: bool,
    pub(crate) birth_date: bool,
    pub(crate) ssn: bool,
}

/// A record's identity fields, in mixed case with accents; agencies fold them as they please.
#[derive(Debug, Clone)]
pub(crate) struct Identity {
    pub(crate) first: String,
    pub(crate) middle: Option<String>,
    pub(crate) last: String,
    pub(crate) suffix: &'static str,
    pub(crate) born: Option<NaiveDate>,
    pub(crate) ssn: Option<u32>,
    pub(crate) phone: Option<u64>,
    pub(crate) email: Option<String>,
    pub(crate) address: Option<Address>,
    pub(crate) style: Style,
    pub(crate) slips: Slips,
}

/// The office in which copies are made.
pub(crate) struct Office<'a> {
    pub(crate) noise: Noise,
    /// How much more often than usual each source leaves a field blank.
    pub(crate) gaps: [f64; 6],
    pub(crate) city: &'a crate::city::City,
    /// People whose numbers get mixed up with others'.
    pub(crate) neighbours: &'a [Person],
}

impl Office<'_> {
    /// The copy that a source makes of a person on a day.
    pub(crate) fn copy(&self, person: &Person, source: Source, on: NaiveDate, dice: &mut Dice) -> Identity {
        let habits = &HABITS[source as usize];
        let errors = self.noise.errors();
        // The city's own table is of the six agencies that every city has.
        let gaps = self.gaps.get(source as usize).copied().unwrap_or(1.0);
        let blank =
            |p: f64, dice: &mut Dice| p >= 1.0 || dice.chance((p * self.noise.gaps() * gaps).min(0.95));
        let mut slips = Slips::default();
        let (mut first, mut last) = (person.first.clone(), surname(person, on, dice));
        let mut middle = person.middle.filter(|_| dice.chance(habits.middle)).map(str::to_owned);
        if dice.chance((NAME_ERROR * habits.names * errors).min(0.9)) {
            slips.name = true;
            self.mar(person, &mut first, &mut middle, &mut last, dice);
            if dice.chance(0.12) {
                last = typo(&last, dice);
            }
        }
        let born = if blank(habits.no_date, dice) {
            None
        } else if dice.chance((DATE_ERROR * habits.dates * errors).min(0.9)) {
            slips.birth_date = true;
            Some(wrong_date(person.born, on, dice))
        } else {
            Some(person.born)
        };
        let ssn = if blank(habits.no_ssn, dice) { None } else { self.number(person, &mut slips, dice) };
        let phone = (!blank(habits.no_phone, dice)).then(|| self.phone(person, on, dice));
        let email =
            person.email.clone().filter(|_| !blank(habits.no_email, dice)).map(|email| {
                if dice.chance(0.006 * errors) { typo(&email, dice).to_lowercase() } else { email }
            });
        let address = (!blank(habits.no_address, dice)).then(|| self.address(person, on, dice));
        Identity {
            first,
            middle,
            last,
            suffix: person.suffix.filter(|_| dice.chance(habits.suffix)).unwrap_or_default(),
            born,
            ssn,
            phone,
            email,
            address,
            style: Style { long_kind: dice.chance(0.15), hash_unit: dice.chance(0.2) },
            slips,
        }
    }

    /// One error in a name.
    fn mar(
        &self,
        person: &Person,
        first: &mut String,
        middle: &mut Option<String>,
        last: &mut String,
        dice: &mut Dice,
    ) {
        let nick = if NAMES.has_nickname(&person.first) { 0.34 } else { 0.0 };
        match dice.weighted(&[0.44, 0.15, nick, 0.06, 0.05, 0.03, 0.03, 0.03, 0.05]) {
            0 if dice.chance(0.42) => *first = typo(first, dice),
            0 => *last = typo(last, dice),
            1 if dice.chance(0.42) => *first = misheard(first, dice),
            1 => *last = misheard(last, dice),
            2 => {
                if let Some(nick) = NAMES.nickname(&person.first, dice) {
                    nick.clone_into(first);
                }
            }
            3 => std::mem::swap(first, last),
            4 => match person.middle {
                Some(name) => {
                    *middle = Some(std::mem::replace(first, name.to_owned()));
                }
                None => *first = typo(first, dice),
            },
            5 => first.truncate(first.chars().next().map_or(0, char::len_utf8)),
            6 => *last = last.chars().take(4.max(last.chars().count() / 2)).collect(),
            7 => match dice.below(3) {
                0 => "Unknown".clone_into(first),
                1 => {
                    (if person.male { "John" } else { "Jane" }).clone_into(first);
                    "Doe".clone_into(last);
                }
                _ => {
                    "Baby".clone_into(first);
                    *middle = None;
                }
            },
            // The surname of somebody else at the counter.
            _ => {
                let other = dice.pick(self.neighbours);
                last.clone_from(&other.last);
            }
        }
        *first = capital(first);
        *last = capital(last);
    }

    /// A social security number as given: another's, a placeholder, a digit wrong.
    fn number(&self, person: &Person, slips: &mut Slips, dice: &mut Dice) -> Option<u32> {
        let errors = self.noise.errors();
        let Some(own) = person.ssn else {
            let borrows = dice.chance((0.06 * errors).min(0.3));
            slips.ssn = borrows;
            return if borrows { self.borrowed(person, dice) } else { None };
        };
        let rates = [0.012 * errors, 0.018 * errors, 0.02 * errors];
        let kind = dice.weighted(&[rates[0], rates[1], rates[2], 1.0 - rates.iter().sum::<f64>()]);
        slips.ssn = kind < 3;
        match kind {
            0 => self.borrowed(person, dice),
            1 => Some(*dice.pick(&[999_999_999, 123_456_789, 0])),
            2 => Some(wrong_number(u64::from(own), 9, dice) as u32),
            _ => Some(own),
        }
    }

    fn borrowed(&self, person: &Person, dice: &mut Dice) -> Option<u32> {
        let family: Vec<u32> = self
            .neighbours
            .iter()
            .filter(|p| p.household == person.household && p.id != person.id)
            .filter_map(|p| p.ssn)
            .collect();
        if !family.is_empty() && dice.chance(0.7) {
            return Some(*dice.pick(&family));
        }
        dice.pick(self.neighbours).ssn
    }

    fn phone(&self, person: &Person, on: NaiveDate, dice: &mut Dice) -> u64 {
        let errors = self.noise.errors();
        let number = person.phone(on);
        match dice.weighted(&[0.006 * errors, 0.01 * errors, 1.0]) {
            0 => 5_555_555_555,
            1 => wrong_number(number % 10_000_000, 7, dice) + 5_550_000_000,
            _ => number,
        }
    }

    fn address(&self, person: &Person, on: NaiveDate, dice: &mut Dice) -> Address {
        let errors = self.noise.errors();
        if dice.chance(0.012) {
            return Address::shelter(self.city, dice.below(3) as u32);
        }
        let known = if dice.chance(0.06 * errors) { shifted(on, -300) } else { on };
        let mut address = person.home(known).clone();
        if dice.chance(0.03 * errors) {
            address.name = capital(&typo(&address.name, dice));
        }
        if dice.chance(0.06 * errors) {
            address.direction = "";
        }
        if dice.chance(0.14 * errors) {
            address.unit = None;
        }
        if dice.chance(0.008 * errors) {
            address.zip = self.city.zips.0 + dice.below(self.city.zips.1) as u32;
        }
        address
    }
}

/// The surname as the person gives it on a day: people with two surnames give both, joined
/// somehow, or one of them.
fn surname(person: &Person, on: NaiveDate, dice: &mut Dice) -> String {
    let last = person.last_on(on);
    match &person.second_last {
        None => last.to_owned(),
        Some(second) => match dice.weighted(&[0.34, 0.28, 0.28, 0.1]) {
            0 => format!("{last}-{second}"),
            1 => format!("{last} {second}"),
            2 => last.to_owned(),
            _ => second.clone(),
        },
    }
}

impl Identity {
    /// The birth date, unless it is the placeholder.
    pub(crate) fn birth(&self) -> crate::days::Birth {
        self.born.map_or(crate::days::Birth::Unknown, crate::days::Birth::Date)
    }

    /// First letter of the middle name, or blank.
    pub(crate) fn initial(&self) -> String {
        self.middle.as_deref().and_then(|m| m.chars().next()).map(|c| c.to_string()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::table;
    use crate::dice::Dice;
    use crate::history::{FURTHER, SOURCES};
    use crate::population::household::Maker;

    /// The share of copies that differ from the person is the documented one, source by source.
    ///
    /// Margins are five standard errors and 6 % of the rate, because some errors change nothing (a
    /// short name cut short, a neighbour of the same surname). The seed is fixed; with a fresh one
    /// a false alarm has probability below 1e-5.
    #[test]
    fn copies_err_as_often_as_documented() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let (start, end) = (day("2023-01-01"), day("2026-06-30"));
        let city = table("us-ga-atlanta");
        let mut dice = Dice::new(4, "x", 0);
        let neighbours = Maker { city, dice: &mut dice, start, end }.people(1, 1_000);
        let office = Office { noise: Noise::Default, gaps: [1.0; 6], city, neighbours: &neighbours };
        for source in SOURCES.into_iter().chain(FURTHER) {
            let habits = &HABITS[source as usize];
            let (mut n, mut names, mut dated, mut misdated) = (0, 0, 0, 0);
            let (mut numbered, mut misnumbered) = (0, 0);
            for _ in 0..20 {
                for person in neighbours.iter().filter(|p| p.second_last.is_none() && p.new_last.is_none()) {
                    let copy = office.copy(person, source, end, &mut dice);
                    n += 1;
                    names += usize::from(copy.first != person.first || copy.last != person.last);
                    if let Some(born) = copy.born {
                        dated += 1;
                        misdated += usize::from(born != person.born);
                    }
                    if let (Some(told), Some(own)) = (copy.ssn, person.ssn) {
                        numbered += 1;
                        misnumbered += usize::from(told != own);
                    }
                }
            }
            let close = |hits: usize, n: usize, p: f64| {
                let rate = hits as f64 / n as f64;
                let margin = 5.0 * (p * (1.0 - p) / n as f64).sqrt() + 0.06 * p;
                (rate - p).abs() < margin
            };
            assert!(close(names, n, NAME_ERROR * habits.names), "{source:?}: {names} names of {n}");
            assert!(
                close(misdated, dated, DATE_ERROR * habits.dates),
                "{source:?}: {misdated} dates of {dated}"
            );
            if habits.no_ssn < 1.0 {
                assert!(
                    close(misnumbered, numbered, 0.05),
                    "{source:?}: {misnumbered} numbers of {numbered}"
                );
            }
            assert!(close(n - dated, n, habits.no_date), "{source:?}: {dated} dated of {n}");
        }
    }
}
