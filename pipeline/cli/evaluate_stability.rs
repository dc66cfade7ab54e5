//! `pathways evaluate stability`: how many person rows change when one human's records are taken
//! away. The privacy guarantee is proved for one row of the person table; this measures how far one
//! human's raw records reach into it. Measured, not proved: another city may hold a worse case.
//!
//! Weights are estimated once, with everybody's records, and stand, as they do within an epoch.
//! Then, human by human, all of that human's records (by the truth column) are taken away from the
//! whole and the others linked again. What is counted, see [`Change`]:
//!
//! * `persons_changed`: rows of others that are formed, dissolved (the partition of the records that
//!   remain changed) or reduced (the row stays, but held records of this human as well);
//! * `split`: rows over which the human's own records were spread;
//! * `rows_apart`: how many rows must be added or removed to get from one person table to the other,
//!   the human's own among them: 1 is the neighbouring table that the guarantee speaks of.
//!
//! # Source
//! Release reference, section 6.

use std::collections::{BTreeMap, BTreeSet};

use linkage::{Change, Options, Stability, link};
use serde::Serialize;

use crate::command::EvaluateStabilityArguments;
use crate::evaluate_linkage::write_json;
use crate::evaluation_keys::EvaluationKeys;
use crate::failure::{Failure, Outcome};
use crate::linkage_sources::{note_set_aside, parse_sources, read_sources, rekey, truth};
use crate::resource_use::ResourceUse;
use crate::terminal::{note, out, table, thousands};

const STATUS: &str = "measured, not proved";

#[derive(Serialize)]
struct Report {
    status: &'static str,
    records: usize,
    persons: usize,
    humans: usize,
    humans_taken_away: usize,
    seed: u64,
    /// Records of the longest chain of accepted pairs: nobody's absence reaches beyond a chain.
    longest_chain: usize,
    /// Share of humans without whom no row of others changes.
    unchanged_share: f64,
    persons_changed: Distribution,
    split: Distribution,
    rows_apart: Distribution,
    totals: Totals,
    link: Use,
    stability: Use,
}

/// How a number is distributed over the humans taken away.
#[derive(Serialize)]
struct Distribution {
    mean: f64,
    p95: usize,
    p99: usize,
    maximum: usize,
    humans_by_count: BTreeMap<usize, usize>,
}

/// The fields of [`Change`], added over all humans taken away.
#[derive(Serialize)]
struct Totals {
    own: usize,
    shared: usize,
    formed: usize,
    dissolved: usize,
    reduced: usize,
}

#[derive(Serialize)]
struct Use {
    cpu_seconds: f64,
    peak_rss_bytes: u64,
}

pub(crate) fn evaluate(arguments: &EvaluateStabilityArguments) -> Result<Outcome, Failure> {
    let sources = parse_sources("--source", &arguments.sources)?;
    let keys = EvaluationKeys::make()?;
    let read = read_sources(&sources, &keys.linkage, Some(&arguments.truth))?;
    note_set_aside(&read);
    let (records, truth) = (rekey(&keys.hub, &read)?, truth(&read));
    drop(read);

    let before = ResourceUse::now();
    let (_, weights) = link(&records, Options::default()).map_err(Failure::internal)?;
    let link = used(before);
    if !weights.are_settled() {
        note("too few pairs of one person for weights to be frozen; a real night would estimate them anew");
    }

    let all = humans(&truth);
    let wanted = arguments.humans as usize;
    if wanted > all.len() {
        note(&format!("there are {} humans; each is taken away once", thousands(all.len() as u64)));
    }
    let humans = all.len();
    let taken_away = draw(all, wanted, arguments.seed);
    let before = ResourceUse::now();
    let stability = Stability::new(&records, Options::default(), &weights).map_err(Failure::internal)?;
    let changes = stability.changes(&taken_away);

    let report = Report {
        status: STATUS,
        records: records.len(),
        persons: stability.persons(),
        humans,
        humans_taken_away: changes.len(),
        seed: arguments.seed,
        longest_chain: stability.longest_chain(),
        unchanged_share: changes.iter().filter(|change| change.persons_changed() == 0).count() as f64
            / changes.len().max(1) as f64,
        persons_changed: Distribution::of(&changes, Change::persons_changed),
        split: Distribution::of(&changes, Change::split),
        rows_apart: Distribution::of(&changes, Change::rows_apart),
        totals: totals(&changes),
        link,
        stability: used(before),
    };
    write_json(&arguments.json, &report)?;
    print(&report);
    Ok(Outcome::Done)
}

fn used(before: ResourceUse) -> Use {
    let ResourceUse { cpu_seconds, peak_rss_bytes } = ResourceUse::since(before);
    Use { cpu_seconds, peak_rss_bytes }
}

/// Each human's records, in order of the truth's labels. A blank label is nobody.
fn humans(truth: &[String]) -> Vec<Vec<u32>> {
    let mut humans: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
    for (record, human) in truth.iter().enumerate().filter(|(_, human)| !human.is_empty()) {
        humans.entry(human).or_default().push(record as u32);
    }
    humans.into_values().collect()
}

/// As many as wanted of a list, each at most once (Fisher and Yates), the same for the same seed.
fn draw<T>(mut all: Vec<T>, wanted: usize, seed: u64) -> Vec<T> {
    let mut state = seed;
    for place in 0..wanted.min(all.len()) {
        let left = all.len() - place;
        let pick = (u128::from(split_mix(&mut state)) * left as u128) >> 64;
        all.swap(place, place + pick as usize);
    }
    all.truncate(wanted);
    all
}

/// SplitMix64: for drawing whom to look at, never for noise.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

impl Distribution {
    fn of(changes: &[Change], count: impl Fn(Change) -> usize) -> Self {
        let mut humans_by_count: BTreeMap<usize, usize> = BTreeMap::new();
        for change in changes {
            *humans_by_count.entry(count(*change)).or_default() += 1;
        }
        let sum: usize = humans_by_count.iter().map(|(count, humans)| count * humans).sum();
        // The least count that covers this share of the humans.
        let covering = |percent: usize| {
            let mut covered = 0;
            let mut counts = humans_by_count.iter().filter(|(_, humans)| {
                covered += **humans;
                covered * 100 >= changes.len() * percent
            });
            counts.next().map_or(0, |(count, _)| *count)
        };
        Self {
            mean: sum as f64 / changes.len().max(1) as f64,
            p95: covering(95),
            p99: covering(99),
            maximum: humans_by_count.keys().next_back().copied().unwrap_or(0),
            humans_by_count,
        }
    }
}

fn totals(changes: &[Change]) -> Totals {
    let sum = |field: fn(&Change) -> usize| changes.iter().map(field).sum();
    Totals {
        own: sum(|change| change.own),
        shared: sum(|change| change.shared),
        formed: sum(|change| change.formed),
        dissolved: sum(|change| change.dissolved),
        reduced: sum(|change| change.reduced),
    }
}

fn print(report: &Report) {
    let mut counts = table(["count", "persons changed", "split", "rows apart"], 0..4);
    let columns = [&report.persons_changed, &report.split, &report.rows_apart];
    let all: BTreeSet<usize> =
        columns.iter().flat_map(|column| column.humans_by_count.keys().copied()).collect();
    for count in all {
        let humans = |column: &Distribution| {
            column.humans_by_count.get(&count).map_or_else(String::new, |humans| thousands(*humans as u64))
        };
        counts.add_row([count.to_string(), humans(columns[0]), humans(columns[1]), humans(columns[2])]);
    }
    let mut line = |name: &str, cell: &dyn Fn(&Distribution) -> String| {
        counts.add_row([name.to_owned(), cell(columns[0]), cell(columns[1]), cell(columns[2])]);
    };
    line("mean", &|column| format!("{:.4}", column.mean));
    line("95 %", &|column| column.p95.to_string());
    line("99 %", &|column| column.p99.to_string());
    line("maximum", &|column| column.maximum.to_string());
    out(&counts.to_string());
    out(&format!(
        "{} of {} humans taken away, one at a time, from {} records of {} persons; without {:.2} % of them no row of others changes ({STATUS})",
        thousands(report.humans_taken_away as u64),
        thousands(report.humans as u64),
        thousands(report.records as u64),
        thousands(report.persons as u64),
        100.0 * report.unchanged_share
    ));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_drawn_at_most_once_and_the_same_by_seed() {
        let all: Vec<usize> = (0..1_000).collect();
        let drawn = draw(all.clone(), 300, 7);
        assert_eq!(drawn, draw(all.clone(), 300, 7));
        assert_ne!(drawn, draw(all.clone(), 300, 8));
        let mut sorted = drawn.clone();
        sorted.sort_unstable();
        sorted.dedup();
        assert_eq!(sorted.len(), 300);
        let mut everybody = draw(all.clone(), 5_000, 7);
        everybody.sort_unstable();
        assert_eq!(everybody, all);
    }

    #[test]
    fn a_blank_label_is_nobody() {
        let truth = ["b", "", "a", "b"].map(str::to_owned);
        assert_eq!(humans(&truth), [vec![2], vec![0, 3]]);
    }

    #[test]
    fn quantiles_cover_their_share() {
        let reduced = |count: usize| Change { reduced: count, ..Change::default() };
        let changes: Vec<Change> = (1..=100_usize).map(|i| reduced(i.saturating_sub(95))).collect();
        let of = Distribution::of(&changes, Change::persons_changed);
        assert_eq!((of.p95, of.p99, of.maximum), (0, 4, 5));
        assert!((of.mean - 0.15).abs() < 1e-12);
        assert_eq!(of.humans_by_count[&0], 95);
        assert_eq!(Distribution::of(&[], Change::split).maximum, 0);
    }
}
