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

use crate::identity::Identity;
use crate::key_pair::Id;
use crate::keyed_hash::{BLOCK, HalfHash, KeyedHash, pad};
use crate::token_fields::{PartValues, SLOT};
use crate::token_set::TokenSet;

/// Makes tokens. Holds one keyed hash a family.
///
/// A record's messages are put together first, each in a block of its own, and hashed then one after the other: what was just
/// written in pieces can't be read at once.
pub(crate) struct Tokenizer {
    families: Vec<KeyedHash>,
    values: PartValues,
    messages: Vec<Message>,
    /// A block a message, and one more that the last may reach into.
    blocks: Vec<[u8; BLOCK]>,
    halves: Vec<HalfHash>,
    long: Vec<u8>,
}

/// One token's.
struct Message {
    family: usize,
    /// The token of a message that is longer than a block, which few are.
    known: Option<Id>,
}

impl Tokenizer {
    pub(crate) fn new(linkage: &KeyFile) -> Self {
        let families = FAMILIES
            .iter()
            .map(|family| KeyedHash::new(&*linkage.derive(&format!("family/{}", family.name))));
        Self {
            families: families.collect(),
            values: PartValues::new(),
            messages: Vec::new(),
            blocks: vec![[0; BLOCK]],
            halves: Vec::new(),
            long: Vec::with_capacity(256),
        }
    }

    /// Tokens of `identity` into `out`, which is cleared first.
    pub(crate) fn tokenize(&mut self, identity: &Identity, out: &mut TokenSet) {
        out.clear();
        self.values.fill(identity);
        self.messages.clear();
        for (number, family) in FAMILIES.iter().enumerate() {
            let combinations = family.parts.iter().map(|part| self.values.count(*part)).product();
            for which in 0..combinations {
                let known = self.write(family, which);
                let known = (!known).then(|| self.long_token(number, family, which));
                self.messages.push(Message { family: number, known });
            }
        }
        self.values.clear();
        self.hash();
        let mut start = 0;
        for (i, (message, block)) in self.messages.iter().zip(&self.blocks).enumerate() {
            let family = message.family;
            let token = message.known.unwrap_or_else(|| self.families[family].second_half(block));
            if out.counts[family] == 0 {
                start = out.bytes.len();
            }
            out.bytes.extend_from_slice(&token);
            out.counts[family] += 1;
            let is_last = self.messages.get(i + 1).is_none_or(|next| next.family != family);
            if is_last && out.counts[family] > 1 {
                out.close(family, start);
            }
        }
    }

    /// Writes the message of one combination of the parts' values into the next block; false where it does not
    /// fit, and must be hashed otherwise.
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

    /// Takes every message in, and leaves in its block what the outer hash takes in; nothing of the messages stays.
    fn hash(&mut self) {
        self.halves.clear();
        for (message, block) in self.messages.iter().zip(&self.blocks) {
            self.halves.push(self.families[message.family].first_half(block));
        }
        for (half, block) in self.halves.iter().zip(&mut self.blocks) {
            half.write(block);
        }
        self.blocks[self.messages.len()] = [0; BLOCK];
        self.long.fill(0);
        self.long.clear();
    }

    fn long_token(&mut self, number: usize, family: &Family, mut which: usize) -> Id {
        self.long.fill(0);
        self.long.clear();
        for part in family.parts {
            let value = self.values.value(*part, self.values.choose(*part, &mut which));
            self.long.extend_from_slice(value);
        }
        self.families[number].id(&self.long)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Part;
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
