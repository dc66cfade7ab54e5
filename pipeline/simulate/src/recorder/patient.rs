//! Public health: `patients.csv`.

use crate::population::names::shouted;
use crate::population::person::Gender;
use crate::recorder::Clerk;
use crate::recorder::answers::{Disability, Race, Record, told, told_gender, told_race};
use crate::recorder::book::File;
use crate::recorder::identity::Identity;

/// Writes a patient's row; what it answers goes into the record.
pub(crate) fn patient(clerk: &mut Clerk<'_, '_>, mrn: &str, identity: &Identity, record: &mut Record) {
    let dice = &mut *clerk.dice;
    let person = clerk.person;
    let race = told_race(person, 0.06, dice);
    let hispanic = race == Some(Race::Hispanic);
    // The form asks race and ethnicity apart; Hispanic people leave race open or say white.
    let code = if hispanic { *dice.pick(&["6", "9", ""]) } else { race_code(race) };
    let ethnicity = match (hispanic, dice.chance(0.15)) {
        (true, _) => "H",
        (false, true) => "U",
        (false, false) => "N",
    };
    record.answers.race = race;
    record.answers.indigenous = match code {
        "1" => Some(true),
        "2" | "3" | "4" | "5" | "6" => Some(false),
        _ => None,
    };
    let gender = told_gender(person, true, 0.02, dice);
    record.answers.gender = gender;
    let speaks = told(person.interpreter, 0.06, dice);
    record.answers.language = speaks;
    let substance = told(person.substance, 0.2, dice);
    record.answers.substance = substance;
    let disability =
        (!dice.chance(0.18)).then_some(match (person.physical || person.chronic, person.mental) {
            (true, _) => Disability::Any,
            (false, true) => Disability::MentalOnly,
            (false, false) => Disability::None,
        });
    record.answers.disability = disability;
    let language = match speaks {
        Some(true) if person.language.0 != "en" => person.language.0,
        Some(true) => "es",
        Some(false) => "en",
        None => "",
    };
    let last = if identity.suffix.is_empty() {
        shouted(&identity.last)
    } else {
        format!("{} {}", shouted(&identity.last), identity.suffix.to_uppercase())
    };
    let phone = identity.phone.map_or(String::new(), |n| {
        let text = n.to_string();
        format!("({}) {}-{}", &text[..3], &text[3..6], &text[6..])
    });
    let address = identity.address.as_ref();
    clerk.pages.row(
        File::Patients,
        &[
            mrn,
            &last,
            &shouted(&identity.first),
            &shouted(&identity.initial()),
            &identity.born.map_or(String::new(), |d| d.format("%m/%d/%Y").to_string()),
            match gender {
                Some(Gender::Female) => "F",
                Some(Gender::Male) => "M",
                Some(Gender::Other) => "X",
                None => "U",
            },
            code,
            ethnicity,
            language,
            &identity.ssn.map_or(String::new(), |n| format!("{n:09}")),
            &phone,
            &address.map_or(String::new(), |a| a.line(identity.style)),
            &address.map_or(String::new(), |a| a.zip.to_string()),
            match substance {
                Some(true) => "Y",
                Some(false) => "N",
                None => "",
            },
            match disability {
                Some(Disability::None) => "0",
                Some(Disability::Any) if person.mental => "3",
                Some(Disability::Any) => "1",
                Some(Disability::MentalOnly) => "2",
                None => "",
            },
        ],
    );
}

fn race_code(race: Option<Race>) -> &'static str {
    match race {
        Some(Race::Aian) => "1",
        Some(Race::Asian) => "2",
        Some(Race::Black) => "3",
        Some(Race::Mena) => "4",
        Some(Race::Nhpi) => "5",
        Some(Race::White) => "6",
        Some(Race::Multiple) => "7",
        Some(Race::Hispanic) | None => "9",
    }
}
