//! HMIS exports whose names are hashed (HashStatus 4).
//!
//! # Privacy
//! Such an export is not de-identified: an unkeyed SHA-256 of a SOUNDEX code has some 8,900 inputs
//! and is read back by trying them. It is treated as identified data: the hash is an identity
//! field, tokenized under the city's key before anything leaves, and takes part only in the
//! families that compare SOUNDEX codes. A clear name's SOUNDEX is brought into the same form, so
//! that both meet wherever the maker of the export used SHA-256.
//!
//! # Source
//! HUD, HMIS CSV format specifications (hashing); domain reference, section 6.

use std::cell::RefCell;
use std::collections::HashMap;

use sha2::{Digest, Sha256};

/// Digits of a SOUNDEX form that take part in tokens: 16 tell all 8,918 codes apart.
pub(crate) const SOUND_DIGITS: usize = 16;

/// How the names of an export are to be read.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Names {
    /// Clear, unless a cell is plainly a hash.
    Clear,
    /// Declared to be hashes of SOUNDEX codes: nothing but a SOUNDEX form is ever made of them.
    Hashed,
}

impl Names {
    /// By `HashStatus` in `Export.csv`: 4 is SHA-256 of SOUNDEX, 2 SHA-1. Status 3 ("other") is
    /// declared by exports with clear names too, so there each cell tells.
    pub(crate) fn from_hash_status(code: &str) -> Self {
        if matches!(code.trim(), "2" | "4") { Self::Hashed } else { Self::Clear }
    }
}

/// Whether a cell is a hexadecimal digest (MD5 or longer).
pub(crate) fn is_digest(text: &str) -> bool {
    matches!(text.len(), 32 | 40 | 56 | 64 | 96 | 128) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether a cell is HUD's hashed SSN: a digest, perhaps behind the last four digits.
pub(crate) fn is_hashed_ssn(text: &str) -> bool {
    is_digest(text) || (text.len() > 36 && text.is_ascii() && is_digest(&text[4..]))
}

/// Hexadecimal SHA-256 of the SOUNDEX code of a normalized name; `None` where it has no letter of
/// the Latin alphabet.
pub(crate) fn soundex_form(name: &str) -> Option<String> {
    Some(hex::encode(Sha256::digest(soundex(name)?)))
}

/// The first digits of a name's [`soundex_form`].
pub(crate) fn soundex_start(name: &str) -> Option<[u8; SOUND_DIGITS]> {
    thread_local! {
        /// Starts by code: there are some 8,900.
        static STARTS: RefCell<HashMap<[u8; 4], [u8; SOUND_DIGITS]>> = RefCell::default();
    }
    let code = soundex(name)?;
    STARTS.with_borrow_mut(|starts| {
        Some(*starts.entry(code).or_insert_with(|| {
            let mut digits = [0; SOUND_DIGITS];
            let digest = Sha256::digest(code);
            hex::encode_to_slice(&digest[..SOUND_DIGITS / 2], &mut digits).expect("two digits a byte");
            digits
        }))
    })
}

/// American SOUNDEX: a letter and three digits. Letters with one digit count once, even around H and W.
///
/// # Source
/// US National Archives, "Soundex System".
fn soundex(name: &str) -> Option<[u8; 4]> {
    /// By letter; 0 for vowels and Y, which part two of a kind, and 7 for H and W, which don't.
    const DIGITS: &[u8; 26] = b"01230127022455012623017202";
    let mut letters = name.bytes().filter(u8::is_ascii_alphabetic).map(|byte| byte.to_ascii_uppercase());
    let digit = |letter: u8| DIGITS[usize::from(letter - b'A')];
    let first = letters.next()?;
    let (mut code, mut length, mut last) = ([first, b'0', b'0', b'0'], 1, digit(first));
    for digit in letters.map(digit).filter(|digit| *digit != b'7') {
        if digit != b'0' && digit != last && length < code.len() {
            code[length] = digit;
            length += 1;
        }
        last = digit;
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rphonetic::{Encoder, Soundex};

    #[test]
    fn a_clear_name_meets_the_hash_of_its_soundex() {
        // SOUNDEX known answers: US National Archives; SHA-256 of the four ASCII characters.
        for (name, code) in [
            ("washington", b"W252"),
            ("lee", b"L000"),
            ("Tymczak", b"T522"),
            ("pfister", b"P236"),
            ("ashcraft", b"A261"),
        ] {
            assert_eq!(soundex(name).as_ref(), Some(code), "{name}");
        }
        let w252 = hex::encode(Sha256::digest(b"W252"));
        assert_eq!(soundex_form("washington").as_deref(), Some(w252.as_str()));
        assert_eq!(soundex_form("washingten"), soundex_form("washington"));
        assert_eq!(soundex_form("李"), None);
        assert_eq!(
            soundex_start("washington").as_ref().map(|s| &s[..]),
            Some(&w252.as_bytes()[..SOUND_DIGITS])
        );
    }

    proptest! {
        /// Against a library by other hands.
        #[test]
        fn a_code_is_what_others_make_of_the_name(name in "[a-zA-Z]{1,12}|[hwaeiouybfpvcs]{1,12}") {
            let expected = Soundex::default().encode(&name);
            prop_assert_eq!(soundex(&name).map(|code| code.to_vec()), Some(expected.into_bytes()));
        }
    }

    #[test]
    fn digests_are_told_from_names() {
        assert!(is_digest("2cb30d5ef678412db20875ccf25c63ff"));
        assert!(is_hashed_ssn(&format!("1234{}", hex::encode(Sha256::digest(b"x")))));
        for name in ["deadbeef", "Abbe", "", "zcb30d5ef678412db20875ccf25c63ff", "123-45-6789"] {
            assert!(!is_digest(name) && !is_hashed_ssn(name), "{name}");
        }
    }
}
