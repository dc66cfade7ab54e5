//! Differences between groups as a sheet: each group's rate less everybody else's, in every table with a rate.

use domain::{ScreeningQuestion, TRAFFICKING_TYPE, Topic};
use release::{Cell, Difference, Part, RatePart, ReleasedTable, Statement};

use crate::error::PublishError;
use crate::layout::Layout;
use crate::schema::difference_columns;
use crate::sheet::{Sheet, Value};
use crate::tidy::{measures_of, period_slug, place};

/// What the rows of labor against sex trafficking say that their groups differ in.
pub(crate) const LABOR_AGAINST_SEX: &str = "labor_against_sex";

/// Every group of every table with a rate, within each type of trafficking and over all types, level by level
/// of those that have a rate; and labor against sex trafficking.
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
        let Some((dimension, at)) = layout.compared() else { continue };
        let head = place(statement, &period, &layout, &measures);
        let mut push = |stratum: Option<usize>, words: [&str; 3], difference: Option<Difference>| {
            let mut row = head.clone();
            row.push(Value::text_or_absent(stratum.map(|s| TRAFFICKING_TYPE.1[s].to_owned())));
            row.extend(words.map(|word| Value::Text(word.to_owned())));
            row.extend(figures(difference));
            rows.push(row);
        };
        let strata = if layout.breakdowns.is_empty() { 0 } else { TRAFFICKING_TYPE.1.len() };
        for level in layout.levels_with_a_rate() {
            for stratum in (0..strata).map(Some).chain([None]) {
                for (code, group) in table.dimensions[at].categories.iter().enumerate() {
                    let difference = from_everybody_else(statement, &layout, level, stratum, (at, code))?;
                    push(stratum, [dimension, group, level], difference);
                }
            }
        }
        if layout.breakdowns.is_empty()
            && let Some(level) = layout.levels_with_a_rate().first()
            && let Some(sex) = beside(tables, &layout)?
        {
            let difference = labor_less_sex(statement, &layout, &sex, level)?;
            push(None, [LABOR_AGAINST_SEX, "labor_only", level], difference);
        }
    }
    Ok(Sheet {
        name: "differences".to_owned(),
        title: "Each group's rate less that of everybody else, with its interval; and labor against sex trafficking"
            .to_owned(),
        columns: difference_columns(&measures),
        key: vec!["table", "trafficking_type", "dimension", "group", "level"],
        rows,
    })
}

/// The table that tells of sex trafficking what one tells of labor trafficking: of a measure with an attribute for
/// each the other attribute's, of any other the same. `None` of the table about sex trafficking.
fn beside<'a>(tables: &'a [ReleasedTable], labor: &Layout<'a>) -> Result<Option<Layout<'a>>, PublishError> {
    match labor.topic {
        Some(Topic::Exploitation(ScreeningQuestion::Sex)) => Ok(None),
        Some(Topic::Exploitation(ScreeningQuestion::Labor)) => {
            let wanted = Some(Topic::Exploitation(ScreeningQuestion::Sex));
            let is_it = |layout: &Layout<'_>| {
                layout.measure == labor.measure && layout.topic == wanted && layout.breakdowns.is_empty()
            };
            for table in tables {
                let layout = Layout::of(table)?;
                if is_it(&layout) {
                    return Ok(Some(layout));
                }
            }
            Ok(None)
        }
        _ => Ok(Some(labor.clone())),
    }
}

/// The rate among people with signs of labor trafficking only less that among those with signs of sex
/// trafficking only, each in the table of its own; `None` where one of them is withheld.
///
/// # Errors
/// [`PublishError::Table`] when the two are not of one measurement.
pub(crate) fn labor_less_sex(
    statement: &Statement,
    labor: &Layout<'_>,
    sex: &Layout<'_>,
    level: &str,
) -> Result<Option<Difference>, PublishError> {
    let one = rate(statement, labor, level, |cell| labor.trafficking_type(cell) == "labor_only");
    let other = rate(statement, sex, level, |cell| sex.trafficking_type(cell) == "sex_only");
    less(labor, &one, &other)
}

/// The group's rate less everybody else's; `None` where one of them is withheld.
fn from_everybody_else(
    statement: &Statement,
    layout: &Layout<'_>,
    level: &str,
    stratum: Option<usize>,
    (at, code): (usize, usize),
) -> Result<Option<Difference>, PublishError> {
    let within = |cell: &Cell| stratum.is_none_or(|s| usize::from(cell.codes[layout.type_at()]) == s);
    let group = rate(statement, layout, level, |cell| within(cell) && usize::from(cell.codes[at]) == code);
    let others = rate(statement, layout, level, |cell| within(cell) && usize::from(cell.codes[at]) != code);
    less(layout, &group, &others)
}

fn less(
    layout: &Layout<'_>,
    one: &RatePart<'_>,
    other: &RatePart<'_>,
) -> Result<Option<Difference>, PublishError> {
    one.less(other).map_err(|_| PublishError::Table {
        table: layout.table.name.clone(),
        rule: "two of its groups are not of one measurement",
    })
}

/// A level's rate among some cells of a table.
fn rate<'a>(
    statement: &'a Statement,
    layout: &Layout<'a>,
    level: &str,
    wanted: impl Fn(&Cell) -> bool,
) -> RatePart<'a> {
    let denominator = layout.measure.rate_levels().map_or(&[][..], |(_, denominator)| denominator);
    let part = |levels: &[&str]| {
        Part::of(statement, layout.table, |cell| levels.contains(&layout.level(cell)) && wanted(cell))
    };
    RatePart { numerator: part(&[level]), denominator: part(denominator) }
}

fn figures(difference: Option<Difference>) -> [Value; 4] {
    [
        Value::number_or_absent(difference.map(|d| d.estimate)),
        Value::number_or_absent(difference.map(|d| d.low)),
        Value::number_or_absent(difference.map(|d| d.high)),
        Value::Text(difference.map_or("withheld", |d| d.verdict.words()).to_owned()),
    ]
}
