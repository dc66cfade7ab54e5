//! Identity fields to tokens: HMAC-SHA256 under one key a family, 128 bits kept.
//!
//! A message is the parts of a family ([`domain::Part`]) in order, each ended by 0x1F, which no
//! normalized field holds. A family of which the record lacks a part gives no token; a part with
//! several values gives a token for each.
//!
//! # Source
//! Linkage reference, sections 1 and 3; [`domain::FAMILIES`].

use domain::{FAMILIES, Family, PARTS, Part};
use keys::KeyFile;

use crate::identity::Identity;
use crate::keyed_hash::{BLOCK, HashState, KeyedHash, pad, pad_behind};
use crate::token_fields::{PartValues, SLOT};
use crate::token_set::TokenSet;

/// Makes tokens. Holds one keyed hash a family.
///
/// A record's messages are put together first, each in a block of its own, and hashed then side by side, step by step: what
/// was just written in pieces can't be read at once, and a hash that waits for itself leaves room for the next.
pub(crate) struct Tokenizer {
    families: Vec<KeyedHash>,
    /// The parts of each family, as bits.
    parts: Vec<u64>,
    values: PartValues,
    /// The family of each message.
    messages: Vec<usize>,
    /// A block a message, and one more that the last may reach into.
    blocks: Vec<[u8; BLOCK]>,
    states: Vec<HashState>,
    /// What does not fit there, each block with its message's place: few messages are longer.
    further: Vec<(usize, [u8; BLOCK])>,
    long: Vec<u8>,
}

const _: () = assert!(PARTS <= u64::BITS as usize);

fn bit(part: Part) -> u64 {
    1 << part as usize
}

impl Tokenizer {
    pub(crate) fn new(linkage: &KeyFile) -> Self {
        let families = FAMILIES
            .iter()
            .map(|family| KeyedHash::new(&*linkage.derive(&format!("family/{}", family.name))));
        Self {
            families: families.collect(),
            parts: FAMILIES.iter().map(|family| family.parts.iter().map(|part| bit(*part)).sum()).collect(),
            values: PartValues::new(),
            messages: Vec::new(),
            blocks: vec![[0; BLOCK]],
            states: Vec::new(),
            further: Vec::new(),
            long: Vec::with_capacity(256),
        }
    }

    /// Tokens of `identity` into `out`, which is cleared first.
    pub(crate) fn tokenize(&mut self, identity: &Identity, out: &mut TokenSet) {
        out.clear();
        self.values.fill(identity);
        self.messages.clear();
        let having = |least: usize| {
            let parts = Part::ALL.iter().filter(|part| self.values.count(**part) >= least);
            parts.map(|part| bit(*part)).sum::<u64>()
        };
        let (one, several) = (having(1), having(2));
        for (number, family) in FAMILIES.iter().enumerate() {
            let parts = self.parts[number];
            if parts & one != parts {
                continue;
            }
            let counts = family.parts.iter().map(|part| self.values.count(*part));
            let combinations = if parts & several == 0 { 1 } else { counts.product() };
            for which in 0..combinations {
                if !self.write(family, which) {
                    self.write_long(family, which);
                }
                self.messages.push(number);
            }
        }
        self.values.clear();
        self.hash();
        let mut start = 0;
        for (i, (family, state)) in self.messages.iter().zip(&self.states).enumerate() {
            let family = *family;
            if out.counts[family] == 0 {
                start = out.bytes.len();
            }
            out.bytes.extend_from_slice(&state.id());
            out.counts[family] += 1;
            let is_last = self.messages.get(i + 1).is_none_or(|next| *next != family);
            if is_last && out.counts[family] > 1 {
                out.close(family, start);
            }
        }
    }

    /// Writes the message of one combination of the parts' values into the next block; false where it does not
    /// fit, or one of them is too long to be copied so.
    fn write(&mut self, family: &Family, mut which: usize) -> bool {
        let at = self.messages.len();
        if self.blocks.len() < at + 2 {
            self.blocks.resize(2 * (at + 2), [0; BLOCK]);
        }
        let blocks = &mut self.blocks[at..at + 2];
        blocks[0] = [0; BLOCK];
        let (room, mut length) = (blocks.as_flattened_mut(), 0);
        for part in family.parts {
            let value = self.values.slot(*part, self.values.choose(*part, &mut which));
            let (Some((slot, more)), true) = (value, length <= BLOCK) else { return false };
            room[length..length + SLOT].copy_from_slice(slot);
            length += more;
        }
        pad(&mut blocks[0], length)
    }

    /// Hashes every message; nothing of the messages stays.
    fn hash(&mut self) {
        self.states.clear();
        self.states.extend(self.messages.iter().map(|family| self.families[*family].inner()));
        for (state, block) in self.states.iter_mut().zip(&self.blocks) {
            state.take_in(block);
        }
        for (at, block) in &mut self.further {
            self.states[*at].take_in(block);
            block.fill(0);
        }
        self.further.clear();
        for ((state, block), family) in self.states.iter_mut().zip(&mut self.blocks).zip(&self.messages) {
            state.write(block);
            *state = self.families[*family].outer();
        }
        for (state, block) in self.states.iter_mut().zip(&self.blocks) {
            state.take_in(block);
        }
        self.blocks[self.messages.len()] = [0; BLOCK];
    }

    /// As [`Self::write`], whatever the length.
    fn write_long(&mut self, family: &Family, mut which: usize) {
        for part in family.parts {
            let value = self.values.value(*part, self.values.choose(*part, &mut which));
            self.long.extend_from_slice(value);
        }
        pad_behind(&mut self.long, 0);
        let (at, (blocks, _)) = (self.messages.len(), self.long.as_chunks::<BLOCK>());
        for (step, block) in blocks.iter().enumerate() {
            if step == 0 {
                self.blocks[at] = *block;
            } else {
                self.further.push((at, *block));
            }
        }
        self.long.fill(0);
        self.long.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::key_pair::Id;
    use proptest::prelude::*;

    proptest! {
        /// By the definition: each part's values ended by 0x1F, each combination once, in order of the tokens.
        #[test]
        fn tokens_are_what_the_definition_says(
            name in "[a-z]{1,40}", email in prop::option::of("[a-z]{1,60}@example.org"), other in prop::collection::vec("[a-z0-9]{1,70}", 0..4)
        ) {
            let key = crate::key_pair::tests::linkage_key();
            let mut tokenizer = Tokenizer::new(&key);
            let mut identity = Identity::default();
            (identity.last, identity.first) = (Some(name.clone()), Some(name));
            (identity.email, identity.other) = (email, other);
            identity.sex = Some("f".to_owned());
            let mut out = TokenSet::default();
            for _ in 0..2 {
                tokenizer.tokenize(&identity, &mut out);
            }
            let mut expected = Vec::new();
            let mut values = PartValues::new();
            values.fill(&identity);
            for (number, family) in FAMILIES.iter().enumerate() {
                let mut messages = vec![Vec::new()];
                for part in family.parts {
                    let all = (0..values.count(*part)).map(|which| values.value(*part, which));
                    messages = all.flat_map(|v| messages.iter().map(move |m: &Vec<u8>| [m, v].concat())).collect();
                }
                let mut tokens: Vec<Id> = messages.iter().map(|m| tokenizer.families[number].id(m)).collect();
                tokens.sort_unstable();
                tokens.dedup();
                prop_assert_eq!(usize::from(out.counts[number]), tokens.len());
                expected.extend_from_slice(tokens.as_flattened());
            }
            prop_assert_eq!(values.count(Part::Sex), 1);
            prop_assert_eq!(&out.bytes, &expected);
        }
    }
}
