//! All rules of one file, bound to its columns, and what they make of a row.

use csv::StringRecord;
use domain::Rule;

use crate::accounting::{Accounting, CODE_UNKNOWN, DEMOGRAPHIC_UNKNOWN, Fault, JOIN_UNKNOWN, KEY_MISSING};
use crate::age::Birth;
use crate::columns::{Cell, Columns, JoinedRow, Row};
use crate::condition::{Moment, Test, is_one_of};
use crate::dates::DateFormats;
use crate::demographics::{Answers, BoundDemographic, CARRIED};
use crate::error::EncodeError;
use crate::event_rules::{BoundEvent, Draft};
use crate::identity::Cells;
use crate::lookup::{JoinedFile, Lookup};
use crate::profile::Profile;
use crate::profile_identity::Field;
use crate::raw_files::RawFiles;
use crate::read_table::RawTable;

/// One file's rules.
pub(crate) struct BoundFile {
    pub(crate) name: String,
    record: Option<Cells>,
    key: Option<Cell>,
    joins: Vec<(Cell, Lookup, String)>,
    skip: Option<Test>,
    allowed: Vec<(Cell, String, Vec<String>)>,
    as_of: Option<(Cells, DateFormats)>,
    events: Vec<BoundEvent>,
    demographics: Vec<BoundDemographic>,
    victim_service_provider: Vec<Test>,
}

/// What a row says.
#[derive(Default)]
pub(crate) struct Said {
    pub(crate) drafts: Vec<Draft>,
    pub(crate) answers: Answers,
    pub(crate) victim_service_provider: bool,
    pub(crate) warnings: Vec<Fault>,
}

/// Whether a rule marked `optional` is left out: the file lacks one of its columns.
fn optional<T>(optional: bool, bound: Result<T, EncodeError>) -> Result<Option<T>, EncodeError> {
    match bound {
        Ok(bound) => Ok(Some(bound)),
        Err(EncodeError::Input { .. }) if optional => Ok(None),
        Err(error) => Err(error),
    }
}

impl BoundFile {
    /// Binds the rules of the open file `table`; `also` binds what else reads the same rows.
    pub(crate) fn bind<T>(
        profile: &Profile,
        files: &RawFiles,
        table: &RawTable,
        accounting: &mut Accounting,
        also: impl FnOnce(&Columns<'_>) -> Result<T, EncodeError>,
    ) -> Result<(Self, T), EncodeError> {
        let name = table.header().file().to_owned();
        let is_people = RawFiles::is_people(profile, &name) || profile.files.is_empty();
        let rules = profile.files.iter().find(|f| f.name.eq_ignore_ascii_case(&name));
        let joins = rules.map(|r| r.joins.as_slice()).unwrap_or_default();
        let joined =
            joins.iter().map(|j| JoinedFile::open(profile, files, j)).collect::<Result<Vec<_>, _>>()?;
        let headers = joins.iter().zip(&joined).map(|(j, file)| (j.name.as_str(), &file.header)).collect();
        let columns = Columns::new(table.header(), headers);

        let from = joins.iter().map(|j| columns.require(&j.from)).collect::<Result<Vec<_>, _>>()?;
        let record = rules.and_then(|r| r.record.as_ref()).or(profile.identity.record_id.as_ref());
        let mut bound = Self {
            record: record.map(|field| Cells::bind(field, &columns)).transpose()?,
            key: rules.and_then(|r| r.key.as_ref()).map(|key| columns.require(key)).transpose()?,
            joins: Vec::new(),
            skip: match rules.and_then(|r| r.skip_when.as_ref()) {
                Some(skip) => optional(true, Test::bind(skip, &columns))?,
                None => None,
            },
            allowed: Vec::new(),
            as_of: rules
                .and_then(|r| r.as_of.as_ref())
                .map(|f| bind_date(f, profile, &columns))
                .transpose()?,
            events: Vec::new(),
            demographics: Vec::new(),
            victim_service_provider: Vec::new(),
            name,
        };
        if let Some(rules) = rules {
            for (column, codes) in &rules.allowed {
                let codes = codes.iter().map(|c| c.0.clone()).collect();
                bound.allowed.push((columns.require(column)?, column.clone(), codes));
            }
            for rule in &rules.events {
                bound.events.extend(optional(rule.optional, BoundEvent::bind(rule, profile, &columns))?);
            }
        }
        bound.bind_about_records(profile, &columns, is_people)?;
        let also = also(&columns)?;
        for (i, (join, file)) in joins.iter().zip(&joined).enumerate() {
            let lookup = file.load(profile, &columns, i, accounting)?;
            bound.joins.push((from[i], lookup, join.from.clone()));
        }
        Ok((bound, also))
    }

    fn bind_about_records(
        &mut self,
        profile: &Profile,
        columns: &Columns<'_>,
        is_people: bool,
    ) -> Result<(), EncodeError> {
        for (i, breakdown) in CARRIED.iter().enumerate() {
            for (rank, rule) in (0_u8..).zip(profile.demographics.get(breakdown).into_iter().flatten()) {
                let here = rule.file.as_ref().map_or(is_people, |file| file.eq_ignore_ascii_case(&self.name));
                if here {
                    let bound = BoundDemographic::bind(rule, i, rank, columns);
                    self.demographics.extend(optional(rule.optional, bound)?);
                }
            }
        }
        let rows = profile.sharing.iter().flat_map(|s| &s.victim_service_provider_rows);
        for rows in rows.filter(|r| r.file.eq_ignore_ascii_case(&self.name)) {
            self.victim_service_provider.push(Test::bind(&rows.when, columns)?);
        }
        Ok(())
    }

    /// The rows of other files that the joins find; the names of joins that find none.
    pub(crate) fn join<'a>(
        &'a self,
        own: &'a StringRecord,
        lost: &mut Vec<&'a str>,
    ) -> Vec<Option<JoinedRow<'a>>> {
        let mut joined = Vec::with_capacity(self.joins.len());
        for (from, lookup, field) in &self.joins {
            let key = Row { own, joined: &joined }.cell(*from);
            let found = lookup.find(key);
            if found.is_none() && !key.is_empty() {
                lost.push(field);
            }
            joined.push(found);
        }
        joined
    }

    /// The record's id in the raw file; `None` where the source has no record ids.
    pub(crate) fn record_id(&self, row: &Row<'_>) -> Result<Option<String>, Fault> {
        let Some(cells) = &self.record else { return Ok(None) };
        let id = cells.text(row);
        if id.is_empty() { Err(Fault::new(&KEY_MISSING, "record_id")) } else { Ok(Some(id.into_owned())) }
    }

    /// The row's own key; `None` where the profile names none.
    pub(crate) fn key<'a>(&self, row: &Row<'a>) -> Result<Option<&'a str>, Fault> {
        match self.key.map(|key| row.cell(key)) {
            Some("") => Err(Fault::new(&KEY_MISSING, "key")),
            key => Ok(key),
        }
    }

    /// What the row says of the record born at `birth`.
    pub(crate) fn apply(&self, row: &Row<'_>, birth: Birth, lost: &[&str]) -> Result<Said, Fault> {
        let mut said = Said::default();
        let as_of = self.as_of.as_ref().and_then(|(cells, formats)| formats.parse(&cells.text(row)));
        let moment = Moment { birth, date: as_of };
        if self.skip.as_ref().is_some_and(|skip| skip.holds(row, moment)) {
            return Ok(said);
        }
        for (cell, field, codes) in &self.allowed {
            let text = row.cell(*cell);
            if !text.is_empty() && !is_one_of(text, codes) {
                return Err(Fault::new(&CODE_UNKNOWN, field));
            }
        }
        let warning = |rule: &'static Rule, field: &str| Fault::new(rule, field);
        said.warnings.extend(lost.iter().map(|field| warning(&JOIN_UNKNOWN, field)));
        for event in &self.events {
            said.warnings.extend(event.apply(row, Moment { birth, date: None }, &mut said.drafts)?);
        }
        for demographic in &self.demographics {
            if demographic.apply(row, moment, &mut said.answers).is_err() {
                said.warnings.push(warning(&DEMOGRAPHIC_UNKNOWN, &demographic.breakdown().to_string()));
            }
        }
        said.victim_service_provider =
            self.victim_service_provider.iter().any(|test| test.holds(row, moment));
        Ok(said)
    }
}

fn bind_date(
    field: &Field,
    profile: &Profile,
    columns: &Columns<'_>,
) -> Result<(Cells, DateFormats), EncodeError> {
    Ok((Cells::bind(field, columns)?, DateFormats::new(&field.formats, &profile.date_formats)))
}
