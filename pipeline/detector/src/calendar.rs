//! Days counted from 1970-01-01.

/// Days from 1970-01-01.
pub(crate) fn day_number(year: i64, month: u32, day: u32) -> i64 {
    // Howard Hinnant, chrono-compatible low-level date algorithms, `days_from_civil`.
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let of_era = y - era * 400;
    let of_year = (153 * (i64::from(month) + if month > 2 { -3 } else { 9 }) + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The year of a day.
pub(crate) fn year_of(day: i64) -> i64 {
    civil(day).0
}

/// A day as `YYYY-MM-DD`.
pub(crate) fn iso(day: i64) -> String {
    let (y, m, d) = civil(day);
    format!("{y:04}-{m:02}-{d:02}")
}

/// Which day of its month a day is.
pub(crate) fn day_of_month(day: i64) -> i64 {
    civil(day).2
}

pub(crate) fn civil(day: i64) -> (i64, i64, i64) {
    // The same, `civil_from_days`.
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (d, m) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    (yoe + era * 400 + i64::from(m <= 2), m, d)
}
