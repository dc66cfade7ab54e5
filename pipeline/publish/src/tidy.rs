//! Released tables as tidy sheets: one row a cell, one sheet a measure and breakdown.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Breakdown, Each, Measure, Period, Topic, Word};
use release::{Cell, NoisyResidual, ReleasedTable, Statement};

use crate::error::PublishError;
use crate::layout::Layout;
use crate::notes::{note, reliability_word, status};
use crate::page_text::joined;
use crate::schema::{has, measurement_columns, tidy_columns};
use crate::sheet::{Sheet, Value};

/// The period as a folder's name that no reader takes for a number: `2025-year`, `2025-q3`.
///
/// # Errors
/// [`PublishError::Statement`] when the statement's period is none.
pub(crate) fn period_slug(statement: &Statement) -> Result<String, PublishError> {
    match Period::parse(&statement.period) {
        Ok(Period::Year(year)) => Ok(format!("{year}-year")),
        Ok(quarter @ Period::Quarter(..)) => Ok(quarter.to_string()),
        Err(_) => Err(PublishError::Statement {
            field: "period",
            rule: "must be a year (`2025`) or a quarter (`2025-q3`)",
        }),
    }
}

/// All tables as sheets, in the order of measures and breakdowns; cells keep their order. Each goes to
/// `written` with its rows, and comes back without them: a row is a kilobyte, and only one sheet's are
/// held at a time.
///
/// # Errors
/// [`PublishError`] when a table or the period contradicts itself, and those of `written`.
pub(crate) fn sheets(
    statement: &Statement,
    tables: &[ReleasedTable],
    mut written: impl FnMut(&Sheet) -> Result<(), PublishError>,
) -> Result<Vec<Sheet>, PublishError> {
    let period = period_slug(statement)?;
    let mut layouts: BTreeMap<(Measure, Vec<Breakdown>), Vec<Layout<'_>>> = BTreeMap::new();
    for table in tables {
        let layout = Layout::of(table)?;
        layouts.entry((layout.measure, layout.breakdowns.to_vec())).or_default().push(layout);
    }
    let mut sheets = Vec::with_capacity(layouts.len());
    for layouts in layouts.into_values() {
        let mut sheet = empty(&layouts[0]);
        for layout in &layouts {
            sheet.rows.extend(layout.table.cells.iter().map(|cell| row(statement, &period, layout, cell)));
        }
        written(&sheet)?;
        sheet.rows = Vec::new();
        sheets.push(sheet);
    }
    Ok(sheets)
}

/// The noisy answers as a sheet.
pub(crate) fn measurements(residuals: &[NoisyResidual]) -> Sheet {
    let rows = residuals
        .iter()
        .map(|r| {
            vec![
                Value::Text(r.query.clone()),
                Value::Text(r.coordinate.clone()),
                Value::Integer(r.value),
                Value::Number(r.noise_scale),
                Value::Number(r.rho),
                Value::Integer(i64::from(r.revision)),
            ]
        })
        .collect();
    Sheet {
        name: "measurements".to_owned(),
        title: "The noisy residual answers themselves, for inference of one's own".to_owned(),
        columns: measurement_columns(),
        key: vec!["query", "coordinate", "revision"],
        rows,
    }
}

fn empty(layout: &Layout<'_>) -> Sheet {
    let (measure, breakdowns) = (layout.measure, layout.breakdowns);
    let mut key = vec!["table", "trafficking_type"];
    key.extend(breakdowns.iter().map(|b| b.word()));
    key.push("level");
    let mut by = Vec::new();
    match measure.each() {
        Each::One => {}
        Each::Service => by.push("service"),
        Each::Exploitation => by.push("kind of exploitation"),
        Each::System => {
            by.push("pair of systems");
            key.push("other_level");
        }
    }
    by.push("type of trafficking");
    by.extend(breakdowns.iter().map(|b| b.title()));
    let title = format!("{} by {}", measure.title(), joined(&by));
    let columns = tidy_columns(&[measure], breakdowns);
    Sheet { name: layout.file_stem(), title, columns, key, rows: Vec::new() }
}

/// The measures that tables are about, each once, in order.
pub(crate) fn measures_of(tables: &[ReleasedTable]) -> Vec<Measure> {
    let measures: BTreeSet<Measure> =
        tables.iter().filter_map(|t| t.subject.as_ref()).map(|s| s.measure).collect();
    measures.into_iter().collect()
}

/// Where a row of a file about `measures` belongs: the columns up to the type of trafficking.
pub(crate) fn place(
    statement: &Statement,
    period: &str,
    layout: &Layout<'_>,
    measures: &[Measure],
) -> Vec<Value> {
    let text = |t: &str| Value::Text(t.to_owned());
    let table = layout.table;
    let mut place = vec![
        text(&statement.city),
        text(&statement.city_name),
        text(period),
        Value::Date(table.cohort.start),
        Value::Date(table.cohort.end),
        Value::Integer(i64::from(table.window_days)),
        text(&table.name),
        text(layout.measure.name()),
        Value::text_or_absent(layout.topic.and_then(Topic::service).map(|s| s.word().to_owned())),
    ];
    let word = |each: Each, at: usize| {
        let topic = layout.topic.filter(|_| layout.measure.each() == each);
        Value::text_or_absent(topic.and_then(|t| t.words().get(at).map(|w| (*w).to_owned())))
    };
    if has(measures, Each::Exploitation) {
        place.push(word(Each::Exploitation, 0));
    }
    if has(measures, Each::System) {
        place.extend([word(Each::System, 0), word(Each::System, 1)]);
    }
    place
}

fn row(statement: &Statement, period: &str, layout: &Layout<'_>, cell: &Cell) -> Vec<Value> {
    let text = |t: &str| Value::Text(t.to_owned());
    let table = layout.table;
    let mut row = place(statement, period, layout, &[layout.measure]);
    row.push(text(layout.trafficking_type(cell)));
    row.extend(layout.groups(cell).map(text));
    let rate = cell.rate.as_ref();
    let value = rate.and_then(|r| r.value);
    let (status, reason) = status(cell);
    row.push(text(layout.level(cell)));
    if layout.measure.each() == Each::System {
        row.push(text(layout.other_level(cell).unwrap_or("all")));
    }
    row.extend([
        Value::Number(cell.estimate),
        Value::Number(table.standard_error),
        Value::Number(cell.low),
        Value::Number(cell.high),
        Value::Number(cell.best_estimate),
        Value::number_or_absent(value.map(|v| v.rate)),
        Value::number_or_absent(value.map(|v| v.low)),
        Value::number_or_absent(value.map(|v| v.high)),
        Value::number_or_absent(rate.map(|r| r.denominator)),
        text(reliability_word(cell.reliability)),
        text(status.word()),
        Value::text_or_absent(reason.map(str::to_owned)),
        Value::text_or_absent(note(cell, statement)),
    ]);
    row
}
