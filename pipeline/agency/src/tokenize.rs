//! Identity fields to tokens: HMAC-SHA256 under one key a family, 128 bits kept.
//!
//! A message is the parts of a family ([`domain::Part`]) in order, each ended by 0x1F, which no
//! normalized field holds. A family of which the record lacks a part gives no token; a part with
//! several values gives a token for each.
//!
//! # Source
//! Linkage reference, sections 1 and 3; [`domain::FAMILIES`].

use domain::{FAMILIES, Family, TOKEN_BYTES};
use hmac::{Hmac, KeyInit, Mac};
use keys::KeyFile;
use sha2::Sha256;
use zeroize::Zeroize;

use crate::identity::Identity;
use crate::token_fields::PartValues;
use crate::token_set::TokenSet;

const SEPARATOR: u8 = 0x1f;

/// Makes tokens. Holds one keyed HMAC state a family; making a token clones the state.
pub(crate) struct Tokenizer {
    states: Vec<Hmac<Sha256>>,
    values: PartValues,
    message: Vec<u8>,
}

impl Tokenizer {
    pub(crate) fn new(linkage: &KeyFile) -> Self {
        let states = FAMILIES.iter().map(|family| {
            let key = linkage.derive(&format!("family/{}", family.name));
            Hmac::new_from_slice(&*key).expect("HMAC takes a key of any length")
        });
        Self { states: states.collect(), values: PartValues::new(), message: Vec::with_capacity(128) }
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
        let mut state = self.states[number].clone();
        state.update(&self.message);
        out.bytes.extend_from_slice(&state.finalize().into_bytes()[..TOKEN_BYTES]);
    }
}
