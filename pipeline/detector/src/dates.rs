//! Whether a column of dates, in any order and dress, is of births or of events.

use crate::births::births;
use crate::calendar::{day_number, year_of};
use crate::values::Values;
use crate::written::{ORDERS, Order, Written};

/// What a column's dates are, where they are dates: births, or not.
pub(crate) enum Dates {
    /// Too few of the values are dates.
    None,
    /// Births; the share of values that are dates.
    Births(f64),
    /// Dates, and not of births.
    Events,
}

/// Looks at a column's values as dates. `newest_day` is the day of the newest event.
pub(crate) fn dates(values: &Values, newest_day: i64) -> Dates {
    let newest_year = year_of(newest_day);
    let written: Vec<Written> = values.meant().filter_map(|v| Written::read(&v.text)).collect();
    let all = values.meant().count();
    if all == 0 || (written.len() as f64) < 0.7 * all as f64 {
        return Dates::None;
    }
    // Of the orders that fit most values the one with the narrowest years: a column written
    // day-month-year read as year-month-day has the days for years.
    let fits = |order: Order| written.iter().filter(|w| w.day(order, newest_year).is_some()).count();
    let usual = fits(Order::Ymd) * 10 >= written.len() * 9;
    let best = ORDERS
        .iter()
        .filter(|order| **order != Order::Ydm || !usual)
        .filter_map(|order| {
            let mut days: Vec<i64> = written.iter().filter_map(|w| w.day(*order, newest_year)).collect();
            days.sort_unstable();
            let plausible = days.iter().filter(|d| **d <= day_number(newest_year + 2, 12, 31)).count();
            let spread = days.last()? - days.first()?;
            Some((plausible, std::cmp::Reverse(spread), days))
        })
        .max_by(|a, b| {
            // A percent of slips more or less is no difference.
            let slack = written.len() / 50;
            if a.0.abs_diff(b.0) > slack { a.0.cmp(&b.0) } else { a.1.cmp(&b.1).then(a.0.cmp(&b.0)) }
        });
    let Some((plausible, _, days)) = best else { return Dates::None };
    let share = days.len() as f64 / all as f64;
    let compact = written.iter().filter(|w| w.compact.is_some()).count() * 2 > written.len();
    let short = written.iter().filter(|w| w.year.is_none() && w.month.is_none()).count() * 2 > written.len();
    // Numbers without a mark are dates only when nearly all of them are, and of three short ones (`2.11.17` is a version
    // too) most of them.
    let enough = match (compact, short) {
        (true, _) => 0.93,
        (false, true) => 0.85,
        (false, false) => 0.6,
    };
    if plausible == 0 || share < enough || (compact && in_a_row(&written)) {
        return Dates::None;
    }
    if !clocked(&written) && births(&days, newest_day) { Dates::Births(share) } else { Dates::Events }
}

/// Whether times of day stand beside the dates. One and the same, or two where clocks are set back, is midnight elsewhere.
fn clocked(written: &[Written]) -> bool {
    let mut clocks = std::collections::BTreeMap::new();
    for written in written {
        *clocks.entry(written.clock).or_insert(0_usize) += 1;
    }
    let mut counts: Vec<usize> = clocks.into_values().collect();
    counts.sort_unstable_by(|a, b| b.cmp(a));
    let two = counts.iter().take(2).sum::<usize>();
    (counts.first().is_some_and(|most| *most * 10 < written.len() * 7) && two * 10 < written.len() * 9)
        || (written.len() > 2 && counts.first() == Some(&1))
}

/// Births that stand among other words: `DOB 3/4/1985`, `41y 3/4/1985`, `1985-03-04 (41)`. Other dates there say nothing of
/// the words.
pub(crate) fn births_within(values: &Values, newest_day: i64) -> Option<f64> {
    let within = values.map(|text| date_within(text).map(ToOwned::to_owned));
    let meant = values.meant().count();
    if within.sample.len() < 3 || (within.sample.len() as f64) < 0.8 * meant as f64 {
        return None;
    }
    match dates(&within, newest_day) {
        Dates::Births(share) => Some(share),
        _ => None,
    }
}

/// The part of a text that is a date with its day and a year of four digits, or two marks.
fn date_within(text: &str) -> Option<&str> {
    if text.len() > 80 || text.bytes().filter(u8::is_ascii_digit).count() < 4 {
        return None;
    }
    let mark = |c: char| !c.is_alphanumeric();
    let mut at = 0;
    let mut words: Vec<(usize, usize)> = Vec::new();
    for word in text.split(' ') {
        words.push((at, at + word.len()));
        at += word.len() + 1;
    }
    let day = |part: &str| {
        let marks = part.bytes().filter(|b| b"/-. ".contains(b)).count();
        let written = Written::read(part).filter(|w| w.compact.is_none() && w.whole);
        (marks >= 2 && written.is_some_and(|w| w.any_day(2030).is_some())).then_some(())
    };
    [1, 3, 4].into_iter().find_map(|many| {
        words.windows(many).find_map(|run| {
            let part = text.get(run[0].0..run[many - 1].1)?.trim_matches(mark);
            day(part).map(|()| part)
        })
    })
}

/// Whether numbers without a mark lie as close as ids given out one after the other: `110287`, `110288` are no birthdays
/// of two years.
fn in_a_row(written: &[Written]) -> bool {
    let mut numbers: Vec<u32> = written.iter().filter_map(|w| Some(w.compact?.0)).collect();
    numbers.sort_unstable();
    let (Some(first), Some(last)) = (numbers.first(), numbers.last()) else { return false };
    f64::from(last - first) < 20.0 * numbers.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Value;

    fn column(texts: &[&str]) -> Values {
        let sample: Vec<Value> = texts.iter().map(|text| Value { text: (*text).into(), count: 1 }).collect();
        Values { filled: texts.len() as u64, distinct: texts.len() as f64, top: 1, sample }
    }

    #[test]
    fn births_are_found_among_other_words() {
        let born =
            ["DOB 3/4/1985", "DOB 7/19/1962", "DOB 12/1/2001", "born March 4, 1971", "1990-05-06 (36)"];
        assert!(births_within(&column(&born), 20_634).is_some());
        let filed =
            ["filed 3/4/2025", "filed 7/19/2025", "filed 12/1/2024", "filed 2/2/2026", "seen 5/6/2026"];
        assert!(births_within(&column(&filed), 20_634).is_none());
    }

    #[test]
    fn one_time_of_day_is_no_time() {
        let births =
            ["1985-03-04T05:00:00Z", "1962-07-19T05:00:00Z", "2001-12-01T06:00:00Z", "1971-03-04T06:00:00Z"];
        assert!(matches!(dates(&column(&births), 20_634), Dates::Births(_)));
        let moments =
            ["1985-03-04T05:12:00Z", "1962-07-19T15:07:00Z", "2001-12-01T16:44:10Z", "1971-03-04T09:09:00Z"];
        assert!(matches!(dates(&column(&moments), 20_634), Dates::Events));
    }
}
