//! `people.parquet`.

use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanBuilder, Date32Builder, Int32Builder, StringBuilder};
use arrow::datatypes::{DataType, Field};
use chrono::NaiveDate;
use domain::{FAMILIES, PEOPLE_COLUMNS, TOKEN_BYTES, TOKEN_SCHEME, token_column};

use crate::demographics::CARRIED;
use crate::error::EncodeError;
use crate::people::{Record, coarsen};
use crate::profile_rules::Sharing;
use crate::sharing::Scope;
use crate::summary::Summary;
use crate::write_columns::{IdColumn, TokenColumn};
use crate::write_table::{TableWriter, Written, data_type, days, properties, uniform};

/// Records of one batch: few enough that they stay in the cache with their tokens.
const BATCH: usize = 512;
/// A record is a kilobyte of tokens, and a row group is held in memory until it is whole.
const ROW_GROUP: usize = 16_384;
/// The hub takes no birth year before it; an older one is an error, or a record of long ago.
const FIRST_BIRTH_YEAR: i32 = 1900;

/// Writes records one by one.
pub(crate) struct PeopleWriter {
    table: TableWriter,
    epoch: String,
    sharing: Sharing,
    purposes: String,
    may_link: bool,
    rows: usize,
    record_id: IdColumn,
    key_epoch: StringBuilder,
    token_scheme: Int32Builder,
    birth_year: Int32Builder,
    categories: [StringBuilder; CARRIED.len()],
    minor_at_intake: BooleanBuilder,
    victim_service_provider: BooleanBuilder,
    purposes_column: StringBuilder,
    scope: StringBuilder,
    consent: [Date32Builder; 2],
    as_of: Date32Builder,
    tokens: Vec<TokenColumn>,
}

impl PeopleWriter {
    pub(crate) fn create(path: PathBuf, epoch: &str, sharing: &Sharing) -> Result<Self, EncodeError> {
        let mut fields: Vec<Field> =
            PEOPLE_COLUMNS.iter().map(|c| Field::new(c.name, data_type(c.kind), !c.required)).collect();
        let mut properties = uniform(properties(ROW_GROUP), "record_id");
        for family in 0..FAMILIES.len() {
            let name = token_column(family);
            properties = uniform(properties, &name);
            fields.push(Field::new(name, DataType::Binary, true));
        }
        Ok(Self {
            table: TableWriter::create(path, fields, properties.build())?,
            epoch: epoch.to_owned(),
            sharing: sharing.clone(),
            purposes: sharing.purposes.join(" "),
            may_link: sharing.purposes.iter().any(|purpose| purpose == "link"),
            rows: 0,
            record_id: IdColumn::default(),
            key_epoch: StringBuilder::new(),
            token_scheme: Int32Builder::new(),
            birth_year: Int32Builder::new(),
            categories: std::array::from_fn(|_| StringBuilder::new()),
            minor_at_intake: BooleanBuilder::new(),
            victim_service_provider: BooleanBuilder::new(),
            purposes_column: StringBuilder::new(),
            scope: StringBuilder::new(),
            consent: std::array::from_fn(|_| Date32Builder::new()),
            as_of: Date32Builder::new(),
            tokens: FAMILIES.iter().map(|_| TokenColumn::default()).collect(),
        })
    }

    /// Writes a record with its tokens, family by family end to end, and counts it.
    pub(crate) fn push(
        &mut self,
        record: &Record,
        counts: &[u8; FAMILIES.len()],
        tokens: &[u8],
        summary: &mut Summary,
    ) -> Result<(), EncodeError> {
        let scope = record.scope();
        let linkable = self.may_link && scope == Scope::Link;
        summary.records += 1;
        if !linkable {
            summary.not_linkable += 1;
        } else if tokens.is_empty() {
            summary.without_tokens += 1;
        } else {
            summary.tokens += (tokens.len() / TOKEN_BYTES) as u64;
        }
        self.record_id.push(&record.id);
        self.key_epoch.append_value(&self.epoch);
        self.token_scheme.append_value(TOKEN_SCHEME.cast_signed());
        let year = record.birth.year.filter(|year| self.sharing.birth_year && *year >= FIRST_BIRTH_YEAR);
        self.birth_year.append_option(year);
        for (breakdown, column) in self.categories.iter_mut().enumerate() {
            column.append_value(record.category(breakdown));
        }
        self.minor_at_intake.append_option(record.minor_at_intake());
        self.victim_service_provider.append_value(record.victim_service_provider);
        self.purposes_column.append_value(&self.purposes);
        self.scope.append_value(scope.word());
        // The days limit linking and nothing else: of a record without tokens nobody needs them.
        for (column, date) in self.consent.iter_mut().zip([record.consent.start, record.consent.end]) {
            column.append_option(date.filter(|_| linkable).map(days));
        }
        let coarse = |date: NaiveDate| coarsen(date, self.sharing.date_precision);
        self.as_of.append_option(record.span.map(|(_, last)| days(coarse(last))));
        let mut start = 0;
        for (column, count) in self.tokens.iter_mut().zip(counts) {
            let end = start + usize::from(*count) * TOKEN_BYTES;
            column.push(if linkable { &tokens[start..end] } else { &[] });
            start = end;
        }
        self.rows += 1;
        if self.rows == BATCH { self.write_batch() } else { Ok(()) }
    }

    pub(crate) fn finish(mut self) -> Result<Written, EncodeError> {
        self.write_batch()?;
        self.table.finish()
    }

    fn write_batch(&mut self) -> Result<(), EncodeError> {
        self.rows = 0;
        let mut columns: Vec<ArrayRef> = vec![
            self.record_id.finish(),
            Arc::new(self.key_epoch.finish()),
            Arc::new(self.token_scheme.finish()),
            Arc::new(self.birth_year.finish()),
        ];
        columns.extend(self.categories.iter_mut().map(|column| Arc::new(column.finish()) as ArrayRef));
        columns.extend([
            Arc::new(self.minor_at_intake.finish()) as ArrayRef,
            Arc::new(self.victim_service_provider.finish()),
            Arc::new(self.purposes_column.finish()),
            Arc::new(self.scope.finish()),
            Arc::new(self.consent[0].finish()),
            Arc::new(self.consent[1].finish()),
            Arc::new(self.as_of.finish()),
        ]);
        columns.extend(self.tokens.iter_mut().map(TokenColumn::finish));
        self.table.write(columns)
    }
}
