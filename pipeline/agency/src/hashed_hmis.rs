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

use rphonetic::{Encoder, Soundex};
use sha2::{Digest, Sha256};

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
    thread_local! {
        /// Forms by code: there are some 8,900.
        static FORMS: RefCell<HashMap<String, String>> = RefCell::default();
    }
    let latin: String = name.chars().filter(char::is_ascii_alphabetic).collect();
    if latin.is_empty() {
        return None;
    }
    let code = Soundex::default().encode(&latin);
    FORMS.with_borrow_mut(|forms| {
        if let Some(form) = forms.get(&code) {
            return Some(form.clone());
        }
        let form = hex::encode(Sha256::digest(code.as_bytes()));
        forms.insert(code, form.clone());
        Some(form)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clear_name_meets_the_hash_of_its_soundex() {
        // SOUNDEX known answers: US National Archives; SHA-256 of the four ASCII characters.
        assert_eq!(Soundex::default().encode("washington"), "W252");
        assert_eq!(Soundex::default().encode("lee"), "L000");
        let w252 = hex::encode(Sha256::digest(b"W252"));
        assert_eq!(soundex_form("washington").as_deref(), Some(w252.as_str()));
        assert_eq!(soundex_form("washingten"), soundex_form("washington"));
        assert_eq!(soundex_form("李"), None);
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
