//! `dictionary.csv`: every column and every category in words.

use domain::{Breakdown, Measure, Word};

use crate::categories::meaning;
use crate::schema::{breakdown_column, difference_columns, measurement_columns, tidy_columns};
use crate::sheet::{Column, Kind, Sheet, Value};

/// The dictionary of these measures as a sheet: a row for each column and for each of its categories.
pub(crate) fn dictionary(measures: &[Measure]) -> Sheet {
    let mut rows = Vec::new();
    for column in tidy_columns(measures, &[]) {
        describe(&mut rows, measures, "tables", &column);
    }
    for breakdown in Breakdown::ALL {
        describe(&mut rows, measures, "tables", &breakdown_column(*breakdown));
    }
    for column in difference_columns(measures) {
        describe(&mut rows, measures, "differences", &column);
    }
    for column in measurement_columns() {
        describe(&mut rows, measures, "measurements", &column);
    }
    Sheet {
        name: "dictionary".to_owned(),
        title: "What every column and category means".to_owned(),
        columns: columns(),
        key: vec!["files", "column", "category"],
        rows,
    }
}

/// The name of a kind in the dictionary and in the data package.
pub(crate) fn kind_word(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "string",
        Kind::Integer => "integer",
        Kind::Number { .. } | Kind::Exact => "number",
        Kind::Date => "date",
    }
}

fn columns() -> Vec<Column> {
    let text = |name, nullable, description| Column {
        name,
        kind: Kind::Text,
        unit: "",
        description,
        nullable,
        categories: Vec::new(),
    };
    vec![
        text("files", false, "Which files have the column: `tables`, `differences` or `measurements`."),
        text("column", false, "The column."),
        text("category", true, "The category that the row describes; empty where it describes the column."),
        text("type", false, "Type of the column's values: string, integer, number or date."),
        text("unit", true, "Unit of the column's values."),
        text("may_be_absent", false, "Whether a value may be absent: yes or no."),
        text("title", true, "The category as the dashboard shows it."),
        text("description", false, "What the column or the category means."),
    ]
}

fn describe(rows: &mut Vec<Vec<Value>>, measures: &[Measure], files: &str, column: &Column) {
    let text = |t: &str| if t.is_empty() { Value::Absent } else { Value::Text(t.to_owned()) };
    let mut push = |category: &str, title: &str, description: &str| {
        rows.push(vec![
            text(files),
            text(column.name),
            text(category),
            text(kind_word(column.kind)),
            text(column.unit),
            text(if column.nullable { "yes" } else { "no" }),
            text(title),
            text(description),
        ]);
    };
    push("", "", column.description);
    for category in &column.categories {
        if let Some(meaning) = meaning(measures, column.name, category) {
            push(category, meaning.title, meaning.description);
        }
    }
}
