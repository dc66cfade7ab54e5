//! Tokens that are hashes without a key, as agencies make who hash by themselves, and HMIS exports by HUD's own rule.
//!
//! To the hub a token is a uniform string, and so is any hash: only by trying can one be told from the other. Tried are
//! SHA-256 of the sounds of all names (SOUNDEX, HUD's rule), of the commonest names, of birth dates, of the last four
//! digits of social security numbers and of ZIP codes. Hashes of several fields together, or of another kind, are not
//! found: the threat model says so.

use std::sync::OnceLock;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

/// The commonest first and last names of the United States' censuses and births.
const NAMES: &str = "james robert john michael david william richard joseph thomas christopher charles daniel matthew anthony mark \
    steven andrew paul joshua kenneth kevin brian jose juan luis carlos jesus miguel mary patricia jennifer linda elizabeth \
    barbara susan jessica karen sarah lisa nancy sandra ashley emily kimberly maria ana rosa carmen guadalupe smith johnson \
    williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson taylor moore jackson \
    martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright scott torres \
    nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts";

/// Hits of a column's sample that are no chance: of a million tried texts one meets a token once in 10^13.
pub(crate) const LEAST_HITS: usize = 2;

/// Whether a token begins as one of the hashes that were tried.
pub(crate) fn is_plain_hash(token: &[u8]) -> bool {
    token.first_chunk().is_some_and(|start| known().binary_search(&u64::from_be_bytes(*start)).is_ok())
}

/// The first eight bytes of each, in order; a quarter of a million, made once.
fn known() -> &'static [u64] {
    static KNOWN: OnceLock<Vec<u64>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = Vec::new();
        each_text(&mut |text| {
            let digest = Sha256::digest(text);
            known.push(u64::from_be_bytes(*digest.first_chunk().expect("a digest has 32 bytes")));
        });
        known.sort_unstable();
        known
    })
}

fn each_text(each: &mut dyn FnMut(&[u8])) {
    for first in b'A'..=b'Z' {
        for digits in 0..7_u32.pow(3) {
            let digit = |place: u32| b'0' + (digits / 7_u32.pow(place) % 7) as u8;
            let code = [first, digit(2), digit(1), digit(0)];
            each(&code);
            each(&code.map(|byte| byte.to_ascii_lowercase()));
        }
    }
    for name in NAMES.split_whitespace() {
        let (capital, rest) = name.split_at(1);
        for text in [name.to_owned(), name.to_uppercase(), capital.to_uppercase() + rest] {
            each(text.as_bytes());
        }
    }
    let days = NaiveDate::from_ymd_opt(1920, 1, 1).into_iter().flat_map(|day| day.iter_days());
    for day in days.take(366 * 110) {
        for format in ["%Y-%m-%d", "%Y%m%d", "%m/%d/%Y"] {
            each(day.format(format).to_string().as_bytes());
        }
    }
    for number in 0..10_000 {
        each(format!("{number:04}").as_bytes());
    }
    for number in 500..100_000 {
        each(format!("{number:05}").as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_by_huds_rule_and_of_plain_fields_are_told() {
        for text in
            ["S530", "g620", "MARIA", "Garcia", "1991-04-17", "19910417", "04/17/1991", "6789", "55404"]
        {
            let digest = Sha256::digest(text);
            assert!(is_plain_hash(&digest) && is_plain_hash(&digest[..16]), "{text}");
            assert!(!is_plain_hash(&Sha256::digest(format!("{text} under a key"))));
        }
        assert!(!is_plain_hash(&[]) && !is_plain_hash(&[0; 16]));
    }
}
