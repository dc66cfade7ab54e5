//! Needs that agencies write down, and what becomes of them.

use chrono::NaiveDate;

use crate::days::shifted;
use crate::dice::Dice;
use crate::history::plan::Members;
use crate::history::rates::{delivers, seen, unmet, wanted};
use crate::history::{Delivery, Note, Outcome, Referral, Source, Span, Visit};
use crate::population::person::Person;
use crate::service::{SERVICES, Service};

/// What a person needs in these years, and what they will go without.
struct Fate {
    wanted: [bool; 16],
    unmet: [bool; 16],
    late: [bool; 16],
}

impl Fate {
    fn draw(person: &Person, years: u32, dice: &mut Dice) -> Self {
        let mut fate = Self { wanted: [false; 16], unmet: [false; 16], late: [false; 16] };
        for service in SERVICES {
            let i = service as usize;
            fate.wanted[i] = dice.chance(wanted(person, service, years));
            fate.unmet[i] = dice.chance(unmet(person, service, years));
            fate.late[i] = dice.chance(0.18);
        }
        fate
    }

    fn wants(&self, service: Service) -> bool {
        self.wanted[service as usize]
    }
}

/// Whether a source can write a need down only by referring the person.
fn only_by_referral(source: Source, service: Service) -> bool {
    match source {
        Source::Homeless => matches!(
            service,
            Service::TransitionalHousing
                | Service::PermanentHousing
                | Service::CaseManagement
                | Service::Employment
                | Service::Education
        ),
        Source::Labor => service != Service::LegalOther,
        Source::Law => true,
        _ => false,
    }
}

/// Whether a source's files have a place for a referral to a service, given those already made at
/// the visit: only shelters have room for several.
fn can_refer(source: Source, service: Service, made: usize) -> bool {
    match source {
        Source::Homeless => !matches!(
            service,
            Service::CrisisSafety
                | Service::LegalImmigration
                | Service::LegalOther
                | Service::Interpretation
                | Service::Childcare
                | Service::Transportation
        ),
        Source::Health | Source::Labor | Source::Law => made == 0,
        _ => false,
    }
}

/// Writes needs into the visits; returns what was delivered beside them.
pub(crate) fn note(
    person: &Person,
    visits: &mut [Visit],
    members: Members,
    span: Span,
    dice: &mut Dice,
) -> Vec<Delivery> {
    let fate = Fate::draw(person, person.age(span.end), dice);
    let mut deliveries = Vec::new();
    for visit in visits {
        let services = noticed(person, visit, &fate, dice);
        let mut made = 0;
        for service in services {
            let mut desk = Desk { source: visit.source, date: visit.date, members, span, dice };
            let made_before = made;
            if let Some(note) = desk.settle(service, &fate, made_before, &mut deliveries) {
                made += usize::from(note.referral.is_some());
                visit.notes.push(note);
            }
        }
    }
    deliveries
}

/// What the agency notices at one visit, in the order in which it writes it down.
fn noticed(person: &Person, visit: &Visit, fate: &Fate, dice: &mut Dice) -> Vec<Service> {
    let years = person.age(visit.date);
    // Whoever sees that somebody is exploited asks further.
    let care = if person.trafficked.any() { 1.35 } else { 1.0 };
    let mut services = Vec::new();
    match visit.source {
        Source::Homeless | Source::Health | Source::Human => {
            for service in SERVICES {
                if fate.wants(service) && dice.chance(seen(visit.source, service) * care) {
                    services.push(service);
                }
            }
            if visit.source == Source::Homeless {
                // Shelters ask about conditions at every entry.
                for (has, service) in [
                    (person.chronic || person.physical, Service::Medical),
                    (person.mental, Service::MentalHealth),
                    (person.substance, Service::SubstanceUse),
                    (person.interpreter, Service::Interpretation),
                    // Whoever has no bed tonight has no home either.
                    (services.contains(&Service::EmergencyShelter), Service::PermanentHousing),
                ] {
                    if has && !services.contains(&service) {
                        services.push(service);
                    }
                }
            }
        }
        Source::Labor => {
            if visit.signs.labor && dice.chance(0.8) || dice.chance(0.88) {
                services.push(Service::LegalOther);
            }
            if dice.chance(0.5) {
                services.extend(any_of(
                    fate,
                    &[0.25, 0.1, 0.2, 0.2, 0.3, 0.5, 0.1, 0.3, 0.2, 0.05, 0.3, 0.7, 0.1, 0.5, 0.1, 0.3],
                    dice,
                ));
            }
        }
        Source::Legal => {
            let immigration = fate.wants(Service::LegalImmigration) && years >= 14;
            services.push(if immigration && dice.chance(0.7) {
                Service::LegalImmigration
            } else {
                Service::LegalOther
            });
        }
        Source::Law => {
            if dice.chance(0.55) {
                services.extend(any_of(
                    fate,
                    &[0.4, 0.05, 0.1, 0.2, 0.8, 0.05, 0.3, 0.3, 0.5, 0.2, 0.1, 0.02, 0.02, 0.2, 0.1, 0.15],
                    dice,
                ));
            }
        }
        // The further agencies keep books of their own ([`crate::history::further`]).
        Source::Housing
        | Source::ChildWelfare
        | Source::Immigration
        | Source::Justice
        | Source::Hotline
        | Source::Community => {}
    }
    services
}

/// One of the services that the person needs, by weight; none when none of them is needed.
fn any_of(fate: &Fate, weights: &[f64; 16], dice: &mut Dice) -> Option<Service> {
    let weights: Vec<f64> =
        SERVICES.iter().map(|s| if fate.wants(*s) { weights[*s as usize] } else { 0.0 }).collect();
    (weights.iter().sum::<f64>() > 0.0).then(|| SERVICES[dice.weighted(&weights)])
}

/// The worker who settles one need at one visit.
struct Desk<'a> {
    source: Source,
    date: NaiveDate,
    members: Members,
    span: Span,
    dice: &'a mut Dice,
}

impl Desk<'_> {
    fn settle(
        &mut self,
        service: Service,
        fate: &Fate,
        made: usize,
        deliveries: &mut Vec<Delivery>,
    ) -> Option<Note> {
        let refers = can_refer(self.source, service, made);
        let must_refer = only_by_referral(self.source, service);
        if must_refer && !refers {
            return None;
        }
        let mut note = Note { service, provided: None, referral: None };
        let window = service.window_days();
        if fate.unmet[service as usize] {
            if refers && (must_refer || self.dice.chance(0.5)) {
                note.referral = Some(self.failed());
            }
            if fate.late[service as usize] {
                let day = shifted(self.date, window + self.dice.between(10, 190));
                self.deliver(service, day, &mut note, deliveries);
            }
            return Some(note);
        }
        let delay = if self.dice.chance(0.3) {
            0
        } else {
            let part = self.dice.unit();
            (window as f64 * part * part * 0.97) as i64
        };
        let day = shifted(self.date, delay);
        let attained = refers && self.source != Source::Law && day <= self.span.end;
        if attained && self.dice.chance(0.22) {
            note.referral = Some(Referral { outcome: Outcome::Attained, on: Some(day) });
            return Some(note);
        }
        if must_refer {
            note.referral = Some(Referral { outcome: Outcome::Unknown, on: None });
        }
        let delivered = self.deliver(service, day, &mut note, deliveries);
        if !delivered && attained {
            note.referral = Some(Referral { outcome: Outcome::Attained, on: Some(day) });
        }
        Some(note)
    }

    /// A referral that comes to nothing.
    fn failed(&mut self) -> Referral {
        let day = shifted(self.date, self.dice.between(0, 40));
        let on = (day <= self.span.end).then_some(day);
        let outcome = match self.dice.weighted(&[0.25, 0.25, 0.5]) {
            0 => Outcome::ClientDeclined,
            1 => Outcome::ProviderDeclined,
            _ => Outcome::Unknown,
        };
        Referral { outcome, on: if outcome == Outcome::Unknown { None } else { on } }
    }

    /// Delivers by this agency or another that knows the person; says whether any could.
    fn deliver(
        &mut self,
        service: Service,
        day: NaiveDate,
        note: &mut Note,
        deliveries: &mut Vec<Delivery>,
    ) -> bool {
        if day > self.span.end {
            return false;
        }
        let here = delivers(self.source, service);
        let other = [Source::Health, Source::Homeless]
            .into_iter()
            .find(|s| *s != self.source && self.members[*s as usize] && delivers(*s, service));
        let source = match (here, other) {
            (true, Some(other)) if self.dice.chance(0.12) => other,
            (true, _) => self.source,
            (false, Some(other)) => other,
            (false, None) => return false,
        };
        if source == self.source && matches!(source, Source::Human | Source::Legal) {
            note.provided = Some(day);
        } else {
            deliveries.push(Delivery { source, service, date: day });
        }
        true
    }
}
