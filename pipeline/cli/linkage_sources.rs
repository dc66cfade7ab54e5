//! Sources as the evaluations of linkage take them: `NAME=FILE:PROFILE`, read and tokenized by the
//! code of `encode`, re-keyed by that of the hub.

use std::path::PathBuf;

use agency::{Profile, TokenizedRecords, read_for_linkage};
use hub::{HubKey, RecordsBuilder};
use keys::KeyFile;

use crate::encode::failure;
use crate::failure::Failure;
use crate::terminal::note;

/// What `NAME=FILE:PROFILE` names.
pub(crate) struct LinkageSource {
    name: String,
    file: PathBuf,
    profile: PathBuf,
}

/// The tokenized records of a source.
pub(crate) struct ReadSource {
    name: String,
    one_record_per_person: bool,
    /// In the file's order.
    pub(crate) records: TokenizedRecords,
}

/// The sources that follow an option of this name, in order of their own names.
pub(crate) fn parse_sources(option: &str, texts: &[String]) -> Result<Vec<LinkageSource>, Failure> {
    let mut sources = texts.iter().map(|text| parse_source(option, text)).collect::<Result<Vec<_>, _>>()?;
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sources)
}

fn parse_source(option: &str, text: &str) -> Result<LinkageSource, Failure> {
    let parts = text.split_once('=').and_then(|(name, rest)| Some((name, rest.rsplit_once(':')?)));
    match parts {
        Some((name, (file, profile))) if !name.is_empty() && !file.is_empty() && !profile.is_empty() => {
            Ok(LinkageSource { name: name.to_owned(), file: file.into(), profile: profile.into() })
        }
        _ => Err(Failure::usage(format!("{option} {text}: write NAME=FILE:PROFILE"))),
    }
}

/// Reads and tokenizes every source under a linkage key, the truth column (if one is named) apart.
pub(crate) fn read_sources(
    sources: &[LinkageSource],
    linkage: &KeyFile,
    truth: Option<&str>,
) -> Result<Vec<ReadSource>, Failure> {
    let read = |source: &LinkageSource| {
        let profile = Profile::read(&source.profile).map_err(failure)?;
        let records = read_for_linkage(&profile, &source.file, linkage, truth).map_err(failure)?;
        let one_record_per_person = profile.one_record_per_person;
        Ok(ReadSource { name: source.name.clone(), one_record_per_person, records })
    };
    sources.iter().map(read).collect()
}

/// Says how many rows of each source were left out.
pub(crate) fn note_set_aside(read: &[ReadSource]) {
    for source in read.iter().filter(|source| source.records.rows.quarantined > 0) {
        let rows = source.records.rows.quarantined;
        note(&format!("{}: {rows} rows were set aside and are not scored", source.name));
    }
}

/// How many tokens there are.
pub(crate) fn tokens(read: &[ReadSource]) -> usize {
    read.iter().map(|source| source.records.tokens.len()).sum()
}

/// The records as the hub holds them, source after source.
pub(crate) fn rekey<'a>(
    key: &HubKey,
    read: impl IntoIterator<Item = &'a ReadSource>,
) -> Result<linkage::Records, Failure> {
    let mut builder = RecordsBuilder::new(key);
    for source in read {
        builder.start_source(&source.name, source.one_record_per_person).map_err(Failure::internal)?;
        for record in 0..source.records.len() {
            builder.push(source.records.tokens_of(record)).map_err(Failure::internal)?;
        }
    }
    Ok(builder.finish())
}

/// The truth of each record, in the order of [`rekey`].
pub(crate) fn truth(read: &[ReadSource]) -> Vec<String> {
    read.iter().flat_map(|source| source.records.truth.iter().cloned()).collect()
}
