//! Households: families with one surname, twins, parents and children of one name, crews of
//! workers at one address.

use chrono::NaiveDate;

use crate::city::City;
use crate::days::shifted;
use crate::dice::Dice;
use crate::population::address::Address;
use crate::population::culture::CULTURES;
use crate::population::names::NAMES;
use crate::population::person::{Person, Role};
use crate::population::traits::{self, Draft};

/// Weights of: alone, couple, family, housemates, work crew.
const FORMS: [f64; 5] = [0.70, 0.07, 0.16, 0.05, 0.02];

/// Homes and phone numbers, each from a day on.
type Addresses = Vec<(NaiveDate, Address)>;
type Phones = Vec<(NaiveDate, u64)>;

/// What a household's members draw from.
pub(crate) struct Maker<'a> {
    pub(crate) city: &'a City,
    pub(crate) dice: &'a mut Dice,
    pub(crate) start: NaiveDate,
    pub(crate) end: NaiveDate,
}

impl Maker<'_> {
    /// People `first_id..first_id + count`, household by household.
    pub(crate) fn people(&mut self, first_id: u64, count: usize) -> Vec<Person> {
        let mut people: Vec<Person> = Vec::with_capacity(count + 8);
        while people.len() < count {
            let id = first_id + people.len() as u64;
            let household = self.household(id);
            people.extend(household);
        }
        people.truncate(count);
        people
    }

    fn household(&mut self, id: u64) -> Vec<Person> {
        let culture = self.dice.weighted(&self.city.cultures);
        let homes = self.homes();
        match self.dice.weighted(&FORMS) {
            0 => vec![self.adult(id, id, Role::Head, culture, homes, None)],
            1 => self.couple(id, culture, &homes, None),
            2 => self.family(id, culture, &homes),
            3 => (0..2 + self.dice.below(2) as u64)
                .map(|i| {
                    let culture = self.dice.weighted(&self.city.cultures);
                    let role = if i == 0 { Role::Head } else { Role::Housemate };
                    self.adult(id + i, id, role, culture, homes.clone(), None)
                })
                .collect(),
            _ => self.crew(id, culture, &homes),
        }
    }

    fn couple(&mut self, id: u64, culture: usize, homes: &Addresses, born: Option<NaiveDate>) -> Vec<Person> {
        let head = self.adult(id, id, Role::Head, culture, homes.clone(), born);
        let mut partner = self.adult(id + 1, id, Role::Partner, culture, homes.clone(), None);
        traits::set_sex(&mut partner, !head.male, self.dice);
        partner.born = self.near(head.born, 3_000);
        if self.dice.chance(0.65) {
            partner.last.clone_from(&head.last);
            partner.second_last.clone_from(&head.second_last);
            partner.new_last = None;
        }
        vec![head, partner]
    }

    fn family(&mut self, id: u64, culture: usize, homes: &Addresses) -> Vec<Person> {
        let parent = Some(shifted(self.end, -self.dice.between(7_700, 19_000)));
        let mut members = if self.dice.chance(0.45) {
            self.couple(id, culture, homes, parent)
        } else {
            vec![self.adult(id, id, Role::Head, culture, homes.clone(), parent)]
        };
        let head = members[0].clone();
        let youngest_parent = members.iter().map(|m| m.born).max().unwrap_or(head.born);
        let children = 1 + self.dice.run(0.55, 4) as u64;
        let latest = shifted(self.end, -200);
        let mut born = shifted(youngest_parent, self.dice.between(6_300, 12_000));
        for _ in 0..children {
            if born > latest {
                let room = (latest - youngest_parent).num_days() - 6_300;
                born = shifted(latest, -self.dice.between(0, room));
            }
            let twins = self.dice.chance(0.04);
            let child = self.child(id + members.len() as u64, &head, born);
            members.push(child.clone());
            if twins {
                let twin = self.twin(id + members.len() as u64, &child);
                members.push(twin);
            }
            born = shifted(born, self.dice.between(330, 1_900));
        }
        members
    }

    fn child(&mut self, id: u64, head: &Person, born: NaiveDate) -> Person {
        let mut child =
            self.adult(id, head.household, Role::Child, head.culture, head.homes.clone(), Some(born));
        child.last.clone_from(&head.last);
        child.second_last.clone_from(&head.second_last);
        child.new_last = None;
        child.race = head.race;
        child.language = head.language;
        // Children share a parent's phone; a boy is now and then named for his father.
        if self.dice.chance(0.8) {
            child.phones.clone_from(&head.phones);
        }
        if child.male == head.male && self.dice.chance(0.09) {
            child.first.clone_from(&head.first);
            child.suffix = (head.male && self.dice.chance(0.8)).then_some("Jr");
        }
        child
    }

    fn twin(&mut self, id: u64, child: &Person) -> Person {
        let mut twin = Person { id, ssn: traits::ssn(child.status, self.dice), ..child.clone() };
        if self.dice.chance(0.4) {
            traits::set_sex(&mut twin, !child.male, self.dice);
        }
        // Another name than the sibling's, often with the same initial.
        let alike = self.dice.chance(0.4);
        for _ in 0..60 {
            traits::rename(&mut twin, self.dice);
            if twin.first != child.first
                && (!alike || twin.first.chars().next() == child.first.chars().next())
            {
                break;
            }
        }
        twin.suffix = None;
        twin.email = None;
        let (sex, labor) = (child.trafficked.sex, child.trafficked.labor);
        twin.trafficked = traits::trafficked(&twin, self.end, self.dice);
        // What happens to one twin mostly happens to both.
        if (sex || labor) && self.dice.chance(0.3) {
            twin.trafficked = child.trafficked;
        }
        twin
    }

    /// Workers from one community at an employer's address, some with the employer's phone.
    fn crew(&mut self, id: u64, culture: usize, homes: &Addresses) -> Vec<Person> {
        let size = 3 + self.dice.below(5) as u64;
        let shared_phone = self.dice.chance(0.35);
        let phones = self.phones();
        (0..size)
            .map(|i| {
                let role = if i == 0 { Role::Head } else { Role::Housemate };
                let mut worker = self.adult(id + i, id, role, culture, homes.clone(), None);
                if shared_phone && self.dice.chance(0.7) {
                    worker.phones.clone_from(&phones);
                }
                worker
            })
            .collect()
    }

    fn adult(
        &mut self,
        id: u64,
        household: u64,
        role: Role,
        culture: usize,
        homes: Addresses,
        born: Option<NaiveDate>,
    ) -> Person {
        let born = born.unwrap_or_else(|| {
            let years = match self.dice.weighted(&[5.0, 30.0, 34.0, 20.0, 11.0]) {
                0 => self.dice.between(12, 17),
                1 => self.dice.between(18, 28),
                2 => self.dice.between(29, 42),
                3 => self.dice.between(43, 58),
                _ => self.dice.between(59, 86),
            };
            shifted(self.end, -(years * 365 + self.dice.between(0, 364) + years / 4))
        });
        let phones = self.phones();
        let draft = Draft { id, household, role, culture, born, homes, phones };
        traits::person(draft, self.start, self.end, self.dice)
    }

    /// A home, and after a move another: some move three times in the years simulated.
    fn homes(&mut self) -> Addresses {
        let mut homes = vec![(NaiveDate::MIN, Address::random(self.city, self.dice))];
        for _ in 0..self.dice.run(0.34, 3) {
            homes.push((self.day(), Address::random(self.city, self.dice)));
        }
        homes[1..].sort_by_key(|(since, _)| *since);
        homes
    }

    fn phones(&mut self) -> Phones {
        let number = |dice: &mut Dice| 5_550_000_000 + dice.between(2_000_000, 9_999_999) as u64;
        let mut phones = vec![(NaiveDate::MIN, number(self.dice))];
        for _ in 0..self.dice.run(0.4, 3) {
            phones.push((self.day(), number(self.dice)));
        }
        phones[1..].sort_by_key(|(since, _)| *since);
        phones
    }

    fn day(&mut self) -> NaiveDate {
        shifted(self.start, self.dice.between(1, (self.end - self.start).num_days()))
    }

    /// A day near `date` on which an adult can be born; what falls later is as far before the last such day,
    /// so that no day gathers births.
    fn near(&mut self, date: NaiveDate, days: i64) -> NaiveDate {
        let latest = shifted(self.end, -6_600);
        let born = shifted(date, self.dice.between(-days, days));
        born.min(shifted(latest, -(born - latest).num_days()))
    }
}

/// Surname and partner's surname drawn for a community.
pub(crate) fn surnames(culture: usize, dice: &mut Dice) -> (String, Option<String>) {
    let last = NAMES.last(culture, dice);
    let second = dice.chance(CULTURES[culture].two_surnames).then(|| NAMES.last(culture, dice));
    (last.clone(), second.filter(|name| *name != last))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::city::table;

    #[test]
    fn families_twins_namesakes_and_crews_all_occur() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a date");
        let (start, end) = (day("2023-01-01"), day("2026-06-30"));
        let mut dice = Dice::new(9, "us-il-chicago", 0);
        let mut maker = Maker { city: table("us-il-chicago"), dice: &mut dice, start, end };
        let people = maker.people(1, 20_000);
        assert!(people.iter().enumerate().all(|(i, p)| p.id == i as u64 + 1 && !p.first.is_empty()));
        let (mut twins, mut alike, mut namesakes, mut siblings, mut strangers) = (0, 0, 0, 0, 0);
        for pair in people.windows(2).filter(|w| w[0].household == w[1].household) {
            let [a, b] = pair else { continue };
            let same_home = a.homes == b.homes;
            assert!(same_home, "a household has one address");
            if a.last == b.last && a.role == Role::Child && b.role == Role::Child {
                siblings += 1;
                if a.born == b.born {
                    twins += 1;
                    assert_ne!((&a.first, a.ssn), (&b.first, b.ssn));
                    alike += usize::from(a.first.chars().next() == b.first.chars().next());
                }
            }
            strangers += usize::from(b.role == Role::Housemate && a.last != b.last);
        }
        for child in people.iter().filter(|p| p.role == Role::Child) {
            let head = people.iter().find(|p| p.id == child.household).expect("the head comes first");
            namesakes += usize::from(head.first == child.first && head.last == child.last);
            assert!(child.born > head.born);
        }
        for (what, n) in [
            ("siblings", siblings),
            ("twins", twins),
            ("twins with one initial", alike),
            ("namesakes", namesakes),
            ("housemates", strangers),
        ] {
            assert!(n >= 15, "{n} {what}");
        }
    }
}
