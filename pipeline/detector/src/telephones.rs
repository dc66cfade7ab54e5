//! Telephone numbers of other countries, and of this one written in groups without a mark that says so.

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
    let by_trunk = all >= 3 && open && trunk >= 0.95 && !dense(values);
    if all >= 2 && marked >= 0.7 {
        Some(marked)
    } else if by_code {
        Some(marked + prefixed)
    } else {
        by_trunk.then_some(trunk)
    }
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
}
