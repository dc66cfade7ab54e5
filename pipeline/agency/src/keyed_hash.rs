//! HMAC-SHA256 of many short messages under one key: the key's two blocks are hashed once.
//!
//! # Source
//! RFC 2104; FIPS 180-4 for the padding and the initial state. The compression is `sha2`'s.

use sha2::block_api::compress256;
use sha2::{Digest, Sha256};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::key_pair::Id;

/// Bytes that the hash takes in at a time.
pub(crate) const BLOCK: usize = 64;
/// Bytes of a last block that are the padding's.
const PADDING: usize = 9;
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// A key, as the states of the inner and the outer hash behind its block. No `Debug`, no `Clone`.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct KeyedHash {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl KeyedHash {
    /// Takes a key of any length.
    pub(crate) fn new(key: &[u8]) -> Self {
        let mut block = [0_u8; BLOCK];
        if key.len() > BLOCK {
            block[..32].copy_from_slice(&Sha256::digest(key));
        } else {
            block[..key.len()].copy_from_slice(key);
        }
        let state = |mask: u8, block: &[u8; BLOCK]| {
            let (mut state, mut masked) = (INITIAL, block.map(|byte| byte ^ mask));
            compress256(&mut state, &[masked]);
            masked.zeroize();
            state
        };
        let keyed = Self { inner: state(0x36, &block), outer: state(0x5c, &block) };
        block.zeroize();
        keyed
    }

    /// The first 128 bits of the HMAC.
    pub(crate) fn id(&self, message: &[u8]) -> Id {
        let mut id = [0; 16];
        id.copy_from_slice(&self.hash(message)[..16]);
        id
    }

    /// Begins the inner hash of a message.
    pub(crate) fn inner(&self) -> HashState {
        HashState(self.inner)
    }

    /// Begins the outer hash, of the block that [`HashState::write`] wrote.
    pub(crate) fn outer(&self) -> HashState {
        HashState(self.outer)
    }

    fn hash(&self, message: &[u8]) -> [u8; 32] {
        let (whole, rest) = message.as_chunks::<BLOCK>();
        let mut state = self.inner;
        if !whole.is_empty() {
            compress256(&mut state, whole);
        }
        let mut last = [0_u8; BLOCK];
        last[..rest.len()].copy_from_slice(rest);
        last[rest.len()] = 0x80;
        if rest.len() > BLOCK - PADDING {
            compress256(&mut state, &[last]);
            last = [0; BLOCK];
        }
        last[BLOCK - 8..].copy_from_slice(&bits(message.len()));
        compress256(&mut state, &[last]);
        HashState(state).write(&mut last);
        let mut state = self.outer;
        compress256(&mut state, &[last]);
        bytes(&state)
    }
}

/// A hash that has taken in some of its blocks. Many are worked on in turns: one alone waits for itself at each step.
#[derive(Clone)]
pub(crate) struct HashState([u32; 8]);

impl HashState {
    /// Takes in the next block; the last one is [`pad`]ded.
    pub(crate) fn take_in(&mut self, block: &[u8; BLOCK]) {
        compress256(&mut self.0, std::slice::from_ref(block));
    }

    /// The first 128 bits.
    pub(crate) fn id(&self) -> Id {
        let mut id = [0; 16];
        id.copy_from_slice(&bytes(&self.0)[..16]);
        id
    }

    /// Writes what the inner hash gave as the outer one takes it in; of `block` nothing stays.
    pub(crate) fn write(&self, block: &mut [u8; BLOCK]) {
        *block = [0; BLOCK];
        block[..32].copy_from_slice(&bytes(&self.0));
        let padded = pad(block, 32);
        debug_assert!(padded);
    }
}

/// Ends a message of `length` bytes in its only block, zeros behind it; false where it leaves no room.
pub(crate) fn pad(block: &mut [u8; BLOCK], length: usize) -> bool {
    if length > BLOCK - PADDING {
        return false;
    }
    block[length] = 0x80;
    block[BLOCK - 8..].copy_from_slice(&bits(length));
    true
}

/// Ends the message that stands in `bytes` from `from` on, and tells how many blocks it is then.
pub(crate) fn pad_behind(bytes: &mut Vec<u8>, from: usize) -> usize {
    let length = bytes.len() - from;
    let padded = (length + PADDING).next_multiple_of(BLOCK);
    bytes.push(0x80);
    bytes.resize(from + padded - 8, 0);
    bytes.extend_from_slice(&bits(length));
    padded / BLOCK
}

/// How long a message is, with the key's block before it.
fn bits(length: usize) -> [u8; 8] {
    (8 * (BLOCK + length) as u64).to_be_bytes()
}

fn bytes(state: &[u32; 8]) -> [u8; 32] {
    let mut out = [0; 32];
    for (place, word) in out.chunks_mut(4).zip(state) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;

    /// RFC 4231, test cases 1, 2, 6 and 7: short keys, and keys longer than a block.
    #[test]
    fn known_answers() {
        let long = [0xaa; 131];
        let cases: [(&[u8], &[u8], &str); 4] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &long,
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &long,
                b"This is a test using a larger than block-size key and a larger than block-size data. \
                  The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (key, message, expected) in cases {
            assert_eq!(hex::encode(KeyedHash::new(key).hash(message)), expected);
        }
    }

    proptest! {
        #[test]
        fn it_is_hmac_whatever_the_lengths(
            key in prop::collection::vec(any::<u8>(), 0..200),
            message in prop::collection::vec(any::<u8>(), 0..300)
        ) {
            let mut mac = Hmac::<Sha256>::new_from_slice(&key).expect("in a test");
            mac.update(&message);
            let expected = mac.finalize().into_bytes();
            let key = KeyedHash::new(&key);
            prop_assert_eq!(&key.hash(&message)[..], &expected[..]);
            let mut block = [0; BLOCK];
            if message.len() <= BLOCK - PADDING {
                block[..message.len()].copy_from_slice(&message);
                prop_assert!(pad(&mut block, message.len()));
                let mut state = key.inner();
                state.take_in(&block);
                state.write(&mut block);
                state = key.outer();
                state.take_in(&block);
                prop_assert_eq!(&state.id()[..], &expected[..16]);
            }
        }
    }
}
