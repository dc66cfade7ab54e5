//! The time of day that may stand behind a date. Only a time: whatever else stands there may say that the date
//! does not hold (`2029-01-01 revoked`), so such a cell holds no date.

/// The text without the time of day, and its zone, that stand behind a digit of it: `2022-02-18 13:37:26`,
/// `2022-02-18T13:37:26.5Z`, `18-FEB-22 12.00.00 AM`.
pub(crate) fn without_time(text: &str) -> &str {
    let bytes = text.as_bytes();
    // No date is shorter.
    let from = bytes.len().min(6);
    let time = |at: &usize| {
        matches!(bytes[*at], b' ' | b'T')
            && bytes[at - 1].is_ascii_digit()
            && is_time(&text[at + 1..], bytes[*at])
    };
    (from..bytes.len()).find(time).map_or(text, |at| &text[..at])
}

/// Whether a text behind a date and `separator` is a time of day and no more.
fn is_time(text: &str, separator: u8) -> bool {
    let (clock, zone) = split_zone(text.trim());
    let (clock, half) = split_half(clock.trim_end());
    let colon = if clock.contains(':') { ':' } else { '.' };
    let parts: Vec<&str> = clock.split(colon).collect();
    let hours = |text: &str| {
        let range = if half { 0..=12 } else { 0..=24 };
        matches!(text.len(), 1 | 2) && number(text).is_some_and(|n| range.contains(&n))
    };
    let sixty = |text: &str| text.len() == 2 && number(text).is_some_and(|n| n < 60);
    let seconds = |text: &str| {
        let (whole, fraction) = text.split_once(['.', ',']).unwrap_or((text, "0"));
        whole.len() == 2 && number(whole).is_some_and(|n| n <= 60) && is_fraction(fraction)
    };
    match parts[..] {
        [hour] if separator == b'T' => is_compact(hour),
        // An hour alone is one with its half of the day only.
        [hour] => half && !zone && hours(hour),
        [hour, minute] => hours(hour) && sixty(minute),
        [hour, minute, second] => hours(hour) && sixty(minute) && seconds(second),
        [hour, minute, second, fraction] => {
            hours(hour) && sixty(minute) && second.len() == 2 && seconds(second) && is_fraction(fraction)
        }
        _ => false,
    }
}

/// `103045`, `1030` or `10`, with a fraction.
fn is_compact(text: &str) -> bool {
    let digits = text
        .split_once(['.', ','])
        .map_or(text, |(whole, fraction)| if is_fraction(fraction) { whole } else { "" });
    let limits = [24, 59, 60];
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    let pair =
        |(pair, most): (&[u8; 2], u32)| str::from_utf8(pair).ok().and_then(number).is_some_and(|n| n <= most);
    rest.is_empty() && (1..=3).contains(&pairs.len()) && pairs.iter().zip(limits).all(pair)
}

fn is_fraction(text: &str) -> bool {
    (1..=9).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn number(text: &str) -> Option<u32> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// The text before `AM` or `PM`, and whether one stood there.
fn split_half(text: &str) -> (&str, bool) {
    let halves = ["am", "pm", "a.m.", "p.m."];
    let half = halves.iter().find_map(|half| {
        let at = text.len().checked_sub(half.len())?;
        text.get(at..).filter(|end| end.eq_ignore_ascii_case(half)).map(|_| text[..at].trim_end())
    });
    half.map_or((text, false), |before| (before, true))
}

/// The text before a time zone, and whether one stood there.
fn split_zone(text: &str) -> (&str, bool) {
    const NAMES: [&str; 15] = [
        "UTC", "GMT", "Z", "EST", "EDT", "CST", "CDT", "MST", "MDT", "PST", "PDT", "AKST", "AKDT", "HST",
        "AST",
    ];
    let letters = text.bytes().rev().take_while(u8::is_ascii_alphabetic).count();
    let (before, name) = text.split_at(text.len() - letters);
    if NAMES.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return (before, true);
    }
    if let Some(at) = text.rfind(['+', '-']) {
        let digits: String = text[at + 1..].split(':').collect();
        let offset = matches!(digits.len(), 2 | 4)
            && digits.is_ascii()
            && number(&digits[..2]).is_some_and(|hours| hours <= 14)
            && digits
                .get(2..)
                .is_none_or(|minutes| minutes.is_empty() || number(minutes).is_some_and(|n| n < 60));
        if offset {
            return (&text[..at], true);
        }
    }
    (text, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_goes_and_anything_else_stays() {
        for time in [
            " 10:30",
            " 9:05",
            " 23:59:60",
            " 24:00",
            " 10:30:00.123456789",
            " 10:30:00,5",
            " 10:30:00 UTC",
            " 10:30:00Z",
            "T10:30:00+02:00",
            "T10:30:00-0500",
            "T10:30-05",
            "T103000Z",
            "T1030",
            "T10",
            " 10.30",
            " 12:00:00:000AM",
            " 12.00.00.000000 AM",
            " 1:05 pm",
            " 1:05:09 p.m.",
            " 3 PM",
            "  10:30",
            " 10:30 -05:00",
            " 10:30:00 EST",
        ] {
            assert_eq!(without_time(&format!("2029-01-01{time}")), "2029-01-01", "{time}");
        }
        for other in [
            "",
            " ",
            " revoked",
            "Trevoked",
            " 25:00",
            " 10:60",
            " 99:99",
            " 10",
            " 1030",
            " 2020",
            " 13:00 PM",
            " 10:30 revoked",
            " - 2020-01-01",
            " to 2025-06-30",
            " 10:30 2025-03-01",
            " 10:30 - 11:30",
            "T",
            " (approx)",
            "?",
            " x",
            " 10:30:00 ABC",
            " 10:30+99",
            " 10:3",
            " AM",
            " 1:2:3:4:5",
            " é10:30",
        ] {
            let text = format!("2029-01-01{other}");
            assert_eq!(without_time(&text), text, "{other}");
        }
        assert_eq!(without_time("02 Jan 2025 10:30"), "02 Jan 2025");
        assert_eq!(without_time("07-OCT-1990"), "07-OCT-1990");
        assert_eq!(without_time("1/2/25 9:05"), "1/2/25");
        assert_eq!(without_time("10:30"), "10:30");
    }
}
