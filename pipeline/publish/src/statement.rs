//! `release.json`: the privacy statement and the list of tables.

use release::{ReleasedTable, Statement};
use serde_json::{Value as Json, json};

use crate::categories::caution;
use crate::error::PublishError;
use crate::layout::Layout;
use crate::schema::{CONFIDENCE, LICENCE, SCHEMA_VERSION};

/// The whole statement with every table's cohort, dimensions and standard error.
///
/// # Errors
/// [`PublishError`] when a table contradicts its subject.
pub(crate) fn release_json(statement: &Statement, tables: &[ReleasedTable]) -> Result<Json, PublishError> {
    let listed: Result<Vec<Json>, PublishError> = tables.iter().map(table).collect();
    let mut covers =
        "the privacy noise only: not people whom no agency recorded, not records that were joined wrongly"
            .to_owned();
    if statement.earlier.is_some() {
        covers += ", not records that were corrected between the two measurements: a revised figure moves part of the way, and its \
                   interval may hold neither the old count nor the corrected one";
    }
    Ok(json!({
        "schema_version": SCHEMA_VERSION,
        "licence": LICENCE,
        "confidence": CONFIDENCE,
        "interval_covers": covers,
        "statement": statement,
        "tables": listed?,
    }))
}

fn table(table: &ReleasedTable) -> Result<Json, PublishError> {
    let layout = Layout::of(table)?;
    // Of two groups that go by age the caution is said once.
    let of_group = layout.breakdowns.iter().find_map(|breakdown| caution(*breakdown));
    let cautions: Vec<&str> = std::iter::once(layout.measure.caution()).chain(of_group).collect();
    Ok(json!({
        "name": table.name,
        "file": format!("tables/{}", layout.file_stem()),
        "measure": layout.measure,
        "definition": layout.measure.definition(),
        "cohort": layout.measure.file().cohort,
        "caution": cautions.join(" "),
        "topic": layout.topic,
        "breakdowns": layout.breakdowns,
        "cohort_start": table.cohort.start,
        "cohort_end": table.cohort.end,
        "window_days": table.window_days,
        "standard_error": table.standard_error,
        "cells": table.cells.len(),
        "dimensions": table.dimensions.iter()
            .map(|d| json!({ "name": d.name, "categories": d.categories }))
            .collect::<Vec<_>>(),
    }))
}
