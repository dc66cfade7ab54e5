//! For the benchmark of token making: records in memory, so that reading a file is not timed.

use chrono::NaiveDate;
use keys::KeyFile;

use crate::birth_pieces::BirthPieces;
use crate::identity::Identity;
use crate::name::{first_name, last_name};
use crate::token_set::TokenSet;
use crate::tokenize::Tokenizer;

/// Fictitious normalized records that hold every field, and what makes tokens of them.
pub struct FullRecords {
    tokenizer: Tokenizer,
    tokens: TokenSet,
    records: Vec<Identity>,
}

impl FullRecords {
    /// `count` records, every one another.
    pub fn new(linkage: &KeyFile, count: u32) -> Self {
        Self {
            tokenizer: Tokenizer::new(linkage),
            tokens: TokenSet::default(),
            records: (0..count).map(record).collect(),
        }
    }

    /// Makes the tokens of every record, one record after the other as `encode` does, and counts them.
    pub fn tokenize(&mut self) -> usize {
        let mut made = 0;
        for record in &self.records {
            self.tokenizer.tokenize(record, &mut self.tokens);
            made += self.tokens.bytes.len() / domain::TOKEN_BYTES;
        }
        made
    }
}

fn record(number: u32) -> Identity {
    let letters = |number: u32| -> String {
        (0..6).map(|place| char::from(b'a' + (number / 7_u32.pow(place) % 26) as u8)).collect()
    };
    let (first, last) =
        (first_name(&letters(number)), last_name(&letters(number.wrapping_mul(2_654_435_761))));
    let date = NaiveDate::from_yo_opt(1940 + (number % 70).cast_signed(), 1 + number % 365);
    let mut identity = Identity::default();
    (identity.first, identity.last) = (first, last);
    identity.middle = Some("q".to_owned());
    identity.birth_pieces = date.map(BirthPieces::of).unwrap_or_default();
    identity.ssn = Some(format!("{:09}", 100_000_000 + number));
    identity.ssn_last_four = Some(format!("{:04}", number % 10_000));
    identity.phone = Some(format!("404{:07}", 2_000_000 + number));
    identity.email = Some(format!("{}@example.org", letters(number)));
    identity.sex = Some("f".to_owned());
    identity.street_number = Some((1 + number % 9_999).to_string());
    identity.street_name = Some(format!("{}street", letters(number / 3)));
    identity.postcode = Some(format!("30{:03}", number % 1_000));
    identity.birth_place = Some(letters(number / 50));
    identity.locality = Some(letters(number / 500));
    identity.occupation = Some(letters(number / 70));
    identity.other = vec![format!("card\u{1f}{number}")];
    identity
}
