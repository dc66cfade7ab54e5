//! Trying to make a column's digests without a key: names, codes of their sound, birth dates, the last
//! four digits of a social security number, and a million whole ones.

use std::collections::HashSet;
use std::hash::BuildHasherDefault;

use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::calendar::{day_number, iso};
use crate::lexicon::{Fnv, Lexicon};

/// Social security numbers that were given out by area, before they were drawn.
const ALL: u64 = 772_000_000;

/// Numbers of these that are tried under all three. Of n different ones in a column a million tries meet n / 772 on
/// average: a column of 4,000 escapes with a chance of one in 180.
const NUMBERS: u64 = 1_000_000;

/// The most that are tried under one of the long ones alone, in about a second: three are met on average of 300.
const MOST_NUMBERS: u64 = 8_000_000;

/// Given and family names of which whole names are made, where all three are tried.
const SOME: usize = 60;

/// Whether one of the digests is that of something that anybody could have guessed, under MD5, SHA-1 or
/// SHA-256, cut short or not, or under SHA-384 or SHA-512.
pub(crate) fn guessed(digests: &[Vec<u8>]) -> bool {
    let start = |d: &[u8]| d.first_chunk::<8>().map(|bytes| u64::from_be_bytes(*bytes));
    let wanted: HashSet<u64, BuildHasherDefault<Fnv>> = digests.iter().filter_map(|d| start(d)).collect();
    // Whole digests of 32 bytes and more are of one family, and worth more tries of it.
    let length = digests.iter().map(Vec::len).reduce(|a, b| if a == b { a } else { 0 }).unwrap_or(0);
    let whole = matches!(length, 32 | 48 | 64);
    let hit = |text: &str| {
        let bytes = text.as_bytes();
        let among = |digest: &[u8]| start(digest).is_some_and(|s| wanted.contains(&s));
        match length {
            64 => among(&Sha512::digest(bytes)),
            48 => among(&Sha384::digest(bytes)),
            32 => among(&Sha256::digest(bytes)),
            _ => among(&Md5::digest(bytes)) || among(&Sha256::digest(bytes)) || among(&Sha1::digest(bytes)),
        }
    };
    // A column of a few digests is not worth a million tries.
    let count = digests.len() as u64;
    let numbers = match count {
        20.. if whole => (3 * ALL / count).clamp(NUMBERS, MOST_NUMBERS),
        200.. => NUMBERS,
        _ => 0,
    };
    names().any(|text| hit(&text))
        || sounds().any(|text| hit(&text))
        || (0..10_000).any(|n| hit(&format!("{n:04}")))
        || (0..100_000).any(|n| hit(&format!("{n:05}")))
        || birth_dates().any(|text| hit(&text))
        || social_security_numbers(numbers, &hit)
        || whole_names(if whole { usize::MAX } else { SOME }, &hit)
}

/// The ways in which one name is written.
fn dressed(name: &str) -> [String; 3] {
    let (first, rest) = name.split_at(1);
    [name.to_owned(), name.to_uppercase(), first.to_uppercase() + rest]
}

fn names() -> impl Iterator<Item = String> {
    Lexicon::given_names().chain(Lexicon::family_names()).flat_map(dressed)
}

/// Whether one of so many whole names is hit, in the ways in which they are written most: names of all peoples side by side,
/// and those of one people in more ways.
fn whole_names(some: usize, hit: &impl Fn(&str) -> bool) -> bool {
    let peoples = Lexicon::peoples();
    let families: Vec<[String; 3]> = Lexicon::family_names().take(some).map(dressed).collect();
    let mut text = String::new();
    let mut met = |parts: &[&str]| {
        text.clear();
        text.extend(parts.iter().copied());
        hit(&text)
    };
    Lexicon::given_names()
        .take(some)
        .map(dressed)
        .any(|first| families.iter().any(|last| (0..3).any(|dress| met(&[&first[dress], " ", &last[dress]]))))
        || peoples.iter().any(|(given, family)| {
            given.iter().take(some).map(|name| dressed(name)).any(|first| {
                family.iter().take(some).map(|name| dressed(name)).any(|last| {
                    met(&[&first[0], &last[0]])
                        || met(&[&last[0], &first[0]])
                        || met(&[&last[1], ", ", &first[1]])
                        || met(&[&first[0], ".", &last[0], "@gmail.com"])
                })
            })
        })
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

/// Whether one of so many numbers, spread over all areas, is hit, plain or with dashes.
fn social_security_numbers(many: u64, hit: &impl Fn(&str) -> bool) -> bool {
    // A step without a common divisor with the range goes through it evenly.
    const STEP: u64 = 555_576_401;
    let (mut plain, mut dashed) = ([0_u8; 9], *b"000-00-0000");
    (0..many).any(|n| {
        let mut number = 1_000_000 + n * STEP % ALL;
        for digit in plain.iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        dashed[..3].copy_from_slice(&plain[..3]);
        dashed[4..6].copy_from_slice(&plain[3..5]);
        dashed[7..].copy_from_slice(&plain[5..]);
        [&plain[..], &dashed[..]].into_iter().any(|text| std::str::from_utf8(text).is_ok_and(hit))
    })
}
