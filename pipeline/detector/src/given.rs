//! Numbers that an agency's own program gave out or drew for somebody: behind letters that all have in common,
//! `PT-83910`, or beside the year or the day of a case, `2024-DV-004512`, `INV-20240312-0012`.

use std::collections::{BTreeMap, BTreeSet};

use crate::births::births;
use crate::calendar::{day_number, year_of};
use crate::values::Values;
use crate::written::month_days;

/// Different beginnings that such numbers have at most: clients, households, staff.
const MOST_STARTS: usize = 4;

/// Different letters within a case's number at most: kinds of cases.
const MOST_LETTERS: usize = 12;

/// Years back from the newest event that a case's number may hold.
const YEARS: i64 = 25;

/// Whether the values are an agency's own numbers. No document has so few digits behind letters that never change: a
/// state's licences begin with many letters, a country's passports have seven digits and more.
pub(crate) fn are_given_out(values: &Values, newest_day: i64) -> bool {
    let all = values.meant().count();
    let texts = || values.meant().map(|value| value.text.trim());
    let prefixed: Vec<Prefixed> = texts().filter_map(Prefixed::read).collect();
    if all >= 5 && prefixed.len() * 50 >= all * 49 && are_prefixed(&prefixed) {
        return true;
    }
    // What a clerk wrote among them is not of their form.
    let grouped = || texts().map(groups).filter(|groups| groups.len() <= 12);
    let marks = |groups: &[&str]| groups.iter().filter_map(|group| group.chars().next()).map(kind).collect();
    let mut forms: BTreeMap<Vec<u8>, usize> = BTreeMap::new();
    grouped().for_each(|groups| *forms.entry(marks(&groups)).or_default() += 1);
    let Some((form, most)) = forms.into_iter().max_by_key(|(_, many)| *many) else { return false };
    let alike: Vec<Vec<&str>> = grouped().filter(|groups| marks(groups) == form).collect();
    alike.len() >= 8 && most * 100 >= all * 97 && are_dated(&alike, newest_day)
}

/// Letters that a value begins with, a mark or none, and what follows.
struct Prefixed<'a> {
    start: &'a str,
    marked: bool,
    digits: usize,
    lettered: bool,
}

impl<'a> Prefixed<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let (start, rest) = text.split_at(text.bytes().take_while(u8::is_ascii_alphabetic).count());
        let marked = rest.starts_with(['-', '_', ':', '/']);
        let rest = if marked { &rest[1..] } else { rest };
        let digits = rest.bytes().filter(u8::is_ascii_digit).count();
        // `G123 4567`: one letter and two groups.
        let grouped = start.len() == 1 && !marked && digits + 1 == rest.len() && rest.find(' ') == Some(3);
        let plain = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_alphanumeric()) || grouped;
        let hidden = start.bytes().all(|b| b.eq_ignore_ascii_case(&b'x'));
        (!hidden && start.len() <= 8 && digits >= 2 && plain).then_some(Self {
            start,
            marked,
            digits,
            lettered: digits < rest.len() && !grouped,
        })
    }

    /// Behind the one start that all have: of drawn letters and digits only behind a mark. The numbers of foreigners begin
    /// with an A.
    fn fits_one(&self) -> bool {
        let named = self.marked && self.start.len() >= 2;
        let most = match () {
            () if named => 8,
            () if self.start.eq_ignore_ascii_case("a") => 6,
            () => 7,
        };
        if self.lettered { named } else { self.digits <= most }
    }

    fn fits_few(&self) -> bool {
        self.start.len() >= 2 && !self.lettered && self.digits <= 6
    }
}

fn are_prefixed(all: &[Prefixed]) -> bool {
    let starts: BTreeSet<&str> = all.iter().map(|value| value.start).collect();
    match starts.len() {
        1 => all.iter().all(Prefixed::fits_one),
        // Plates and badges have letters as many as digits.
        2..=MOST_STARTS => all.len() >= 6 * starts.len() && all.iter().all(Prefixed::fits_few),
        _ => false,
    }
}

/// Digit, letter or mark.
fn kind(sign: char) -> u8 {
    match sign {
        sign if sign.is_ascii_digit() => 0,
        sign if sign.is_ascii_alphabetic() => 1,
        _ => 2,
    }
}

/// Runs of letters and of digits, and each mark between them.
fn groups(text: &str) -> Vec<&str> {
    let mut groups = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|c| kind(c) != kind(first)).unwrap_or(rest.len());
        let (group, after) = rest.split_at(end);
        groups.push(group);
        rest = after;
    }
    groups
}

/// Whether values of one form have a year or a day of the last years in them, and no more than eight other digits. Days spread
/// as births are make it somebody's.
fn are_dated(all: &[Vec<&str>], newest_day: i64) -> bool {
    let count = all[0].len();
    let (mut dated, mut free, mut whole_year, mut lettered) = (false, 0, false, false);
    let mut kinds = BTreeSet::new();
    if (0..count.saturating_sub(4)).any(|at| day_of_year(all, at, newest_day)) {
        return true;
    }
    for at in 0..count {
        let column: Vec<&str> = all.iter().map(|groups| groups[at]).collect();
        let different: BTreeSet<&str> = column.iter().copied().collect();
        let first = column[0].as_bytes()[0];
        if first.is_ascii_alphabetic() {
            if different.len() > MOST_LETTERS || different.len() * 3 > column.len() {
                return false;
            }
            lettered = true;
            kinds = different;
        } else if first.is_ascii_digit() {
            let time = dated_group(&column, newest_day);
            if time == Time::Births {
                return false;
            }
            let year = if time == Time::None { year_before(&column, &kinds, newest_day) } else { None };
            if time == Time::None {
                let longest = column.iter().map(|g| g.len()).max().unwrap_or(0);
                free += if different.len() == 1 { 0 } else { longest - year.unwrap_or(0) };
            }
            dated |= time != Time::None || year.is_some();
            whole_year |= time == Time::Whole || year == Some(4);
        } else if !column.iter().all(|mark| mark.len() == 1 && "-_/:.# ".contains(mark)) {
            return false;
        }
    }
    // Two digits of a year say so only beside letters.
    // A whole year that stands alone leaves room for one digit more, in two groups: `2024-047-012345`.
    let most = if whole_year && count == 5 && all[0][0].len() == 4 { 9 } else { 8 };
    dated && count >= 2 && (1..=most).contains(&free) && (whole_year || lettered)
}

/// Whether a group is two digits of a year, the next but one a day of it and the last the number of a call: `24-123-00456`.
fn day_of_year(all: &[Vec<&str>], at: usize, newest_day: i64) -> bool {
    let newest = year_of(newest_day) % 100;
    let number = |text: &str, length: usize| {
        text.parse::<i64>().ok().filter(|_| text.len() == length && text.bytes().all(|b| b.is_ascii_digit()))
    };
    all[0].len() == at + 5
        && all.iter().all(|groups| {
            number(groups[at], 2).is_some_and(|year| (newest - YEARS..=newest + 1).contains(&year))
                && number(groups[at + 2], 3).is_some_and(|day| (1..=366).contains(&day))
                && (3..=6).contains(&groups[at + 4].len())
        })
}

/// What a group of digits says of time.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Time {
    None,
    /// Two digits of a year, with its day or without.
    Short,
    /// All four, or a whole day.
    Whole,
    Births,
}

/// The digits of the year that groups of digits begin with, `2025880147` or `21660486`, behind the letters of an office or of a
/// case's kind. Foreigners' numbers have an A there; behind one other letter two digits are a passport's as well.
fn year_before(column: &[&str], letters: &BTreeSet<&str>, newest_day: i64) -> Option<usize> {
    let newest_year = year_of(newest_day);
    let length = column[0].len();
    let recent = |digits: usize, century: i64| {
        column.iter().all(|text| {
            let year =
                text.get(..digits).and_then(|year| year.parse::<i64>().ok()).map(|year| year + century);
            text.len() == length
                && year.is_some_and(|year| (newest_year - YEARS..=newest_year + 1).contains(&year))
        })
    };
    // Of births all begin with 19 or 20.
    let years: BTreeSet<&str> = column.iter().filter_map(|text| text.get(..2)).collect();
    let one = letters.len() == 1 && letters.iter().all(|letters| letters.len() == 1);
    if letters.iter().any(|letters| letters.eq_ignore_ascii_case("a")) {
        return None;
    }
    match length {
        7..=11 if recent(4, 0) => Some(4),
        7..=8 if !letters.is_empty() && !one && years.len() >= 3 && recent(2, newest_year / 100 * 100) => {
            Some(2)
        }
        _ => None,
    }
}

fn dated_group(column: &[&str], newest_day: i64) -> Time {
    let newest_year = year_of(newest_day);
    let number = |from: usize, to: usize| {
        move |text: &&str| text.get(from..to).and_then(|digits| digits.parse::<i64>().ok()).unwrap_or(-1)
    };
    let length = column[0].len();
    if column.iter().any(|text| text.len() != length) {
        return Time::None;
    }
    let years = |digits: usize| -> Vec<i64> {
        let century = if digits == 2 { newest_year / 100 * 100 } else { 0 };
        column.iter().map(number(0, digits)).map(|year| year + century).collect()
    };
    let recent =
        |years: &[i64]| years.iter().all(|year| (newest_year - YEARS..=newest_year + 1).contains(year));
    let days = |digits: usize| -> Option<Vec<i64>> {
        let (months, days) = (
            column.iter().map(number(digits, digits + 2)),
            column.iter().map(number(digits + 2, digits + 4)),
        );
        let mut found = Vec::new();
        for ((year, month), day) in years(digits).into_iter().zip(months).zip(days) {
            let month = u32::try_from(month).ok().filter(|month| (1..=12).contains(month))?;
            let day = u32::try_from(day).ok().filter(|day| (1..=month_days(year, month)).contains(day))?;
            found.push(day_number(year, month, day));
        }
        found.sort_unstable();
        Some(found)
    };
    let told = |time: Time, days: Option<Vec<i64>>| match days {
        Some(days) if births(&days, newest_day) => Time::Births,
        Some(_) => time,
        None => Time::None,
    };
    match length {
        2 if recent(&years(2)) => Time::Short,
        4 if recent(&years(4)) => Time::Whole,
        8 if recent(&years(4)) => told(Time::Whole, days(4)),
        6 if recent(&years(4)) && column.iter().map(number(4, 6)).all(|month| (1..=12).contains(&month)) => {
            Time::Whole
        }
        6 if recent(&years(2)) => told(Time::Short, days(2)),
        5 if recent(&years(2)) && column.iter().map(number(2, 5)).all(|day| (1..=366).contains(&day)) => {
            Time::Short
        }
        _ => Time::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// 2026-06-30.
    const NEWEST: i64 = 20_634;

    fn given(texts: &[&str]) -> bool {
        let counts: BTreeMap<String, u64> = texts.iter().map(|text| ((*text).to_owned(), 1)).collect();
        are_given_out(&Values::counted(counts), NEWEST)
    }

    #[test]
    fn numbers_behind_letters_that_never_change_are_an_agencys() {
        assert!(given(&["PT-83910", "PT-00412", "PT-55120", "PT-90001", "PT-31822"]));
        assert!(given(&["C932739", "C377579", "C000682", "C539890", "C607579"]));
        assert!(given(&["ID-A1B2", "ID-9XK2", "ID-M3PQ7", "ID-77T2", "ID-0P1Q"]));
        assert!(
            !given(&["A083910412", "A200412931", "A155120883", "A190001772", "A031822456"]),
            "foreigners"
        );
        assert!(!given(&["G83910412", "G00412931", "G55120883", "G90001772", "G31822456"]), "passports");
        assert!(!given(&["xxxxx1234", "xxxxx0042", "xxxxx9931", "xxxxx5512", "xxxxx7770"]), "hidden");
        assert!(!given(&["D1234567", "K8391041", "M0041293", "R5512088", "W9000177"]), "licences");
    }

    #[test]
    fn numbers_beside_a_year_are_a_cases() {
        let with = |write: &dyn Fn(u32) -> String| {
            let texts: Vec<String> = (0..20).map(|n| write(n * 7_919 % 1_000)).collect();
            given(&texts.iter().map(String::as_str).collect::<Vec<_>>())
        };
        assert!(with(&|n| format!("{}-DV-{:06}", 2019 + n % 7, n * 997)));
        assert!(with(&|n| format!("{}CR{:07}", 18 + n % 8, n * 9_973)));
        assert!(with(&|n| format!("INV-20{}{:02}{:02}-{n:04}", 19 + n % 7, 1 + n % 12, 1 + n % 28)));
        assert!(with(&|n| format!("H-300-{}{:03}-{:06}", 19 + n % 7, 1 + n % 365, n * 997)));
        assert!(with(&|n| format!("NRC{}{:06}", 2019 + n % 7, n * 997)));
        assert!(with(&|n| format!("{}{}{:06}", ["Q", "K", "B", "M"][n as usize % 4], 19 + n % 7, n * 997)));
        assert!(with(&|n| format!("{}-{:03}-{:06}", 2019 + n % 7, n % 120, n * 997)));
        assert!(with(&|n| format!("{}-{:03}-{:05}", 19 + n % 7, 1 + n % 365, n * 97)), "calls of a day");
        assert!(
            with(&|n| format!("20{}{:02}-{:05}", 19 + n % 7, 1 + n % 12, n * 97)),
            "incidents of a month"
        );
        assert!(!with(&|n| format!("G{}{:06}", 19 + n % 7, n * 997)), "passports");
        assert!(!with(&|n| format!("A20{:02}{:05}", n % 20, n * 97)), "foreigners");
        assert!(!with(&|n| format!("{:02}{:06}K", n % 20, n * 997)), "a year that no letters stand before");
        assert!(!with(&|n| format!("AB-{}{:02}{:02}-1", 1950 + n % 50, 1 + n % 12, 1 + n % 28)), "births");
        assert!(!with(&|n| format!("{:02}-{:03}-{:04}", n % 97, n % 991, n * 9)), "a state's licences");
        assert!(
            !with(&|n| format!("{}-{:06}-{:02}", 18 + n % 8, n * 997, n % 97)),
            "no letter and no whole year"
        );
    }
}
