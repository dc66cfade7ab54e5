//! `pathways evaluate linkage`: records with a truth column, through the code of `encode` and the
//! hub. The truth is read apart and compared at the end; it feeds no decision.

use std::path::{Path, PathBuf};

use agency::{Profile, TokenizedRecords, read_for_linkage};
use domain::CityId;
use hub::{HubKey, RecordsBuilder};
use keys::{KeyFile, KeyKind};
use linkage::{Accuracy, Options, Scores, accuracy, link};
use serde::Serialize;

use crate::command::EvaluateLinkageArguments;
use crate::encode::failure;
use crate::failure::{Failure, Outcome};
use crate::resource_use::ResourceUse;
use crate::terminal::{note, out};

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
    let mut sources =
        arguments.sources.iter().map(|text| parse_source(text)).collect::<Result<Vec<_>, _>>()?;
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    let keys = EvaluationKeys::make()?;

    let before = ResourceUse::now();
    let mut read = Vec::new();
    for source in &sources {
        let profile = Profile::read(&source.profile).map_err(failure)?;
        let records = read_for_linkage(&profile, &source.file, &keys.linkage, Some(&arguments.truth))
            .map_err(failure)?;
        if records.rows.quarantined > 0 {
            note(&format!(
                "{}: {} rows were set aside and are not scored",
                source.name, records.rows.quarantined
            ));
        }
        read.push((profile.one_record_per_person, records));
    }
    let encode = ResourceUse::since(before);
    let tokens = read.iter().map(|(_, records)| records.tokens.len()).sum();

    let before = ResourceUse::now();
    let (records, truth) = rekey(&keys.hub, &read)?;

    let persons = link(&records, Options::default()).map_err(Failure::internal)?;
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

/// `NAME=FILE:PROFILE`.
struct SourceArgument {
    name: String,
    file: PathBuf,
    profile: PathBuf,
}

fn parse_source(text: &str) -> Result<SourceArgument, Failure> {
    let parts = text.split_once('=').and_then(|(name, rest)| Some((name, rest.rsplit_once(':')?)));
    match parts {
        Some((name, (file, profile))) if !name.is_empty() && !file.is_empty() && !profile.is_empty() => {
            Ok(SourceArgument { name: name.to_owned(), file: file.into(), profile: profile.into() })
        }
        _ => Err(Failure::usage(format!("--source {text}: write NAME=FILE:PROFILE"))),
    }
}

/// Keys made for this evaluation and gone with it; which keys they are can't change who is linked.
struct EvaluationKeys {
    linkage: KeyFile,
    hub: HubKey,
}

impl EvaluationKeys {
    fn make() -> Result<Self, Failure> {
        let folder = tempfile::tempdir().map_err(Failure::internal)?;
        let city = CityId::new("us-xx-evaluation").map_err(Failure::internal)?;
        let path = |kind: KeyKind| folder.path().join(format!("{kind}.key"));
        let linkage = KeyFile::create(&path(KeyKind::Linkage), KeyKind::Linkage, &city, "evaluation")?;
        KeyFile::create(&path(KeyKind::Hub), KeyKind::Hub, &city, "evaluation")?;
        let hub = HubKey::read(&path(KeyKind::Hub), &city)?;
        Ok(Self { linkage, hub })
    }
}

fn rekey(
    key: &HubKey,
    read: &[(bool, TokenizedRecords)],
) -> Result<(linkage::Records, Vec<String>), Failure> {
    let mut builder = RecordsBuilder::new(key);
    let mut truth = Vec::new();
    for (one_record_per_person, records) in read {
        builder.start_source(*one_record_per_person).map_err(Failure::internal)?;
        for record in 0..records.len() {
            builder.push(records.tokens_of(record)).map_err(Failure::internal)?;
        }
        truth.extend_from_slice(&records.truth);
    }
    Ok((builder.finish(), truth))
}
