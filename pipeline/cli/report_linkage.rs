//! `pathways report linkage`: what the last night of each city linked, for its steward.

use std::fs;

use domain::{CityConfig, Config};
use hub::{LinkCounts, Report, SourceLinks};

use crate::command::ConfigArguments;
use crate::configuration::read_config;
use crate::failure::{Class, Failure, Outcome};
use crate::terminal::{note, out, table, thousands};

/// Kinds of evidence that are listed; the rest is one line.
const KINDS: usize = 12;

pub(crate) fn report(arguments: &ConfigArguments) -> Result<Outcome, Failure> {
    let config = read_config(&arguments.config)?;
    let mut outcome = Outcome::Done;
    for city in &config.cities {
        match links(&config, city) {
            Ok((links, kept_out)) => show(city, &links, kept_out),
            Err(failure) => {
                note(&format!("{}: {failure}", city.name));
                outcome = outcome.max(Outcome::Failed(failure.class));
            }
        }
    }
    out("Exact counts of people: for stewards, not for publication.");
    Ok(outcome)
}

/// What the sources sent and linkage never sees.
#[derive(Clone, Copy)]
struct KeptOut {
    /// Records that may not be linked.
    records: u64,
    /// Tokens that too many records of one source share.
    tokens: u64,
}

/// The last night's linkage, and what was kept out of it.
fn links(config: &Config, city: &CityConfig) -> Result<(LinkCounts, KeptOut), Failure> {
    let path = config.work.join(city.id.as_str()).join("report.json");
    let none = || {
        let message = format!("{}: no night has linked records yet; `pathways run` does", path.display());
        Failure::new(Class::NotInitialised, message)
    };
    let text = fs::read_to_string(&path).map_err(|_| none())?;
    let report: Report = serde_json::from_str(&text).map_err(|_| {
        Failure::usage(format!("{}: this is no report of this version; run the night again", path.display()))
    })?;
    let kept_out = KeptOut {
        records: report.sources.iter().map(|source| source.not_linkable).sum(),
        tokens: report.sources.iter().map(|source| source.tokens_too_common).sum(),
    };
    Ok((report.links.ok_or_else(none)?, kept_out))
}

fn show(city: &CityConfig, links: &LinkCounts, kept_out: KeptOut) {
    out(&format!(
        "{}: {} records are {} persons (linkage of night {})",
        city.name,
        thousands(links.records),
        thousands(links.persons),
        links.night
    ));
    let mut sources = table(["source", "records", "linked", "linked to another source", "alike"], 1..5);
    for source in &links.sources {
        let share = |n: u64| percent(n, source.records);
        sources.add_row([
            source.source.clone(),
            thousands(source.records),
            share(source.linked),
            share(source.linked_elsewhere),
            share(source.alike),
        ]);
    }
    out(&sources.to_string());
    if links.sources.iter().any(|source| source.alike > 0) {
        out("alike: records that say what another record of their source says, word for word");
    }
    for source in links.sources.iter().filter(|source| source.fell()) {
        out(&fallen(source));
    }
    for source in &links.sources_without_weights {
        out(&format!(
            "{source}: it came after the weights were estimated and has few records yet; how it overlaps with others is learned from 200 on"
        ));
    }

    let mut sizes = table(["records of a person", "persons"], 0..2);
    for (label, persons) in by_size(links) {
        sizes.add_row([label, thousands(persons)]);
    }
    out(&sizes.to_string());

    let mut facts = table(["", ""], 1..2);
    for (label, value) in facts_of(links, kept_out) {
        facts.add_row([label.to_owned(), value]);
    }
    out(&facts.to_string());

    let merges: u64 = links.merges_by_evidence.values().sum();
    let mut kinds: Vec<(&String, &u64)> = links.merges_by_evidence.iter().collect();
    kinds.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
    let rest: u64 = kinds.iter().skip(KINDS).map(|(_, n)| **n).sum();
    let mut evidence = table(["merged because two records agree on", "merges", "share"], 1..3);
    for (kind, n) in kinds.iter().take(KINDS) {
        evidence.add_row([(*kind).clone(), thousands(**n), percent(**n, merges)]);
    }
    if rest > 0 {
        let label = format!("{} other kinds", kinds.len() - KINDS);
        evidence.add_row([label, thousands(rest), percent(rest, merges)]);
    }
    out(&evidence.to_string());
}

/// From how far apart on the bounds of expected recall are worth telling.
const WIDE: f64 = 0.03;

fn facts_of(links: &LinkCounts, kept_out: KeptOut) -> [(&'static str, String); 14] {
    // Where no two records could be compared, nothing tells how many persons have several.
    let expected = |share: f64| {
        if links.candidate_pairs == 0 { "not known".to_owned() } else { format!("{:.1} %", 100.0 * share) }
    };
    let range = links.expected_recall_between.filter(|_| links.candidate_pairs > 0).and_then(between);
    let weights = if links.weights_settled { "frozen for the epoch" } else { "too few pairs yet to freeze" };
    [
        ("expected precision of joined pairs", expected(links.expected_precision)),
        (
            "expected recall of one person's pairs",
            expected(links.expected_recall) + &range.unwrap_or_default(),
        ),
        ("pairs compared", thousands(links.candidate_pairs)),
        ("merges refused: evidence against", thousands(links.refused_by_conflict)),
        ("merges refused: too many records", thousands(links.refused_by_size)),
        ("merges refused: source has one record a person", thousands(links.refused_by_source)),
        ("pairs left apart for lack of evidence", thousands(links.undecided_pairs)),
        ("tokens of sources not kept as too frequent", thousands(kept_out.tokens)),
        ("different tokens that too many records of all sources share", thousands(links.tokens_over_cap)),
        (
            "records that hold too little to be linked",
            thousands(links.records_without_tokens.saturating_sub(kept_out.records)),
        ),
        ("records that may not be linked", thousands(kept_out.records)),
        ("records linked anew that night", thousands(links.records_relinked)),
        ("persons merged / split that night", format!("{} / {}", links.merged, links.split)),
        ("weights", format!("from {} records, {weights}", thousands(links.weights_records))),
    ]
}

/// What expected recall may be as well, if that is worth telling.
fn between([least, most]: [f64; 2]) -> Option<String> {
    (most - least > WIDE).then(|| {
        format!(
            ", or {:.0} to {:.0} %: of some fields no pair shows how often they differ",
            100.0 * least,
            100.0 * most
        )
    })
}

/// What a steward is told of a source that hardly meets the others any more.
fn fallen(source: &SourceLinks) -> String {
    format!(
        "{}: {:.1} % of its records are linked to another source, {:.1} % were before; ask the agency whether its key, its \
         columns or its profile changed",
        source.source,
        100.0 * source.share_elsewhere(),
        100.0 * source.linked_elsewhere_before.unwrap_or_default()
    )
}

/// Sizes up to five, and what is larger in one.
fn by_size(links: &LinkCounts) -> Vec<(String, u64)> {
    let mut rows: Vec<(String, u64)> = links
        .persons_by_size
        .iter()
        .filter(|(size, _)| **size <= 5)
        .map(|(size, persons)| (size.to_string(), *persons))
        .collect();
    let larger: u64 = links.persons_by_size.iter().filter(|(size, _)| **size > 5).map(|(_, n)| n).sum();
    if let Some(largest) = links.persons_by_size.keys().max().filter(|size| **size > 5) {
        rows.push((format!("6 to {largest}"), larger));
    }
    rows
}

fn percent(part: u64, whole: u64) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.1} %", 100.0 * part as f64 / whole as f64) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_told_where_they_lie_apart() {
        assert_eq!(between([0.96, 0.98]), None);
        let told = between([0.337, 0.742]).unwrap_or_default();
        assert_eq!(told, ", or 34 to 74 %: of some fields no pair shows how often they differ");
    }
}
