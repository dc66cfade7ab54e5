//! Errors of the hand: in names, dates and numbers. The simulator's own, shared with no linker.

use chrono::{Datelike, NaiveDate};

use crate::dice::Dice;

/// Neighbours on a keyboard.
const KEYS: [(char, &str); 26] = [
    ('a', "qsz"),
    ('b', "vgn"),
    ('c', "xdv"),
    ('d', "sfe"),
    ('e', "wrd"),
    ('f', "dgr"),
    ('g', "fht"),
    ('h', "gjy"),
    ('i', "uok"),
    ('j', "hku"),
    ('k', "jli"),
    ('l', "kop"),
    ('m', "nj"),
    ('n', "bmh"),
    ('o', "ipl"),
    ('p', "ol"),
    ('q', "wa"),
    ('r', "etf"),
    ('s', "adw"),
    ('t', "ryg"),
    ('u', "yij"),
    ('v', "cbf"),
    ('w', "qes"),
    ('x', "zcs"),
    ('y', "tuh"),
    ('z', "xa"),
];

/// Spellings that sound alike, tried either way.
const SOUNDS: [(&str, &str); 22] = [
    ("ph", "f"),
    ("ck", "k"),
    ("c", "k"),
    ("ie", "ei"),
    ("y", "i"),
    ("ee", "ea"),
    ("z", "s"),
    ("ll", "l"),
    ("nn", "n"),
    ("tt", "t"),
    ("ss", "s"),
    ("sch", "sh"),
    ("ou", "u"),
    ("ai", "ay"),
    ("th", "t"),
    ("gh", "g"),
    ("mac", "mc"),
    ("sen", "son"),
    ("er", "ar"),
    ("qu", "k"),
    ("j", "g"),
    ("v", "b"),
];

/// One slip of the hand: a letter inserted, left out, struck beside, or two changed about.
pub(crate) fn typo(text: &str, dice: &mut Dice) -> String {
    let mut letters: Vec<char> = text.chars().collect();
    if letters.len() < 2 {
        return format!("{text}{}", random_letter(dice));
    }
    let at = dice.below(letters.len());
    match dice.weighted(&[0.18, 0.3, 0.3, 0.22]) {
        0 => letters.insert(at + 1, random_letter(dice)),
        1 => {
            letters.remove(at);
        }
        2 => letters[at] = beside(letters[at], dice),
        _ => {
            let at = at.min(letters.len() - 2);
            if letters[at] == letters[at + 1] {
                letters[at] = beside(letters[at], dice);
            } else {
                letters.swap(at, at + 1);
            }
        }
    }
    letters.into_iter().collect()
}

fn random_letter(dice: &mut Dice) -> char {
    char::from(b'a' + dice.below(26) as u8)
}

/// A letter struck beside the right one, in the same case; digits and marks become a letter.
fn beside(letter: char, dice: &mut Dice) -> char {
    let lower = letter.to_ascii_lowercase();
    let Some((_, near)) = KEYS.iter().find(|(key, _)| *key == lower) else { return random_letter(dice) };
    let near: Vec<char> = near.chars().collect();
    let struck = *dice.pick(&near);
    if letter.is_ascii_uppercase() { struck.to_ascii_uppercase() } else { struck }
}

/// The same sound spelt another way; a typo where no rule fits.
pub(crate) fn misheard(text: &str, dice: &mut Dice) -> String {
    let lower = text.to_lowercase();
    let mut ways = Vec::new();
    for (a, b) in SOUNDS {
        for (from, to) in [(a, b), (b, a)] {
            if let Some(at) = lower.find(from) {
                ways.push(format!("{}{to}{}", &lower[..at], &lower[at + from.len()..]));
            }
        }
    }
    if ways.is_empty() { typo(text, dice) } else { capital(&ways[dice.below(ways.len())]) }
}

/// First letter of every word large, the rest as it is.
pub(crate) fn capital(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fresh = true;
    for c in text.chars() {
        if fresh {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        fresh = c == ' ' || c == '-';
    }
    out
}

/// A wrong birth date, never impossible, never after `latest`: day and month swapped, a digit
/// wrong, a year or a day off, the first of January, or a placeholder.
pub(crate) fn wrong_date(date: NaiveDate, latest: NaiveDate, dice: &mut Dice) -> NaiveDate {
    for _ in 0..24 {
        let wrong = match dice.weighted(&[0.28, 0.32, 0.14, 0.08, 0.1, 0.08]) {
            0 => NaiveDate::from_ymd_opt(date.year(), date.day(), date.month()),
            1 => one_digit(date, dice),
            2 => {
                let year = date.year() + if dice.chance(0.5) { 1 } else { -1 };
                NaiveDate::from_ymd_opt(year, date.month(), date.day())
            }
            3 => {
                if dice.chance(0.5) {
                    date.succ_opt()
                } else {
                    date.pred_opt()
                }
            }
            4 => NaiveDate::from_ymd_opt(date.year(), 1, 1),
            _ => return placeholder_date(),
        };
        if let Some(wrong) = wrong
            && wrong != date
            && wrong <= latest
            && wrong.year() >= 1905
        {
            return wrong;
        }
    }
    placeholder_date()
}

/// 1900-01-01: nothing is known.
pub(crate) fn placeholder_date() -> NaiveDate {
    NaiveDate::from_ymd_opt(1900, 1, 1).expect("1900-01-01 is a date")
}

fn one_digit(date: NaiveDate, dice: &mut Dice) -> Option<NaiveDate> {
    let text = date.format("%Y%m%d").to_string();
    let mut digits = text.into_bytes();
    let at = dice.between(2, 7) as usize;
    digits[at] = b'0' + dice.below(10) as u8;
    let text = String::from_utf8(digits).ok()?;
    NaiveDate::parse_from_str(&text, "%Y%m%d").ok()
}

/// A number of `width` digits with one digit wrong, or two changed about.
pub(crate) fn wrong_number(number: u64, width: u32, dice: &mut Dice) -> u64 {
    let at = dice.below(width as usize) as u32;
    let digit = |place: u32| number / 10_u64.pow(place) % 10;
    if dice.chance(0.3) && at + 1 < width && digit(at) != digit(at + 1) {
        let (low, high) = (digit(at), digit(at + 1));
        let rest = number - low * 10_u64.pow(at) - high * 10_u64.pow(at + 1);
        return rest + high * 10_u64.pow(at) + low * 10_u64.pow(at + 1);
    }
    let other = (digit(at) + 1 + dice.below(9) as u64) % 10;
    number - digit(at) * 10_u64.pow(at) + other * 10_u64.pow(at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn errors_change_what_they_touch(
            seed in 0_u64..10_000,
            name in "[A-Z][a-z]{1,9}",
            days in 0_i64..40_000,
            number in 10_000_000_u64..900_000_000,
        ) {
            let mut dice = Dice::new(seed, "x", 0);
            let dice = &mut dice;
            prop_assert!(typo(&name, dice).chars().count().abs_diff(name.chars().count()) <= 1);
            let heard = misheard(&name, dice);
            prop_assert!(!heard.is_empty());
            let born = crate::days::shifted("1920-01-01".parse().expect("a date"), days);
            let latest = "2029-12-31".parse().expect("a date");
            let wrong = wrong_date(born, latest, dice);
            prop_assert!(wrong != born && wrong <= latest);
            let other = wrong_number(number, 9, dice);
            prop_assert!(other != number && other < 1_000_000_000);
        }
    }

    #[test]
    fn sound_alikes_are_capital_again() {
        assert_eq!(capital("garcia lopez-diaz"), "Garcia Lopez-Diaz");
    }
}
