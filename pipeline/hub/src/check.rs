//! An extract in the inbox: held against the contract, row by row. What arrives equals what is
//! accepted plus what is quarantined with a reason.

use std::collections::BTreeMap;
use std::path::Path;

use domain::{
    Column, EVENT_COLUMNS, FAMILIES, FileEntry, Manifest, PEOPLE_COLUMNS, QuarantinedRow, token_column,
};

use rayon::prelude::*;

use crate::common_tokens::Identities;
use crate::event::{EventRow, read_events};
use crate::family_tokens::{FamilyTokens, KeptTokens};
use crate::faults::Faults;
use crate::identified::{birth_dates, foreign_columns, is_raw_export, plain_ids};
use crate::record::{Record, read_people};
use crate::refusal::Refusal;
use crate::rekey::{HubKey, rekey};
use crate::report::RowCount;
use crate::row_reader::Limits;
use crate::rule;
use crate::table_file::TableFile;

/// What a source's extract holds after every check, in canonical order whatever the order of its
/// rows: records by id, events by record, day, kind and id.
pub(crate) struct Checked {
    pub(crate) records: Vec<Record>,
    /// Re-keyed tokens by family, then by record.
    pub(crate) tokens: Vec<FamilyTokens>,
    /// Tokens that are not kept, for too many people share them.
    pub(crate) tokens_too_common: usize,
    /// Records that may never be linked and came with tokens all the same.
    pub(crate) tokens_not_to_leave: usize,
    /// Records that may be linked, and came without any token.
    pub(crate) tokens_missing: usize,
    /// Families in which most records that have any hold one and the same token, with how many do.
    pub(crate) tokens_alike: BTreeMap<String, u64>,
    pub(crate) events: Vec<EventRow>,
    pub(crate) outcomes: Vec<String>,
    pub(crate) people_count: RowCount,
    pub(crate) event_count: RowCount,
    pub(crate) quarantine: Vec<QuarantinedRow>,
    pub(crate) warnings: Vec<String>,
}

/// Checks an extract whose files' digests are right.
pub(crate) fn check(
    source: &str,
    manifest: &Manifest,
    folder: &Path,
    key: &HubKey,
    limits: Limits,
) -> Result<Checked, Refusal> {
    let newest = limits.declared.map_or(limits.newest_day, |(_, last)| last.min(limits.newest_day));
    let people = open(source, folder, &manifest.people)?;
    let mut warnings = check_columns(&people, PEOPLE_COLUMNS, true, newest)?;
    let events = open(source, folder, &manifest.events)?;
    warnings.extend(check_columns(&events, EVENT_COLUMNS, false, newest)?);

    let reader = read_people(&people, limits, &manifest.key_epoch)?;
    let (all, mut faults) = (reader.rows, reader.faults);
    birth_dates(&people, "consent_start", all.len(), |row| all[row].consent_start, newest)?;
    birth_dates(&people, "consent_end", all.len(), |row| all[row].consent_end, newest)?;
    birth_dates(&people, "as_of", all.len(), |row| all[row].as_of, newest)?;
    plain_ids(&people, "record_id", all.len(), |row| all[row].id)?;
    let tokens = rekey(&people, key, &mut faults)?;
    let alike = |pairs: &[(usize, usize)]| {
        let mut alike: Vec<bool> = pairs.iter().map(|(a, b)| all[*a] == all[*b]).collect();
        for family in &tokens {
            family.compare(pairs, &mut alike);
        }
        alike
    };
    let rows = without_repeats(&mut faults, all.len(), |row| all[row].id, alike, "record_id");
    let not_to_leave = |row: &&usize| {
        limits.purposes.link && !all[**row].may_ever_link() && tokens.iter().any(|t| t.has(**row))
    };
    let tokens_not_to_leave = rows.iter().filter(not_to_leave).count();
    // What may not be linked on the report day has no token in the hub's store: a consent that has
    // ended ends there too.
    let may_link = |row: usize| all[row].may_link(limits.report_day);
    let lacks = |row: &&usize| {
        limits.purposes.link && may_link(**row) && !tokens.iter().any(|family| family.has(**row))
    };
    let tokens_missing = rows.iter().filter(lacks).count();
    let identities = identities(&tokens, &rows);
    let kept: Vec<KeptTokens> =
        tokens.into_par_iter().map(|family| family.kept(&rows, may_link, &identities)).collect();
    let too_common: usize = kept.iter().map(|kept| kept.too_common).sum();
    let alike =
        kept.iter().enumerate().filter_map(|(family, kept)| Some((token_column(family), kept.alike()?)));
    let tokens_alike = alike.collect();
    let tokens: Vec<FamilyTokens> = kept.into_iter().map(|kept| kept.tokens).collect();
    let records: Vec<Record> = rows.iter().map(|row| all[*row]).collect();
    let mut quarantine = faults.quarantine(&people);
    let people_count = RowCount::of(people.rows(), records.len(), faults.len());

    let read = read_events(&events, limits)?;
    let (mut all, mut faults) = (read.reader.rows, read.reader.faults);
    birth_dates(&events, "date", all.len(), |row| Some(all[row].day), newest)?;
    birth_dates(&events, "referral_result_date", all.len(), |row| all[row].result_day, newest)?;
    plain_ids(&events, "event_id", all.len(), |row| all[row].id)?;
    let known = KnownIds::new(&records);
    let unknown: Vec<usize> = all
        .par_iter()
        .enumerate()
        .filter(|(_, e)| !known.contains(e.record_id))
        .map(|(row, _)| row)
        .collect();
    for row in unknown {
        faults.note(row, "record_id", &rule::RECORD_UNKNOWN);
    }
    let alike = |pairs: &[(usize, usize)]| pairs.iter().map(|(a, b)| all[*a] == all[*b]).collect();
    // What it returns is left aside: the rows without fault stay where they are, and are put in their own order.
    without_repeats(&mut faults, all.len(), |row| all[row].id, alike, "event_id");
    let mut row = 0..;
    all.retain(|_| row.next().is_some_and(|row| faults.passes(row)));
    all.par_sort_unstable();
    quarantine.extend(faults.quarantine(&events));
    let event_count = RowCount::of(events.rows(), all.len(), faults.len());

    Ok(Checked {
        records,
        tokens,
        tokens_too_common: too_common,
        tokens_not_to_leave,
        tokens_missing,
        tokens_alike,
        events: all,
        outcomes: read.outcomes,
        people_count,
        event_count,
        quarantine,
        warnings,
    })
}

/// Whose the rows are, in the order given, as far as counting people needs it.
fn identities(tokens: &[FamilyTokens], rows: &[usize]) -> Identities {
    let mut place = vec![None; tokens.first().map_or(0, FamilyTokens::rows)];
    for (at, row) in rows.iter().enumerate() {
        place[*row] = Some(at);
    }
    let place = &place;
    Identities::new(rows.len(), |family| {
        tokens[family].holders().filter_map(move |(row, token)| Some((place[row]?, token)))
    })
}

/// The ids of records in order, and where those begin that share their first bits: ids are uniform, so
/// few do, and a look costs one place instead of twenty.
struct KnownIds<'a> {
    records: &'a [Record],
    starts: Vec<u32>,
    shift: u32,
}

impl<'a> KnownIds<'a> {
    fn new(records: &'a [Record]) -> Self {
        let bits = usize::BITS - records.len().leading_zeros();
        let shift = u128::BITS - bits.max(1);
        let mut starts = vec![0_u32; (1 << bits.max(1)) + 1];
        for record in records {
            starts[(record.id >> shift) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Self { records, starts, shift }
    }

    fn contains(&self, id: u128) -> bool {
        let at = (id >> self.shift) as usize;
        let alike = &self.records[self.starts[at] as usize..self.starts[at + 1] as usize];
        alike.binary_search_by_key(&id, |record| record.id).is_ok()
    }
}

fn open(source: &str, folder: &Path, entry: &FileEntry) -> Result<TableFile, Refusal> {
    let file = TableFile::open(source, folder, &entry.name)?;
    file.refuse_metadata()?;
    if file.rows() as u64 == entry.rows { Ok(file) } else { Err(file.refuse(&rule::FILE_ROWS)) }
}

/// All of the contract's columns, and nothing beside them that identifies.
fn check_columns(
    file: &TableFile,
    contract: &[Column],
    with_tokens: bool,
    newest: i32,
) -> Result<Vec<String>, Refusal> {
    let mut names: Vec<String> = contract.iter().map(|column| column.name.to_owned()).collect();
    if with_tokens {
        names.extend((0..FAMILIES.len()).map(token_column));
    }
    let known = |name: &str| names.iter().any(|known| known == name);
    if let Some(missing) = names.iter().find(|name| !file.names().contains(name)) {
        // Its columns are not named: of a file without a header they are somebody's cells.
        if is_raw_export(file, &known) {
            return Err(file.refuse(&rule::RAW_EXPORT));
        }
        return Err(file.refuse_column(missing, &rule::COLUMN_MISSING));
    }
    foreign_columns(file, &known, newest)
}

/// The rows without fault in order of their id. Of rows that are the same in everything one is
/// kept; of rows that share an id and differ none is, so that the outcome does not depend on the
/// order of rows. `alike` tells of pairs of rows whether they are the same.
fn without_repeats(
    faults: &mut Faults,
    rows: usize,
    id: impl Fn(usize) -> u128 + Sync,
    alike: impl Fn(&[(usize, usize)]) -> Vec<bool>,
    field: &'static str,
) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows).filter(|row| faults.passes(*row)).collect();
    order.par_sort_unstable_by(|a, b| id(*a).cmp(&id(*b)).then(a.cmp(b)));
    let groups = || order.chunk_by(|a, b| id(*a) == id(*b));
    let pairs: Vec<(usize, usize)> =
        groups().flat_map(|group| group[1..].iter().map(|row| (group[0], *row))).collect();
    let pairs_alike = alike(&pairs);
    let mut rest_alike = pairs_alike.as_slice();
    let mut kept = Vec::with_capacity(order.len());
    for group in groups() {
        let (of_group, others) = rest_alike.split_at(group.len() - 1);
        rest_alike = others;
        let alike = of_group.iter().all(|alike| *alike);
        let rest = if alike {
            kept.push(group[0]);
            &group[1..]
        } else {
            group
        };
        let rule = if alike { &rule::ROW_TWICE } else { &rule::ID_TWICE };
        for row in rest {
            faults.note(*row, field, rule);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn known_ids_are_those_that_are_there(ids in prop::collection::btree_set(any::<u128>(), 0..200), other: u128) {
            let records: Vec<Record> = ids.iter().map(|id| Record { id: *id, ..Record::blank() }).collect();
            let known = KnownIds::new(&records);
            for id in &ids {
                prop_assert!(known.contains(*id));
                prop_assert_eq!(known.contains(id.wrapping_add(1)), ids.contains(&id.wrapping_add(1)));
            }
            prop_assert_eq!(known.contains(other), ids.contains(&other));
        }
    }
}
