//! Joins: rows of another file of the export, by key.

use std::collections::HashMap;

use csv::StringRecord;

use crate::accounting::{Accounting, DUPLICATE, Fault, KEY_MISSING, RAGGED};
use crate::columns::{Columns, Header, JoinedRow};
use crate::error::EncodeError;
use crate::profile::Profile;
use crate::profile_rules::Join;
use crate::raw_files::{RawFile, RawFiles};
use crate::read_table::{Next, RawTable};

/// A joined file before its rows are read: its header only.
pub(crate) struct JoinedFile {
    file: RawFile,
    pub(crate) header: Header,
    key: usize,
}

/// Rows by key; of each row only the columns that rules use.
pub(crate) struct Lookup {
    rows: HashMap<String, StringRecord>,
    columns: Vec<usize>,
}

impl JoinedFile {
    pub(crate) fn open(profile: &Profile, files: &RawFiles, join: &Join) -> Result<Self, EncodeError> {
        let file = files.require(&join.file)?;
        let header = RawTable::open(profile, &file)?.into_header();
        let key = header.require(&join.key)?;
        Ok(Self { file, header, key })
    }

    /// Reads the rows. They are counted once, and only where the file has no rules of its own,
    /// under which it is counted anyway.
    pub(crate) fn load(
        &self,
        profile: &Profile,
        columns: &Columns<'_>,
        join: usize,
        accounting: &mut Accounting,
    ) -> Result<Lookup, EncodeError> {
        let name = &self.file.name;
        let own_rules = RawFiles::is_people(profile, name)
            || profile.files.iter().any(|f| f.name.eq_ignore_ascii_case(name));
        let count = !own_rules && !accounting.knows(name);
        let columns = columns.used(join);
        let mut table = RawTable::open(profile, &self.file)?;
        let (mut rows, mut row) = (HashMap::new(), StringRecord::new());
        if count {
            accounting.open(name);
        }
        loop {
            let fault = match table.read(&mut row)? {
                Next::End => break,
                Next::Ragged => Some(Fault::new(&RAGGED, "")),
                Next::Row => {
                    let key = row.get(self.key).unwrap_or_default().trim();
                    if key.is_empty() {
                        Some(Fault::new(&KEY_MISSING, "key"))
                    } else if rows.contains_key(key) {
                        Some(Fault::new(&DUPLICATE, "key"))
                    } else {
                        let cells = columns.iter().map(|at| row.get(*at).unwrap_or_default());
                        rows.insert(key.to_owned(), cells.collect());
                        None
                    }
                }
            };
            match fault {
                Some(fault) if count => accounting.quarantine(name, table.number(), &fault),
                None if count => accounting.used(name),
                _ => {}
            }
        }
        Ok(Lookup { rows, columns })
    }
}

impl Lookup {
    pub(crate) fn find(&self, key: &str) -> Option<JoinedRow<'_>> {
        self.rows.get(key).map(|cells| JoinedRow { cells, columns: &self.columns })
    }
}
