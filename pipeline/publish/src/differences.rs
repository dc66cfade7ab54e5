//! Differences between groups as a sheet: each group's rate less everybody else's, in every table with a rate.

use domain::TRAFFICKING_TYPE;
use release::{Cell, Difference, Part, RatePart, ReleasedTable, Statement};

use crate::error::PublishError;
use crate::layout::Layout;
use crate::schema::difference_columns;
use crate::sheet::{Sheet, Value};
use crate::tidy::{measures_of, period_slug, place};

/// Every group of every table with a rate, within each type of trafficking and over all types.
///
/// # Errors
/// [`PublishError`] when a table or the period contradicts itself, or the statement has no measurement
/// that a table rests on.
pub(crate) fn sheet(statement: &Statement, tables: &[ReleasedTable]) -> Result<Sheet, PublishError> {
    let period = period_slug(statement)?;
    let measures = measures_of(tables);
    let mut rows = Vec::new();
    for table in tables {
        let layout = Layout::of(table)?;
        let Some((numerator, denominator)) = layout.measure.rate_levels() else { continue };
        let Some((dimension, at)) = layout.compared() else { continue };
        let strata = if layout.breakdowns.is_empty() { 0 } else { TRAFFICKING_TYPE.1.len() };
        let rate = Rates { statement, layout: &layout, numerator, denominator };
        for stratum in (0..strata).map(Some).chain([None]) {
            for (code, group) in table.dimensions[at].categories.iter().enumerate() {
                let head = [Value::Text(dimension.to_owned()), Value::Text(group.clone())];
                let difference = rate.difference(stratum, at, code)?;
                let mut row = place(statement, &period, &layout, &measures);
                row.push(Value::text_or_absent(stratum.map(|s| TRAFFICKING_TYPE.1[s].to_owned())));
                row.extend(head);
                row.extend(figures(difference));
                rows.push(row);
            }
        }
    }
    Ok(Sheet {
        name: "differences".to_owned(),
        title: "Each group's rate less that of everybody else, with its interval".to_owned(),
        columns: difference_columns(&measures),
        key: vec!["table", "trafficking_type", "dimension", "group"],
        rows,
    })
}

/// The rates of one table.
struct Rates<'a> {
    statement: &'a Statement,
    layout: &'a Layout<'a>,
    numerator: &'static str,
    denominator: &'static [&'static str],
}

impl Rates<'_> {
    /// The group's rate less everybody else's; `None` where one of them is withheld.
    fn difference(
        &self,
        stratum: Option<usize>,
        at: usize,
        code: usize,
    ) -> Result<Option<Difference>, PublishError> {
        let within =
            |cell: &Cell| stratum.is_none_or(|s| usize::from(cell.codes[self.layout.type_at()]) == s);
        let group = self.rate(|cell| within(cell) && usize::from(cell.codes[at]) == code);
        let others = self.rate(|cell| within(cell) && usize::from(cell.codes[at]) != code);
        group.less(&others).map_err(|_| PublishError::Table {
            table: self.layout.table.name.clone(),
            rule: "two of its groups are not of one measurement",
        })
    }

    fn rate(&self, wanted: impl Fn(&Cell) -> bool) -> RatePart<'_> {
        let part = |levels: &[&str]| {
            let picked = |cell: &Cell| levels.contains(&self.layout.level(cell)) && wanted(cell);
            Part::of(self.statement, self.layout.table, picked)
        };
        RatePart { numerator: part(&[self.numerator]), denominator: part(self.denominator) }
    }
}

fn figures(difference: Option<Difference>) -> [Value; 4] {
    [
        Value::number_or_absent(difference.map(|d| d.estimate)),
        Value::number_or_absent(difference.map(|d| d.low)),
        Value::number_or_absent(difference.map(|d| d.high)),
        Value::Text(difference.map_or("withheld", |d| d.verdict.words()).to_owned()),
    ]
}
