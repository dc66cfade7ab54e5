//! Tokens that are hashes without a key, as agencies make who hash by themselves, and HMIS exports by HUD's own rule.
//!
//! To the hub a token is a uniform string, and so is any hash: only by trying can one be told from the other. Tried are
//! the sounds of all names (SOUNDEX, HUD's rule), the commonest names, birth dates, the last four digits of social
//! security numbers and ZIP codes, each under MD5, SHA-1, SHA-256 and SHA-512, with the first or the last 16 bytes for a
//! token. Texts that are too many to list (whole social security numbers, telephones, e-mail addresses, rare names,
//! several fields together) are not found, and neither are other hashes: the threat model says so.

use std::sync::OnceLock;

use chrono::NaiveDate;
use domain::TOKEN_BYTES;
use md5::Md5;
use rayon::slice::ParallelSliceMut;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

/// The commonest first and last names of the United States' censuses and births.
const NAMES: &str = "james robert john michael david william richard joseph thomas christopher charles daniel matthew anthony mark \
    steven andrew paul joshua kenneth kevin brian jose juan luis carlos jesus miguel mary patricia jennifer linda elizabeth \
    barbara susan jessica karen sarah lisa nancy sandra ashley emily kimberly maria ana rosa carmen guadalupe smith johnson \
    williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson taylor moore jackson \
    martin lee perez thompson white harris sanchez clark ramirez lewis robinson walker young allen king wright scott torres \
    nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts";

/// Hits of a column's sample that are no chance: one of the two million hashes that are known meets a token once in 10^13.
pub(crate) const LEAST_HITS: usize = 2;

/// Whether a token begins as one of the hashes that were tried.
pub(crate) fn is_plain_hash(token: &[u8]) -> bool {
    start(token).is_some_and(|start| known().binary_search(&start).is_ok())
}

/// Above the number of texts, so that the list never grows by doubling.
const MOST_TEXTS: usize = 330_000;

/// The tokens that a text's hashes can be cut to: MD5 is one, and of the others either end.
const CUTS: usize = 7;

/// The first eight bytes of each token, in order; 18 MB, made once.
fn known() -> &'static [u64] {
    static KNOWN: OnceLock<Vec<u64>> = OnceLock::new();
    KNOWN.get_or_init(|| {
        let mut known = Vec::with_capacity(CUTS * MOST_TEXTS);
        each_text(&mut |text| {
            known.extend(start(&Md5::digest(text)));
            for digest in [&Sha1::digest(text)[..], &Sha256::digest(text)[..], &Sha512::digest(text)[..]] {
                known.extend(start(digest));
                known.extend(digest.last_chunk::<TOKEN_BYTES>().and_then(|last| start(last)));
            }
        });
        known.par_sort_unstable();
        known
    })
}

fn start(token: &[u8]) -> Option<u64> {
    token.first_chunk().map(|start| u64::from_be_bytes(*start))
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
        for format in ["%Y-%m-%d", "%Y%m%d", "%m/%d/%Y", "%m%d%Y", "%d-%b-%Y"] {
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
        for text in [
            "S530",
            "g620",
            "MARIA",
            "Garcia",
            "1991-04-17",
            "19910417",
            "04/17/1991",
            "04171991",
            "17-Apr-1991",
            "6789",
            "55404",
        ] {
            let [md5, sha1, sha256, sha512] = digests(text);
            for digest in [&md5, &sha1, &sha256, &sha512] {
                assert!(is_plain_hash(digest) && is_plain_hash(&digest[..16]), "{text}: {}", digest.len());
                assert!(is_plain_hash(&digest[digest.len() - 16..]), "{text}: end of {}", digest.len());
            }
            for digest in digests(&format!("{text} under a key")) {
                assert!(!is_plain_hash(&digest) && !is_plain_hash(&digest[digest.len() - 16..]));
            }
        }
        assert!(!is_plain_hash(&[]) && !is_plain_hash(&[0; 16]));
    }

    fn digests(text: &str) -> [Vec<u8>; 4] {
        [
            Md5::digest(text).to_vec(),
            Sha1::digest(text).to_vec(),
            Sha256::digest(text).to_vec(),
            Sha512::digest(text).to_vec(),
        ]
    }

    #[test]
    fn the_list_is_made_in_one_piece() {
        let known = known();
        let most = CUTS * MOST_TEXTS;
        assert!(known.len() <= most && known.len() > most - most / 50, "{}", known.len());
        assert!(known.is_sorted());
    }
}
