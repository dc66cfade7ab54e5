//! `pathways compare`: one table of two releases, of two cities or two periods, cell by cell. Computed from
//! what the ledgers have published, so it costs nothing.

use domain::{CityId, Config, Measure, MeasureRule, Period, Subject};
use release::{
    Cell, Difference, DifferenceError, LAST_REVISION, Part, RatePart, Release, ReleaseKey, ReleasedTable,
    Reliability, Verdict,
};

use crate::city_ledger::{ledger_failure, open_ledger};
use crate::command::CompareArguments;
use crate::configuration::read_config;
use crate::failure::{Class, Failure, Outcome};
use crate::terminal::{note, out, table};

pub(crate) fn compare(arguments: &CompareArguments) -> Result<Outcome, Failure> {
    let config = read_config(&arguments.config)?;
    if arguments.first == arguments.second {
        return Err(Failure::usage("compare: both are the same release; name two cities or two periods"));
    }
    let (first, second) = (place(&arguments.first)?, place(&arguments.second)?);
    let one_city = first.0 == second.0;
    if one_city {
        for (inner, outer) in [(first.1, second.1), (second.1, first.1)] {
            if inner != outer && outer.start() <= inner.start() && inner.end() <= outer.end() {
                return Err(Failure::usage(format!(
                    "compare: {inner} lies in {outer}, so that the same people stand on both sides and the longer counts more; compare \
                     two quarters, two years, or two cities"
                )));
            }
        }
    }
    let releases =
        [released(&config, &arguments.first, first)?, released(&config, &arguments.second, second)?];
    let tables = [named(&releases[0], &arguments.table)?, named(&releases[1], &arguments.table)?];
    if tables[0].dimensions != tables[1].dimensions {
        return Err(Failure::usage(format!(
            "compare: `{}` has other categories in the two releases; compare another table",
            arguments.table
        )));
    }
    let [one, other] = tables.map(|table| table.cohort);
    if one_city && one.start <= other.end && other.start <= one.end {
        return Err(Failure::usage(format!(
            "compare: `{}` tells of the same people in both releases, who entered from {} to {}; compare another table, or periods that \
             lie further apart",
            arguments.table,
            one.start.max(other.start),
            one.end.min(other.end)
        )));
    }
    let sides =
        [Side { release: &releases[0], table: tables[0] }, Side { release: &releases[1], table: tables[1] }];
    let mut lines =
        table(["cell", "what", "first", "second", "difference", "95 % interval", "verdict"], 2..6);
    for cell in &tables[0].cells {
        let Some(row) = row(&sides, cell).map_err(Failure::usage)? else { continue };
        lines.add_row(row);
    }
    out(&lines.to_string());
    for side in &sides {
        let (statement, cohort) = (side.release.statement(), side.table.cohort);
        note(&format!(
            "{}: people who entered from {} to {}, followed for {} days",
            statement.release_id, cohort.start, cohort.end, side.table.window_days
        ));
        if statement.earlier.is_some() {
            note(&format!(
                "{}: revised, a mean of two measurements: where records were corrected in between, its figures lie between the old \
                 count and the corrected one",
                statement.release_id
            ));
        }
    }
    note(
        "each figure stands with its 95 % interval and how far its count can be relied on (low is mostly noise). Intervals cover the \
         privacy noise only; of a hundred of them about five miss. A person may be in both releases.",
    );
    Ok(Outcome::Done)
}

/// A release and its table.
struct Side<'a> {
    release: &'a Release,
    table: &'a ReleasedTable,
}

/// What `city/period` names.
fn place(name: &str) -> Result<(CityId, Period), Failure> {
    let usage = |rule: &str| Failure::usage(format!("compare: `{name}`: {rule}"));
    let (city, period) =
        name.split_once('/').ok_or_else(|| usage("write CITY/PERIOD, such as us-il-chicago/2025-q1"))?;
    let city = CityId::new(city).map_err(|error| usage(&error.to_string()))?;
    let period = Period::parse(period).map_err(|error| usage(&error.to_string()))?;
    Ok((city, period))
}

/// The published release of a city and period, called `name`: its revision where there is one.
fn released(config: &Config, name: &str, (city, period): (CityId, Period)) -> Result<Release, Failure> {
    let usage = |rule: &str| Failure::usage(format!("compare: `{name}`: {rule}"));
    let city = config
        .cities
        .iter()
        .find(|c| c.id == city)
        .ok_or_else(|| usage("no such city in this configuration"))?;
    let ledger = open_ledger(config, city)?;
    for revision in [LAST_REVISION, 0] {
        let key = ReleaseKey { year: period.year(), period, revision };
        if let Some(stored) = ledger.stored(key).map_err(ledger_failure)? {
            return Ok(stored.render());
        }
    }
    Err(Failure::new(Class::Gate, format!("compare: `{name}` is not released yet")))
}

fn named<'a>(release: &'a Release, name: &str) -> Result<&'a ReleasedTable, Failure> {
    release.tables().iter().find(|table| table.name == name).ok_or_else(|| {
        Failure::usage(format!(
            "compare: {} has no table `{name}`; `pathways plan --all` lists them",
            release.statement().release_id
        ))
    })
}

/// The line of a cell: its rate on the rows of a rate's numerator, people where the measure has no rate;
/// none for those who are no part of what the measure counts.
fn row(sides: &[Side<'_>; 2], cell: &Cell) -> Result<Option<[String; 7]>, DifferenceError> {
    let table = sides[0].table;
    let subject = table.subject.as_ref();
    let rate = subject.and_then(|subject| {
        // Pairs of systems are shown in people.
        let attributes = subject.measure.attributes(subject.topic);
        let [attribute] = attributes.as_slice() else { return None };
        let axis = table.dimensions.iter().position(|d| d.name == *attribute)?;
        subject.measure.has_rate(subject.topic).then_some((subject.measure, axis))
    });
    let Some((measure, axis)) = rate else {
        if subject.is_some_and(|subject| !counts(subject, table, cell)) {
            return Ok(None);
        }
        let parts = sides
            .each_ref()
            .map(|side| Part::of(side.release.statement(), side.table, |other| other.codes == cell.codes));
        let shown = sides.each_ref().map(|side| {
            shown(side, cell, |own| {
                Some(([own.estimate, own.low, own.high].map(|people| plain(people, 0)), ""))
            })
        });
        let difference = parts[0].less(&parts[1])?;
        return Ok(Some(line(label(table, cell, None), "people", shown, Some(difference), 1.0)));
    };
    let Some(numerator) = numerator_of(measure, table, axis, cell) else { return Ok(None) };
    let rates = sides.each_ref().map(|side| rate_part(side, cell, axis, &numerator));
    let shown = sides.each_ref().map(|side| {
        shown(side, cell, |own| {
            let rate = own.rate.as_ref()?.value?;
            Some(([rate.rate, rate.low, rate.high].map(|share| plain(100.0 * share, 1)), " %"))
        })
    });
    let difference = rates[0].less(&rates[1])?;
    Ok(Some(line(label(table, cell, Some(axis)), numerator.word, shown, difference, 100.0)))
}

/// The levels of a rate along a table's axis.
struct Levels {
    word: &'static str,
    numerator: u8,
    denominator: Vec<u8>,
}

/// The rate's levels, where the cell is of a level that has a rate.
fn numerator_of(measure: Measure, table: &ReleasedTable, axis: usize, cell: &Cell) -> Option<Levels> {
    let (_, out_of) = measure.rate_levels()?;
    let code =
        |level: &str| table.dimensions[axis].categories.iter().position(|c| c == level).map(|c| c as u8);
    let numerator = cell.codes[axis];
    let word = measure.numerators().iter().find(|level| code(level) == Some(numerator))?;
    let denominator = out_of.iter().map(|level| code(level)).collect::<Option<Vec<u8>>>()?;
    Some(Levels { word, numerator, denominator })
}

fn rate_part<'a>(side: &Side<'a>, cell: &Cell, axis: usize, levels: &Levels) -> RatePart<'a> {
    let same_group = |other: &Cell| {
        other.codes.iter().zip(&cell.codes).enumerate().all(|(place, (a, b))| place == axis || a == b)
    };
    let part = |wanted: &[u8]| {
        Part::of(side.release.statement(), side.table, |other| {
            same_group(other) && wanted.contains(&other.codes[axis])
        })
    };
    RatePart { numerator: part(&[levels.numerator]), denominator: part(&levels.denominator) }
}

fn label(table: &ReleasedTable, cell: &Cell, without: Option<usize>) -> String {
    let names =
        table.dimensions.iter().zip(&cell.codes).enumerate().filter(|(place, _)| Some(*place) != without);
    names.map(|(_, (d, code))| d.categories[usize::from(*code)].as_str()).collect::<Vec<_>>().join(" x ")
}

/// Whether a cell counts whom the measure is about: people in the period, people whom a system saw.
fn counts(subject: &Subject, table: &ReleasedTable, cell: &Cell) -> bool {
    let about = match subject.measure.rule() {
        MeasureRule::People => "in_period",
        MeasureRule::SystemsOverlap => "seen",
        _ => return true,
    };
    let attributes = subject.measure.attributes(subject.topic);
    let level = |attribute: &String| {
        let axis = table.dimensions.iter().position(|d| d.name == *attribute)?;
        table.dimensions[axis].categories.get(usize::from(cell.codes[axis]))
    };
    attributes.iter().filter_map(level).any(|level| level == about)
}

/// A side's figure with its interval and how far its count can be relied on; never bare.
fn shown(
    side: &Side<'_>,
    cell: &Cell,
    figure: impl Fn(&Cell) -> Option<([String; 3], &'static str)>,
) -> String {
    let own = side.table.cells.iter().find(|own| own.codes == cell.codes);
    let told = own.and_then(|own| Some((own, figure(own)?)));
    told.map_or("withheld".to_owned(), |(own, ([middle, low, high], unit))| {
        let reliability = match own.reliability {
            Reliability::High => "high",
            Reliability::Moderate => "moderate",
            Reliability::Low => "low",
        };
        format!("{middle}{unit} ({low} to {high}), {reliability}")
    })
}

/// A number without the sign of a zero that was rounded from below.
fn plain(value: f64, decimals: usize) -> String {
    format!("{:.decimals$}", rounded(value, decimals))
}

fn rounded(value: f64, decimals: usize) -> f64 {
    let scale = 10_f64.powf(decimals as f64);
    (value * scale).round() / scale + 0.0
}

/// People as they are, shares in points of a hundred.
fn line(
    label: String,
    what: &str,
    shown: [String; 2],
    difference: Option<Difference>,
    scale: f64,
) -> [String; 7] {
    let [first, second] = shown;
    let decimals = usize::from(scale > 1.0);
    let number = |value: f64| format!("{:+.decimals$}", rounded(scale * value, decimals));
    // An end that would round to zero keeps its first digit where the verdict rests on its sign.
    let end = |value: f64, clear: bool| {
        let value = scale * value;
        if !clear || rounded(value, decimals) != 0.0 || value == 0.0 {
            return number(value / scale);
        }
        let digits = (-value.abs().log10().floor()).clamp(1.0, 9.0) as usize;
        format!("{value:+.digits$}")
    };
    let (middle, interval, verdict) = match difference {
        None => (String::new(), String::new(), "withheld"),
        Some(d) => {
            let clear = d.verdict != Verdict::NoClearDifference;
            (
                number(d.estimate),
                format!("{} to {}", end(d.low, clear), end(d.high, clear)),
                d.verdict.words(),
            )
        }
    };
    [label, what.to_owned(), first, second, middle, interval, verdict.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn interval(low: f64, high: f64, scale: f64) -> (String, String) {
        let verdict = if high < 0.0 { Verdict::Lower } else { Verdict::Higher };
        let estimate = f64::midpoint(low, high);
        let difference = Difference { estimate, standard_error: None, low, high, verdict };
        let [.., interval, said] = line(String::new(), "", Default::default(), Some(difference), scale);
        (interval, said)
    }

    /// What a reader sees of an interval must not touch zero where the verdict says that it doesn't.
    #[test]
    fn a_rounded_end_agrees_with_its_verdict() {
        assert_eq!(interval(-195.3, -0.2, 1.0), ("-195 to -0.2".to_owned(), "lower".to_owned()));
        assert_eq!(interval(0.004, 12.0, 1.0), ("+0.004 to +12".to_owned(), "higher".to_owned()));
        assert_eq!(interval(0.0003, 0.1, 100.0), ("+0.03 to +10.0".to_owned(), "higher".to_owned()));
        assert_eq!(interval(-7.0, -3.0, 1.0), ("-7 to -3".to_owned(), "lower".to_owned()));
    }
}
