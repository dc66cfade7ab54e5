//! Child welfare: `children.csv` and the NCANDS `child_file.csv`, a row a report and child.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::history::further::served;
use crate::history::{Source, Visit};
use crate::population::culture::race;
use crate::population::person::{Gender, Kinds};
use crate::recorder::Clerk;
use crate::recorder::answers::{Disability, Race, Record, What, told_gender, told_races};
use crate::recorder::book::File;
use crate::recorder::ids::{Space, row_id, scattered};
use crate::service::Service;

/// Post-response services and their place in the file, in its order.
const SERVICES: [Service; 12] = [
    Service::CaseManagement,
    Service::MentalHealth, // Counsel
    Service::Childcare,
    Service::Education,
    Service::Employment,
    Service::Medical,
    Service::PermanentHousing,
    Service::TransitionalHousing,
    Service::LegalOther,
    Service::MentalHealth,
    Service::SubstanceUse,
    Service::Transportation,
];

/// What the worker ticks about a child and the family, the same in every report.
struct Ticks {
    races: [&'static str; 6],
    /// CdAlc, CdDrug, CdRtrd, CdEmotnl, CdVisual, CdLearn, CdPhys, CdMedicl.
    conditions: [&'static str; 8],
    /// FCViol, FCHouse, FCMoney.
    family: [&'static str; 3],
}

/// Writes the child and the reports.
pub(crate) fn write(clerk: &mut Clerk<'_, '_>, visits: &[Visit]) {
    let Some(first) = visits.first() else { return };
    let key = format!("{:010}", row_id(Space::Child, clerk.person.id, 0));
    let identity = clerk.copy(Source::ChildWelfare, first.date);
    let mut record = Record::new(Source::ChildWelfare, key.clone(), identity.birth());
    let gender = told_gender(clerk.person, false, 0.02, clerk.dice);
    record.answers.gender = gender;
    let ticks = ticks(clerk, &mut record);
    let home = identity.address.as_ref();
    let ssn = identity.ssn.map_or(String::new(), |n| format!("{n:09}"));
    clerk.pages.row(
        File::Children,
        &[
            key.as_str(),
            &identity.last,
            &identity.first,
            identity.middle.as_deref().unwrap_or_default(),
            &day(identity.born),
            match gender {
                Some(Gender::Male) => "1",
                Some(_) => "2",
                None => "9",
            },
            &ssn,
            &home.map_or(String::new(), |a| a.line(identity.style)),
            &home.map_or(String::new(), |a| a.zip.to_string()),
        ],
    );
    for (k, visit) in visits.iter().enumerate() {
        report(clerk, &key, k as u64, visit, &ticks, &mut record);
    }
    clerk.records.push(record);
}

fn day(date: Option<NaiveDate>) -> String {
    date.map_or(String::new(), |d| d.format("%m%d%Y").to_string())
}

fn ticks(clerk: &mut Clerk<'_, '_>, record: &mut Record) -> Ticks {
    let (dice, person) = (&mut *clerk.dice, clerk.person);
    let set = told_races(person, 0.06, dice);
    let boxes = set & !(race::MENA | race::HISPANIC);
    let hispanic = set & race::HISPANIC != 0;
    record.answers.race = if hispanic { Some(Race::Hispanic) } else { Race::of_set(boxes) };
    record.answers.indigenous = (boxes != 0).then_some(boxes & race::AIAN != 0);
    let tick = |of: u8| if boxes & of != 0 { "1" } else { "2" };
    let ethnicity = if hispanic { "1" } else { *dice.pick(&["2", "2", "9"]) };
    let races = [
        tick(race::AIAN),
        tick(race::ASIAN),
        tick(race::BLACK),
        tick(race::NHPI),
        tick(race::WHITE),
        ethnicity,
    ];
    let mut conditions = [""; 8];
    if dice.chance(0.75) {
        let yes = |has: bool| if has { "1" } else { "2" };
        conditions = [
            "2",
            yes(person.substance),
            "2",
            yes(person.mental),
            "2",
            "2",
            yes(person.physical),
            yes(person.chronic),
        ];
        record.answers.disability = Some(match (person.physical || person.chronic, person.mental) {
            (true, _) => Disability::Any,
            (false, true) => Disability::MentalOnly,
            (false, false) => Disability::None,
        });
        record.answers.substance = Some(person.substance);
    }
    let family = [0.2, 0.18, 0.3].map(|p| if dice.chance(p) { "1" } else { *dice.pick(&["2", "2", "9"]) });
    Ticks { races, conditions, family }
}

/// Maltreatment other than trafficking.
const OTHER: [&str; 6] = ["1", "2", "2", "2", "4", "5"];

fn report(clerk: &mut Clerk<'_, '_>, key: &str, k: u64, visit: &Visit, ticks: &Ticks, record: &mut Record) {
    let (reported, person) = (visit.date, clerk.person);
    record.add(reported, What::Entry);
    let decided = visit.found.map_or_else(|| shifted(reported, clerk.dice.between(5, 60)), |(day, _)| day);
    let decided = clerk.span.within(decided);
    let mut types = [("", ""); 4];
    let place = clerk.dice.below(2);
    types[0] = (*clerk.dice.pick(&OTHER), *clerk.dice.pick(&["1", "2", "5", "5"]));
    if visit.signs.any() || visit.found.is_some() {
        record.add(reported, What::Indicator(Kinds::SEX));
        let level = match visit.found {
            Some((day, _)) => {
                record.add(day, What::Identification(Kinds::SEX));
                "1"
            }
            None => *clerk.dice.pick(&["2", "5", "5", "7", "99"]),
        };
        types[place] = ("7", level);
    } else if clerk.dice.chance(0.004) {
        // Reported by somebody who made it up.
        types[place] = ("7", "6");
    }
    let needs = needs(ticks);
    for service in &needs {
        record.add(reported, What::Need(*service));
    }
    let began = served(person, Service::CaseManagement, reported, clerk.span, clerk.dice);
    let services = SERVICES.map(|service| {
        let likely = if needs.contains(&service) { 0.6 } else { 0.08 };
        match began {
            Some(day) if clerk.dice.chance(likely) => {
                record.add(day, What::Service(service));
                "1"
            }
            Some(_) => "2",
            None => "",
        }
    });
    let mut row = vec![
        reported.format("%Y").to_string(),
        clerk.city.state.to_owned(),
        format!("{:010}", row_id(Space::Report, person.id, k)),
        key.to_owned(),
        day(Some(reported)),
        day(decided),
    ];
    row.extend(ticks.races.map(str::to_owned));
    row.extend(types.iter().flat_map(|(kind, level)| [(*kind).to_owned(), (*level).to_owned()]));
    row.extend(ticks.conditions.iter().chain(&ticks.family).map(|cell| (*cell).to_owned()));
    row.push(day(began));
    row.extend(services.map(str::to_owned));
    clerk.pages.row(File::Reports, &row);
    let Some(kind) = clerk.bad_row(&["impossible_date", "unknown_code", "orphan"]) else { return };
    match kind {
        "impossible_date" => "02302025".clone_into(&mut row[4]),
        "unknown_code" => "55".clone_into(&mut row[12]),
        _ => row[3] = format!("{:010}", scattered(Space::Child, 9_000_000_000 + person.id)),
    }
    clerk.pages.spoilt(File::Reports, &row, kind);
}

/// Needs that ticked risk factors imply.
fn needs(ticks: &Ticks) -> Vec<Service> {
    let any = |cells: &[&str]| cells.contains(&"1");
    let [alcohol, drugs, retarded, emotional, visual, learning, physical, medical] = ticks.conditions;
    let [violence, housing, money] = ticks.family;
    [
        (any(&[alcohol, drugs]), Service::SubstanceUse),
        (any(&[emotional]), Service::MentalHealth),
        (any(&[retarded, visual, learning, physical, medical]), Service::Medical),
        (any(&[violence]), Service::CrisisSafety),
        (any(&[housing]), Service::PermanentHousing),
        (any(&[money]), Service::BasicNeeds),
    ]
    .into_iter()
    .filter_map(|(has, service)| has.then_some(service))
    .collect()
}
