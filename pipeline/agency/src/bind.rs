//! All rules of one file, bound to its columns, and what they make of a row.

use std::borrow::Cow;
use std::collections::BTreeSet;

use chrono::NaiveDate;
use domain::Rule;

use crate::accounting::{
    Accounting, CODE_UNKNOWN, DEMOGRAPHIC_UNKNOWN, Fault, JOIN_UNKNOWN, KEY_MISSING, KEY_ROUNDED,
};
use crate::age::Birth;
use crate::asked_codes::{AskedCodes, asked_codes};
use crate::bound_join::BoundJoin;
use crate::code_list::{CodeList, code_lists, codes_for_nothing};
use crate::column_doubt::{judge_codes, judge_dates};
use crate::columns::{Cell, Columns, Kept, Origin, Row};
use crate::condition::{Moment, Test};
use crate::date_order::DateCounts;
use crate::dates::DateFormats;
use crate::demographics::{Answers, BoundDemographic, CARRIED};
use crate::error::EncodeError;
use crate::event_rules::{BoundEvent, Dates, Draft};
use crate::identity::Cells;
use crate::kept_cells::{KeptCells, joined_cell};
use crate::known_codes::KnownCodes;
use crate::lookup::JoinedFile;
use crate::profile::Profile;
use crate::profile_identity::Field;
use crate::raw_files::RawFiles;
use crate::raw_row::RawRow;
use crate::read_table::RawTable;
use crate::rounded_id::is_rounded;
use crate::skip::Skip;
use crate::whole_id::IdForm;

/// The most joins of one file.
pub(crate) const MOST_JOINS: usize = 16;
/// Beside the bits of joins that found nothing: a join found two rows that say different things.
const DISPUTED: u32 = 1 << MOST_JOINS;
/// Beside them too: the row lacks its own key.
const KEYLESS: u32 = 1 << (MOST_JOINS + 1);

/// And: its own key was rounded.
const KEY_LOST: u32 = 1 << (MOST_JOINS + 2);

/// What a row says of whether its record is a victim service provider's; of several the last in this order
/// stands.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Provider {
    /// No rule asks.
    #[default]
    NotAsked,
    No,
    /// Neither yes nor a clean no.
    Unclear,
    Yes,
}

/// The two tests of a rule: a clean no, which no row says that lacks a column of it, and a yes where the profile
/// knows one.
struct ProviderTests {
    no: Option<Test>,
    yes: Option<Test>,
}

/// One file's rules.
pub(crate) struct BoundFile {
    /// The file's number in the accounting.
    pub(crate) number: usize,
    /// The columns that count as blank because no row names them.
    pub(crate) absent: BTreeSet<String>,
    /// Columns of which some lines have the name misspelt, as it seems, and how many.
    pub(crate) misspelt: Vec<(String, u64)>,
    /// Columns that lines call otherwise from some line on, as it seems, and the last line that has them.
    pub(crate) renamed: Vec<(String, u64)>,
    /// Whether later rows of a record's id in the file of identities add to it.
    pub(crate) several_rows: bool,
    /// Its name in ids of events.
    pub(crate) lower_name: String,
    pub(crate) record: Option<Cells>,
    /// How ids of records are read.
    pub(crate) id_form: IdForm,
    key_now: Option<Cells>,
    key: Option<Cells>,
    /// Cells that are read at once, and cells that wait until the record is known.
    now: Vec<Kept>,
    pub(crate) later: Vec<Kept>,
    joins: Vec<BoundJoin>,
    skip: Option<Skip>,
    allowed: Vec<(Cell, String, KnownCodes)>,
    code_lists: Vec<CodeList>,
    asked_codes: Vec<AskedCodes>,
    as_of: Option<(Cells, DateFormats)>,
    as_of_column: String,
    events: Vec<BoundEvent>,
    demographics: Vec<BoundDemographic>,
    victim_service_provider: Vec<ProviderTests>,
}

/// What a row says.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) drafts: Vec<Draft>,
    pub(crate) answers: Answers,
    pub(crate) warnings: Vec<Fault>,
    /// The row means nothing.
    pub(crate) skipped: bool,
}

impl Said {
    /// That the row means nothing.
    pub(crate) fn skip(&mut self) {
        self.clear();
        self.skipped = true;
    }

    fn clear(&mut self) {
        self.drafts.clear();
        self.answers = Answers::default();
        self.warnings.clear();
        self.skipped = false;
    }
}

/// Binds a rule; one marked `optional` is left out where the file lacks one of its columns.
fn optional<T>(
    optional: bool,
    columns: &Columns<'_>,
    bind: impl FnOnce(&Columns<'_>) -> Result<T, EncodeError>,
) -> Result<Option<T>, EncodeError> {
    if !optional {
        return bind(columns).map(Some);
    }
    match columns.strictly(bind) {
        Ok(bound) => Ok(Some(bound)),
        Err(EncodeError::NoColumn { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

impl BoundFile {
    /// Binds the rules of the open file `table`, encoded on `day`; `also` binds what else is read of its rows at once.
    pub(crate) fn bind<T>(
        profile: &Profile,
        files: &RawFiles,
        table: &RawTable,
        accounting: &mut Accounting,
        day: NaiveDate,
        also: impl FnOnce(&Columns<'_>) -> Result<T, EncodeError>,
    ) -> Result<(Self, T), EncodeError> {
        let name = table.header().file();
        let is_people = RawFiles::is_people(profile, name) || profile.files.is_empty();
        let rules = profile.files.iter().find(|f| f.name.eq_ignore_ascii_case(name));
        let joins = rules.map(|r| r.joins.as_slice()).unwrap_or_default();
        let joined =
            joins.iter().map(|j| JoinedFile::open(profile, files, j)).collect::<Result<Vec<_>, _>>()?;
        let headers: Vec<_> =
            joins.iter().zip(&joined).map(|(j, file)| (j.name.as_str(), &file.header)).collect();
        let coded = codes_for_nothing(profile);
        let columns = |headers| Columns::new(table.header(), headers, &coded);
        let (now, columns) = (columns(headers.clone()), columns(headers));

        let from = joins.iter().map(|j| columns.origin(&j.from)).collect::<Result<Vec<_>, _>>()?;
        let record = profile.record_of(name);
        let key = rules.and_then(|r| r.key.as_ref());
        let mut bound = Self {
            number: 0,
            absent: BTreeSet::new(),
            misspelt: Vec::new(),
            renamed: Vec::new(),
            several_rows: rules.is_some_and(|rules| rules.several_rows),
            lower_name: name.to_lowercase(),
            record: record.map(|field| now.strictly(|now| Cells::bind(field, now))).transpose()?,
            id_form: IdForm::default(),
            key_now: key.map(|key| now.strictly(|now| Cells::bind(key, now))).transpose()?,
            key: key.map(|key| columns.strictly(|columns| Cells::bind(key, columns))).transpose()?,
            now: Vec::new(),
            later: Vec::new(),
            joins: Vec::new(),
            skip: match rules.and_then(|r| r.skip_when.as_ref()) {
                Some(skip) => optional(skip.optional, &columns, |columns| Skip::bind(skip, columns, day))
                    .map_err(EncodeError::of_skip)?,
                None => None,
            },
            allowed: Vec::new(),
            code_lists: Vec::new(),
            asked_codes: Vec::new(),
            as_of_column: rules
                .and_then(|r| r.as_of.as_ref())
                .map(|f| f.columns[0].clone())
                .unwrap_or_default(),
            as_of: rules
                .and_then(|r| r.as_of.as_ref())
                .map(|f| bind_date(f, profile, &columns))
                .transpose()?,
            events: Vec::new(),
            demographics: Vec::new(),
            victim_service_provider: Vec::new(),
        };
        if let Some(rules) = rules {
            for (column, codes) in &rules.allowed {
                bound.allowed.push((columns.require(column)?, column.clone(), KnownCodes::new(codes)));
            }
            bound.code_lists = code_lists(rules, &columns)?;
            bound.asked_codes = asked_codes(profile, rules, is_people, &columns)?;
            for rule in &rules.events {
                let event = |columns: &Columns<'_>| BoundEvent::bind(rule, profile, columns, day);
                bound.events.extend(optional(rule.optional, &columns, event)?);
            }
        }
        bound.bind_about_records(profile, &columns, name, is_people)?;
        let also = also(&now)?;
        bound.absent = now.absent();
        bound.absent.append(&mut columns.absent());
        if !bound.absent.is_empty() && !now.found_any() && !columns.found_any() {
            return Err(EncodeError::input(
                name,
                "no line has any of the keys that the source profile maps",
                "see whether it is the right file, and map the names that its keys have now",
            ));
        }
        let mapped = [now.own_places(), columns.own_places()].concat();
        let named = mapped.iter().filter_map(|at| table.header().name(*at).map(str::to_owned));
        for name in named.chain(bound.absent.iter().cloned()).collect::<BTreeSet<_>>() {
            let lines = table.header().lines_of_near(&name, &mapped);
            let renamed = table.header().renamed_after(&name, &mapped);
            bound.renamed.extend(renamed.map(|last| (name.clone(), last)));
            bound.misspelt.extend((lines > 0).then_some((name, lines)));
        }
        (bound.now, bound.later) = (now.into_used(), columns.into_used());
        for (i, (join, file)) in joins.iter().zip(joined).enumerate() {
            let used = bound.now.iter().chain(&bound.later).map(|kept| &kept.origin).chain(&from);
            let mut used: Vec<usize> = used.filter_map(|origin| origin.of_join(i)).collect();
            used.sort_unstable();
            used.dedup();
            bound.joins.push(BoundJoin::new(join, from[i], file.load(profile, used, accounting)?));
        }
        bound.number = accounting.open(name);
        Ok((bound, also))
    }

    fn bind_about_records(
        &mut self,
        profile: &Profile,
        columns: &Columns<'_>,
        name: &str,
        is_people: bool,
    ) -> Result<(), EncodeError> {
        for (i, breakdown) in CARRIED.iter().enumerate() {
            for (rank, rule) in (0_u8..).zip(profile.demographics.get(breakdown).into_iter().flatten()) {
                let here = rule.file.as_ref().map_or(is_people, |file| file.eq_ignore_ascii_case(name));
                if here {
                    let bind = |columns: &Columns<'_>| BoundDemographic::bind(rule, i, rank, columns);
                    self.demographics.extend(optional(rule.optional, columns, bind)?);
                }
            }
        }
        let rows = profile.sharing.iter().flat_map(|s| &s.victim_service_provider_rows);
        for rows in rows.filter(|r| r.file.eq_ignore_ascii_case(name)) {
            let Some(no) = &rows.unless else { continue };
            let bind = |columns: &Columns<'_>| -> Result<_, EncodeError> {
                let yes = rows.when.as_ref().map(|when| Test::bind(when, columns)).transpose()?;
                Ok((Test::bind(no, columns)?, yes))
            };
            let tests = match columns.strictly(bind) {
                Ok((no, yes)) => ProviderTests { no: Some(no), yes },
                // Where no row names a column, none says a clean no; where there is a header, it is refused.
                Err(EncodeError::NoColumn { .. }) => ProviderTests { no: None, yes: bind(columns)?.1 },
                Err(error) => return Err(error),
            };
            self.victim_service_provider.push(tests);
        }
        Ok(())
    }

    /// Takes the cells of a raw row: those that are read at once, and those that wait. Gives the joins
    /// that found no row though they had a key, as bits.
    pub(crate) fn keep(&self, raw: &RawRow, now: &mut KeptCells, later: &mut KeptCells) -> u32 {
        let (mut found, mut lost, text) = ([None; MOST_JOINS], 0, raw.text());
        for (i, join) in self.joins.iter().enumerate() {
            let key = match join.from {
                Origin::Own(at) => raw.cell_of(text, at),
                Origin::Joined(join, at) => joined_cell(&found, join, at),
            };
            let key = now.said(key);
            found[i] = join.find(key);
            if found[i].is_none() && !key.is_empty() {
                lost |= 1 << i;
            }
            if join.is_disputed(key) {
                lost |= DISPUTED;
            }
        }
        now.keep(&self.now, raw, text, &found);
        later.keep(&self.later, raw, text, &found);
        lost
    }

    /// Forgets the rows of other files, once all rows are read.
    pub(crate) fn forget_joins(&mut self) {
        self.joins.iter_mut().for_each(BoundJoin::forget);
    }

    /// The record's id in the raw file; `None` where the source has no record ids.
    pub(crate) fn record_id<'a>(&self, row: &Row<'a>) -> Result<Option<Cow<'a, str>>, Fault> {
        let Some(cells) = &self.record else { return Ok(None) };
        let id = cells.id(row, self.id_form);
        if id.is_empty() {
            return Err(Fault::new(&KEY_MISSING, "record_id"));
        }
        // Tied together, one part is enough to run ids together.
        let mut parts = cells.parts(row);
        if parts.any(is_rounded) { Err(Fault::new(&KEY_ROUNDED, "record_id")) } else { Ok(Some(id)) }
    }

    /// The row's own key, among the cells that are read at once; `None` where the profile names none. Without one
    /// the row is set aside once its record is known, which it may protect: for the reason that is added to `lost`.
    pub(crate) fn key_now<'a>(&self, row: &Row<'a>, lost: &mut u32) -> Option<Cow<'a, str>> {
        let cells = self.key_now.as_ref()?;
        let key = cells.id(row, IdForm::Whole);
        if key.is_empty() {
            *lost |= KEYLESS;
        } else if cells.parts(row).any(is_rounded) {
            *lost |= KEY_LOST;
        } else {
            return Some(key);
        }
        None
    }

    /// Why a row of which `lost` tells is set aside before its rules are asked.
    pub(crate) fn without_key(lost: u32) -> Option<Fault> {
        let rule = if lost & KEYLESS != 0 {
            &KEY_MISSING
        } else if lost & KEY_LOST != 0 {
            &KEY_ROUNDED
        } else {
            return None;
        };
        Some(Fault::new(rule, "key"))
    }

    /// Whether rows say whose they are.
    pub(crate) fn has_record(&self) -> bool {
        self.record.is_some()
    }

    /// Whether rows give events.
    pub(crate) fn has_events(&self) -> bool {
        !self.events.is_empty()
    }

    /// Whether rows have keys.
    pub(crate) fn has_key(&self) -> bool {
        self.key.is_some()
    }

    /// The row's own key, among the cells that wait. A program that took keys for numbers wrote `12.0` for `12`.
    pub(crate) fn key<'a>(&self, row: &Row<'a>) -> Option<Cow<'a, str>> {
        self.key.as_ref().map(|key| key.id(row, IdForm::Whole))
    }

    /// What the row says of the record born at `birth`, in place of what `said` held; `lost` are the
    /// joins that found nothing.
    pub(crate) fn apply(&self, row: &Row<'_>, birth: Birth, lost: u32, said: &mut Said) -> Result<(), Fault> {
        said.clear();
        let as_of = self.as_of.as_ref().and_then(|(cells, formats)| formats.parse(&cells.text(row)));
        let moment = Moment { birth, date: as_of };
        for list in &self.code_lists {
            if list.lacks(row) {
                said.warnings.push(Fault::new(&CODE_UNKNOWN, &list.column));
            }
        }
        self.asked_codes.iter().for_each(|asked| asked.look(row));
        if let Some(skip) = &self.skip
            && skip.holds(row, moment)?
        {
            said.skip();
            return Ok(());
        }
        for (cell, field, codes) in &self.allowed {
            let text = row.cell(*cell);
            if !text.is_empty() && !codes.contains(text) {
                return Err(Fault::new(&CODE_UNKNOWN, field));
            }
        }
        let warning = |rule: &'static Rule, field: &str| Fault::new(rule, field);
        for (i, join) in self.joins.iter().enumerate() {
            if lost & (1 << i) != 0 {
                said.warnings.push(warning(&JOIN_UNKNOWN, &join.column));
            }
        }
        for event in &self.events {
            let warning = event.apply(row, Moment { birth, date: None }, &mut said.drafts)?;
            // Several rules may read one date.
            said.warnings.extend(warning.filter(|warning| !said.warnings.contains(warning)));
        }
        for demographic in &self.demographics {
            if demographic.apply(row, moment, &mut said.answers).is_err() {
                said.warnings.push(warning(&DEMOGRAPHIC_UNKNOWN, &demographic.breakdown().to_string()));
            }
        }
        Ok(())
    }

    /// Whether the row holds an identification, as far as the rules' conditions tell.
    pub(crate) fn identifies(&self, row: &Row<'_>, birth: Birth) -> bool {
        self.events.iter().any(|event| event.identifies(row, birth))
    }

    /// Whether rows are asked whose record is a victim service provider's.
    pub(crate) fn asks_provider(&self) -> bool {
        !self.victim_service_provider.is_empty()
    }

    /// Whether the profile knows a yes, so that a row which says neither is one to look into.
    pub(crate) fn knows_providers(&self) -> bool {
        self.victim_service_provider.iter().any(|tests| tests.yes.is_some())
    }

    /// What the row says of it, whatever becomes of the row.
    pub(crate) fn provider(&self, row: &Row<'_>, birth: Birth, lost: u32) -> Provider {
        let again = |(cells, formats): &(Cells, DateFormats)| formats.parse_again(&cells.text(row));
        let moment = Moment { birth, date: self.as_of.as_ref().and_then(again) };
        let said = self.victim_service_provider.iter().map(|tests| {
            if tests.yes.as_ref().is_some_and(|yes| yes.holds(row, moment)) {
                Provider::Yes
            } else if lost & DISPUTED == 0 && tests.no.as_ref().is_some_and(|no| no.holds(row, moment)) {
                Provider::No
            } else {
                Provider::Unclear
            }
        });
        said.max().unwrap_or_default()
    }

    /// The dates of the row's events, whatever becomes of the row. A file without events has none to know.
    pub(crate) fn dates(&self, row: &Row<'_>) -> Dates {
        let mut dates = Dates::default();
        for event in &self.events {
            event.widen(row, &mut dates);
        }
        dates.undated |= dates.first.is_none() && !self.events.is_empty();
        dates
    }
}

impl BoundFile {
    /// Judges the columns of the file `name` by all that was read of them.
    ///
    /// # Errors
    /// A column is written in another format, or by another list, than the profile says.
    pub(crate) fn judge(&self, name: &str, notes: &mut Vec<String>) -> Result<(), EncodeError> {
        if let Some(skip) = &self.skip {
            skip.judge(name)?;
        }
        self.joins.iter().try_for_each(|join| join.judge(name, notes))?;
        let as_of = self
            .as_of
            .iter()
            .map(|(_, formats)| (self.as_of_column.as_str(), formats.counts(), DateCounts::default()));
        let mut said = BTreeSet::new();
        for (column, read, elsewhere) in as_of.chain(self.events.iter().flat_map(BoundEvent::dates)) {
            let mut new = Vec::new();
            judge_dates(name, column, read, elsewhere, &mut new)?;
            // Several rules may read one column, each some of its rows.
            if !new.is_empty() && said.insert(column) {
                notes.append(&mut new);
            }
        }
        notes.extend(self.asked_codes.iter().filter_map(|asked| asked.note(name)));
        self.code_lists.iter().try_for_each(|list| judge_codes(name, list))
    }
}

fn bind_date(
    field: &Field,
    profile: &Profile,
    columns: &Columns<'_>,
) -> Result<(Cells, DateFormats), EncodeError> {
    Ok((Cells::bind(field, columns)?, DateFormats::new(&field.formats, &profile.date_formats)))
}
