//! Tokens a second against the raw rate of HMAC-SHA256 on the same core, side by side in one run:
//!
//!     cargo bench -p pathways-agency --features measured --bench tokens
//!
//! The raw rate is that of cloning a keyed state, one short message and its digest; every token is one, cut
//! to 128 bits. The ratio is the median over rounds in which the two take turns.

use std::hint::black_box;
use std::time::Instant;

use agency::measured::FullRecords;
use domain::CityId;
use hmac::{Hmac, KeyInit, Mac};
use keys::{KeyFile, KeyKind};
use sha2::Sha256;

const RECORDS: u32 = 5_000;
const MESSAGES: usize = 500_000;
const ROUNDS: usize = 11;

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let city = CityId::new("us-xx-benchmark").expect("a slug");
    let key = KeyFile::create(&folder.path().join("linkage.key"), KeyKind::Linkage, &city, "benchmark")
        .expect("a key is made");
    let mut records = FullRecords::new(&key, RECORDS);
    let state = Hmac::<Sha256>::new_from_slice(&[7; 32]).expect("HMAC takes a key of any length");
    let mut rounds: Vec<(f64, f64)> = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            let made = black_box(records.tokenize());
            let tokens = made as f64 / start.elapsed().as_secs_f64();
            let start = Instant::now();
            for number in 0..MESSAGES {
                let mut state = state.clone();
                // As long as a token's message is: two or three short fields.
                state.update(&[number.to_le_bytes(), number.to_be_bytes(), [0x1f; 8]].concat());
                black_box(state.finalize().into_bytes());
            }
            (tokens, MESSAGES as f64 / start.elapsed().as_secs_f64())
        })
        .collect();
    rounds.sort_by(|a, b| (a.0 / a.1).total_cmp(&(b.0 / b.1)));
    let (tokens, raw) = rounds[ROUNDS / 2];
    let per_record = records.tokenize() as f64 / f64::from(RECORDS);
    let spread = (rounds[0].0 / rounds[0].1, rounds[ROUNDS - 1].0 / rounds[ROUNDS - 1].1);
    let text = format!(
        "{:.2} million tokens a second, {per_record:.0} a record; HMAC-SHA256 alone {:.2} million a second: {:.2} of it \
         (median of {ROUNDS} rounds, {:.2} to {:.2})",
        tokens / 1e6,
        raw / 1e6,
        tokens / raw,
        spread.0,
        spread.1
    );
    print(&text);
}

#[expect(clippy::print_stdout, reason = "a benchmark's result")]
fn print(text: &str) {
    println!("{text}");
}
