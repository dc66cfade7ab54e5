//! One city from options to files: blocks of people in parallel, files in order.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::city::{self, City};
use crate::dice::Dice;
use crate::history::further::further;
use crate::history::stay::Stay;
use crate::history::{Span, history};
use crate::options::{FileSize, Options, SimulateError, Sources, Summary};
use crate::population::household::Maker;
use crate::population::person::Role;
use crate::recorder::book::{Books, File as Kind, Written};
use crate::recorder::identity::{Office, Slips};
use crate::recorder::{Clerk, hmis_setup};
use crate::truth::{self, Clock};

/// People of one block, and so of one stream of the seed.
const BLOCK: u64 = 1_024;

/// Blocks in memory at a time, a thread.
const BLOCKS_A_THREAD: usize = 2;

/// What a block adds beside its rows.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Tally {
    pub(crate) records: u64,
    pub(crate) trafficked: u64,
    pub(crate) name_slips: u64,
    pub(crate) date_slips: u64,
    pub(crate) ssn_slips: u64,
}

impl Tally {
    fn add(&mut self, part: Self) {
        self.records += part.records;
        self.trafficked += part.trafficked;
        self.name_slips += part.name_slips;
        self.date_slips += part.date_slips;
        self.ssn_slips += part.ssn_slips;
    }
}

/// Simulates a city into `<out>/<city>/`: raw exports and the truth.
///
/// Files of an earlier run in that folder are overwritten. The same options and city give the same
/// bytes, whatever the number of threads.
///
/// # Errors
/// [`SimulateError`] on options out of range, a slug that can't name a folder, or a file that
/// can't be written.
pub fn simulate(options: &Options, city: &str, out: &Path) -> Result<Summary, SimulateError> {
    let (start, end) = options.span()?;
    if !city::is_slug(city) {
        return Err(SimulateError::City);
    }
    let run = Run {
        options: *options,
        slug: city.to_owned(),
        table: city::table(city),
        span: Span { start, end },
        clock: Clock::new(options),
    };
    let folder = out.join(city);
    let books = Books::new(run.table.hmis, options.sources == Sources::All);
    let mut shelf = Shelf::open(&folder, &books)?;
    let mut tally = Tally::default();
    let people = u64::from(options.people);
    let blocks: Vec<u64> = (0..people.div_ceil(BLOCK)).collect();
    for window in blocks.chunks(rayon::current_num_threads().max(1) * BLOCKS_A_THREAD) {
        let done: Vec<(Written, Tally)> = window.par_iter().map(|block| run.block(*block, &books)).collect();
        for (written, part) in done {
            shelf.append(&books, &written)?;
            tally.add(part);
        }
    }
    let (files, bad_rows) = shelf.close(&books)?;
    let in_table = files.iter().find(|f| f.file == "truth/persons.csv").map_or(0, |f| f.rows);
    Ok(Summary {
        folder,
        people,
        records: tally.records,
        trafficked: tally.trafficked,
        name_errors: tally.name_slips,
        birth_date_errors: tally.date_slips,
        ssn_errors: tally.ssn_slips,
        persons_in_table: in_table,
        bad_rows,
        files,
    })
}

/// Everything that a block needs to know.
pub(crate) struct Run {
    options: Options,
    slug: String,
    table: &'static City,
    span: Span,
    clock: Clock,
}

impl Run {
    /// The people of one block and what was written down of them.
    fn block(&self, block: u64, books: &Books) -> (Written, Tally) {
        let mut dice = Dice::new(self.options.seed, &self.slug, block);
        let count = (u64::from(self.options.people) - block * BLOCK).min(BLOCK);
        let mut maker =
            Maker { city: self.table, dice: &mut dice, start: self.span.start, end: self.span.end };
        let people = maker.people(1 + block * BLOCK, count as usize);
        // A stream of their own keeps what the six write the same with the further agencies and without.
        let all = self.options.sources == Sources::All;
        let mut more = all.then(|| Dice::new(self.options.seed, &format!("{}+", self.slug), block));
        let mut pages = books.pages();
        if block == 0 {
            hmis_setup::write(&mut pages, self.table, self.span);
        }
        let office = Office {
            noise: self.options.noise,
            gaps: self.table.gaps,
            city: self.table,
            neighbours: &people,
        };
        let mut tally = Tally::default();
        let mut head: (u64, Vec<Stay>) = (0, Vec::new());
        for person in &people {
            let follows =
                person.role == Role::Child && person.household == head.0 && person.age(self.span.end) < 18;
            let lived =
                history(person, self.table, self.span, follows.then_some(head.1.as_slice()), &mut dice);
            if person.role == Role::Head {
                head = (person.household, lived.stays.clone());
            }
            let mut clerk = Clerk {
                office: &office,
                city: self.table,
                span: self.span,
                person,
                dice: &mut dice,
                pages: &mut pages,
                records: Vec::new(),
                slips: Vec::new(),
            };
            clerk.write_all(&lived);
            let (mut records, mut slips) = (clerk.records, clerk.slips);
            if let Some(dice) = &mut more {
                let visits = further(person, &lived, self.span, dice);
                let mut clerk = Clerk {
                    office: &office,
                    city: self.table,
                    span: self.span,
                    person,
                    dice,
                    pages: &mut pages,
                    records: Vec::new(),
                    slips: Vec::new(),
                };
                clerk.write_further(&visits);
                records.extend(clerk.records);
                slips.extend(clerk.slips);
            }
            for record in &records {
                let id = person.id.to_string();
                pages.row(Kind::TruthRecords, &[record.source.name(), &record.key, &id]);
            }
            for row in truth::rows(person.id, &records, &self.clock, all) {
                pages.row(Kind::TruthPersons, &row);
            }
            tally.records += records.len() as u64;
            tally.trafficked += u64::from(truth::is_trafficked(&records));
            count_slips(&mut tally, &slips);
        }
        (pages.finish(), tally)
    }
}

fn count_slips(tally: &mut Tally, slips: &[Slips]) {
    tally.name_slips += slips.iter().filter(|s| s.name).count() as u64;
    tally.date_slips += slips.iter().filter(|s| s.birth_date).count() as u64;
    tally.ssn_slips += slips.iter().filter(|s| s.ssn).count() as u64;
}

/// The open files of a city.
struct Shelf {
    paths: Vec<PathBuf>,
    files: Vec<BufWriter<File>>,
    rows: Vec<u64>,
    bytes: Vec<u64>,
    bad: Vec<(usize, u64, &'static str)>,
}

impl Shelf {
    fn open(folder: &Path, books: &Books) -> Result<Self, SimulateError> {
        let n = books.files.len();
        let mut shelf = Self {
            paths: Vec::with_capacity(n),
            files: Vec::with_capacity(n),
            rows: vec![0; n],
            bytes: vec![0; n],
            bad: Vec::new(),
        };
        for (at, spec) in books.files.iter().enumerate() {
            let path = folder.join(&spec.path);
            let fail = |source| SimulateError::Write { path: path.clone(), source };
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(fail)?;
            }
            shelf.files.push(BufWriter::new(File::create(&path).map_err(fail)?));
            shelf.paths.push(path);
            shelf.put(at, &books.header(at))?;
        }
        Ok(shelf)
    }

    fn put(&mut self, at: usize, bytes: &[u8]) -> Result<(), SimulateError> {
        self.bytes[at] += bytes.len() as u64;
        self.files[at]
            .write_all(bytes)
            .map_err(|source| SimulateError::Write { path: self.paths[at].clone(), source })
    }

    fn append(&mut self, books: &Books, written: &Written) -> Result<(), SimulateError> {
        for (file, row, kind) in &written.bad {
            self.bad.push((*file, self.rows[*file] + row, kind));
        }
        for at in 0..books.files.len() {
            self.put(at, &written.bytes[at])?;
            self.rows[at] += written.rows[at];
        }
        Ok(())
    }

    /// Writes the list of bad rows and closes everything.
    fn close(mut self, books: &Books) -> Result<(Vec<FileSize>, u64), SimulateError> {
        let mut pages = books.pages();
        self.bad.sort_unstable();
        for (file, row, kind) in &self.bad {
            pages.row(Kind::TruthBadRows, &[&books.files[*file].path, &row.to_string(), *kind]);
        }
        self.append(books, &pages.finish())?;
        let mut sizes = Vec::with_capacity(self.files.len());
        for (at, mut file) in self.files.into_iter().enumerate() {
            let path = &self.paths[at];
            file.flush().map_err(|source| SimulateError::Write { path: path.clone(), source })?;
            let name = books.files[at].path.clone();
            sizes.push(FileSize { file: name, rows: self.rows[at], bytes: self.bytes[at] });
        }
        Ok((sizes, self.bad.len() as u64))
    }
}
