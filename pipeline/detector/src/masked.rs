//! Numbers with their first digits hidden: `***-**-1234`, `(***) ***-1234`, `XXXX XXXX XXXX 1234`.

use crate::kind::{Finding, Kind};
use crate::values::Values;

/// Looks for numbers that are hidden in part: what is left of them, with a name's sound or a birthday, is a person.
pub(crate) fn masked(values: &Values) -> Option<Finding> {
    let meant = values.meant().count();
    let mut lengths: Vec<usize> = values.meant().filter_map(|v| hidden(v.text.trim())).collect();
    lengths.sort_unstable();
    let share = lengths.len() as f64 / meant.max(1) as f64;
    // Some hidden in part and some not, as a social security number is that somebody half remembers.
    let nine = |text: &str| text.len() == 9 && text.bytes().all(|b| b.is_ascii_digit() || b"xX".contains(&b));
    let whole = values.meant().filter(|v| nine(v.text.trim())).count() as f64 / meant.max(1) as f64;
    if lengths.len() >= 3 && share >= 0.05 && whole >= 0.9 {
        return Some(Finding::column(Kind::Ssn, whole));
    }
    let kind = match lengths.get(lengths.len() / 2)? {
        0..=9 => Kind::Ssn,
        10 | 11 => Kind::Phone,
        _ => Kind::Document,
    };
    (share >= 0.5).then(|| Finding::column(kind, share))
}

/// How many digits a number has with those that are hidden in it; a word may stand before it: `Visa ****1234`.
fn hidden(text: &str) -> Option<usize> {
    let word = |word: &str| {
        word.bytes().all(|b| b.is_ascii_alphabetic()) && !word.bytes().all(|b| b.eq_ignore_ascii_case(&b'x'))
    };
    let text = text.split_once(' ').filter(|(first, _)| word(first)).map_or(text, |(_, rest)| rest.trim());
    let mask = |c: char| "xX*#•·●_".contains(c);
    let masks = text.chars().filter(|c| mask(*c)).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let rest = text.chars().all(|c| mask(c) || " -.()+".contains(c) || c.is_ascii_digit());
    // `-1234` is what is left of a number whose other groups were cut off.
    let cut = text.len() == 5 && text.starts_with('-') && digits == 4;
    let whole = rest && masks >= 3 && (3..=6).contains(&digits) && masks + digits >= 7;
    // `(559) ***-1234`: of a telephone only the exchange is hidden.
    let whole = whole || (rest && masks >= 3 && masks + digits == 10);
    (whole || cut).then_some(if cut { 9 } else { masks + digits })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Value;

    #[test]
    fn hidden_digits_are_counted() {
        for (text, count) in [
            ("***-**-1234", Some(9)),
            ("XXXXX1234", Some(9)),
            ("•••-••-1234", Some(9)),
            ("123-45-XXXX", Some(9)),
            ("(***) ***-1234", Some(10)),
            ("(559) ***-1234", Some(10)),
            ("XXXX XXXX XXXX 1234", Some(16)),
            ("Visa ************1234", Some(16)),
            ("SSN xxx-xx-1234", Some(9)),
            ("-0012", Some(9)),
            ("-12", None),
            ("#12", None),
            ("x 12", None),
            ("Apt x12", None),
            ("xxx", None),
        ] {
            assert_eq!(hidden(text), count, "{text}");
        }
    }

    #[test]
    fn a_number_half_remembered_is_a_number() {
        let column = |texts: &[&str]| {
            let sample: Vec<Value> =
                texts.iter().map(|text| Value { text: (*text).into(), count: 1 }).collect();
            masked(&Values { filled: texts.len() as u64, distinct: texts.len() as f64, top: 1, sample })
        };
        let half = ["762684060", "xxxxx7882", "031773173", "xxxxx1175", "718447839", "xxx441175"];
        assert_eq!(column(&half).map(|found| found.kind), Some(Kind::Ssn));
        assert_eq!(column(&["762684060", "031773173", "718447839"]), None);
    }
}
