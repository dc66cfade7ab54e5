//! Sorting of any number of items in a fixed amount of memory: full buffers go to a nameless
//! temporary file as sorted runs, which are merged in the end. What fits never touches the disk.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::key_pair::Id;

/// Bytes of memory for what is sorted at an encoding; more goes to disk.
#[derive(Clone, Copy)]
pub(crate) struct Rooms {
    /// Rows that wait for their record.
    pub(crate) rows: usize,
    /// Their keys.
    pub(crate) keys: usize,
    /// Events that wait for their order.
    pub(crate) events: usize,
    /// Entries of the quarantine.
    pub(crate) entries: usize,
}

impl Rooms {
    /// So much that, with what reading and writing take, an encoding stays well below 200 MB.
    pub(crate) const USUAL: Self =
        Self { rows: 64 << 20, keys: 12 << 20, events: 28 << 20, entries: 4 << 20 };
}

/// What items are sorted by: an id, and within it an order.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct SortKey {
    high: u64,
    low: u64,
    pub(crate) order: u64,
}

impl SortKey {
    pub(crate) fn new(id: &Id, order: u64) -> Self {
        let (halves, _) = id.as_chunks::<8>();
        Self { high: u64::from_be_bytes(halves[0]), low: u64::from_be_bytes(halves[1]), order }
    }

    pub(crate) fn of_numbers(high: u64, low: u64, order: u64) -> Self {
        Self { high, low, order }
    }

    pub(crate) fn id(&self) -> Id {
        (u128::from(self.high) << 64 | u128::from(self.low)).to_be_bytes()
    }

    pub(crate) fn numbers(&self) -> (u64, u64) {
        (self.high, self.low)
    }

    pub(crate) fn same_id(&self, other: &Self) -> bool {
        (self.high, self.low) == (other.high, other.low)
    }
}

/// Bytes of a key and the length of what follows, in a run.
const HEAD: usize = 28;
/// Bytes of an item's entry in memory, and of its copy while entries are sorted.
const ENTRY: usize = 2 * size_of::<Entry>();
/// What a run is read with at a time.
const WINDOW: usize = 32 << 10;
/// Items that are fetched together.
const AHEAD: usize = 16;
/// Runs that are merged at once: more are first merged to one.
const MOST_RUNS: usize = 512;

#[derive(Clone, Copy, Default)]
pub(crate) struct Entry {
    key: SortKey,
    at: u32,
    length: u32,
}

/// Takes items in any order.
pub(crate) struct Sorter {
    folder: PathBuf,
    room: usize,
    most_runs: usize,
    entries: Vec<Entry>,
    bytes: Vec<u8>,
    file: Option<File>,
    runs: Vec<(u64, u64)>,
    count: u64,
}

impl Sorter {
    /// Sorts in some `room` bytes of memory, with runs in `folder`.
    pub(crate) fn new(folder: &Path, room: usize) -> Self {
        Self {
            folder: folder.to_owned(),
            room,
            most_runs: MOST_RUNS,
            entries: Vec::new(),
            bytes: Vec::new(),
            file: None,
            runs: Vec::new(),
            count: 0,
        }
    }

    /// How many items were taken.
    pub(crate) fn count(&self) -> u64 {
        self.count
    }

    pub(crate) fn push(&mut self, key: SortKey, item: &[u8]) -> io::Result<()> {
        self.push_with(key, |bytes| bytes.extend_from_slice(item))
    }

    /// Takes an item that `write` appends to what it is given. Its last item may take a sorter over its room.
    pub(crate) fn push_with(&mut self, key: SortKey, write: impl FnOnce(&mut Vec<u8>)) -> io::Result<()> {
        let too_large = |_| io::Error::other("one row holds more than 4 GB");
        let from = self.bytes.len();
        write(&mut self.bytes);
        let at = u32::try_from(from).map_err(too_large)?;
        let length = u32::try_from(self.bytes.len() - from).map_err(too_large)?;
        self.entries.push(Entry { key, at, length });
        self.count += 1;
        let taken = self.bytes.len() + self.entries.len() * ENTRY;
        if taken > self.room { self.write_run() } else { Ok(()) }
    }

    /// Everything in order.
    pub(crate) fn finish(mut self) -> io::Result<Sorted> {
        if self.runs.is_empty() {
            sort(&mut self.entries);
            return Ok(Sorted::InMemory { entries: self.entries, bytes: self.bytes, next: 0 });
        }
        if !self.entries.is_empty() {
            self.write_run()?;
        }
        let file = self.file.take().expect("runs have a file");
        // The buffers are not wanted any more, and what reads the runs needs room of its own.
        drop((std::mem::take(&mut self.entries), std::mem::take(&mut self.bytes)));
        Ok(Sorted::Merged(Merge::new(file, &self.runs)?))
    }

    fn write_run(&mut self) -> io::Result<()> {
        sort(&mut self.entries);
        if self.runs.len() >= self.most_runs {
            self.merge_runs()?;
        }
        let mut out = RunWriter::at_end(self.file.take(), &self.folder)?;
        for entry in &self.entries {
            let item = &self.bytes[entry.at as usize..(entry.at + entry.length) as usize];
            out.write(&entry.key, item)?;
        }
        self.end_run(out)?;
        self.entries.clear();
        self.bytes.clear();
        Ok(())
    }

    fn end_run(&mut self, out: RunWriter) -> io::Result<()> {
        let (file, run) = out.finish()?;
        self.file = Some(file);
        self.runs.push(run);
        Ok(())
    }

    /// Merges all runs to one, in a file of its own.
    fn merge_runs(&mut self) -> io::Result<()> {
        let file = self.file.take().expect("runs have a file");
        let mut merge = Merge::new(file, &std::mem::take(&mut self.runs))?;
        let mut out = RunWriter::at_end(None, &self.folder)?;
        while let Some((key, item)) = merge.next()? {
            out.write(&key, item)?;
        }
        self.end_run(out)
    }
}

/// Entries that a part of [`sort`] should have.
const IN_A_PART: usize = 8;
/// Fewer entries are sorted as they are.
const FEW: usize = 1 << 10;

/// Sorts by key. Nearly all keys begin with a keyed hash, so that its first bits part them evenly: dealt out by these,
/// entries are nearly in order, and what is left to sort lies in the cache. Keys of another kind come out as well, later.
fn sort(entries: &mut Vec<Entry>) {
    if entries.len() < FEW {
        entries.sort_unstable_by_key(|entry| entry.key);
        return;
    }
    let bits = (entries.len() / IN_A_PART).ilog2();
    let part = |entry: &Entry| (entry.key.high >> (u64::BITS - bits)) as usize;
    let mut ends = vec![0_u32; 1 << bits];
    for entry in entries.iter() {
        ends[part(entry)] += 1;
    }
    let mut sum = 0;
    for end in &mut ends {
        let count = *end;
        *end = sum;
        sum += count;
    }
    let mut dealt = vec![Entry::default(); entries.len()];
    for entry in entries.iter() {
        let next = &mut ends[part(entry)];
        dealt[*next as usize] = *entry;
        *next += 1;
    }
    let mut from = 0;
    for end in ends {
        dealt[from..end as usize].sort_unstable_by_key(|entry| entry.key);
        from = end as usize;
    }
    *entries = dealt;
}

struct RunWriter {
    out: BufWriter<File>,
    start: u64,
    length: u64,
}

impl RunWriter {
    fn at_end(file: Option<File>, folder: &Path) -> io::Result<Self> {
        let mut file = file.map_or_else(|| tempfile::tempfile_in(folder), Ok)?;
        let start = file.seek(SeekFrom::End(0))?;
        Ok(Self { out: BufWriter::with_capacity(1 << 18, file), start, length: 0 })
    }

    fn write(&mut self, key: &SortKey, item: &[u8]) -> io::Result<()> {
        let mut head = [0_u8; HEAD];
        for (place, number) in head.chunks_mut(8).zip([key.high, key.low, key.order]) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        head[24..].copy_from_slice(&(item.len() as u32).to_le_bytes());
        self.out.write_all(&head)?;
        self.out.write_all(item)?;
        self.length += (HEAD + item.len()) as u64;
        Ok(())
    }

    fn finish(self) -> io::Result<(File, (u64, u64))> {
        let file = self.out.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok((file, (self.start, self.length)))
    }
}

/// Items in order of their keys.
pub(crate) enum Sorted {
    InMemory { entries: Vec<Entry>, bytes: Vec<u8>, next: usize },
    Merged(Merge),
}

impl Sorted {
    pub(crate) fn next(&mut self) -> io::Result<Option<(SortKey, &[u8])>> {
        match self {
            Self::InMemory { entries, bytes, next } => {
                let Some(entry) = entries.get(*next) else { return Ok(None) };
                if next.is_multiple_of(AHEAD) {
                    // Items lie in no order: the next few are fetched together rather than one by one.
                    let ahead = entries[*next..].iter().take(AHEAD);
                    let first = ahead.filter_map(|entry| bytes.get(entry.at as usize));
                    std::hint::black_box(first.fold(0, |all, byte| all ^ byte));
                }
                *next += 1;
                Ok(Some((entry.key, &bytes[entry.at as usize..(entry.at + entry.length) as usize])))
            }
            Self::Merged(merge) => merge.next(),
        }
    }
}

/// Sorted runs, read together.
pub(crate) struct Merge {
    file: File,
    runs: Vec<Run>,
    heap: BinaryHeap<Reverse<(SortKey, usize)>>,
    /// The run whose item was given last, and is read on when the next is asked for.
    given: Option<usize>,
}

struct Run {
    at: u64,
    left: u64,
    window: Vec<u8>,
    from: usize,
    item: usize,
}

impl Merge {
    fn new(file: File, runs: &[(u64, u64)]) -> io::Result<Self> {
        let runs =
            runs.iter().map(|(at, left)| Run { at: *at, left: *left, window: Vec::new(), from: 0, item: 0 });
        let mut merge = Self { file, runs: runs.collect(), heap: BinaryHeap::new(), given: None };
        for run in 0..merge.runs.len() {
            merge.advance(run)?;
        }
        Ok(merge)
    }

    fn next(&mut self) -> io::Result<Option<(SortKey, &[u8])>> {
        if let Some(run) = self.given.take() {
            self.advance(run)?;
        }
        let Some(Reverse((key, at))) = self.heap.pop() else { return Ok(None) };
        self.given = Some(at);
        let run = &self.runs[at];
        Ok(Some((key, &run.window[run.from - run.item..run.from])))
    }

    fn advance(&mut self, at: usize) -> io::Result<()> {
        let run = &mut self.runs[at];
        if !run.fill(&mut self.file, HEAD)? {
            run.window = Vec::new();
            return Ok(());
        }
        let head = &run.window[run.from..run.from + HEAD];
        let number =
            |at: usize| u64::from_le_bytes(head[8 * at..8 * at + 8].try_into().expect("eight bytes"));
        let key = SortKey { high: number(0), low: number(1), order: number(2) };
        run.item = u32::from_le_bytes(head[24..].try_into().expect("four bytes")) as usize;
        run.fill(&mut self.file, HEAD + run.item)?;
        run.from += HEAD + run.item;
        self.heap.push(Reverse((key, at)));
        Ok(())
    }
}

impl Run {
    /// Makes `wanted` bytes stand behind `from`; false at the run's end.
    fn fill(&mut self, file: &mut File, wanted: usize) -> io::Result<bool> {
        if self.window.len() - self.from >= wanted {
            return Ok(true);
        }
        self.window.drain(..self.from);
        self.from = 0;
        let missing = wanted.max(WINDOW) - self.window.len();
        let more = self.left.min(missing as u64);
        let before = self.window.len();
        self.window.resize(before + more as usize, 0);
        file.seek(SeekFrom::Start(self.at))?;
        file.read_exact(&mut self.window[before..])?;
        self.at += more;
        self.left -= more;
        Ok(self.window.len() >= wanted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn sorted(items: &[(u64, Vec<u8>)], room: usize, most_runs: usize) -> Vec<(u64, Vec<u8>)> {
        let folder = tempfile::tempdir().expect("in a test");
        let mut sorter = Sorter::new(folder.path(), room);
        sorter.most_runs = most_runs;
        for (i, (key, item)) in items.iter().enumerate() {
            sorter.push(SortKey::of_numbers(*key, 0, i as u64), item).expect("in a test");
        }
        assert_eq!(sorter.count(), items.len() as u64);
        let mut in_order = sorter.finish().expect("in a test");
        let mut out = Vec::new();
        while let Some((key, item)) = in_order.next().expect("in a test") {
            out.push((key.high, item.to_vec()));
        }
        assert_eq!(std::fs::read_dir(folder.path()).expect("in a test").count(), 0, "the runs have no name");
        out
    }

    proptest! {
        #[test]
        fn the_order_is_the_same_in_memory_in_runs_and_in_merged_runs(
            items in prop::collection::vec((0_u64..9, prop::collection::vec(any::<u8>(), 0..60)), 0..200)
        ) {
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            prop_assert_eq!(&sorted(&items, 1 << 20, 512), &expected);
            prop_assert_eq!(&sorted(&items, 300, 512), &expected);
            prop_assert_eq!(&sorted(&items, 300, 3), &expected);
        }
    }

    #[test]
    fn keys_of_any_kind_are_sorted() {
        let mixed = |i: u64| i.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        for keys in [
            (0..5_000).map(mixed).collect::<Vec<_>>(),
            (0..5_000).map(|i| mixed(i) % 7).collect(),
            (0..5_000).map(|i| u64::MAX - mixed(i % 90)).collect(),
        ] {
            let items: Vec<_> = keys.iter().map(|key| (*key, key.to_le_bytes().to_vec())).collect();
            let mut expected = items.clone();
            expected.sort_by_key(|item| item.0);
            assert!(sorted(&items, 1 << 20, 512) == expected);
            assert!(sorted(&items, 100_000, 3) == expected);
        }
    }

    #[test]
    fn an_item_larger_than_the_window_comes_whole() {
        let large = vec![9_u8; 3 * WINDOW + 1];
        let items = vec![(2, large.clone()), (1, vec![1]), (3, large)];
        let out = sorted(&items, 100, 512);
        assert!(out.iter().map(|(key, item)| (*key, item.len())).eq([
            (1, 1),
            (2, 3 * WINDOW + 1),
            (3, 3 * WINDOW + 1)
        ]));
    }

    #[test]
    fn an_id_is_sorted_as_its_bytes_are() {
        let id: Id = std::array::from_fn(|i| i as u8);
        assert_eq!(SortKey::new(&id, 0).id(), id);
    }
}
