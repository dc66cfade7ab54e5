//! Drawn numbers that have no form in common: the licences of all states in one column, and those whose letters and digits
//! stand in any order.

use std::collections::BTreeSet;

/// How many values are long numbers of forms that a few values have each: six digits and more, ended by any digits and begun
/// by many.
pub(crate) fn several(texts: &[&str]) -> usize {
    // Points stand between the numbers of a law; hexadecimal digits are of tokens.
    let texts = texts.iter().filter(|text| {
        !text.contains('.') && !is_token(text) && (letter_runs(text) <= 3 || text.contains(' '))
    });
    let digits = texts.map(|text| text.chars().filter(char::is_ascii_digit).collect::<String>());
    let long: Vec<String> = digits.filter(|digits| (6..=15).contains(&digits.len())).collect();
    let ends: BTreeSet<&str> = long.iter().map(|digits| &digits[digits.len() - 3..]).collect();
    let starts: BTreeSet<&str> = long.iter().map(|digits| &digits[..1]).collect();
    let least = if long.len() < 12 { 3 } else { 5 };
    let open = ends.len() * 10 >= long.len().min(300) * 8 && starts.len() >= least;
    if open && long.len() >= 3 { long.len() } else { 0 }
}

/// How often letters begin anew: in a document's number once or twice, in a program's keys again and again.
fn letter_runs(text: &str) -> usize {
    text.split(|c: char| !c.is_ascii_alphabetic()).filter(|run| !run.is_empty()).count()
}

/// Letters and digits in any order, of one length, behind letters that all have: at most places there are many of both.
/// Without such letters they are a program's own, drawn for somebody.
pub(crate) fn is_scrambled(texts: &[&str]) -> bool {
    let length = texts.first().map_or(0, |text| text.len());
    let sign = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
    let alike = texts.iter().all(|text| text.len() == length && text.bytes().all(sign));
    if !(8..=12).contains(&length)
        || texts.len() < 12
        || !alike
        || texts.iter().all(|text| text.bytes().all(|b| b.is_ascii_hexdigit()))
    {
        return false;
    }
    let same = (0..length)
        .take_while(|at| texts.iter().all(|text| text.as_bytes()[*at] == texts[0].as_bytes()[*at]));
    let begun = same.filter(|at| texts[0].as_bytes()[*at].is_ascii_uppercase()).count();
    let free = (0..length).filter(|at| {
        let signs: BTreeSet<u8> = texts.iter().map(|text| text.as_bytes()[*at]).collect();
        signs.len() >= 8 && signs.iter().any(u8::is_ascii_digit) && signs.iter().any(u8::is_ascii_uppercase)
    });
    begun >= 2 && free.count() >= 6
}

/// Hexadecimal digits, three letters of them and more; a licence has one letter or two.
fn is_token(text: &str) -> bool {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    text.len() >= 8 && letters >= 3 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_of_many_states_are_told() {
        let licences =
            ["D1234567", "12345678", "A12-345-678", "W987654321", "TX 55512345", "907AB4411", "K44-55-6677"];
        assert_eq!(several(&licences), licences.len());
        assert_eq!(several(&["29 CFR 501.3", "20 CFR 655.122", "8 CFR 214.11", "24 CFR 578.3"]), 0);
        assert_eq!(several(&["3fa1b2c9d4", "91c0aa17be", "77a1b2c3d4", "e1f2a3b4c5"]), 0);
    }

    #[test]
    fn signs_in_any_order_are_told_from_tokens() {
        let sign = |n: u64| char::from(b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"[(n % 34) as usize]);
        let drawn = |n: u64, at: u64| (n + 11) * 7_919_317 / 3_u64.pow(at as u32) + n * at;
        let write = |n: u64| "WDL".chars().chain((0..9).map(|at| sign(drawn(n, at)))).collect::<String>();
        let texts: Vec<String> = (0..60).map(write).collect();
        assert!(is_scrambled(&texts.iter().map(String::as_str).collect::<Vec<_>>()), "{texts:?}");
        let tokens: Vec<String> = (0..60_u64).map(|n| format!("{:012X}", n * 184_467_440_737)).collect();
        assert!(!is_scrambled(&tokens.iter().map(String::as_str).collect::<Vec<_>>()));
    }
}
