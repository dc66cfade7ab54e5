//! HMIS `Client.csv`, and the answers that HMIS keeps elsewhere.

use chrono::NaiveDate;

use crate::city::HmisVersion;
use crate::population::culture::race;
use crate::population::names::unaccented;
use crate::population::person::{Gender, Person};
use crate::recorder::Clerk;
use crate::recorder::answers::{Disability, Race, Record, told, told_gender, told_races};
use crate::recorder::hmis::stamp;
use crate::recorder::identity::Identity;

/// What a client answers at every enrollment, the same each time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Client {
    /// Whether conditions are answered at all.
    pub(crate) answers_conditions: bool,
    /// Disability type and response, of every type.
    pub(crate) conditions: [(&'static str, &'static str); 6],
    /// SexualOrientation (FY2024).
    pub(crate) orientation: &'static str,
    /// TranslationNeeded (FY2024).
    pub(crate) translation: &'static str,
}

impl Client {
    /// Whether a condition of any type is present.
    pub(crate) fn any_condition(&self) -> bool {
        self.conditions.iter().any(|(_, response)| *response != "0")
    }
}

const RACE_COLUMNS: [(&str, u8); 8] = [
    ("AmIndAKNative", race::AIAN),
    ("Asian", race::ASIAN),
    ("BlackAfAmerican", race::BLACK),
    ("HispanicLatinao", race::HISPANIC),
    ("HispanicLatinaeo", race::HISPANIC),
    ("MidEastNAfrican", race::MENA),
    ("NativeHIPacific", race::NHPI),
    ("White", race::WHITE),
];

const GENDER_COLUMNS: [&str; 7] =
    ["Woman", "Man", "NonBinary", "CulturallySpecific", "Transgender", "Questioning", "DifferentIdentity"];

/// Ways in which the form of FY2024 writes a gender that is neither.
const TICKED: [&[&str]; 6] = [
    &["NonBinary"],
    &["Woman", "Transgender"],
    &["Man", "Transgender"],
    &["Questioning"],
    &["Woman", "Man"],
    &["CulturallySpecific"],
];

/// Writes the client's row; what it answers goes into the record.
pub(crate) fn client(
    clerk: &mut Clerk<'_, '_>,
    personal: &str,
    identity: &Identity,
    first_entry: NaiveDate,
    record: &mut Record,
) -> Client {
    let (dice, person) = (&mut *clerk.dice, clerk.person);
    let early = clerk.city.hmis == HmisVersion::Fy2024;
    let set = told_races(person, 0.05, dice);
    record.answers.race = Race::of_set(set);
    record.answers.indigenous = (set != 0).then_some(set & race::AIAN != 0);
    let gender = told_gender(person, early, 0.02, dice);
    record.answers.gender = gender;
    let answers = answers(clerk, early, record);
    let dice = &mut *clerk.dice;
    let nothing = *dice.pick(&["8", "9", "99"]);
    let mut cells: Vec<(&str, &str)> = Vec::with_capacity(40);
    for (name, bit) in RACE_COLUMNS {
        cells.push((name, if set & bit != 0 { "1" } else { "0" }));
    }
    cells.push(("RaceNone", if set == 0 { nothing } else { "" }));
    let sex = match gender {
        Some(Gender::Female) => "0",
        Some(Gender::Male) => "1",
        // The form of FY2026 has two answers; `told_gender` gives a third one only where there is.
        Some(Gender::Other) => "99",
        None => nothing,
    };
    cells.push(("Sex", sex));
    let ticked: &[&str] = match gender {
        Some(Gender::Female) => &["Woman"],
        Some(Gender::Male) => &["Man"],
        Some(Gender::Other) => TICKED[dice.below(TICKED.len())],
        None => &[],
    };
    for name in GENDER_COLUMNS {
        cells.push((name, if ticked.contains(&name) { "1" } else { "0" }));
    }
    cells.push(("GenderNone", if ticked.is_empty() { nothing } else { "" }));
    let (first, last) = (unaccented(&identity.first), unaccented(&identity.last));
    let middle = unaccented(identity.middle.as_deref().unwrap_or_default());
    let ssn = identity.ssn.map_or(String::new(), |n| format!("{n:09}"));
    let born = identity.born.map_or(String::new(), |d| d.to_string());
    let stamp = stamp(first_entry);
    cells.extend([
        ("PersonalID", personal),
        ("FirstName", &first),
        ("MiddleName", &middle),
        ("LastName", &last),
        ("NameSuffix", identity.suffix),
        ("NameDataQuality", "1"),
        ("SSN", &ssn),
        ("SSNDataQuality", if ssn.is_empty() { "99" } else { "1" }),
        ("DOB", &born),
        ("DOBDataQuality", if born.is_empty() { "99" } else { "1" }),
        ("VeteranStatus", if person.age(first_entry) < 18 { "" } else { "0" }),
        ("DateCreated", &stamp),
        ("DateUpdated", &stamp),
        ("UserID", "1"),
        ("ExportID", "1"),
    ]);
    clerk.pages.hmis("Client.csv", &cells);
    answers
}

/// Conditions, and in FY2024 orientation and translation.
fn answers(clerk: &mut Clerk<'_, '_>, early: bool, record: &mut Record) -> Client {
    let (dice, person) = (&mut *clerk.dice, clerk.person);
    let answers_conditions = !dice.chance(0.1);
    let mut yes = |truth: bool| told(truth, 0.0, dice) == Some(true);
    let physical = yes(person.physical);
    let (chronic, mental, substance) = (yes(person.chronic), yes(person.mental), yes(person.substance));
    let developmental = physical && dice.chance(0.2);
    let answer = |has: bool| if has { "1" } else { "0" };
    let used = if substance { *dice.pick(&["1", "2", "3"]) } else { "0" };
    let conditions = [
        ("5", answer(physical && !developmental)),
        ("6", answer(developmental)),
        ("7", answer(chronic)),
        ("8", "0"),
        ("9", answer(mental)),
        ("10", used),
    ];
    if answers_conditions {
        record.answers.disability = Some(match (physical || chronic, mental) {
            (true, _) => Disability::Any,
            (false, true) => Disability::MentalOnly,
            (false, false) => Disability::None,
        });
        record.answers.substance = Some(substance);
    }
    let (mut orientation, mut translation) = ("", "");
    if early {
        let blank = if person.age(clerk.span.end) < 26 { 0.25 } else { 0.75 };
        let lgbtq = told(person.lgbtq, blank, dice);
        let speaks = told(person.interpreter, 0.12, dice);
        orientation = match lgbtq {
            Some(true) => *dice.pick(&["2", "3", "4", "4", "5", "6"]),
            Some(false) => "1",
            None => *dice.pick(&["8", "9", "99", ""]),
        };
        translation = match speaks {
            Some(true) => "1",
            Some(false) => "0",
            None => *dice.pick(&["8", "9", "99"]),
        };
        let other = record.answers.gender == Some(Gender::Other);
        record.answers.lgbtq = if other { Some(true) } else { lgbtq };
        record.answers.language = speaks;
    }
    Client { answers_conditions, conditions, orientation, translation }
}

/// Whether HMIS asks a person about exploitation at exit: adults and heads of household.
pub(crate) fn is_asked(person: &Person, accompanied: bool, on: NaiveDate) -> bool {
    !accompanied || person.age(on) >= 18
}
