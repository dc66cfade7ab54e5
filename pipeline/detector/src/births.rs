//! Whether days are spread as births are, or as what an office or a service does.

use std::collections::BTreeSet;

use crate::calendar::{civil, day_number, day_of_month};

/// Days of a year, on average.
const YEAR: f64 = 365.25;

/// Whether days, in order, are spread as births are: over decades, most of them long before the latest.
/// Visits crowd towards the day of the export, however far the first goes back, and few offices see anybody on a
/// weekend; the children of a child-welfare agency are born over 18 years, evenly, one in five on a weekend; the youngest
/// of a youth shelter long before its newest event.
///
/// Births of the last few years only are spread as the arrivals of a house that never closes: they are not told apart.
pub(crate) fn births(days: &[i64], newest_day: i64) -> bool {
    let placeholder = |day: &i64| *day == day_number(1900, 1, 1);
    let days: Vec<i64> = days.iter().copied().filter(|day| !placeholder(day)).collect();
    if days.len() < 3 {
        return false;
    }
    let shape = Shape::of(&days, newest_day);
    // Nobody is born after the newest event.
    let future = days.iter().filter(|day| **day > newest_day + 31).count();
    if shape.office_hours() || future * 25 > days.len() || shape.begins(&days) || shape.goes_on() {
        return false;
    }
    // The first of a month, always: a program's begin, or a month. Birthdays that nobody knows are so too, over decades.
    let firsts = days.iter().filter(|day| day_of_month(**day) == 1).count();
    // Numbers of a law, `16-5-46`, may begin with one and the same.
    let same = days.len() >= 4 && days.iter().all(|day| day_of_month(*day) == day_of_month(days[0]));
    if has_few_of_a_month(&days)
        || are_terms(&days)
        || are_of_a_season(&days)
        || are_to_come(&days, newest_day)
    {
        return false;
    }
    if (same && firsts == 0) || firsts * 20 > days.len() * 19 && !(shape.age >= 12.0 && shape.span >= 25.0) {
        return false;
    }
    // The days on which programs began lie as far apart, and crowd towards the newest.
    let even = shape.age >= 0.42 * shape.span;
    let spread = match days.len() {
        0..=11 => {
            (shape.age >= 12.0 && shape.span >= 12.0) || (even && shape.age >= 8.0 && shape.span >= 14.0)
        }
        12..=39 => {
            (shape.age >= 7.8 && shape.span >= 11.0) || (even && shape.age >= 5.0 && shape.span >= 12.0)
        }
        _ => shape.age >= 7.6 && shape.span >= 11.5,
    };
    // Of a few, the dates on which a dozen programs began reach as far.
    let (since_all, since_half) = if days.len() < 12 { (7.0, 10.0) } else { (5.0, 8.0) };
    let enough = if days.len() < 40 { 3.5 } else { 4.0 };
    let reach = if days.len() < 40 { shape.reach } else { shape.span };
    let nobody_younger = shape.since_all >= since_all && shape.since_half >= since_half && reach >= enough;
    let half_old = shape.since_half >= 16.0 && shape.span >= 4.0;
    // Of a few: two in five are of grown people.
    let grown = days.iter().filter(|day| (newest_day - **day) as f64 > 18.0 * YEAR).count();
    let half_old = half_old || (days.len() < 40 && grown * 5 >= days.len() * 2 && shape.span >= 10.0);
    // Children of up to sixteen years, or nobody of the last five: where few days are weekends, an old program's.
    let doubtful = shape.few_weekends() && (shape.span < 16.0 || shape.span < 30.0 && shape.since_all < 4.0);
    (spread || nobody_younger || shape.children() || shape.no_infants()) && !doubtful
        || half_old && !(doubtful && shape.since_all < 4.0)
}

/// Whether a dozen days and more fall on four days of a month or fewer, as those do on which a house was built or a contract
/// ends. A birthday of which the day is not known is set to the first, the middle
/// or the last one.
fn has_few_of_a_month(days: &[i64]) -> bool {
    let of_month: Vec<_> = days.iter().map(|day| day_of_month(*day)).collect();
    let different: BTreeSet<_> = of_month.iter().copied().collect();
    // Beside birthdays that nobody knows some are known, each on a day of its own.
    let known: Vec<_> = of_month.iter().copied().filter(|day| !matches!(day, 1 | 15 | 30 | 31)).collect();
    let known_days: BTreeSet<_> = known.iter().copied().collect();
    days.len() >= 12 && different.len() <= 4 && !known.is_empty() && known_days.len() * 3 <= known.len()
}

/// Whether all days are the first or the last of a few months, as laws and budgets begin and houses are finished: a birthday
/// of which only the month is known falls on any month, and one of which nothing is known on January.
fn are_terms(days: &[i64]) -> bool {
    let written: Vec<(i64, i64)> = days.iter().map(|day| (civil(*day).1, civil(*day).2)).collect();
    let different: BTreeSet<(i64, i64)> = written.iter().copied().collect();
    let months: BTreeSet<i64> = written.iter().map(|(month, _)| *month).collect();
    let january = written.iter().filter(|(month, day)| (*month, *day) == (1, 1)).count();
    let firsts = written.iter().all(|(_, day)| *day == 1);
    let ends = months.len() >= 3 && written.iter().all(|(_, day)| matches!(day, 1 | 30 | 31));
    let most = if days.len() < 30 { 4 } else { 6 };
    days.len() >= 12 && different.len() <= most && january * 2 < days.len() && (firsts || ends)
}

/// Whether two dozen days and more lie in three months of the year or fewer, as those do on which schools end and grants begin.
/// A birthday of which nothing is known is set to January the first, one of which the year is known to a day of June or July.
fn are_of_a_season(days: &[i64]) -> bool {
    let written: Vec<(i64, i64)> = days.iter().map(|day| (civil(*day).1, civil(*day).2)).collect();
    let known: Vec<i64> = written.iter().filter(|day| **day != (1, 1)).map(|(month, _)| *month).collect();
    let months: BTreeSet<i64> = known.iter().copied().collect();
    let of_month: BTreeSet<i64> = written.iter().map(|(_, day)| *day).collect();
    known.len() >= 24
        && known.len() * 2 >= days.len()
        && (2..=3).contains(&months.len())
        && of_month.len() >= 8
}

/// Whether some days lie nine decades back and none between them and the others: years to come of which two digits were
/// written.
fn are_to_come(days: &[i64], newest_day: i64) -> bool {
    let old = days.partition_point(|day| ((newest_day - day) as f64) > 86.0 * YEAR);
    let gap = || (days[old] - days[old - 1]) as f64 > 20.0 * YEAR;
    old >= 2 && old * 20 >= days.len() && old < days.len() && gap()
}

/// How days are spread; years throughout.
struct Shape {
    days: f64,
    /// From the median to the latest.
    age: f64,
    /// The middle nine tenths.
    span: f64,
    /// From the first to the last.
    reach: f64,
    /// From the latest to the newest event.
    since_all: f64,
    /// From the median to the newest event.
    since_half: f64,
    /// Days that are Saturdays or Sundays.
    weekends: f64,
    /// From the first, outliers left out, to the newest event.
    since_first: f64,
    /// Shares of five equal parts of the span, of the fullest and of the emptiest of them.
    parts: [f64; 5],
    fullest: f64,
    emptiest: f64,
}

impl Shape {
    fn of(days: &[i64], newest_day: i64) -> Self {
        let at = |share: f64| days[((days.len() - 1) as f64 * share).round() as usize] as f64;
        let (first, last) = (at(0.02), at(0.98));
        let mut parts = [0.0_f64; 5];
        for day in days.iter().map(|day| *day as f64).filter(|day| (first..=last).contains(day)) {
            let part = (day - first) / (last - first).max(1.0) * 5.0;
            parts[(part as usize).min(4)] += 1.0 / (0.96 * days.len() as f64);
        }
        // 1970-01-01 was a Thursday.
        let weekend = |day: &&i64| [0, 6].contains(&(**day + 4).rem_euclid(7));
        Self {
            days: days.len() as f64,
            age: (at(0.99) - at(0.5)) / YEAR,
            span: (at(0.95) - at(0.05)) / YEAR,
            reach: (days[days.len() - 1] - days[0]) as f64 / YEAR,
            since_all: (newest_day as f64 - at(0.99)) / YEAR,
            since_half: (newest_day as f64 - at(0.5)) / YEAR,
            weekends: days.iter().filter(weekend).count() as f64,
            since_first: (newest_day as f64 - first) / YEAR,
            parts,
            fullest: parts.iter().copied().fold(0.0, f64::max),
            emptiest: parts.iter().copied().fold(1.0, f64::min),
        }
    }

    /// Fewer weekends than births would have with a chance of a thousand: a fifth of all births fall on them.
    fn office_hours(&self) -> bool {
        self.days >= 40.0 && self.fewer_weekends(3.1)
    }

    /// Fewer weekends than births would have with a chance of one in forty.
    fn few_weekends(&self) -> bool {
        self.days >= 20.0 && self.fewer_weekends(1.96)
    }

    fn fewer_weekends(&self, errors: f64) -> bool {
        self.weekends < 0.2 * self.days - errors * (0.16 * self.days).sqrt()
    }

    /// A quarter of the days, or an eighth of many, are the first of a month other than January, as those are on which projects begin, up to the
    /// newest event. Of births one in thirty is; where only the month is known, children are not counted.
    fn begins(&self, days: &[i64]) -> bool {
        let first = |day: &&i64| matches!(civil(**day), (_, 2.., 1));
        let firsts = days.iter().filter(first).count();
        // Of many rows each first stands there once, as each other day does.
        let least = match days.len() {
            0..12 => 0.5,
            12..40 => 0.25,
            40..100 => 0.18,
            _ => 0.12,
        };
        self.since_all < 5.0 && firsts >= 3 && firsts as f64 >= least * self.days
    }

    /// Days of more years than there are children, of fewer than there are grown people, up to the newest event: no
    /// population is born so, unless the years of its parents stand apart from those of its children.
    fn goes_on(&self) -> bool {
        let gap = (1..4).any(|at| self.parts[at] * 4.0 < self.parts[at - 1] + self.parts[at + 1]);
        let between = self.days >= 25.0 && self.span <= 31.0 && self.since_all < 3.0;
        let longer = self.since_first >= 25.5 || self.since_first >= 21.5 && self.fewer_weekends(1.28);
        between && longer && !gap
    }

    /// Children who are all older than two years, half of them eight and more.
    fn no_infants(&self) -> bool {
        self.days >= 40.0 && self.since_all >= 2.0 && self.since_half >= 8.0 && self.span >= 6.0
    }

    /// A dozen years and more of days, as many at the end as at the start, weekends like weekdays. Of fewer years are the
    /// arrivals of a house that never closes, and seldom children only.
    fn children(&self) -> bool {
        let slack = 2.0 * (0.16 / self.days).sqrt();
        let even = self.fullest <= 0.2 + 2.0 * slack && self.emptiest >= 0.2 - 2.0 * slack;
        self.days >= 40.0 && self.span >= 11.0 && even && self.weekends / self.days >= 0.2 - slack
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-06-30.
    const NEWEST: i64 = 20_634;

    fn spread(from: i64, to: i64, count: i64) -> Vec<i64> {
        // A step that meets every day of the week.
        let mut days: Vec<i64> = (0..count).map(|n| from + n * 7_919 % (to - from)).collect();
        days.sort_unstable();
        days
    }

    #[test]
    fn children_are_told_from_visits() {
        let (of_2008, of_2018) = (day_number(2008, 1, 1), day_number(2018, 12, 31));
        assert!(births(&spread(of_2008, of_2018, 300), NEWEST));
        // Some more of them, while they were small.
        assert!(births(&spread(day_number(2005, 1, 1), of_2018, 300), of_2018 + 400));
        assert!(
            !births(&spread(day_number(2009, 1, 1), of_2018, 300), of_2018 + 30),
            "ten years of arrivals"
        );
        let office: Vec<i64> = spread(NEWEST - 12 * 365, NEWEST, 2_000)
            .into_iter()
            .filter(|d| (1..6).contains(&(d + 4).rem_euclid(7)))
            .collect();
        assert!(!births(&office, NEWEST), "an office of twelve years");
        let crowding: Vec<i64> = {
            let mut days: Vec<i64> = (0..600).map(|n| NEWEST - n * n / 90).collect();
            days.sort_unstable();
            days
        };
        assert!(!births(&crowding, NEWEST), "a shelter that grows");
        let appointments = spread(NEWEST, NEWEST + 3_600, 300);
        assert!(!births(&appointments, NEWEST), "days to come");
        let begins: Vec<i64> = (1..100).map(|n| day_number(2012 + n % 14, 7, 1)).collect();
        assert!(!births(&begins, NEWEST), "a program's years");
        let unknown: Vec<i64> = (1..60).map(|n| day_number(1955 + n, 1, 1)).collect();
        assert!(births(&unknown, NEWEST), "birthdays that nobody knows");
        let months: Vec<i64> =
            (1..60).map(|n| day_number(1955 + n, u32::try_from(n).expect("small") * 7 % 12 + 1, 1)).collect();
        assert!(births(&months, NEWEST), "birthdays of which the month is known");
        let half: Vec<i64> =
            (1..60).map(|n| day_number(1955 + n, 6, if n % 3 == 0 { 1 } else { 15 })).collect();
        assert!(births(&half, NEWEST), "birthdays of which the year is known");
        let known = [14, 16, 18].map(|day| day_number(1988, 5, day));
        let mixed: Vec<i64> = (1..17).map(|n| day_number(1955 + 2 * n, 1, 1)).chain(known).collect();
        assert!(births(&mixed, NEWEST), "birthdays of which three are known");
        let laws: Vec<i64> = (1..60).map(|n| day_number(1955 + n, [1, 7, 10][n as usize % 3], 1)).collect();
        assert!(!births(&laws, NEWEST), "days on which laws begin");
        let built: Vec<i64> = (1..60).map(|n| day_number(1930 + n, 6, [1, 15, 28][n as usize % 3])).collect();
        assert!(!births(&built, NEWEST), "days on which houses were built");
        assert!(
            !births(&spread(NEWEST - 5 * 365, NEWEST, 900), NEWEST),
            "five years of a house that never closes"
        );
    }
}
