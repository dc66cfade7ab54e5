//! Joins: rows of another file of the export, by key.
//!
//! Of each row only the columns that rules use are kept, and rows that say the same are kept once:
//! a joined file of any size costs some 30 bytes a row and as many rows of cells as differ.

use std::cell::RefCell;
use std::collections::hash_map::{DefaultHasher, Entry};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use crate::accounting::{Accounting, DUPLICATE, Fault, KEY_MISSING, KEY_ROUNDED};
use crate::columns::{Header, Kept, Origin, Row};
use crate::error::EncodeError;
use crate::kept_cells::KeptCells;
use crate::number::without_decimals;
use crate::profile::Profile;
use crate::profile_rules::Join;
use crate::raw_files::{RawFile, RawFiles};
use crate::raw_row::RawRow;
use crate::read_table::{Next, RawTable};
use crate::rounded_id::is_rounded;
use crate::whole_id::has_decimals;

/// 128 bits that tell texts apart: among a thousand million, two meet once in 10^20 files.
pub(crate) fn digest(text: &[u8]) -> (u64, u64) {
    let half = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        hasher.write_u8(salt);
        hasher.write(text);
        hasher.finish()
    };
    (half(0), half(1))
}

/// Maps whose keys are hashes already are not hashed again.
pub(crate) type ByHash<K, V> = HashMap<K, V, BuildHasherDefault<HashedBefore>>;

/// Takes numbers of which every bit is as good as random.
#[derive(Default)]
pub(crate) struct HashedBefore(u64);

impl Hasher for HashedBefore {
    fn write_u64(&mut self, number: u64) {
        self.0 = self.0.rotate_left(32) ^ number;
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// A joined file before its rows are read: its header only.
pub(crate) struct JoinedFile {
    file: RawFile,
    pub(crate) header: Header,
    key: usize,
}

/// Rows by key.
#[derive(Default)]
pub(crate) struct Lookup {
    by_key: ByHash<(u64, u64), u32>,
    last: RefCell<(String, Option<u32>)>,
    different: Vec<KeptCells>,
    columns: Vec<usize>,
    /// Rows whose keys have decimals that say nothing (`12.0`), by the keys without them.
    whole: ByHash<(u64, u64), u32>,
    /// Whether decimals tell some keys apart (`12.1`), so that none is another with them.
    decimals: bool,
    /// Keys of which two rows say different things.
    disputed: HashSet<(u64, u64)>,
}

/// The row that a join found.
#[derive(Clone, Copy)]
pub(crate) struct Joined<'a> {
    row: Row<'a>,
    columns: &'a [usize],
}

impl<'a> Joined<'a> {
    /// The cell of the joined file's column `at`, if it is among those that are kept.
    pub(crate) fn cell(&self, at: usize) -> &'a str {
        self.columns.iter().position(|column| *column == at).map_or("", |slot| self.row.at(slot))
    }
}

impl JoinedFile {
    pub(crate) fn open(profile: &Profile, files: &RawFiles, join: &Join) -> Result<Self, EncodeError> {
        let file = files.require(&join.file)?;
        let header = RawTable::open(profile, &file)?.into_header();
        let key = header.require(&join.key)?;
        Ok(Self { file, header, key })
    }

    /// Reads the rows, keeping the columns `columns`. They are counted once, and only where the file
    /// has no rules of its own, under which it is counted anyway.
    pub(crate) fn load(
        &self,
        profile: &Profile,
        columns: Vec<usize>,
        accounting: &mut Accounting,
    ) -> Result<Lookup, EncodeError> {
        let name = &self.file.name;
        let own_rules = RawFiles::is_people(profile, name)
            || profile.files.iter().any(|f| f.name.eq_ignore_ascii_case(name));
        let count = (!own_rules && !accounting.knows(name)).then(|| accounting.open(name));
        let mut table = RawTable::open(profile, &self.file)?;
        // Whether a word for nothing is a blank is asked where the cell is read.
        let kept: Vec<Kept> =
            columns.iter().map(|at| Kept { origin: Origin::Own(*at), as_written: true }).collect();
        let (mut by_key, mut known) = (ByHash::default(), HashMap::new());
        let blank = || KeptCells::with(&profile.blanks);
        let (mut different, mut raw, mut cells) = (Vec::new(), RawRow::default(), blank());
        let (mut disputed, mut whole, mut decimals) = (HashSet::new(), ByHash::default(), false);
        loop {
            let fault = match table.read(&mut raw)? {
                Next::End => break,
                Next::Unusable(rule) => Some(Fault::new(rule, "")),
                Next::Row => {
                    let key = cells.said(raw.cell(self.key));
                    if key.is_empty() {
                        Some(Fault::new(&KEY_MISSING, "key"))
                    } else if is_rounded(key) {
                        Some(Fault::new(&KEY_ROUNDED, "key"))
                    } else {
                        decimals |= has_decimals(key);
                        let bare = Some(without_decimals(key)).filter(|bare| bare.len() < key.len());
                        let bare = bare.map(|bare| digest(bare.as_bytes()));
                        match by_key.entry(digest(key.as_bytes())) {
                            Entry::Occupied(first) => {
                                cells.keep(&kept, &raw, raw.text(), &[]);
                                let known: &KeptCells = &different[*first.get() as usize];
                                if !cells.says_the_same(known) {
                                    disputed.extend(bare.into_iter().chain([*first.key()]));
                                }
                                Some(Fault::new(&DUPLICATE, "key"))
                            }
                            Entry::Vacant(slot) => {
                                cells.keep(&kept, &raw, raw.text(), &[]);
                                let mut bytes = Vec::new();
                                cells.put_away(&mut bytes);
                                let at = *known.entry(bytes).or_insert_with(|| {
                                    different.push(std::mem::replace(&mut cells, blank()));
                                    different.len() as u32 - 1
                                });
                                slot.insert(at);
                                // `12.0` and `12.00`.
                                disputed.extend(bare.filter(|bare| *whole.entry(*bare).or_insert(at) != at));
                                None
                            }
                        }
                    }
                }
            };
            match (count, fault) {
                (Some(file), Some(fault)) => accounting.quarantine(file, table.number(), &fault)?,
                (Some(file), None) => accounting.used(file),
                _ => {}
            }
        }
        Ok(Lookup { by_key, last: RefCell::default(), different, columns, whole, decimals, disputed })
    }
}

impl Lookup {
    pub(crate) fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }

    /// Whether two rows with this key say different things, so that nobody knows which is right.
    pub(crate) fn is_disputed(&self, key: &str) -> bool {
        let is = |key: &str| self.disputed.contains(&digest(key.as_bytes()));
        !self.disputed.is_empty() && (is(key) || is(without_decimals(key)))
    }

    pub(crate) fn find(&self, key: &str) -> Option<Joined<'_>> {
        // Rows that ask for one row often follow one another.
        let mut last = self.last.borrow_mut();
        if last.0 != key {
            last.1 = self.place(key);
            last.0.clear();
            last.0.push_str(key);
        }
        let at = last.1?;
        Some(Joined { row: self.different[at as usize].row(), columns: &self.columns })
    }

    /// The row with this key, or with this number: as it stands, else with decimals on one side and none on the other.
    fn place(&self, key: &str) -> Option<u32> {
        let as_written = digest(key.as_bytes());
        self.by_key.get(&as_written).copied().or_else(|| {
            let bare = without_decimals(key);
            let number = if bare.len() < key.len() { digest(bare.as_bytes()) } else { as_written };
            let found = self.by_key.get(&number).or_else(|| self.whole.get(&number));
            found.copied().filter(|_| !self.decimals)
        })
    }
}
