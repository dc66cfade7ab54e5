//! Linkage of a night: today's records against what earlier nights found.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use domain::TOKEN_SCHEME;
use linkage::{Before, CandidatePair, Options, Persons, Weights, link, link_again, link_with};

use crate::absent::Absent;
use crate::ingested::Ingested;
use crate::link_report::{LinkCounts, Tonight};
use crate::manifest::ExpectedKey;
use crate::person_store::{self, Kept, KnownRecord, LoggedChange, State};
use crate::pseudonym::{Change, ChangeKind, Named, name_persons};
use crate::refusal::HubError;
use crate::rekey::HubKey;

/// How much of earlier nights a night builds on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Relink {
    /// What changed is linked to what was linked before.
    #[default]
    Changed,
    /// All records are linked anew, with the epoch's weights.
    Records,
    /// All records are linked anew, with weights estimated from them.
    Weights,
}

/// Today's persons.
pub struct Linked {
    /// For each record its person, numbered from 0.
    pub person_of: Vec<u32>,
    /// How many there are.
    pub persons: usize,
    /// For the steward.
    pub counts: LinkCounts,
}

/// Links a city's records: those that are new or changed since the last night to those that are
/// not, all of them when keys or tokens changed or it is asked for. Persons keep their pseudonyms;
/// merges and splits are logged with their reasons in `changes.ndjson`.
///
/// A record that may not be linked brings no token and stays a person of its own, whatever it was
/// before.
///
/// # Errors
/// [`HubError`] when what is kept can't be read or written, or the records make no sense.
pub fn link_night(
    ingested: &Ingested,
    work: &Path,
    expected: &ExpectedKey,
    hub_key: &HubKey,
    relink: Relink,
) -> Result<Linked, HubError> {
    let folder = work.join(ingested.city().as_str());
    let sources: Vec<String> = ingested.report().sources.iter().map(|s| s.source.clone()).collect();
    let epoch =
        format!("{} {} {} {TOKEN_SCHEME}", expected.epoch, expected.fingerprint, hub_key.fingerprint());
    let kept = person_store::read(&folder)?;
    if relink != Relink::Weights && kept.as_ref().is_some_and(|kept| kept.weights.is_none()) {
        return Err(HubError::Weights { path: folder.join("linkage") });
    }
    let mut today = known_records(ingested);
    let places = kept.as_ref().map(|kept| Places::of(kept, &sources, &today));
    if let (Some(kept), Some(places), Relink::Changed) = (&kept, &places, relink)
        && kept.state.epoch == epoch
        && kept.state.sources == sources
        && places.nothing_changed(kept)
    {
        return Ok(unchanged(kept));
    }

    let records = ingested.records();
    let options = Options::default();
    let absent = kept.as_ref().map(|kept| Absent::tonight(ingested, kept)).unwrap_or_default();
    let frozen = kept.as_ref().and_then(|kept| {
        // Weights that were estimated without a source's records are not this epoch's for good.
        let whole = !kept.state.weights_partial || !absent.sources.is_empty();
        let are_frozen = kept.state.epoch == epoch && relink != Relink::Weights && whole;
        let weights = kept.weights.clone().filter(|weights| are_frozen && weights.are_settled())?;
        Some((kept, weights))
    });
    let weights_partial =
        frozen.as_ref().map_or(!absent.sources.is_empty(), |(kept, _)| kept.state.weights_partial);
    let (persons, weights): (Persons, Weights) = match (frozen, &places, relink) {
        (Some((kept, mut weights)), Some(places), Relink::Changed) => {
            let before = places.before(kept, &today);
            (link_again(records, options, &mut weights, &before)?, weights)
        }
        (Some((_, mut weights)), _, _) => (link_with(records, options, &mut weights)?, weights),
        (None, _, _) => link(records, options)?,
    };

    let serials_before: Vec<Option<u64>> = match (&kept, &places) {
        (Some(kept), Some(places)) => {
            let returned = kept.absent.returned(&sources, &today);
            let there = places.earlier.iter().map(|at| at.map(|at| kept.records[at as usize].person));
            there.enumerate().map(|(at, person)| person.or_else(|| returned.get(&at).copied())).collect()
        }
        _ => vec![None; today.len()],
    };
    let next = kept.as_ref().map_or(0, |kept| kept.state.next_person);
    let named = name_persons(&persons.person_of, persons.count, &serials_before, next);
    let night = kept.as_ref().map_or(1, |kept| kept.night + 1);
    let disturbed = match (&kept, &places) {
        (Some(kept), Some(places)) => places.disturbed(kept),
        _ => HashSet::new(),
    };
    let log = log(&named, &persons, &disturbed, night, hub_key);
    let tonight = Tonight { records: &today, before: kept.as_ref().map(|kept| &kept.state.links) };
    let counts = LinkCounts::new(ingested, &persons, &weights, night, &named.changes, tonight);
    let mut changes = kept.map(|kept| kept.changes).unwrap_or_default();
    for change in &log {
        changes.extend(line(change));
    }
    for (record, person) in today.iter_mut().zip(&persons.person_of) {
        record.person = named.serials[*person as usize];
    }
    person_store::commit(
        &folder,
        &Kept {
            night,
            state: State {
                epoch,
                sources,
                next_person: named.next,
                links: counts.clone(),
                absent_sources: absent.sources.clone(),
                weights_partial,
            },
            absent,
            weights: Some(weights),
            records: today,
            pairs: persons.pairs,
            changes,
        },
    )?;
    Ok(Linked { person_of: persons.person_of, persons: persons.count, counts })
}

/// Today's records in canonical order, with a digest over the tokens of each.
fn known_records(ingested: &Ingested) -> Vec<KnownRecord> {
    let records = ingested.records();
    let digest = |record: usize| {
        let range = records.starts[record] as usize..records.starts[record + 1] as usize;
        records.families[range.clone()].iter().zip(&records.tokens[range]).fold(0_u64, |digest, (f, t)| {
            (digest.rotate_left(7) ^ t ^ u64::from(*f)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
        })
    };
    ingested
        .people()
        .iter()
        .enumerate()
        .map(|(i, record)| KnownRecord {
            source: records.sources[i],
            id: record.id,
            digest: digest(i),
            person: 0,
        })
        .collect()
}

/// Where today's records were, and where earlier ones are.
struct Places {
    /// For each record of today its position among those kept, whether or not it changed.
    earlier: Vec<Option<u32>>,
    /// For each record kept its position today, if it is there and unchanged.
    today: Vec<Option<u32>>,
}

impl Places {
    fn of(kept: &Kept, sources: &[String], today: &[KnownRecord]) -> Self {
        // Sources may have come or gone: positions are compared by name.
        let place: Vec<Option<u16>> = kept
            .state
            .sources
            .iter()
            .map(|name| sources.iter().position(|s| s == name).map(|at| at as u16))
            .collect();
        let mut earlier = vec![None; today.len()];
        let mut now = vec![None; kept.records.len()];
        let mut at = 0;
        for (i, record) in kept.records.iter().enumerate() {
            let Some(source) = place[usize::from(record.source)] else { continue };
            while today.get(at).is_some_and(|t| (t.source, t.id) < (source, record.id)) {
                at += 1;
            }
            if let Some(t) = today.get(at).filter(|t| (t.source, t.id) == (source, record.id)) {
                earlier[at] = Some(i as u32);
                if t.digest == record.digest {
                    now[i] = Some(at as u32);
                }
            }
        }
        Self { earlier, today: now }
    }

    fn nothing_changed(&self, kept: &Kept) -> bool {
        self.earlier.len() == kept.records.len() && self.today.iter().all(Option::is_some)
    }

    /// Serial numbers of persons of whom a record changed or is gone.
    fn disturbed(&self, kept: &Kept) -> HashSet<u64> {
        let lost = kept.records.iter().zip(&self.today).filter(|(_, today)| today.is_none());
        lost.map(|(record, _)| record.person).collect()
    }

    /// What linkage builds on.
    fn before(&self, kept: &Kept, today: &[KnownRecord]) -> Before {
        let mut number = HashMap::new();
        let mut person_of = vec![None; today.len()];
        let mut lost = Vec::new();
        for (record, at) in kept.records.iter().zip(&self.today) {
            let next = number.len() as u32;
            let person = *number.entry(record.person).or_insert(next);
            match at {
                Some(at) => person_of[*at as usize] = Some(person),
                None => lost.push(person),
            }
        }
        lost.sort_unstable();
        let disturbed = person_of
            .iter()
            .enumerate()
            .filter(|(_, person)| person.is_some_and(|p| lost.binary_search(&p).is_ok()))
            .map(|(at, _)| at as u32)
            .collect();
        let pairs = kept
            .pairs
            .iter()
            .filter_map(|pair| {
                let (a, b) = (self.today[pair.a as usize]?, self.today[pair.b as usize]?);
                Some(CandidatePair { a: a.min(b), b: a.max(b), families: pair.families })
            })
            .collect();
        Before { person_of, disturbed, pairs }
    }
}

/// A night on which no record came, went or changed.
fn unchanged(kept: &Kept) -> Linked {
    let mut number = HashMap::new();
    let person_of = kept
        .records
        .iter()
        .map(|record| {
            let next = number.len() as u32;
            *number.entry(record.person).or_insert(next)
        })
        .collect();
    Linked { person_of, persons: number.len(), counts: kept.state.links.clone() }
}

/// One line of JSON.
fn line(change: &LoggedChange) -> Vec<u8> {
    let mut line = serde_json::to_vec(change).expect("a struct of texts and numbers has a JSON form");
    line.push(b'\n');
    line
}

/// Merges and splits with their reasons.
fn log(
    named: &Named,
    persons: &Persons,
    disturbed: &HashSet<u64>,
    night: u64,
    hub_key: &HubKey,
) -> Vec<LoggedChange> {
    let reason = |change: &Change| match change.kind {
        ChangeKind::Merged => {
            let person = persons.person_of[change.record as usize];
            let mut joins = persons.joins.iter().filter(|join| persons.person_of[join.a as usize] == person);
            // The weakest link of the chain that ties them is the last that was made.
            joins
                .next_back()
                .map_or_else(|| "linked".to_owned(), |join| format!("agree on {}", join.evidence))
        }
        ChangeKind::Split if disturbed.contains(&change.person) => {
            "a record of it changed, left, expired or lost its consent".to_owned()
        }
        ChangeKind::Split => "new records speak against what tied them".to_owned(),
    };
    named
        .changes
        .iter()
        .map(|change| LoggedChange {
            night,
            kind: change.kind,
            person: hub_key.pseudonym(change.person),
            other: hub_key.pseudonym(change.other),
            reason: reason(change),
        })
        .collect()
}
