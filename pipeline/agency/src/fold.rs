//! Unicode folding: compatibility decomposition, lower case, marks stripped.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Lower case without marks; letters that do not decompose are written out (ß ss, ø o, ł l, …).
///
/// ```text
///   José-María O’Neill  ->  jose-maria o'neill
/// ```
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let lower: String = text.nfkd().flat_map(char::to_lowercase).collect();
    let mut out = String::with_capacity(lower.len());
    for c in lower.nfkd().filter(|c| !is_combining_mark(*c)) {
        match c {
            'ß' => out.push_str("ss"),
            'æ' => out.push_str("ae"),
            'œ' => out.push_str("oe"),
            'ø' => out.push('o'),
            'đ' | 'ð' => out.push('d'),
            'ł' => out.push('l'),
            'ı' => out.push('i'),
            'þ' => out.push_str("th"),
            '\u{2018}' | '\u{2019}' | '\u{02bc}' => out.push('\''),
            '\u{2010}'..='\u{2015}' => out.push('-'),
            other => out.push(other),
        }
    }
    out
}

/// Letters of the longest word for nothing, and a few more.
const LONGEST_NOTHING: usize = 24;

/// Whether a folded text says that there is nothing: blank, punctuation only, or a word for it.
pub(crate) fn says_nothing(folded: &str) -> bool {
    let mut letters = folded.chars().filter(|c| c.is_alphanumeric()).peekable();
    if letters.peek().is_none() {
        return true;
    }
    // The words are of few letters, all ASCII; this is asked of every field of every record.
    let (mut word, mut length) = ([0_u8; LONGEST_NOTHING], 0);
    for letter in letters {
        if length == word.len() || !letter.is_ascii() {
            length = 0;
            break;
        }
        word[length] = letter as u8;
        length += 1;
    }
    matches!(
        str::from_utf8(&word[..length]).unwrap_or_default(),
        "unknown"
            | "unk"
            | "unkn"
            | "unknwn"
            | "none"
            | "null"
            | "nil"
            | "nan"
            | "notavailable"
            | "notapplicable"
            | "notgiven"
            | "notprovided"
            | "notcollected"
            | "notknown"
            | "notrecorded"
            | "refused"
            | "declined"
            | "refusedtoanswer"
            | "withheld"
            | "redacted"
            | "missing"
            | "blank"
            | "empty"
            | "tbd"
            | "test"
            | "testing"
    ) || matches!(folded.trim(), "n/a" | "n.a." | "n/k" | "n.k." | "d/k")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        for (raw, folded) in [
            ("José", "jose"),
            ("Straße", "strasse"),
            ("ŁÓDŹ", "lodz"),
            ("O’Neill", "o'neill"),
            ("Ｓｍｉｔｈ", "smith"),
            ("İnci", "inci"),
        ] {
            assert_eq!(fold(raw), folded);
        }
    }

    #[test]
    fn nothing_is_recognised_however_it_is_written() {
        for text in ["", " - ", "n/a", "unknown", "not available", "??"] {
            assert!(says_nothing(text), "{text:?}");
        }
        for text in ["na", "smith", "nunez", "no"] {
            assert!(!says_nothing(text), "{text:?}");
        }
    }
}
