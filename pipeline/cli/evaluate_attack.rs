//! `pathways evaluate attack`: what an adversary gains from the hub's stored tokens.
//!
//! * Without any key, by frequency analysis ([`crate::frequency_attack`]): which share of records
//!   has a token decoded. It must stay below one in a thousand at a city's scale.
//! * With keys that are not the ones ([`crate::key_attack`]): nobody without an agencies' key tests a
//!   guess, the agencies' tokens are not among the hub's, keys of another city or epoch link nothing.
//!
//! Further attacks there are (which families two records share is stored, too); see THREAT_MODEL.md.

use domain::FAMILIES;
use keys::KeyFile;
use serde::Serialize;

use crate::command::EvaluateAttackArguments;
use crate::evaluate_linkage::write_json;
use crate::evaluation_keys::EvaluationKeys;
use crate::failure::{Class, Failure, Outcome};
use crate::frequency_attack::{Decoded, DecodedRecord, attack};
use crate::key_attack::{AGENCIES, CrossLinks, Guesses, cross_links, guess};
use crate::linkage_sources::{note_set_aside, parse_sources, read_sources, rekey, tokens};
use crate::resource_use::ResourceUse;
use crate::terminal::{out, table, thousands};
use crate::token_columns::{Half, TokenColumn, agency_columns, stored_columns};

/// The share of decoded records at which the gate fails.
const BAR: f64 = 0.001;
/// Records from which on the bar holds: few records decode by chance a larger share.
const CITY_SCALE: usize = 100_000;
/// Caps on the records that share a token, for which it is told what would be decoded under them.
const CAPS: [u32; 5] = [5, 10, 20, 50, 100];

#[derive(Serialize)]
struct Report {
    passed: bool,
    records: usize,
    tokens: usize,
    frequency: FrequencyReport,
    guesses: Vec<Guesses>,
    other_keys: Vec<CrossLinks>,
    cpu_seconds: f64,
    peak_rss_bytes: u64,
}

#[derive(Serialize)]
struct FrequencyReport {
    /// What the adversary knows: `these records` (exact frequencies) or `another population`.
    public: &'static str,
    public_records: usize,
    bar: f64,
    bar_from_records: usize,
    by_rank: Share,
    by_unique_frequency: Share,
    /// What would be decoded if the hub stored no token that more records share.
    under_caps: Vec<CapReport>,
    families: Vec<FamilyReport>,
}

#[derive(Serialize)]
struct CapReport {
    most_records: u32,
    by_rank: Share,
    by_unique_frequency: Share,
}

/// Decoded records, and their share of those that were attacked.
#[derive(Serialize)]
struct Share {
    decoded: usize,
    share: f64,
}

#[derive(Serialize)]
struct FamilyReport {
    family: &'static str,
    /// Records that hold a token of it; shares are of these.
    records: usize,
    distinct_tokens: usize,
    top_frequency: u32,
    by_rank: Share,
    by_unique_frequency: Share,
}

impl Share {
    fn of(decoded: usize, records: usize) -> Self {
        Self { decoded, share: decoded as f64 / records.max(1) as f64 }
    }
}

pub(crate) fn evaluate(arguments: &EvaluateAttackArguments) -> Result<Outcome, Failure> {
    let before = ResourceUse::now();
    let sources = parse_sources("--source", &arguments.sources)?;
    let public = parse_sources("--public", &arguments.public)?;
    let keys = EvaluationKeys::make()?;
    let read = |linkage: &KeyFile| read_sources(&sources, linkage, None);

    let city = read(&keys.linkage)?;
    note_set_aside(&city);
    let tokens = tokens(&city);
    let records = city.iter().map(|source| source.records.len()).sum();
    let stored = stored_columns(&rekey(&keys.hub, &city)?, 0..records);
    let mut guesses = Vec::from(guess(&stored, &city, AGENCIES, &keys.hub)?);
    let mut other_keys = Vec::new();
    for (key, linkage) in [
        ("of another city", keys.same_secret_in_another_city()?),
        ("of another epoch", keys.same_secret_in_another_epoch()?),
    ] {
        other_keys.push(cross_links(&city, &read(&linkage)?, key, &keys.hub)?);
    }
    drop(city);

    guesses.extend(guess(&stored, &read(&keys.zero_linkage()?)?, "none", &keys.hub)?);
    let another = keys.another_linkage()?;
    let tokenized = read(&another)?;
    guesses.extend(guess(&stored, &tokenized, "another's", &keys.hub)?);
    let labels = agency_columns(&tokenized, Half::First);
    drop(tokenized);
    let frequency = if public.is_empty() {
        FrequencyReport::of(&stored, &labels, &labels, records, ("these records", records))
    } else {
        let known = read_sources(&public, &another, None)?;
        let number = known.iter().map(|source| source.records.len()).sum();
        let columns = agency_columns(&known, Half::First);
        drop(known);
        FrequencyReport::of(&stored, &labels, &columns, records, ("another population", number))
    };

    let failed = failed(&frequency, &guesses, &other_keys, records);
    let used = ResourceUse::since(before);
    let report = Report {
        passed: failed.is_empty(),
        records,
        tokens,
        frequency,
        guesses,
        other_keys,
        cpu_seconds: used.cpu_seconds,
        peak_rss_bytes: used.peak_rss_bytes,
    };
    write_json(&arguments.json, &report)?;
    print(&report);
    if failed.is_empty() { Ok(Outcome::Done) } else { Err(Failure::new(Class::Gate, failed.join("\n"))) }
}

impl FrequencyReport {
    fn of(
        stored: &[TokenColumn],
        labels: &[TokenColumn],
        public: &[TokenColumn],
        records: usize,
        (population, public_records): (&'static str, usize),
    ) -> Self {
        let mut by_rank = vec![None; records];
        let mut by_unique_frequency = vec![None; records];
        let mut families = Vec::new();
        for (number, family) in FAMILIES.iter().enumerate() {
            let found = attack(&stored[number], &labels[number], &public[number]);
            mark(&mut by_rank, &found.by_rank);
            mark(&mut by_unique_frequency, &found.by_unique_frequency);
            families.push(FamilyReport::of(family.name, &found));
        }
        let under = |cap: u32, least: &[Option<u32>]| {
            Share::of(least.iter().flatten().filter(|frequency| **frequency <= cap).count(), records)
        };
        let under_caps = CAPS.map(|cap| CapReport {
            most_records: cap,
            by_rank: under(cap, &by_rank),
            by_unique_frequency: under(cap, &by_unique_frequency),
        });
        Self {
            public: population,
            public_records,
            bar: BAR,
            bar_from_records: CITY_SCALE,
            by_rank: under(u32::MAX, &by_rank),
            by_unique_frequency: under(u32::MAX, &by_unique_frequency),
            under_caps: under_caps.into(),
            families,
        }
    }

    /// What the better of the two ways decodes.
    fn best(&self) -> &Share {
        if self.by_rank.decoded >= self.by_unique_frequency.decoded {
            &self.by_rank
        } else {
            &self.by_unique_frequency
        }
    }
}

impl FamilyReport {
    fn of(family: &'static str, found: &Decoded) -> Self {
        Self {
            family,
            records: found.holders,
            distinct_tokens: found.distinct,
            top_frequency: found.top_frequency,
            by_rank: Share::of(found.by_rank.len(), found.holders),
            by_unique_frequency: Share::of(found.by_unique_frequency.len(), found.holders),
        }
    }
}

/// Notes for each decoded record how many records share the token that decodes it, at least.
fn mark(least: &mut [Option<u32>], decoded: &[DecodedRecord]) {
    for DecodedRecord { record, frequency } in decoded {
        let known = &mut least[*record as usize];
        *known = Some(known.map_or(*frequency, |known| known.min(*frequency)));
    }
}

/// What is not as it must be: place, rule and remedy.
fn failed(
    frequency: &FrequencyReport,
    guesses: &[Guesses],
    other_keys: &[CrossLinks],
    records: usize,
) -> Vec<String> {
    let mut failed = Vec::new();
    let best = frequency.best();
    if best.share >= BAR && records >= CITY_SCALE {
        failed.push(format!(
            "frequency analysis: {:.4} % of records are decoded, and less than {} % may be; drop or change the families that the table shows to be decoded",
            100.0 * best.share,
            100.0 * BAR
        ));
    }
    for guesses in guesses.iter().filter(|guesses| !guesses.holds()) {
        failed.push(format!(
            "guesses under linkage key {}, hub key {}: {} of {} match; only who holds both keys may test a guess: mend the derivation of tokens",
            guesses.linkage_key, guesses.hub_key, guesses.matches, guesses.tried
        ));
    }
    for links in other_keys.iter().filter(|links| !links.holds()) {
        failed.push(format!(
            "linkage key {}: {} tokens shared and {} pairs linked, and none may be; mend the derivation of keys",
            links.key, links.shared_tokens, links.linked_pairs
        ));
    }
    failed
}

fn print(report: &Report) {
    let FrequencyReport { families, by_rank, by_unique_frequency, .. } = &report.frequency;
    let mut lines = table(
        ["family", "records", "distinct", "top", "decoded by rank", "share", "by unique frequency", "share"],
        1..8,
    );
    let percent = |share: f64| format!("{:.4} %", 100.0 * share);
    let whole = |number: usize| thousands(number as u64);
    for family in families.iter().filter(|family| family.records > 0) {
        lines.add_row([
            family.family.to_owned(),
            whole(family.records),
            whole(family.distinct_tokens),
            thousands(u64::from(family.top_frequency)),
            whole(family.by_rank.decoded),
            percent(family.by_rank.share),
            whole(family.by_unique_frequency.decoded),
            percent(family.by_unique_frequency.share),
        ]);
    }
    lines.add_row([
        "any".to_owned(),
        whole(report.records),
        String::new(),
        String::new(),
        whole(by_rank.decoded),
        percent(by_rank.share),
        whole(by_unique_frequency.decoded),
        percent(by_unique_frequency.share),
    ]);
    for cap in &report.frequency.under_caps {
        lines.add_row([
            format!("any, held by {} at most", cap.most_records),
            String::new(),
            String::new(),
            String::new(),
            whole(cap.by_rank.decoded),
            percent(cap.by_rank.share),
            whole(cap.by_unique_frequency.decoded),
            percent(cap.by_unique_frequency.share),
        ]);
    }
    out(&lines.to_string());
    let mut lines = table(["linkage key", "hub key", "guesses", "matches"], 2..4);
    for guesses in &report.guesses {
        let Guesses { linkage_key, hub_key, tried, matches } = guesses;
        lines.add_row([linkage_key, hub_key, thousands(*tried).as_str(), &thousands(*matches)]);
    }
    out(&lines.to_string());
    for links in &report.other_keys {
        out(&format!(
            "key {}: {} tokens shared, {} pairs linked",
            links.key, links.shared_tokens, links.linked_pairs
        ));
    }
    let scale = if report.records < CITY_SCALE {
        format!("; the bar of {} % is for {} records or more", 100.0 * BAR, thousands(CITY_SCALE as u64))
    } else {
        String::new()
    };
    out(&format!(
        "{} records, {} known to the adversary ({}): {} decoded{scale}",
        thousands(report.records as u64),
        thousands(report.frequency.public_records as u64),
        report.frequency.public,
        percent(report.frequency.best().share)
    ));
}
