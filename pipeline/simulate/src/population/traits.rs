//! What a person is like, drawn from the tables of a community.

use chrono::NaiveDate;

use crate::days::{age, shifted};
use crate::dice::Dice;
use crate::population::address::Address;
use crate::population::culture::{CULTURES, ENGLISH, race};
use crate::population::household::surnames;
use crate::population::names::{NAMES, unaccented};
use crate::population::person::{Gender, Kinds, Person, Role, Status};

/// What the household has settled before its member's own traits are drawn.
pub(crate) struct Draft {
    pub(crate) id: u64,
    pub(crate) household: u64,
    pub(crate) role: Role,
    pub(crate) culture: usize,
    pub(crate) born: NaiveDate,
    pub(crate) homes: Vec<(NaiveDate, Address)>,
    pub(crate) phones: Vec<(NaiveDate, u64)>,
}

/// Draws everything else about a person.
pub(crate) fn person(draft: Draft, start: NaiveDate, end: NaiveDate, dice: &mut Dice) -> Person {
    let table = &CULTURES[draft.culture];
    let years = age(draft.born, end).unwrap_or(0);
    let male = dice.chance(0.46);
    let gender = match (dice.chance(if years < 30 { 0.035 } else { 0.012 }), male) {
        (true, _) => Gender::Other,
        (false, true) => Gender::Male,
        (false, false) => Gender::Female,
    };
    let lgbtq = gender == Gender::Other || dice.chance(if years < 30 { 0.13 } else { 0.06 });
    let weights: Vec<f64> = table.races.iter().map(|(_, weight)| *weight).collect();
    let abroad = dice.chance(table.foreign);
    let status = status(abroad, table.unsettled, dice);
    let (last, second_last) = surnames(draft.culture, dice);
    let mut person = Person {
        id: draft.id,
        household: draft.household,
        role: draft.role,
        male,
        gender,
        culture: draft.culture,
        race: table.races[dice.weighted(&weights)].0,
        born: draft.born,
        first: String::new(),
        middle: None,
        last,
        second_last,
        new_last: None,
        suffix: (male && years > 30 && dice.chance(0.012)).then(|| *dice.pick(&["Sr", "II", "III"])),
        ssn: ssn(status, dice),
        homes: draft.homes,
        phones: draft.phones,
        email: None,
        status,
        language: if abroad || dice.chance(table.foreign / 4.0) { table.language } else { ENGLISH },
        interpreter: abroad && dice.chance(table.interpreter),
        lgbtq,
        physical: dice.chance(if years > 45 { 0.24 } else { 0.07 }),
        chronic: dice.chance(if years > 45 { 0.3 } else { 0.08 }),
        mental: dice.chance(if years < 13 { 0.07 } else { 0.27 }),
        substance: years >= 14 && dice.chance(0.19),
        trafficked: Kinds::default(),
        adrift: false,
    };
    rename(&mut person, dice);
    if !male && (20..60).contains(&years) && dice.chance(0.06) {
        let since = shifted(start, dice.between(30, (end - start).num_days()));
        person.new_last = Some((since, NAMES.last(person.culture, dice)));
    }
    person.trafficked = trafficked(&person, end, dice);
    if person.trafficked.any() {
        person.adrift = dice.chance(if person.status.is_foreign() { 0.22 } else { 0.15 });
        person.mental |= dice.chance(0.4);
        person.substance |= years >= 14 && person.trafficked.sex && dice.chance(0.25);
    }
    if years >= 14 && dice.chance(0.7) {
        person.email = Some(email(&person, dice));
    }
    person
}

/// A new first and middle name for a person's sex and community.
pub(crate) fn rename(person: &mut Person, dice: &mut Dice) {
    NAMES.first(person.culture, person.male, dice).clone_into(&mut person.first);
    person.middle = dice.chance(0.7).then(|| NAMES.first(person.culture, person.male, dice));
}

/// Another sex, with gender and names to match.
pub(crate) fn set_sex(person: &mut Person, male: bool, dice: &mut Dice) {
    person.male = male;
    if person.gender != Gender::Other {
        person.gender = if male { Gender::Male } else { Gender::Female };
    }
    rename(person, dice);
}

/// A number of the shape the SSA issues; people without papers mostly have none.
pub(crate) fn ssn(status: Status, dice: &mut Dice) -> Option<u32> {
    let has = match status {
        Status::Citizen => 0.985,
        Status::Resident => 0.95,
        Status::Asylum => 0.6,
        Status::Pending => 0.35,
        Status::Undocumented => 0.08,
    };
    if !dice.chance(has) {
        return None;
    }
    let mut area = dice.between(1, 898) as u32;
    if area >= 666 {
        area += 1;
    }
    let (group, serial) = (dice.between(1, 99) as u32, dice.between(1, 9_999) as u32);
    Some(area * 1_000_000 + group * 10_000 + serial)
}

fn status(abroad: bool, unsettled: f64, dice: &mut Dice) -> Status {
    if !abroad {
        return Status::Citizen;
    }
    if dice.chance(unsettled) {
        return *dice.pick(&[
            Status::Undocumented,
            Status::Undocumented,
            Status::Undocumented,
            Status::Asylum,
            Status::Pending,
        ]);
    }
    if dice.chance(0.4) { Status::Citizen } else { Status::Resident }
}

fn email(person: &Person, dice: &mut Dice) -> String {
    let plain = |text: &str| {
        unaccented(text).to_ascii_lowercase().chars().filter(char::is_ascii_alphanumeric).collect::<String>()
    };
    let (first, last) = (plain(&person.first), plain(&person.last));
    let n = dice.between(1, 999);
    let host = *dice.pick(&["mail.example", "post.example", "inbox.example", "web.example"]);
    match dice.below(4) {
        0 => format!("{first}.{last}{n}@{host}"),
        1 => format!("{}{last}{n}@{host}", &first[..1]),
        2 => format!("{last}.{first}@{host}"),
        _ => format!("{first}{n}@{host}"),
    }
}

/// Base rates of sex trafficking alone, labor trafficking alone, both, and of an unknown kind.
const RATES: [f64; 4] = [0.0465, 0.0285, 0.0148, 0.0021];

/// Draws the kinds of trafficking that agencies will see signs of.
pub(crate) fn trafficked(person: &Person, end: NaiveDate, dice: &mut Dice) -> Kinds {
    let years = age(person.born, end).unwrap_or(0);
    let sex_age = match years {
        0..=11 => 0.1,
        12..=17 => 1.7,
        18..=29 => 1.8,
        30..=44 => 0.8,
        _ => 0.25,
    };
    let labor_age = match years {
        0..=14 => 0.03,
        15..=17 => 0.6,
        18..=50 => 1.35,
        _ => 0.5,
    };
    let mut sex: f64 = sex_age * if person.male { 0.45 } else { 1.5 };
    let mut labor: f64 = labor_age * if person.status.is_foreign() { 3.0 } else { 0.65 };
    if person.race & race::AIAN != 0 {
        sex *= 1.7;
    }
    if person.lgbtq {
        sex *= 1.5;
    }
    if person.role == Role::Housemate {
        labor *= 1.6;
    }
    let both = (sex * labor).sqrt() * 1.15;
    let p = [RATES[0] * sex, RATES[1] * labor, RATES[2] * both, RATES[3]];
    let none = (1.0 - p.iter().sum::<f64>()).max(0.0);
    match dice.weighted(&[p[0], p[1], p[2], p[3], none]) {
        0 => Kinds::SEX,
        1 => Kinds::LABOR,
        2 => Kinds::SEX.and(Kinds::LABOR),
        3 => Kinds::UNKNOWN,
        _ => Kinds::default(),
    }
}
