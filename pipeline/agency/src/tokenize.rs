//! Identity fields to tokens: HMAC-SHA256 under one key a family, 128 bits kept.
//!
//! A message is the parts of a family ([`domain::Part`]) in order, each ended by 0x1F, which no
//! normalized field holds. A family of which the record lacks a part gives no token; a part with
//! several values gives a token for each.
//!
//! # Source
//! Linkage reference, sections 1 and 3; [`domain::FAMILIES`].

use domain::{FAMILIES, Family};
use keys::KeyFile;
use zeroize::Zeroize;

use crate::identity::Identity;
use crate::keyed_hash::KeyedHash;
use crate::token_fields::PartValues;
use crate::token_set::TokenSet;

const SEPARATOR: u8 = 0x1f;

/// Makes tokens. Holds one keyed hash a family.
pub(crate) struct Tokenizer {
    families: Vec<KeyedHash>,
    values: PartValues,
    message: Vec<u8>,
}

impl Tokenizer {
    pub(crate) fn new(linkage: &KeyFile) -> Self {
        let families = FAMILIES
            .iter()
            .map(|family| KeyedHash::new(&*linkage.derive(&format!("family/{}", family.name))));
        Self { families: families.collect(), values: PartValues::new(), message: Vec::with_capacity(128) }
    }

    /// Tokens of `identity` into `out`, which is cleared first.
    pub(crate) fn tokenize(&mut self, identity: &Identity, out: &mut TokenSet) {
        out.clear();
        self.values.fill(identity);
        for (number, family) in FAMILIES.iter().enumerate() {
            let combinations = family.parts.iter().map(|part| self.values.count(*part)).product();
            let start = out.bytes.len();
            for which in 0..combinations {
                self.token(number, family, which, out);
            }
            if combinations > 1 {
                out.close(number, start);
            } else {
                out.counts[number] = combinations as u8;
            }
        }
        self.values.clear();
        self.message.zeroize();
    }

    /// The token of one combination of the parts' values.
    fn token(&mut self, number: usize, family: &Family, mut which: usize, out: &mut TokenSet) {
        self.message.clear();
        for part in family.parts {
            let count = self.values.count(*part);
            self.message.extend_from_slice(self.values.value(*part, which % count));
            self.message.push(SEPARATOR);
            which /= count;
        }
        out.bytes.extend_from_slice(&self.families[number].id(&self.message));
    }
}
