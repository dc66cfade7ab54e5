//! What a night of linkage leaves for the next: weights, pairs, and whose each record was.
//!
//! ```text
//!   <work>/<city>/linkage/<night>/  state.json weights.json records.parquet pairs.parquet changes.ndjson
//!                                   absent.parquet, while a source is refused
//! ```
//!
//! Nights are numbered; the highest is the one that counts, and a commit is one rename of a complete,
//! synced folder, after which the others go.
//!
//! # Privacy
//! Record ids under the agencies' record keys and the hub's own numbers for persons; no token.

use std::fs;
use std::path::{Path, PathBuf};

use domain::FamilySet;
use linkage::{CandidatePair, Weights};
use serde::{Deserialize, Serialize};

use crate::absent::Absent;
use crate::link_report::LinkCounts;
use crate::pseudonym::ChangeKind;
use crate::refusal::HubError;
use crate::store::{json, private_folder, remove_folder, sync_folder, write_synced};
use crate::table_file::{Cell, TableFile};
use crate::table_writer::{StoredColumn, write_table};

/// A record of an earlier night.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KnownRecord {
    /// Position of its source in [`State::sources`].
    pub(crate) source: u16,
    pub(crate) id: u128,
    /// Over its tokens; another digest is a changed record.
    pub(crate) digest: u64,
    /// Serial number of its person.
    pub(crate) person: u64,
}

/// What is small enough for text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// Keys and token scheme; weights and pairs of another epoch are of no use.
    pub(crate) epoch: String,
    /// Sources, by name.
    pub(crate) sources: Vec<String>,
    /// The first serial number that nobody has had.
    pub(crate) next_person: u64,
    /// The night's report.
    pub(crate) links: LinkCounts,
    /// Sources that were refused and whose records are kept aside, by name.
    #[serde(default)]
    pub(crate) absent_sources: Vec<String>,
    /// Whether the weights were estimated while a source was refused: they are estimated anew.
    #[serde(default)]
    pub(crate) weights_partial: bool,
}

/// A merge or split in the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct LoggedChange {
    pub(crate) night: u64,
    pub(crate) kind: ChangeKind,
    /// Pseudonyms.
    pub(crate) person: String,
    pub(crate) other: String,
    pub(crate) reason: String,
}

/// All that is kept.
pub(crate) struct Kept {
    pub(crate) night: u64,
    pub(crate) state: State,
    /// `None` where they can't be read, as after an update of the program that weighs more.
    pub(crate) weights: Option<Weights>,
    /// By source and id.
    pub(crate) records: Vec<KnownRecord>,
    /// Of refused sources.
    pub(crate) absent: Absent,
    /// Of positions in `records`.
    pub(crate) pairs: Vec<CandidatePair>,
    /// The log so far, one JSON object a line.
    pub(crate) changes: Vec<u8>,
}

/// The latest night's, if there is one.
pub(crate) fn read(city_folder: &Path) -> Result<Option<Kept>, HubError> {
    let home = home(city_folder);
    let Some(night) = nights(&home)?.into_iter().max() else { return Ok(None) };
    let folder = home.join(night.to_string());
    read_night(&folder, night).map(Some).ok_or(HubError::Linkage { path: home })
}

fn read_night(folder: &Path, night: u64) -> Option<Kept> {
    let state: State = serde_json::from_slice(&fs::read(folder.join("state.json")).ok()?).ok()?;
    let weights = fs::read_to_string(folder.join("weights.json")).ok();
    let weights = weights.and_then(|text| Weights::from_json(&text).ok());
    let changes = fs::read(folder.join("changes.ndjson")).ok()?;
    let records = read_records(folder, "records.parquet", state.sources.len(), state.next_person)?;
    let absent = if state.absent_sources.is_empty() {
        Absent::default()
    } else {
        let sources = state.absent_sources.clone();
        let records = read_records(folder, "absent.parquet", sources.len(), state.next_person)?;
        Absent { sources, records }
    };
    let table = TableFile::open("linkage", folder, "pairs.parquet").ok()?;
    let [a, b, low, high] = ["a", "b", "families", "families_from_64"].map(|name| numbers(&table, name));
    let (a, b, low, high) = (a?, b?, low?, high?);
    let pairs = (0..a.len())
        .map(|i| {
            Some(CandidatePair {
                a: u32::try_from(a[i]).ok()?,
                b: u32::try_from(b[i]).ok().filter(|b| (*b as usize) < records.len())?,
                families: FamilySet::from_bits(
                    u128::from(high[i].cast_unsigned()) << 64 | u128::from(low[i].cast_unsigned()),
                ),
            })
        })
        .collect::<Option<Vec<CandidatePair>>>()?;
    let sound = pairs.iter().all(|pair| pair.a < pair.b);
    sound.then_some(Kept { night, state, weights, records, absent, pairs, changes })
}

fn read_records(
    folder: &Path,
    name: &str,
    source_count: usize,
    next_person: u64,
) -> Option<Vec<KnownRecord>> {
    let table = TableFile::open("linkage", folder, name).ok()?;
    let mut ids = Vec::with_capacity(table.rows());
    table
        .bytes("record_id", |_, cell| {
            if let Cell::Value(bytes) = cell
                && let Ok(bytes) = <[u8; 16]>::try_from(bytes)
            {
                ids.push(u128::from_be_bytes(bytes));
            }
        })
        .ok()?;
    let [source, digest, person] = ["source", "digest", "person"].map(|name| numbers(&table, name));
    let (source, digest, person) = (source?, digest?, person?);
    if ids.len() != table.rows() {
        return None;
    }
    let records = (0..ids.len())
        .map(|i| {
            Some(KnownRecord {
                source: u16::try_from(source[i]).ok().filter(|s| usize::from(*s) < source_count)?,
                id: ids[i],
                digest: digest[i].cast_unsigned(),
                person: u64::try_from(person[i]).ok().filter(|p| *p < next_person)?,
            })
        })
        .collect::<Option<Vec<KnownRecord>>>()?;
    records.is_sorted_by(|x, y| (x.source, x.id) < (y.source, y.id)).then_some(records)
}

fn numbers(table: &TableFile, name: &str) -> Option<Vec<i64>> {
    let cells = table.integers(name).ok()?;
    cells.into_iter().map(|cell| if let Cell::Value(number) = cell { Some(number) } else { None }).collect()
}

/// Commits a night, and removes the one before.
pub(crate) fn commit(city_folder: &Path, kept: &Kept) -> Result<(), HubError> {
    let home = home(city_folder);
    private_folder(&home)?;
    let partial = home.join("partial");
    remove_folder(&partial)?;
    private_folder(&partial)?;
    write_synced(&partial.join("state.json"), &json(&kept.state))?;
    let weights = kept.weights.as_ref().map(Weights::to_json).unwrap_or_default();
    write_synced(&partial.join("weights.json"), weights.as_bytes())?;
    write_synced(&partial.join("changes.ndjson"), &kept.changes)?;
    write_records(&partial.join("records.parquet"), &kept.records)?;
    if !kept.absent.sources.is_empty() {
        write_records(&partial.join("absent.parquet"), &kept.absent.records)?;
    }
    write_pairs(&partial.join("pairs.parquet"), &kept.pairs)?;
    let folder = home.join(kept.night.to_string());
    fs::rename(&partial, &folder).map_err(HubError::io(&folder))?;
    sync_folder(&home)?;
    for night in nights(&home)?.into_iter().filter(|night| *night != kept.night) {
        remove_folder(&home.join(night.to_string()))?;
    }
    Ok(())
}

fn write_pairs(path: &Path, pairs: &[CandidatePair]) -> Result<(), HubError> {
    let families =
        |pair: &CandidatePair, from: u32| Some(((pair.families.bits() >> from) as u64).cast_signed());
    let columns = [
        StoredColumn::numbers("a", |rows| pairs[rows].iter().map(|pair| Some(i64::from(pair.a)))),
        StoredColumn::numbers("b", |rows| pairs[rows].iter().map(|pair| Some(i64::from(pair.b)))),
        StoredColumn::few_numbers("families", |rows| pairs[rows].iter().map(|pair| families(pair, 0))),
        StoredColumn::few_numbers("families_from_64", |rows| {
            pairs[rows].iter().map(|pair| families(pair, 64))
        }),
    ];
    write_table(path, pairs.len(), &columns)
}

fn write_records(path: &Path, records: &[KnownRecord]) -> Result<(), HubError> {
    let columns = [
        StoredColumn::few_numbers("source", |rows| records[rows].iter().map(|r| Some(i64::from(r.source)))),
        StoredColumn::ids("record_id", |rows| records[rows].iter().map(|r| r.id)),
        StoredColumn::numbers("digest", |rows| records[rows].iter().map(|r| Some(r.digest.cast_signed()))),
        StoredColumn::numbers("person", |rows| records[rows].iter().map(|r| Some(r.person.cast_signed()))),
    ];
    write_table(path, records.len(), &columns)
}

fn home(city_folder: &Path) -> PathBuf {
    city_folder.join("linkage")
}

/// Numbers of the nights that are complete.
fn nights(home: &Path) -> Result<Vec<u64>, HubError> {
    let Ok(entries) = fs::read_dir(home) else { return Ok(Vec::new()) };
    let mut nights = Vec::new();
    for entry in entries {
        let entry = entry.map_err(HubError::io(home))?;
        nights.extend(entry.file_name().to_str().and_then(|name| name.parse::<u64>().ok()));
    }
    Ok(nights)
}
