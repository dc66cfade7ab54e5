//! Trying to make a column's digests without a key: names, codes of their sound, birth dates, the last
//! four digits of a social security number, and a million whole ones.

use std::collections::HashSet;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::calendar::{day_number, iso};
use crate::lexicon::Lexicon;

/// Numbers tried of the 900 million that there are. Of n different ones in a column a million tries
/// meet n / 900 on average: a column of 4,000 escapes with a chance of one in eighty.
const NUMBERS: u64 = 1_000_000;

/// Whether one of the digests is that of something that anybody could have guessed, under MD5, SHA-1 or
/// SHA-256, cut short or not.
pub(crate) fn guessed(digests: &[Vec<u8>]) -> bool {
    let start = |d: &[u8]| d.first_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes));
    let wanted: HashSet<u64> = digests.iter().filter_map(|d| start(d)).collect();
    let hit = |text: &str| {
        let bytes = text.as_bytes();
        let among = |digest: &[u8]| start(digest).is_some_and(|s| wanted.contains(&s));
        among(&Md5::digest(bytes)) || among(&Sha256::digest(bytes)) || among(&Sha1::digest(bytes))
    };
    // A column of a few digests is not worth a million tries.
    let numbers = if digests.len() >= 200 { NUMBERS } else { 0 };
    names().any(|text| hit(&text))
        || sounds().any(|text| hit(&text))
        || (0..10_000).any(|n| hit(&format!("{n:04}")))
        || (0..100_000).any(|n| hit(&format!("{n:05}")))
        || birth_dates().any(|text| hit(&text))
        || social_security_numbers(numbers).any(|(plain, dashed)| hit(&plain) || hit(&dashed))
}

fn names() -> impl Iterator<Item = String> {
    let dressed = |name: &str| {
        let (first, rest) = name.split_at(1);
        [name.to_owned(), name.to_uppercase(), first.to_uppercase() + rest]
    };
    let single = Lexicon::given_names().chain(Lexicon::family_names()).flat_map(dressed);
    let whole = Lexicon::given_names().take(60).flat_map(move |first| {
        Lexicon::family_names().take(60).flat_map(move |last| {
            [
                format!("{first} {last}"),
                format!("{first} {last}").to_uppercase(),
                format!("{first}{last}"),
                format!("{last}{first}"),
                format!("{last}, {first}").to_uppercase(),
                dressed(first)[2].clone() + " " + &dressed(last)[2],
            ]
        })
    });
    single.chain(whole)
}

/// Every SOUNDEX code.
fn sounds() -> impl Iterator<Item = String> {
    ('A'..='Z').flat_map(|letter| {
        (0..343).flat_map(move |n| {
            let code = format!("{letter}{}{}{}", n / 49, n / 7 % 7, n % 7);
            [code.to_lowercase(), code]
        })
    })
}

fn birth_dates() -> impl Iterator<Item = String> {
    (day_number(1930, 1, 1)..day_number(2026, 1, 1)).flat_map(|day| {
        let text = iso(day);
        let (y, m, d) = (&text[..4], &text[5..7], &text[8..]);
        let dashed = [format!("{m}-{d}-{y}"), format!("{d}/{m}/{y}")];
        let written = [format!("{m}/{d}/{y}"), format!("{y}{m}{d}"), format!("{m}{d}{y}"), text.clone()];
        written.into_iter().chain(dashed)
    })
}

/// Numbers spread over all areas, plain and with dashes.
fn social_security_numbers(many: u64) -> impl Iterator<Item = (String, String)> {
    // A step without a common divisor with the range goes through it evenly.
    const RANGE: u64 = 899_000_000;
    const STEP: u64 = 555_576_401;
    (0..many).map(|n| {
        let number = 1_000_000 + n * STEP % RANGE;
        let plain = format!("{number:09}");
        let dashed = format!("{}-{}-{}", &plain[..3], &plain[3..5], &plain[5..]);
        (plain, dashed)
    })
}
