//! Numbers that were drawn, one for each person, whatever document they are of: one form, digits spread over all that
//! there are. Numbers that a table gives out lie close; those of a list come again and again.

use std::collections::BTreeMap;

use crate::documents::award;
use crate::numbers::of_a_day;
use crate::scrambled::{is_scrambled, several};
use crate::values::Values;

/// Signs of one place, counted.
type Signs = BTreeMap<char, usize>;

/// The share of the values that are drawn numbers of one form, where they are.
pub(crate) fn drawn(values: &Values) -> Option<f64> {
    let texts: Vec<&str> = values.meant().map(|v| v.text.trim()).collect();
    if texts.len() < 3 {
        return None;
    }
    let mut forms: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for text in &texts {
        if text.len() > 48 {
            return None;
        }
        forms.entry(form(text)).or_default().push(text);
    }
    let mut forms: Vec<(String, Vec<&str>)> = forms.into_iter().collect();
    forms.sort_by_key(|(_, texts)| std::cmp::Reverse(texts.len()));
    let bare = texts.iter().filter(|text| text.bytes().all(|b| b.is_ascii_digit())).count();
    if repeated(values, bare * 2 > texts.len()) {
        return None;
    }
    if are_counted(&texts) || are_hexadecimal(&texts) || are_signed(&texts) {
        return None;
    }
    // One form, or several documents' in one column; what is left are forms of which there are a few each.
    let mixed = lengths_of_digits(&forms, texts.len()) >= 2;
    let is_found = |form: &str, texts: &[&str]| {
        texts.len() >= 3 && (mixed && is_bare(form) || !public(form, texts)) && is_drawn(form, texts, values)
    };
    let (found, rest): (Vec<_>, Vec<_>) = forms.into_iter().partition(|(form, texts)| is_found(form, texts));
    let count = |forms: &[(String, Vec<&str>)]| forms.iter().map(|(_, texts)| texts.len()).sum::<usize>();
    let few = rest.iter().filter(|(form, texts)| !public(form, texts));
    let few: Vec<&str> = few.flat_map(|(_, texts)| texts.iter().copied()).collect();
    let several = if found.len() + rest.len() >= 4 { several(&few) } else { 0 };
    // Beside plates of the usual forms stand those of cabs.
    let lesser = |(form, texts): &&(String, Vec<&str>)| {
        texts.len() >= 3 && form.contains('A') && !public(form, texts) && is_free(texts, 5)
    };
    let lesser = if count(&found) * 2 >= texts.len() {
        rest.iter().filter(lesser).map(|(_, texts)| texts.len()).sum()
    } else {
        0
    };
    let share = (count(&found) + several.max(lesser)) as f64 / texts.len() as f64;
    if share >= 0.7 { Some(share) } else { is_scrambled(&texts).then_some(1.0) }
}

fn is_bare(form: &str) -> bool {
    form.bytes().all(|b| b == b'9')
}

/// How many lengths bare numbers of nine digits and more have that begin with a zero as often as drawn ones do: a table's own
/// are of one length, or begin with none.
fn lengths_of_digits(forms: &[(String, Vec<&str>)], all: usize) -> usize {
    let padded = |texts: &[&str]| {
        let zeros = texts.iter().filter(|text| text.starts_with('0')).count();
        texts.len() >= 20 && texts.len() * 8 >= all && zeros * 25 >= texts.len() && zeros * 4 <= texts.len()
    };
    forms.iter().filter(|(form, texts)| is_bare(form) && form.len() >= 9 && padded(texts)).count()
}

/// Whether numbers with marks between them are counted, `1439053-951`, `3/5120/47`: as many in each, one at least of several
/// lengths, and none behind a mark begins with a zero, as one in ten drawn ones would.
fn are_counted(texts: &[&str]) -> bool {
    let split =
        |text: &&str| -> Vec<String> { text.split(['-', '/', '.', ':']).map(ToOwned::to_owned).collect() };
    let all: Vec<Vec<String>> = texts.iter().map(split).collect();
    let count = all[0].len();
    let plain = |group: &String| !group.is_empty() && group.bytes().all(|b| b.is_ascii_digit());
    if count < 2 || !all.iter().all(|groups| groups.len() == count && groups.iter().all(plain)) {
        return false;
    }
    let later = || all.iter().flat_map(|groups| &groups[1..]);
    let padded = later().any(|group| group.len() > 1 && group.starts_with('0'));
    let open = |at: usize| {
        all.iter().map(|groups| &groups[at]).collect::<std::collections::BTreeSet<_>>().len() >= 10
    };
    let lengths =
        |at: usize| all.iter().map(|groups| groups[at].len()).collect::<std::collections::BTreeSet<_>>();
    later().count() >= 50 && !padded && (1..count).any(|at| open(at) && lengths(at).len() >= 2)
}

/// Whether most are signs of sixteen in any order, as a program draws them; a document's letters stand at few places.
fn are_hexadecimal(texts: &[&str]) -> bool {
    let length = texts[0].len();
    let hex = texts.iter().all(|text| text.len() == length && text.bytes().all(|b| b.is_ascii_hexdigit()));
    let lettered = |at: &usize| {
        texts.iter().filter(|t| t.as_bytes()[*at].is_ascii_alphabetic()).count() * 6 >= texts.len()
    };
    texts.len() >= 12 && length >= 6 && hex && (0..length).filter(lettered).count() * 4 >= length * 3
}

/// Whether numbers have a sign, as what is counted or measured has.
fn are_signed(texts: &[&str]) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let signed = texts.iter().filter(|text| text.strip_prefix('-').is_some_and(digits)).count();
    let bare = texts.iter().filter(|text| digits(text)).count();
    signed * 10 >= texts.len() && (signed + bare) * 10 >= texts.len() * 9
}

/// `A` for a letter, `9` for a digit, marks as they are.
fn form(text: &str) -> String {
    let sign = |c: char| match c {
        c if c.is_ascii_alphabetic() => 'A',
        c if c.is_ascii_digit() => '9',
        c => c,
    };
    text.chars().map(sign).collect()
}

/// Forms of codes that are nobody's: drugs, times, fractions, amounts, numbers of providers; and a table's own, which are of
/// ten or twelve digits or of fourteen and more, or a letter before ten: documents of many countries have 7, 8, 9, 11, 13 and 15.
fn public(form: &str, texts: &[&str]) -> bool {
    const DRUGS: [&str; 4] = ["99999-9999-99", "99999-999-99", "9999-9999-99", "99999-9999-9"];
    let digits = form.bytes().filter(|b| *b == b'9').count();
    let letters = form.bytes().filter(|b| *b == b'A').count();
    let marks = form.chars().filter(|c| !"A9".contains(*c)).count();
    let fraction = letters == 0 && marks == 1 && form.contains(['.', ',']);
    let clock = (form.contains(':') && letters <= 2) || form.contains("9999-99-99");
    let of_table = letters == 1 && form.starts_with('A') && digits >= 10 && marks == 0;
    let of_table = of_table && texts.iter().all(|text| text.as_bytes()[0] == texts[0].as_bytes()[0]);
    let bare = digits == form.len();
    let few = texts.len() < 15;
    // Of eleven digits and more the first three never change: an area's, or what a thing is sold under.
    let one_area = bare
        && digits >= 11
        && !few
        && !texts[0].starts_with("000")
        && texts.iter().all(|text| text[..3] == texts[0][..3]);
    let of_table =
        of_table || (bare && !(matches!(digits, 7..=9) || (matches!(digits, 11 | 13 | 15) && !few)));
    // Bare numbers of nine digits and fewer that all begin with the same one are a table's.
    let one_start = bare && digits <= 9 && !few && {
        let starts: std::collections::BTreeSet<u8> = texts.iter().map(|text| text.as_bytes()[0]).collect();
        starts.len() < 3 && !starts.contains(&b'0')
    };
    let call = bare && digits == 9 && !few && texts.iter().all(|text| of_a_day(text));
    let employer = form == "99-9999999";
    let other = form.chars().any(|c| !c.is_ascii() && !"–—".contains(c)) || form.contains(['@', '$', '%']);
    DRUGS.contains(&form)
        || texts.iter().all(|text| award(text))
        || fraction
        || clock
        || of_table
        || one_area
        || one_start
        || call
        || employer
        || other
        || moment(form, texts)
}

/// Seconds, milliseconds or microseconds of this century.
fn moment(form: &str, texts: &[&str]) -> bool {
    let count = matches!(form.len(), 10 | 13 | 16) && form.bytes().all(|b| b == b'9');
    count && texts.iter().filter(|text| text.starts_with('1')).count() * 20 >= texts.len() * 19
}

/// Whether the values come again as those of a list do. Persons come again too, one of them more often than all others;
/// but of persons there are many, and the next row may bring a new one.
/// Codes of a list are mostly bare.
fn repeated(values: &Values, bare: bool) -> bool {
    let cells = values.filled as f64;
    let top = values.meant().map(|v| v.count).max().unwrap_or(0) as f64;
    let (bar, variety) = match values.meant().count() {
        40.. => (f64::INFINITY, 0.02),
        12.. if values.news() >= 0.08 => (0.4 * cells, 0.1),
        8.. if values.news() >= 0.06 && !bare => (0.4 * cells, 0.1),
        _ => {
            let least = match values.filled {
                0..=14 => 3.0,
                15..=39 => 4.0,
                _ => 6.0,
            };
            ((0.05 * cells).max(least), 0.1)
        }
    };
    top > bar || values.variety() < variety
}

fn is_drawn(form: &str, texts: &[&str], values: &Values) -> bool {
    let mut places: Vec<Signs> = vec![Signs::new(); form.chars().count()];
    for text in texts {
        for (place, sign) in places.iter_mut().zip(text.chars()) {
            *place.entry(sign.to_ascii_uppercase()).or_insert(0) += 1;
        }
    }
    let n = texts.len();
    let mut bits = 0.0;
    let mut free_digits = 0;
    for (place, sign) in places.iter().zip(form.chars()) {
        let most = place.values().copied().max().unwrap_or(0);
        // Of n draws from ten signs so many differ at least, and no sign has more than its share by far.
        let (least, every) = match (sign, n) {
            ('9', 0..=4) => (2, 3.3),
            ('9', 5..=8) => (3, 3.3),
            ('9', 9..=24) => (5, 3.3),
            ('9', 25..=49) => (6, 3.3),
            ('9', _) => (8, 3.3),
            ('A', 0..=4) => (2, 4.4),
            ('A', 5..=8) => (3, 4.4),
            ('A', 9..=24) => (6, 4.4),
            ('A', _) => (10, 4.4),
            _ => continue,
        };
        if place.len() >= least && (n < 25 || most * 4 <= n) {
            bits += every;
            free_digits += usize::from(sign == '9');
        } else if place.len() >= 2 {
            bits += 1.0;
        }
    }
    // Seven drawn digits, or letters and digits that are worth as much; a few codes of a list may look like seven.
    bits >= if n < 15 { 26.0 } else { 22.9 } && free_digits >= 3 && !close(texts, values)
}

/// Whether so many places have any digit.
fn is_free(texts: &[&str], places: usize) -> bool {
    let length = texts[0].chars().count();
    let free = (0..length).filter(|at| {
        let signs: std::collections::BTreeSet<char> =
            texts.iter().filter_map(|text| text.chars().nth(*at)).filter(char::is_ascii_digit).collect();
        signs.len() >= if texts.len() < 25 { 5 } else { 8 }
    });
    free.count() >= places
}

/// Whether the numbers lie close, as those do that are given out one after the other, also where each year or each letter
/// begins anew.
fn close(texts: &[&str], values: &Values) -> bool {
    let number = |text: &&str| {
        let digits = text.chars().filter_map(|c| c.to_digit(36));
        let letters = text.bytes().any(|b| b.is_ascii_alphabetic());
        let (base, most) = if letters { (36, 12) } else { (10, 19) };
        digits.take(most).fold(0_u64, |number, digit| number * base + u64::from(digit))
    };
    let mut numbers: Vec<u64> = texts.iter().map(number).collect();
    numbers.sort_unstable();
    let mut gaps: Vec<u64> = numbers.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    let sampled = (values.sample.len() as f64 / values.distinct.max(1.0)).min(1.0);
    gaps.get(gaps.len() / 2).is_none_or(|gap| (*gap as f64) * sampled < 200.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::Value;

    fn found(write: impl Fn(u64, u64) -> String) -> bool {
        // Two numbers of a row without a common divisor with their ranges.
        let texts = (0..60_u64).map(|n| write((n + 7) * 7_919_317 % 100_000_007, n));
        let sample: Vec<Value> = texts.map(|text| Value { text: text.into(), count: 1 }).collect();
        drawn(&Values { filled: 60, distinct: 60.0, top: 1, sample }).is_some()
    }

    #[test]
    fn drawn_numbers_are_told_from_those_given_out() {
        assert!(found(|drawn, _| format!(
            "{:03}.{:03}.{:03}-{:02}",
            drawn % 997,
            drawn % 991,
            drawn % 983,
            drawn % 97
        )));
        assert!(found(|drawn, _| format!("{drawn:08}X")));
        assert!(found(|drawn, _| format!("{drawn:011}")) && !found(|drawn, _| format!("{:010}", drawn * 97)));
        assert!(found(|drawn, _| format!("TX{drawn:08}")));
        let states = |drawn: u64, n: u64| {
            if n.is_multiple_of(2) { format!("TX {drawn:08}") } else { format!("B{drawn:08}-{}", drawn % 10) }
        };
        assert!(found(states), "two states");
        let sign = |n: u64| char::from(b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"[n as usize % 34]);
        let scrambled =
            |drawn: u64| (0..9).map(|at| sign(drawn / 3_u64.pow(at) + drawn % 97)).collect::<String>();
        assert!(found(|drawn, _| format!("WDL{}", scrambled(drawn))), "a state's");
        assert!(!found(|drawn, _| scrambled(drawn)), "a program's keys");
        assert!(!found(|drawn, _| format!("{:016x}", drawn * 184_467_440_737)), "half a token");
        assert!(!found(|_, n| format!("CLT-{:08}", 20_250_000 + n * 3)), "ids in a row");
        assert!(!found(|_, n| format!("20{:02}-{:06}", 20 + n % 6, 1_000 + n)), "ids in a row, each year");
        assert!(!found(|drawn, _| format!("{}", 1_700_000_000_000 + drawn * 700)), "moments");
        assert!(
            !found(|drawn, _| format!("{:05}-{:04}-{:02}", drawn % 70_000, drawn % 9_973, drawn % 89)),
            "drugs"
        );
        assert!(!found(|drawn, _| format!("P{:010}", drawn * 97)), "a table's persons");
        assert!(!found(|drawn, _| format!("{}.{:04}", drawn % 40, drawn % 9_973)), "measures");
        assert!(!found(|drawn, _| format!("{:032x}", u128::from(drawn) << 70 | u128::from(drawn))), "tokens");
    }
}
