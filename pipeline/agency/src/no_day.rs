//! Cells of a column of dates that say that there is no day: the first days of databases and spreadsheets, zeros, and
//! words such as `Open`.

/// Words for what has not ended, or is not known.
const WORDS: [&str; 16] = [
    "tbd",
    "tba",
    "tbc",
    "open",
    "still open",
    "present",
    "to present",
    "current",
    "ongoing",
    "active",
    "pending",
    "none",
    "unknown",
    "never",
    "12:00:00 am",
    "12:00 am",
];

/// The days without marks between their parts.
const COMPACT: [&str; 8] =
    ["19000101", "18991230", "18991231", "00010101", "17530101", "99991231", "01011900", "12319999"];

/// Whether a cell stands for no day.
pub(crate) fn says_no_day(cell: &str) -> bool {
    let cell = cell.trim();
    // Of nearly all dates their year tells.
    let known = |four: &[u8]| matches!(four, b"1900" | b"1899" | b"0001" | b"1753" | b"9999");
    let first = cell.as_bytes().first().copied().unwrap_or_default();
    let is_word = || WORDS.iter().any(|word| word.eq_ignore_ascii_case(cell));
    if first.is_ascii_alphabetic() || cell.len() > 6 && cell.starts_with("12:") {
        return is_word();
    }
    let has_digits = cell.bytes().any(|byte| byte.is_ascii_digit());
    let zeros = || has_digits && !cell.bytes().any(|byte| matches!(byte, b'1'..=b'9') || byte > 127);
    if !cell.as_bytes().windows(4).any(known) {
        return zeros() && !cell.bytes().any(|byte| byte.is_ascii_alphabetic());
    }
    // Behind a day stands a time, which is none of it.
    let day = cell.split([' ', 'T']).next().unwrap_or_default();
    if COMPACT.contains(&day) {
        return true;
    }
    let parts: Vec<&str> = day.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let [one, two, three] = parts.as_slice() else { return false };
    let (year, month, of_month) = if one.len() == 4 { (*one, *two, *three) } else { (*three, *one, *two) };
    let (small, first_month) = (["0", "00", "1", "01"], ["jan", "january"]);
    let is = |part: &str, words: &[&str]| words.iter().any(|word| word.eq_ignore_ascii_case(part));
    let either = |days: &[&str], months: &[&str]| {
        let month_of = |part| is(part, months);
        month_of(month) && is(of_month, days) || month_of(of_month) && is(month, days)
    };
    let start = || either(&small, &small) || either(&small, &first_month);
    match year {
        "1900" | "1753" | "0001" => start(),
        "1899" => either(&["30", "31"], &["12", "dec", "december"]),
        "9999" => either(&["31"], &["12", "dec", "december"]),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::says_no_day;

    #[test]
    fn first_days_zeros_and_words_are_no_days_and_days_are() {
        for cell in [
            "1900-01-01",
            "1900-01-01 00:00:00",
            "1900-01-01T00:00:00Z",
            "01-Jan-1900",
            "00-Jan-1900",
            "1/0/1900",
            "01/01/1900",
            "1899-12-30",
            "12/31/1899",
            "30-Dec-1899",
            "0001-01-01",
            "1753-01-01",
            "9999-12-31",
            "31-Dec-9999",
            "19000101",
            "0",
            "00-00-0000",
            "0000-00-00",
            "00:00:00",
            "12:00:00 AM",
            "TBD",
            "open",
            "Present",
        ] {
            assert!(says_no_day(cell), "{cell}");
        }
        for cell in [
            "",
            "-",
            "2025-01-02",
            "1900-01-02",
            "1900-02-01",
            "1901-01-01",
            "2025-01-02 00:00",
            "01/02/2025",
            "2000-10-10",
            "20001001",
            "1900",
            "x0",
            "0x",
            "Closed",
            "2025-02-31",
            "12:30 PM",
            "٠",
            "1999-12-31",
        ] {
            assert!(!says_no_day(cell), "{cell}");
        }
    }
}
