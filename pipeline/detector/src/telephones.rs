//! Telephone numbers of other countries, and of this one written in groups without a mark that says so.

use crate::numbers::ten_digits;
use crate::values::Values;

/// A country's code, how many digits follow it, and what the first of them may be.
///
/// # Source
/// ITU-T E.164 and the national plans, by general knowledge; of countries with mobile numbers of a form of their own, those.
const COUNTRIES: [(&str, &[usize], &str); 41] = [
    ("52", &[10], "1-9"),
    ("502", &[8], "2-7"),
    ("503", &[8], "2-7"),
    ("504", &[8], "2-9"),
    ("505", &[8], "2-9"),
    ("506", &[8], "2-8"),
    ("507", &[7, 8], "2-9"),
    ("509", &[8], "2-5"),
    ("53", &[8], "2-9"),
    ("57", &[10], "36"),
    ("58", &[10], "24"),
    ("51", &[9], "9"),
    ("593", &[9], "9"),
    ("55", &[10, 11], "1-9"),
    ("63", &[10], "9"),
    ("84", &[9], "3-9"),
    ("86", &[11], "1"),
    ("91", &[10], "6-9"),
    ("92", &[10], "3"),
    ("880", &[10], "1"),
    ("93", &[9], "7"),
    ("964", &[10], "7"),
    ("963", &[9], "9"),
    ("962", &[9], "7"),
    ("20", &[10], "1"),
    ("251", &[9], "79"),
    ("252", &[8, 9], "6-9"),
    ("254", &[9], "17"),
    ("256", &[9], "7"),
    ("233", &[9], "25"),
    ("234", &[10], "7-9"),
    ("237", &[9], "6"),
    ("243", &[9], "89"),
    ("44", &[10], "7"),
    ("380", &[9], "3-9"),
    ("7", &[10], "9"),
    ("66", &[9], "6-9"),
    ("855", &[8, 9], "1-9"),
    ("95", &[9, 10], "9"),
    ("977", &[10], "9"),
    ("82", &[10], "1"),
];

/// Whether digits are a country's code and a number of that country.
fn abroad(digits: &str) -> Option<&'static str> {
    COUNTRIES.iter().find_map(|(code, lengths, firsts)| {
        let national = digits.strip_prefix(code)?;
        let first = national.chars().next()?;
        let fits = match firsts.split_once('-') {
            Some((least, most)) => first >= least.chars().next()? && first <= most.chars().next()?,
            None => firsts.contains(first),
        };
        (lengths.contains(&national.len()) && fits).then_some(*code)
    })
}

/// The share of telephones abroad among a column's values: behind a plus or two zeros, behind one or two countries'
/// codes, or with the zero that is dialled within a country.
pub(crate) fn abroad_share(values: &Values) -> Option<f64> {
    let all = values.meant().count();
    let (mut marked, mut prefixed, mut trunk) = (0, 0, 0);
    let mut codes = std::collections::BTreeMap::new();
    let mut lasts = std::collections::BTreeSet::new();
    for value in values.meant() {
        let text = value.text.trim();
        let plain = text.bytes().all(|b| b.is_ascii_digit() || b" -.()+/".contains(&b));
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if !plain || !(8..=16).contains(&digits.len()) {
            continue;
        }
        lasts.insert(digits[digits.len() - 3..].to_owned());
        let number = digits.strip_prefix("00").unwrap_or(&digits);
        if text.starts_with('+') || (number.len() < digits.len() && abroad(number).is_some()) {
            marked += 1;
        } else if let Some(code) = abroad(number) {
            *codes.entry(code).or_insert(0_usize) += 1;
            prefixed += 1;
        }
        let within = digits.strip_prefix('0').is_some_and(|rest| !rest.starts_with('0'));
        trunk += usize::from(within && (10..=11).contains(&digits.len()));
    }
    let n = all as f64;
    // Ids given out in a row begin alike; that they end alike too tells them from telephones only when there are some.
    let open = lasts.len() as f64 >= 0.7 * n.min(300.0);
    let mut codes: Vec<usize> = codes.into_values().collect();
    codes.sort_unstable_by(|a, b| b.cmp(a));
    let same = codes.iter().take(3).sum::<usize>() as f64 >= 0.8 * f64::from(prefixed);
    let (marked, prefixed, trunk) = (f64::from(marked) / n, f64::from(prefixed) / n, trunk as f64 / n);
    let by_code = all >= 3 && same && open && marked + prefixed >= 0.95 && !dense(values);
    let by_trunk = all >= 3 && open && trunk >= 0.95 && !dense(values) && !tracts(values);
    if all >= 2 && marked >= 0.7 {
        Some(marked)
    } else if by_code {
        Some(marked + prefixed)
    } else {
        by_trunk.then_some(trunk)
    }
}

/// The share of telephones written as people of a country write them to each other: an area in brackets, an extension, a
/// call abroad by 011, or two groups of four.
pub(crate) fn local_share(values: &Values) -> Option<f64> {
    let all = values.meant().count();
    let marked =
        values.meant().filter(|v| bracketed(&v.text) || extended(&v.text)).count() as f64 / all as f64;
    if all >= 2 && marked >= 0.7 {
        return Some(marked);
    }
    let fours: Vec<&str> = values.meant().map(|v| v.text.trim()).filter(|text| fours(text)).collect();
    let share = fours.len() as f64 / all as f64;
    let different = |range: std::ops::Range<usize>| {
        let parts: std::collections::BTreeSet<&str> = fours.iter().map(|text| &text[range.clone()]).collect();
        parts.len() as f64
    };
    // Numbers of cases begin with a year, and files of a register with few numbers.
    let open = different(0..4).min(different(5..9)) >= 0.6 * (fours.len() as f64).min(300.0);
    (all >= 3 && share >= 0.9 && open && !dense(values)).then_some(share)
}

/// `(11) 91234-5678`, `8 (916) 123-45-67`.
fn bracketed(text: &str) -> bool {
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).count();
    let Some((before, rest)) = text.trim().split_once('(') else { return false };
    let Some((area, number)) = rest.split_once(')') else { return false };
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_digit() || b" -.+/".contains(&b));
    plain(before)
        && digits(before) <= 3
        && (2..=4).contains(&area.len())
        && digits(area) == area.len()
        && plain(number)
        && (6..=9).contains(&digits(number))
}

/// `7135550142x12`, `713-555-0142 ext 4`, `011 52 55 1234 5678`.
fn extended(text: &str) -> bool {
    let text = text.trim().to_ascii_lowercase();
    let end = text.find('x').or_else(|| text.find("ext")).unwrap_or(text.len());
    let head = text[..end].trim_end_matches(|c: char| !c.is_ascii_digit());
    let tail = text[end..].bytes().filter(u8::is_ascii_digit).count();
    let plain = head.bytes().all(|b| b.is_ascii_digit() || b" -.()+/".contains(&b));
    let digits: String = head.chars().filter(char::is_ascii_digit).collect();
    let national = digits.strip_prefix('1').filter(|rest| rest.len() == 10).unwrap_or(&digits);
    let extension = end < text.len() && (1..=6).contains(&tail) && ten_digits(national);
    let abroad = end == text.len() && digits.strip_prefix("011").is_some_and(|rest| abroad(rest).is_some());
    plain && (extension || abroad)
}

/// `5512-3456`, of which the first is no year.
fn fours(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 9
        && b"- .".contains(&bytes[4])
        && bytes.iter().enumerate().all(|(at, b)| at == 4 || b.is_ascii_digit())
        && bytes[0] >= b'2'
        && !(text.starts_with("20") && &text[..4] < "2035")
}

/// Codes of census tracts: eleven digits that begin with a state's number and a county's odd one.
fn tracts(values: &Values) -> bool {
    values.meant().all(|value| {
        let text = value.text.trim();
        let number =
            |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<u32>().ok());
        matches!(text.len(), 11 | 12)
            && number(0..2)
                .is_some_and(|state| (1..=56).contains(&state) && ![3, 7, 14, 43, 52].contains(&state))
            && number(2..5).is_some_and(|county| county % 2 == 1)
    })
}

/// Whether numbers in three groups are an account's and its parts', `815-530-1000`: nearly all of the second and the third
/// are tens. Of telephones one group in ten is.
pub(crate) fn in_tens(values: &Values) -> bool {
    let (mut groups, mut tens) = (0_usize, 0_usize);
    for value in values.meant() {
        let digits: String = value.text.chars().filter(char::is_ascii_digit).collect();
        if digits.len() == 10 && !value.text.bytes().any(|b| b.is_ascii_alphabetic()) {
            groups += 2;
            tens += usize::from(digits.as_bytes()[5] == b'0') + usize::from(digits.as_bytes()[9] == b'0');
        }
    }
    groups >= 8 && tens * 20 >= groups * 17
}

/// Whether numbers lie as close as ids given out one after the other.
fn dense(values: &Values) -> bool {
    let digits =
        |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>().parse::<u64>().ok();
    let mut numbers: Vec<u64> = values.meant().filter_map(|v| digits(&v.text)).collect();
    numbers.sort_unstable();
    let at = |share: f64| numbers[((numbers.len() - 1) as f64 * share) as usize];
    numbers.is_empty() || ((at(0.9) - at(0.1)) as f64) < 200.0 * numbers.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Value;

    fn share(write: impl Fn(u64) -> String) -> Option<f64> {
        let sample: Vec<Value> =
            (0..30).map(|n| Value { text: write(n * 7_654_321 % 9_000_000).into(), count: 1 }).collect();
        abroad_share(&Values { filled: 30, distinct: 30.0, top: 1, sample })
    }

    #[test]
    fn telephones_abroad_are_told_from_ids() {
        assert!(share(|n| format!("+502 5{n:07}")).is_some());
        assert!(share(|n| format!("52 55 1{n:07}")).is_some());
        assert!(share(|n| format!("0917{n:07}")).is_some());
        assert!(share(|n| format!("0063917{n:07}")).is_some());
        assert_eq!(share(|n| format!("2024{n:08}")), None);
        assert_eq!(share(|n| format!("{}", 52_551_000_000 + n % 100)), None);
        assert_eq!(share(|n| format!("000{n:08}")), None);
    }

    #[test]
    fn accounts_are_told_from_telephones() {
        let of = |texts: &[&str]| {
            in_tens(&Values::counted(texts.iter().map(|text| ((*text).to_owned(), 1)).collect()))
        };
        assert!(of(&["815-530-1000", "459-530-1010", "922-510-0100", "560-610-0100"]));
        assert!(!of(&["815-530-1000", "459-536-1012", "922-514-0100", "560-610-0143"]));
        assert!(!of(&["312-555-0100", "312-555-0110", "312-555-0120", "312-555-0130"]));
    }

    #[test]
    fn telephones_are_told_by_how_they_are_written() {
        for text in ["(11) 91234-5678", "8 (916) 123-45-67", "(713)2241234"] {
            assert!(bracketed(text), "{text}");
        }
        for text in ["7135550142x12", "713-555-0142 ext 4", "011 52 55 1234 5678"] {
            assert!(extended(text), "{text}");
        }
        assert!(fours("5512-3456") && !fours("2024-0012") && !fours("0812-1234"));
        assert!(
            !bracketed("(123.45)") && !bracketed("PC 647(b)") && !extended("25x12") && !extended("10 x 12")
        );
    }
}
