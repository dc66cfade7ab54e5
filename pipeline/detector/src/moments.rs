//! Days and moments written as one number: seconds, milliseconds or days from 1970, a spreadsheet's days, a year and
//! its day.

use crate::births::births;
use crate::dates::{Dates, day_number, year_of};
use crate::numbers::counties;
use crate::values::Values;

/// Day 0 of a spreadsheet's calendar, counted from 1970-01-01.
const SPREADSHEET_DAY: i64 = -25_569;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Looks at a column's values as numbers that count time. `newest_day` is the day of the newest event.
pub(crate) fn moments(values: &Values, newest_day: i64) -> Dates {
    let meant = values.meant().count();
    let mut numbers: Vec<i64> = values.meant().filter_map(|v| number(&v.text)).collect();
    if numbers.len() < 3 || (numbers.len() as f64) < 0.9 * meant as f64 {
        return Dates::None;
    }
    numbers.sort_unstable();
    let share = numbers.len() as f64 / meant as f64;
    let scaled = |unit: i64| clock(&numbers, unit, newest_day);
    let days = scaled(1).or_else(|| scaled(1_000)).or_else(|| year_and_day(&numbers, newest_day));
    let (days, certain) = match days {
        Some(days) => (days, true),
        None => match counted_days(&numbers, newest_day).filter(|_| !listed(values)) {
            Some(days) => (days, false),
            None => return Dates::None,
        },
    };
    if births(&days, newest_day) {
        Dates::Births(share)
    } else if certain {
        Dates::Events
    } else {
        Dates::None
    }
}

fn number(text: &str) -> Option<i64> {
    let text = text.trim();
    text.strip_suffix(".0").unwrap_or(text).parse().ok()
}

/// Midnights from 1970 in seconds or milliseconds: nearly all leave one and the same rest of a day, or two where
/// clocks are set back. Moments with a time of day are an event's.
fn clock(numbers: &[i64], unit: i64, newest_day: i64) -> Option<Vec<i64>> {
    let (earliest, latest) = (day_number(1900, 1, 1) * DAY, (newest_day + 800) * DAY);
    let among = |n: &&i64| {
        let seconds = **n / unit;
        **n % unit == 0 && (earliest..=latest).contains(&seconds) && seconds.abs() > 200 * DAY
    };
    let seconds: Vec<i64> = numbers.iter().filter(among).map(|n| n / unit).collect();
    let mut rests = std::collections::BTreeMap::new();
    for second in &seconds {
        *rests.entry(second.rem_euclid(DAY)).or_insert(0_usize) += 1;
    }
    let mut rests: Vec<usize> = rests.into_values().collect();
    rests.sort_unstable_by(|a, b| b.cmp(a));
    let midnights = rests.iter().take(2).sum::<usize>();
    (midnights as f64 >= 0.9 * numbers.len() as f64 && (rests[0] > 1 || rests.len() == 1))
        .then(|| seconds.iter().map(|second| second.div_euclid(DAY)).collect())
}

/// `1984072`: a year and a day of it.
fn year_and_day(numbers: &[i64], newest_day: i64) -> Option<Vec<i64>> {
    let newest_year = year_of(newest_day);
    let day = |n: &i64| {
        let (year, day) = (n / 1_000, n % 1_000);
        ((1900..=newest_year + 2).contains(&year) && (1..=366).contains(&day))
            .then(|| day_number(year, 1, 1) + day - 1)
    };
    let days: Vec<i64> = numbers.iter().filter_map(day).collect();
    let dense =
        (numbers[numbers.len() - 1] - numbers[0]) < 20 * i64::try_from(numbers.len()).unwrap_or(i64::MAX);
    (days.len() as f64 >= 0.97 * numbers.len() as f64 && !dense).then_some(days)
}

/// Days of a spreadsheet's calendar, or days from 1970, some of them before it. Amounts are round, ids lie close, and
/// neither ends on the day of the newest event.
fn counted_days(numbers: &[i64], newest_day: i64) -> Option<Vec<i64>> {
    let n = numbers.len() as f64;
    let share =
        |pass: &dyn Fn(i64) -> bool| numbers.iter().filter(|number| pass(**number)).count() as f64 / n;
    let least = if numbers.len() < 12 { 1.0 } else { 0.98 };
    let spreadsheet = share(&|day| (3_000..=newest_day + 800 - SPREADSHEET_DAY).contains(&day)) >= least
        && share(&|day| day >= 10_000) >= 0.85
        // Half of those who are counted were born after 1960; half of all wages are lower than the number of that day.
        && numbers[numbers.len() / 2] >= 22_000;
    let since_1970 = share(&|day| (day_number(1905, 1, 1)..=newest_day + 400).contains(&day)) >= least
        && (0.05..0.9).contains(&share(&|day| day < 0))
        && share(&|day| day.abs() < 400) <= 0.15;
    let zero = if spreadsheet { SPREADSHEET_DAY } else { 0 };
    let in_a_row = (numbers[numbers.len() - 1] - numbers[0]) as f64 <= 1.5 * n;
    let round = share(&|day| day % 50 == 0) < 0.1;
    (numbers.len() >= 6 && (spreadsheet || since_1970) && round && !in_a_row)
        .then(|| numbers.iter().map(|day| day + zero).collect())
}

/// Codes of counties, or a few numbers that come again and again.
fn listed(values: &Values) -> bool {
    let texts: Vec<&str> = values.meant().map(|v| &*v.text).collect();
    (values.variety() < 0.2 && values.distinct < 400.0) || counties(&texts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Value;

    fn judged(write: impl Fn(i64) -> i64, from: i64, to: i64) -> Dates {
        let sample: Vec<Value> = (0..200)
            .map(|n| Value { text: write(from + n * 7_919 % (to - from)).to_string().into(), count: 1 })
            .collect();
        moments(&Values { filled: 200, distinct: 200.0, top: 1, sample }, 20_634)
    }

    #[test]
    fn births_are_read_in_any_count() {
        let ordinal = |day: i64| year_of(day) * 1_000 + day - day_number(year_of(day), 1, 1) + 1;
        let writes: [&dyn Fn(i64) -> i64; 5] =
            [&|day| day * DAY, &|day| day * DAY * 1_000, &|day| day - SPREADSHEET_DAY, &|day| day, &ordinal];
        for (at, write) in writes.iter().enumerate() {
            assert!(matches!(judged(write, -9_000, 17_000), Dates::Births(_)), "births, count {at}");
            assert!(!matches!(judged(write, 19_600, 20_600), Dates::Births(_)), "events, count {at}");
        }
    }
}
