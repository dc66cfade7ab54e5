//! `pathways evaluate linkage`: records with a truth column, through the code of `encode` and the
//! hub. The truth is read apart and compared at the end; it feeds no decision.

use std::path::Path;

use linkage::{Accuracy, Options, Scores, accuracy, link};
use serde::Serialize;

use crate::command::EvaluateLinkageArguments;
use crate::evaluation_keys::EvaluationKeys;
use crate::failure::{Failure, Outcome};
use crate::linkage_sources::{note_set_aside, parse_sources, read_sources, rekey, tokens, truth};
use crate::resource_use::ResourceUse;
use crate::terminal::out;

/// The report, in the form that interfaces.md fixes.
#[derive(Serialize)]
struct Report {
    records: usize,
    persons: usize,
    pairs: ScoresJson,
    bcubed: ScoresJson,
    expected: Expected,
    largest_cluster: usize,
    candidate_pairs: usize,
    encode: EncodeUse,
    link: LinkUse,
}

#[derive(Serialize)]
struct ScoresJson {
    precision: f64,
    recall: f64,
    f1: f64,
}

impl From<Scores> for ScoresJson {
    fn from(Scores { precision, recall, f1 }: Scores) -> Self {
        Self { precision, recall, f1 }
    }
}

#[derive(Serialize)]
struct Expected {
    precision: f64,
    recall: f64,
    recall_between: [f64; 2],
}

#[derive(Serialize)]
struct EncodeUse {
    cpu_seconds: f64,
    peak_rss_bytes: u64,
    tokens: usize,
}

#[derive(Serialize)]
struct LinkUse {
    cpu_seconds: f64,
    peak_rss_bytes: u64,
}

pub(crate) fn evaluate(arguments: &EvaluateLinkageArguments) -> Result<Outcome, Failure> {
    let sources = parse_sources("--source", &arguments.sources)?;
    let keys = EvaluationKeys::make()?;

    let before = ResourceUse::now();
    let read = read_sources(&sources, &keys.linkage, Some(&arguments.truth))?;
    note_set_aside(&read);
    let encode = ResourceUse::since(before);
    let tokens = tokens(&read);

    let before = ResourceUse::now();
    let (records, truth) = (rekey(&keys.hub, &read)?, truth(&read));

    let (persons, _) = link(&records, Options::default()).map_err(Failure::internal)?;
    let link = ResourceUse::since(before);

    let Accuracy { pairs, bcubed, persons: true_persons } = accuracy(&persons.person_of, &truth);
    let report = Report {
        records: truth.len(),
        persons: true_persons,
        pairs: pairs.into(),
        bcubed: bcubed.into(),
        expected: Expected {
            precision: persons.report.expected_precision,
            recall: persons.report.expected_recall,
            recall_between: persons.report.expected_recall_between,
        },
        largest_cluster: persons.report.largest_cluster,
        candidate_pairs: persons.report.candidate_pairs,
        encode: EncodeUse { cpu_seconds: encode.cpu_seconds, peak_rss_bytes: encode.peak_rss_bytes, tokens },
        link: LinkUse { cpu_seconds: link.cpu_seconds, peak_rss_bytes: link.peak_rss_bytes },
    };
    write_json(&arguments.json, &report)?;
    out(&format!(
        "{} records, {} true persons, {} found: pairs precision {:.4}, recall {:.4}, F1 {:.4}",
        report.records,
        report.persons,
        persons.count,
        report.pairs.precision,
        report.pairs.recall,
        report.pairs.f1
    ));
    Ok(Outcome::Done)
}

/// Writes a report as JSON.
pub(crate) fn write_json(path: &Path, report: &impl Serialize) -> Result<(), Failure> {
    let mut text = serde_json::to_string_pretty(report).map_err(Failure::internal)?;
    text.push('\n');
    std::fs::write(path, text).map_err(Failure::io(path))
}
