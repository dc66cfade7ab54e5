//! What must be known of an export before its records are read.

use crate::code_list::codes_for_nothing;
use crate::columns::Columns;
use crate::error::EncodeError;
use crate::hashed_hmis::Names;
use crate::identity::{IdentityColumns, Nulled};
use crate::kept_cells::KeptCells;
use crate::placeholder::{PlaceholderSketch, Placeholders};
use crate::possible_days::PossibleDays;
use crate::profile::{Format, Profile};
use crate::raw_files::{RawFile, RawFiles};
use crate::raw_row::RawRow;
use crate::read_table::{Next, RawTable};

/// Whether the export's names are hashed: only HMIS exports say so.
pub(crate) fn names_of(profile: &Profile, files: &RawFiles) -> Result<Names, EncodeError> {
    let Some(file) = files.find("Export.csv").filter(|_| profile.format == Format::HmisCsv) else {
        return Ok(Names::Clear);
    };
    let mut table = RawTable::open(profile, &file)?;
    let at = table.header().require("HashStatus")?;
    let mut row = RawRow::default();
    match table.read(&mut row)? {
        Next::Row => Ok(Names::from_hash_status(row.cell(at))),
        Next::Unusable(_) | Next::End => Err(EncodeError::input(
            &file.name,
            "the file has no readable row, so nobody knows whether names are hashed",
            "export the folder again",
        )),
    }
}

/// Bytes of a file from which on the first pass looks at every second row, at twice as many at every third,
/// and so on: some ten thousand rows tell what one in twenty share as well as all do.
const BYTES_TO_A_STEP: u64 = 1 << 20;
/// The rarest that rows are looked at.
const LONGEST_STEP: u64 = 16;

/// The first pass over the file of identities. Of a large file it looks at every so many rows.
pub(crate) fn find_placeholders(
    profile: &Profile,
    file: &RawFile,
    names: Names,
    births: PossibleDays,
) -> Result<Placeholders, EncodeError> {
    let mut table = RawTable::open(profile, file)?;
    let coded = codes_for_nothing(profile);
    let columns = Columns::new(table.header(), Vec::new(), &coded);
    let identity = IdentityColumns::bind(profile, &columns, names, births)?;
    let kept = columns.into_used();
    let step = (file.bytes() / BYTES_TO_A_STEP + 1).min(LONGEST_STEP);
    let (mut sketch, mut raw, mut cells) =
        (PlaceholderSketch::default(), RawRow::default(), KeptCells::with(&profile.blanks));
    loop {
        match table.read(&mut raw)? {
            Next::End => return Ok(sketch.finish()),
            Next::Row if table.number().is_multiple_of(step) => {
                cells.keep(&kept, &raw, raw.text(), &[]);
                sketch.add(&identity.read(&cells.row(), &mut Nulled::default()));
            }
            Next::Row | Next::Unusable(_) => {}
        }
    }
}
