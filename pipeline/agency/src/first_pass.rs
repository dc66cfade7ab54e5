//! What must be known of an export before its records are read.

use std::iter::Peekable;

use crate::code_list::codes_for_nothing;
use crate::columns::Columns;
use crate::date_order::DateCounts;
use crate::dates::DateFormats;
use crate::error::EncodeError;
use crate::hashed_cell::{ShortCounts, ShortHashes};
use crate::hashed_hmis::Names;
use crate::identity::{Cells, Identity, IdentityColumns, Nulled};
use crate::kept_cells::KeptCells;
use crate::placeholder::{Placeholders, SharedValues};
use crate::possible_days::PossibleDays;
use crate::profile::{Format, Profile};
use crate::raw_files::{RawFile, RawFiles};
use crate::raw_row::RawRow;
use crate::read_table::{Next, RawTable};
use crate::sample::{Sample, draw};
use crate::whole_id::{IdForm, IdForms};

/// Whether the export's names are hashed: only HMIS exports say so.
pub(crate) fn names_of(profile: &Profile, files: &RawFiles) -> Result<Names, EncodeError> {
    if profile.format != Format::HmisCsv {
        return Ok(Names::Clear);
    }
    let Some(file) = files.find_optional("Export.csv")? else { return Ok(Names::Clear) };
    let mut table = RawTable::open(profile, &file)?;
    let at = table.header().require("HashStatus")?;
    let mut row = RawRow::default();
    loop {
        match table.read(&mut row)? {
            Next::Row => return Ok(Names::from_hash_status(row.cell(at))),
            Next::Unusable(_) => {}
            Next::End => {
                return Err(EncodeError::input(
                    &file.name,
                    "the file has no readable row, so nobody knows whether names are hashed",
                    "export the folder again",
                ));
            }
        }
    }
}

/// Identities that the first pass read, in the order of their rows, so that nobody reads them twice.
///
/// # Privacy
/// A few thousand identities, each wiped when its row has come.
pub(crate) struct ReadBefore {
    rows: Peekable<std::vec::IntoIter<(u64, Identity, Nulled)>>,
    /// What their birth dates looked like.
    pub(crate) dates: DateCounts,
}

impl ReadBefore {
    /// What was read of the row `number`; rows before it are asked for no more.
    pub(crate) fn take(&mut self, number: u64) -> Option<(Identity, Nulled)> {
        while self.rows.next_if(|(before, ..)| *before < number).is_some() {}
        self.rows.next_if(|(at, ..)| *at == number).map(|(_, identity, nulled)| (identity, nulled))
    }
}

/// What the first pass over the file of identities finds.
pub(crate) struct FirstPass {
    /// The values that are nobody's.
    pub(crate) placeholders: Placeholders,
    /// The columns of short hashes.
    pub(crate) short: ShortHashes,
    /// How ids of records are to be read.
    pub(crate) id_form: IdForm,
    /// What is odd about them.
    pub(crate) note: Option<String>,
    /// Identities that were read.
    pub(crate) read: ReadBefore,
}

/// Makes the first pass. Of a large file it looks at the rows of some records, but for their ids.
pub(crate) fn first_pass(
    profile: &Profile,
    file: &RawFile,
    names: Names,
    births: PossibleDays,
) -> Result<FirstPass, EncodeError> {
    let mut table = RawTable::open(profile, file)?;
    let coded = codes_for_nothing(profile);
    let columns = Columns::new(table.header(), Vec::new(), &coded);
    let identity = IdentityColumns::bind(profile, &columns, names, births)?;
    let origins = columns.into_used();
    let columns = Columns::new(table.header(), Vec::new(), &coded);
    // Where the id's column is not there, or a join's, the rows tell themselves apart.
    let record = profile.record_of(&file.name);
    let record = record.and_then(|field| columns.strictly(|columns| Cells::bind(field, columns)).ok());
    let id_origins = columns.into_used();
    let (mut sample, mut raw) = (Sample::default(), RawRow::default());
    let (mut rows, mut ids) = (0_u64, IdForms::default());
    let (mut id, mut cells) = (KeptCells::with(&profile.blanks), KeptCells::with(&profile.blanks));
    loop {
        match table.read(&mut raw)? {
            Next::End => break,
            Next::Unusable(_) => continue,
            Next::Row => {}
        }
        let text = raw.text();
        id.keep(&id_origins, &raw, text, &[]);
        let row = id.row();
        rows += 1;
        record.iter().flat_map(|record| record.parts(&row)).for_each(|id| ids.saw(id));
        let hash = match record.as_ref().map(|record| record.text(&row)) {
            // It will be set aside.
            Some(id) if id.is_empty() => continue,
            Some(id) => draw(id.as_bytes()),
            None => draw(table.number()),
        };
        if sample.wants(hash) {
            cells.keep(&origins, &raw, text, &[]);
            sample.take(hash, table.number(), &cells);
        }
    }
    let mut short = ShortCounts::default();
    for (_, row) in sample.rows() {
        cells.take_up(origins.len(), row);
        identity.look_for_short_hashes(&cells.row(), &mut short);
    }
    let short = short.finish();
    let identity = identity.with_short_hashes(short);
    let mut counts = SharedValues::default();
    let mut read = Vec::new();
    for ((record, number), row) in sample.rows() {
        cells.take_up(origins.len(), row);
        let (who, nulled) = identity.read_row(&cells.row());
        counts.add(record, &who);
        read.push((number, who, nulled));
    }
    let dates = identity.birth_dates().map(DateFormats::counts).unwrap_or_default();
    let read = ReadBefore { rows: read.into_iter().peekable(), dates };
    let (id_form, note) = match record {
        Some(_) => ids.judge(rows, &file.name),
        None => (IdForm::AsWritten, None),
    };
    Ok(FirstPass { placeholders: counts.finish(), short, id_form, note, read })
}
