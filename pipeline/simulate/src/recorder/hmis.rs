//! Homeless services: an HMIS CSV export.

use chrono::NaiveDate;

use crate::history::stay::{Project, Stay};
use crate::history::{Delivery, Source};
use crate::recorder::Clerk;
use crate::recorder::answers::{Record, What};
use crate::recorder::hmis_client::{Client, client};
use crate::recorder::hmis_rows::{delivered, living_situations, night, referral};
use crate::recorder::hmis_setup::project_id;
use crate::recorder::ids::{Space, row_id, scattered};
use crate::service::Service;

/// One client's pages: the record, its answers, and a counter of row ids.
pub(crate) struct Chart {
    pub(crate) personal: String,
    pub(crate) client: Client,
    pub(crate) record: Record,
    /// Rows numbered so far, over all the person's records.
    pub(crate) rows: u64,
}

impl Chart {
    /// The next row id.
    pub(crate) fn next(&mut self, person: u64) -> String {
        self.rows += 1;
        scattered(Space::HmisRow, person * crate::recorder::ids::ROWS_PER_PERSON + self.rows).to_string()
    }
}

/// Writes a person's clients, enrollments and everything below them.
pub(crate) fn write(clerk: &mut Clerk<'_, '_>, stays: &[Stay], deliveries: &[Delivery]) {
    if stays.is_empty() {
        return;
    }
    let split = clerk.split(stays.len());
    let mut rows = 0;
    for (copy, part) in [&stays[..split], &stays[split..]].into_iter().enumerate() {
        let Some(first) = part.first() else { continue };
        let personal = row_id(Space::HmisClient, clerk.person.id, copy as u64).to_string();
        let identity = clerk.copy(Source::Homeless, first.entry);
        let mut record = Record::new(Source::Homeless, personal.clone(), identity.birth());
        let client = client(clerk, &personal, &identity, first.entry, &mut record);
        let mut chart = Chart { personal, client, record, rows };
        for (i, stay) in part.iter().enumerate() {
            let k = (copy * 2_000 + i) as u64;
            // What is delivered belongs to the latest stay that had begun.
            let at = copy * split + i;
            let until = stays.get(at + 1).map_or(NaiveDate::MAX, |next| next.entry);
            let own: Vec<Delivery> = deliveries
                .iter()
                .filter(|d| d.source == Source::Homeless && stay.entry <= d.date && d.date < until)
                .copied()
                .collect();
            enrollment(clerk, &mut chart, k, i == 0, stay, &own);
        }
        rows = chart.rows;
        clerk.records.push(chart.record);
    }
}

fn enrollment(
    clerk: &mut Clerk<'_, '_>,
    chart: &mut Chart,
    k: u64,
    first: bool,
    stay: &Stay,
    deliveries: &[Delivery],
) {
    let entry = stay.entry;
    let id = row_id(Space::HmisEnrollment, clerk.person.id, k).to_string();
    chart.record.add(entry, What::Entry);
    let from = if stay.from_street {
        "116"
    } else if stay.is_shelter() && clerk.dice.chance(0.15) {
        "101"
    } else {
        clerk.dice.pick(&["435", "422", "410", "302", "336", "8", "99"])
    };
    // Literally homeless at entry: on the street, or in an emergency shelter.
    if matches!(from, "116" | "101") {
        chart.record.add(entry, What::Need(Service::EmergencyShelter));
        chart.record.add(entry, What::Need(Service::PermanentHousing));
    }
    match stay.project {
        Project::ShelterEntryExit => chart.record.add(entry, What::Service(Service::EmergencyShelter)),
        Project::Transitional => chart.record.add(entry, What::Service(Service::TransitionalHousing)),
        Project::Supportive | Project::Rapid => {
            chart.record.add(entry, What::Need(Service::PermanentHousing));
            if let Some(day) = stay.move_in {
                chart.record.add(day, What::Service(Service::PermanentHousing));
            }
        }
        _ => {}
    }
    let asked = chart.client.answers_conditions && (first || clerk.dice.chance(0.93));
    let orientation = if first || clerk.dice.chance(0.8) { chart.client.orientation } else { "99" };
    let translation = if first || clerk.dice.chance(0.8) { chart.client.translation } else { "99" };
    if translation == "1" {
        chart.record.add(entry, What::Need(Service::Interpretation));
    }
    let relation = match (stay.accompanied, clerk.person.age(entry) < 18) {
        (true, true) => "2",
        (true, false) => "4",
        (false, _) => "1",
    };
    let disabling = match (asked, chart.client.any_condition()) {
        (true, true) => "1",
        (true, false) => "0",
        (false, _) => "99",
    };
    let referred_by = *clerk.dice.pick(&["1", "2", "7", "11", "28", "30", "35", "39", "99"]);
    let household = scattered(Space::HmisHousehold, stay.party).to_string();
    let project = project_id(stay.project, clerk.dice.chance(0.5));
    let (entry_text, stamp) = (entry.to_string(), stamp(entry));
    clerk.pages.hmis(
        "Enrollment.csv",
        &[
            ("EnrollmentID", &id),
            ("PersonalID", &chart.personal),
            ("ProjectID", &project),
            ("EntryDate", &entry_text),
            ("HouseholdID", &household),
            ("RelationshipToHoH", relation),
            ("EnrollmentCoC", clerk.city.coc),
            ("LivingSituation", from),
            ("DisablingCondition", disabling),
            ("MoveInDate", &stay.move_in.map_or(String::new(), |d| d.to_string())),
            ("ReferralSource", referred_by),
            ("SexualOrientation", orientation),
            ("TranslationNeeded", translation),
            ("DateCreated", &stamp),
            ("DateUpdated", &stamp),
            ("UserID", "1"),
            ("ExportID", "1"),
        ],
    );
    if asked {
        conditions(clerk, chart, &id, entry);
    }
    let noted = |service| stay.notes.iter().any(|note| note.service == service);
    let adult = clerk.person.age(entry) >= 18;
    if adult || !stay.accompanied {
        let flees = noted(Service::CrisisSafety);
        fleeing(clerk, chart, &id, entry, flees);
    }
    if adult {
        income(clerk, chart, &id, entry, noted(Service::BasicNeeds));
    }
    for note in &stay.notes {
        referral(clerk, chart, &id, entry, note);
    }
    for date in &stay.nights {
        night(clerk, chart, &id, *date);
    }
    for delivery in deliveries {
        delivered(clerk, chart, &id, *delivery);
    }
    living_situations(clerk, chart, &id, stay);
    if let Some(day) = stay.exit {
        crate::recorder::hmis_rows::exit(clerk, chart, &id, k, stay, day);
    }
}

/// The time stamp of a row.
pub(crate) fn stamp(date: NaiveDate) -> String {
    format!("{date} 09:00:00")
}

fn conditions(clerk: &mut Clerk<'_, '_>, chart: &mut Chart, enrollment: &str, entry: NaiveDate) {
    let (date, stamp) = (entry.to_string(), stamp(entry));
    for (kind, response) in chart.client.conditions {
        let service = match (kind, response) {
            ("5" | "7" | "8", "1") => Some(Service::Medical),
            ("9", "1") => Some(Service::MentalHealth),
            ("10", "1" | "2" | "3") => Some(Service::SubstanceUse),
            _ => None,
        };
        if let Some(service) = service {
            chart.record.add(entry, What::Need(service));
        }
        let id = chart.next(clerk.person.id);
        clerk.pages.hmis(
            "Disabilities.csv",
            &[
                ("DisabilitiesID", &id),
                ("EnrollmentID", enrollment),
                ("PersonalID", &chart.personal),
                ("InformationDate", &date),
                ("DisabilityType", kind),
                ("DisabilityResponse", response),
                ("IndefiniteAndImpairs", if response == "0" { "" } else { "1" }),
                ("DataCollectionStage", "1"),
                ("DateCreated", &stamp),
                ("DateUpdated", &stamp),
                ("UserID", "1"),
                ("ExportID", "1"),
            ],
        );
    }
}

fn fleeing(clerk: &mut Clerk<'_, '_>, chart: &mut Chart, enrollment: &str, entry: NaiveDate, flees: bool) {
    let (survivor, fleeing) = if flees {
        chart.record.add(entry, What::Need(Service::CrisisSafety));
        ("1", "1")
    } else {
        *clerk.dice.pick(&[("0", ""), ("0", ""), ("0", ""), ("99", ""), ("1", "0"), ("8", "")])
    };
    let id = chart.next(clerk.person.id);
    let (date, stamp) = (entry.to_string(), stamp(entry));
    clerk.pages.hmis(
        "HealthAndDV.csv",
        &[
            ("HealthAndDVID", &id),
            ("EnrollmentID", enrollment),
            ("PersonalID", &chart.personal),
            ("InformationDate", &date),
            ("DomesticViolenceSurvivor", survivor),
            ("CurrentlyFleeing", fleeing),
            ("DataCollectionStage", "1"),
            ("DateCreated", &stamp),
            ("DateUpdated", &stamp),
            ("UserID", "1"),
            ("ExportID", "1"),
        ],
    );
}

fn income(clerk: &mut Clerk<'_, '_>, chart: &mut Chart, enrollment: &str, entry: NaiveDate, none: bool) {
    let (any, total) = if none {
        chart.record.add(entry, What::Need(Service::BasicNeeds));
        ("0", String::new())
    } else if clerk.dice.chance(0.75) {
        ("1", clerk.dice.between(150, 2_400).to_string())
    } else {
        (*clerk.dice.pick(&["8", "9", "99"]), String::new())
    };
    let id = chart.next(clerk.person.id);
    let (date, stamp) = (entry.to_string(), stamp(entry));
    clerk.pages.hmis(
        "IncomeBenefits.csv",
        &[
            ("IncomeBenefitsID", &id),
            ("EnrollmentID", enrollment),
            ("PersonalID", &chart.personal),
            ("InformationDate", &date),
            ("IncomeFromAnySource", any),
            ("TotalMonthlyIncome", &total),
            ("DataCollectionStage", "1"),
            ("DateCreated", &stamp),
            ("DateUpdated", &stamp),
            ("UserID", "1"),
            ("ExportID", "1"),
        ],
    );
}
