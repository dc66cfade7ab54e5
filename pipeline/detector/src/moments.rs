//! Days and moments written as one number: seconds, milliseconds or days from 1970, the days of a spreadsheet and of other
//! programs, a year and its day.

use crate::births::births;
use crate::calendar::{day_number, year_of};
use crate::dates::Dates;
use crate::numbers::counties;
use crate::values::Values;

/// Day 0 of a spreadsheet's calendar, counted from 1970-01-01.
const SPREADSHEET_DAY: i64 = -25_569;

/// Day 0 of other counts, from 1970-01-01: of a statistics program, of astronomers, and of the first year.
const STATISTICS_DAY: i64 = -3_653;
const JULIAN_DAY: i64 = -2_440_588;
const FIRST_YEAR_DAY: i64 = -719_163;

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Looks at a column's values as numbers that count time. `newest_day` is the day of the newest event.
pub(crate) fn moments(values: &Values, newest_day: i64) -> Dates {
    let meant = values.meant().count();
    let mut numbers: Vec<i64> = values.meant().filter_map(|v| number(wrapped(&v.text))).collect();
    if numbers.len() < 3 || (numbers.len() as f64) < 0.9 * meant as f64 {
        return Dates::None;
    }
    numbers.sort_unstable();
    let share = numbers.len() as f64 / meant as f64;
    let scaled = |unit: i64| clock(&numbers, unit, newest_day);
    let days = [1, 1_000, 1_000_000].into_iter().find_map(scaled);
    let days = days
        .or_else(|| ticks(&numbers, newest_day))
        .or_else(|| counted_from(&numbers, JULIAN_DAY, newest_day))
        .or_else(|| year_and_day(&numbers, newest_day));
    if let Some(days) = short_year_and_day(&numbers, newest_day).filter(|_| days.is_none()) {
        return if births(&days, newest_day) { Dates::Births(share) } else { Dates::None };
    }
    let (days, certain) = match days {
        Some(days) => (days, true),
        None => match counted_days(&numbers, newest_day)
            .filter(|_| !listed(values) && !are_keys(values, &numbers))
        {
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

/// What stands within `/Date(478569600000)/`.
fn wrapped(text: &str) -> &str {
    text.trim().strip_prefix("/Date(").and_then(|rest| rest.strip_suffix(")/")).unwrap_or(text)
}

/// Steps of 100 nanoseconds from the first year, at midnight.
fn ticks(numbers: &[i64], newest_day: i64) -> Option<Vec<i64>> {
    const DAY_OF_TICKS: i64 = 864_000_000_000;
    let whole = numbers.iter().filter(|n| *n % DAY_OF_TICKS == 0 && **n > DAY_OF_TICKS).count();
    let days: Vec<i64> = numbers.iter().map(|n| n / DAY_OF_TICKS + 1).collect();
    (whole * 10 >= numbers.len() * 9).then(|| counted_from(&days, FIRST_YEAR_DAY, newest_day)).flatten()
}

/// Days from a day 0 so far away that hardly another number of this size lies among a century of them.
fn counted_from(numbers: &[i64], zero: i64, newest_day: i64) -> Option<Vec<i64>> {
    let (first, last) = (day_number(1910, 1, 1), newest_day + 800);
    let days: Vec<i64> =
        numbers.iter().map(|n| n.saturating_add(zero)).filter(|day| (first..=last).contains(day)).collect();
    // Ids given out in a row reach over fewer numbers than births over days.
    let reach = numbers[numbers.len() - 1].saturating_sub(numbers[0]);
    let rows = i64::try_from(numbers.len()).unwrap_or(i64::MAX);
    (days.len() == numbers.len() && numbers.len() >= 5 && reach >= 3_650.max(2 * rows)).then_some(days)
}

/// `85063`: two digits of a year and a day of it. Of other numbers of five digits a third end so.
fn short_year_and_day(numbers: &[i64], newest_day: i64) -> Option<Vec<i64>> {
    let newest_year = year_of(newest_day);
    let day = |n: &i64| {
        let (year, day) = (n / 1_000, n % 1_000);
        let century = newest_year / 100 * 100;
        let year = if year <= newest_year % 100 { century + year } else { century - 100 + year };
        (1..=366).contains(&day).then(|| day_number(year, 1, 1) + day - 1)
    };
    let small = numbers.iter().filter(|n| (1_000..100_000).contains(*n)).count();
    let mut days: Vec<i64> = numbers.iter().filter_map(day).collect();
    days.sort_unstable();
    // Of a year's days the late ones are among them too, as no list of codes has it.
    let late = numbers.iter().filter(|n| *n % 1_000 > 270).count();
    // Postcodes of a city lie in one thousand or two.
    let years: std::collections::BTreeSet<i64> = numbers.iter().map(|n| n / 1_000).collect();
    let enough = days.len() * 50 >= numbers.len() * 49 && small * 10 >= numbers.len() * 9 && years.len() >= 3;
    (numbers.len() >= 10 && enough && late * 10 >= numbers.len()).then_some(days)
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
        && share(&|day| day >= 10_000) >= if numbers.len() < 40 { 0.9 } else { 0.985 }
        && share(&|day| day >= 14_600) >= 0.85
        // Half of those who are counted were born after 1960; half of all wages are lower than the number of that day.
        && numbers[numbers.len() / 2] >= 22_000;
    let since_1970 = share(&|day| (day_number(1905, 1, 1)..=newest_day + 400).contains(&day)) >= least
        && (0.05..0.9).contains(&share(&|day| day < 0))
        && share(&|day| day.abs() < 400) <= 0.15;
    let since_1960 = !since_1970
        && share(&|day| (day_number(1910, 1, 1)..=newest_day + 400 - STATISTICS_DAY).contains(&day)) >= least
        && (0.005..0.6).contains(&share(&|day| day < 0))
        && share(&|day| day.abs() < 400) <= 0.15
        && numbers[numbers.len() / 2] > 3_000;
    let zero = match () {
        () if spreadsheet => SPREADSHEET_DAY,
        () if since_1960 => STATISTICS_DAY,
        () => 0,
    };
    let in_a_row = (numbers[numbers.len() - 1] - numbers[0]) as f64 <= 1.5 * n;
    let round = share(&|day| day % 50 == 0) < 0.1;
    (numbers.len() >= 6 && (spreadsheet || since_1970 || since_1960) && round && !in_a_row)
        .then(|| numbers.iter().map(|day| day + zero).collect())
}

/// Whether none comes twice where of so many days several would: a table's own numbers. Of drawn days none does with a
/// chance of one in a thousand.
fn are_keys(values: &Values, numbers: &[i64]) -> bool {
    let reach = (numbers[numbers.len() - 1] - numbers[0]).max(1) as f64;
    values.meant().all(|value| value.count == 1) && values.distinct * values.distinct / (2.0 * reach) >= 7.0
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
        let writes: [&dyn Fn(i64) -> i64; 9] = [
            &|day| day * DAY,
            &|day| day * DAY * 1_000,
            &|day| day * DAY * 1_000_000,
            &|day| day - SPREADSHEET_DAY,
            &|day| day,
            &|day| day - STATISTICS_DAY,
            &|day| day - JULIAN_DAY,
            &|day| (day - FIRST_YEAR_DAY - 1) * 864_000_000_000,
            &ordinal,
        ];
        for (at, write) in writes.iter().enumerate() {
            assert!(matches!(judged(write, -9_000, 17_000), Dates::Births(_)), "births, count {at}");
            assert!(!matches!(judged(write, 19_600, 20_600), Dates::Births(_)), "events, count {at}");
        }
    }
}
