//! Tokenized records with their truth, for `evaluate linkage`.

use std::path::Path;

use domain::{RowsRead, TOKEN_BYTES};
use keys::KeyFile;

use crate::code_list::codes_for_nothing;
use crate::columns::Columns;
use crate::error::EncodeError;
use crate::first_pass::{FirstPass, first_pass, names_of};
use crate::identity::{Cells, IdentityColumns, Nulled};
use crate::kept_cells::KeptCells;
use crate::possible_days::PossibleDays;
use crate::profile::Profile;
use crate::raw_files::RawFiles;
use crate::raw_row::RawRow;
use crate::read_table::{Next, RawTable};
use crate::token_set::TokenSet;
use crate::tokenize::Tokenizer;

/// The tokens of a labelled file, record by record, and apart from them who each record really is.
pub struct TokenizedRecords {
    /// Family of each token, as a position in [`domain::FAMILIES`].
    pub families: Vec<u8>,
    /// Tokens of all records, end to end.
    pub tokens: Vec<[u8; TOKEN_BYTES]>,
    /// Where each record's tokens begin; one entry more than there are records.
    pub offsets: Vec<usize>,
    /// The truth column of each record; empty when none was asked for.
    pub truth: Vec<String>,
    /// How the rows of the file ended.
    pub rows: RowsRead,
}

impl TokenizedRecords {
    /// Number of records.
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Whether there is no record.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Family and token of everything record `record` has.
    pub fn tokens_of(&self, record: usize) -> impl Iterator<Item = (usize, [u8; TOKEN_BYTES])> + '_ {
        (self.offsets[record]..self.offsets[record + 1])
            .map(|i| (usize::from(self.families[i]), self.tokens[i]))
    }
}

/// Reads a labelled file with the same normalization, placeholders and tokens as [`crate::Encoding`].
/// Rows keep their order, a ragged one is left out, and births may be of any time; the `truth` column feeds no token.
///
/// # Errors
/// [`EncodeError`] when the file is refused, a mapped column or `truth` is missing, or `truth` is
/// also mapped as an identity field.
pub fn read_for_linkage(
    profile: &Profile,
    input: &Path,
    linkage: &KeyFile,
    truth: Option<&str>,
) -> Result<TokenizedRecords, EncodeError> {
    let files = RawFiles::open(profile, input)?;
    let file = files.people(profile)?;
    let names = names_of(profile, &files)?;
    let FirstPass { placeholders, short, .. } = first_pass(profile, &file, names, PossibleDays::ANY)?;
    let mut table = RawTable::open(profile, &file)?;
    let coded = codes_for_nothing(profile);
    let columns = Columns::new(table.header(), Vec::new(), &coded);
    let identity = columns
        .strictly(|columns| IdentityColumns::bind(profile, columns, names, PossibleDays::ANY))?
        .with_short_hashes(short);
    let truth = truth.map(|column| columns.strictly(|columns| columns.require(column))).transpose()?;
    if let (Some(truth), Some(id)) = (truth, &profile.identity.record_id)
        && Cells::bind(id, &columns)?.has(truth)
    {
        return Err(profile.fault("identity.record_id: this is the truth column; map another or none"));
    }
    if truth.is_some_and(|cell| identity.reads(cell)) {
        return Err(profile.fault("identity: the truth column is mapped as an identity field; take it out"));
    }
    let mut tokenizer = Tokenizer::new(linkage);
    let kept = columns.into_used();
    let (mut raw, mut cells, mut tokens) =
        (RawRow::default(), KeptCells::with(&profile.blanks), TokenSet::default());
    let mut out = TokenizedRecords {
        families: Vec::new(),
        tokens: Vec::new(),
        offsets: vec![0],
        truth: Vec::new(),
        rows: RowsRead { file: file.name.clone(), read: 0, used: 0, skipped: 0, quarantined: 0 },
    };
    loop {
        match table.read(&mut raw)? {
            Next::End => return Ok(out),
            Next::Unusable(_) => out.rows.quarantined += 1,
            Next::Row => {
                cells.keep(&kept, &raw, raw.text(), &[]);
                let row = cells.row();
                let mut person = identity.read(&row, &mut Nulled::default());
                placeholders.remove(&mut person);
                tokenizer.tokenize(&person, &mut tokens);
                out.tokens.extend_from_slice(tokens.bytes.as_chunks::<TOKEN_BYTES>().0);
                for (family, count) in tokens.counts.iter().enumerate() {
                    out.families.extend(std::iter::repeat_n(family as u8, usize::from(*count)));
                }
                out.offsets.push(out.tokens.len());
                out.truth.extend(truth.map(|cell| row.cell(cell).to_owned()));
                out.rows.used += 1;
            }
        }
        out.rows.read += 1;
    }
}
