//! The hub's own key over every token it receives.
//!
//! A token on the wire is the first 128 bits of an HMAC under a key the hub doesn't have: to the
//! hub it is a uniform string, equal only where the agencies' inputs were equal. A keyed
//! permutation of such strings (AES-128, one key a family) is all that a second key needs: equal
//! tokens stay equal, different ones stay different, and without the hub's key its output tells
//! nothing of its input beyond equality, as AES is a pseudorandom permutation. A second HMAC would
//! say no more and cost as much as encoding did; AES takes about a nanosecond a token.
//!
//! Inside the hub 64 bits of the result are kept. Two of n different tokens of one family collide
//! with probability about n² / 2^65: for 10^7 tokens of a family 3 × 10^-6, for 10^9 (a state's,
//! four identifiers a record) 3 %, and a collision by itself merges nobody, for linkage weighs all
//! that two records share. Truncation also leaves no way back: 2^64 tokens fit each value.
//!
//! # Source
//! Linkage reference, section 3; Hall, Wagner, Kelsey and Schneier, "Building PRFs from PRPs" (CRYPTO 1998)
//! for what truncation does to a permutation.

use std::path::Path;

use aes::Aes128;
use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use domain::{CityId, FAMILIES, TOKEN_BYTES, token_column};
use keys::{KeyError, KeyFile, KeyKind};

use crate::family_tokens::FamilyTokens;
use crate::faults::Faults;
use crate::plain_hash::{LEAST_HITS, is_plain_hash};
use crate::refusal::Refusal;
use crate::rule;
use crate::side_by_side::side_by_side;
use crate::table_file::{Cell, TableFile};

/// Blocks that are encrypted at a time: what stays in the nearest cache.
const BATCH: usize = 1 << 10;

/// Records of a family that are looked at for hashes without a key, evenly spaced.
const LOOKED_AT: usize = 2_048;

/// A token as AES takes it.
pub(crate) type Block = aes::Block;

/// The hub's re-keying key of a city.
///
/// # Privacy
/// Never at an agency: who has this key and an agency's could tell which of the hub's records a
/// guessed person is. No `Clone`, no `Debug`, wiped when dropped.
pub struct HubKey(KeyFile);

impl HubKey {
    /// Reads the hub's key of a city.
    ///
    /// # Errors
    /// [`KeyError`] when the file is missing, readable by others, or of another kind or city.
    pub fn read(path: &Path, city: &CityId) -> Result<Self, KeyError> {
        KeyFile::read(path, KeyKind::Hub, city).map(Self)
    }

    /// The hub's key from a key that was read or made.
    ///
    /// # Errors
    /// [`KeyError::Kind`] when it is of another kind.
    pub fn new(key: KeyFile) -> Result<Self, KeyError> {
        match key.kind() {
            KeyKind::Hub => Ok(Self(key)),
            found => Err(KeyError::Kind { path: "key in memory".into(), found, expected: KeyKind::Hub }),
        }
    }

    /// Sixteen hexadecimal digits that tell this key from others; public.
    pub fn fingerprint(&self) -> String {
        self.0.fingerprint()
    }

    /// The city it belongs to.
    pub fn city(&self) -> &CityId {
        self.0.city()
    }

    /// A person's pseudonym: the serial number under a permutation of its own, 32 hexadecimal digits.
    pub(crate) fn pseudonym(&self, serial: u64) -> String {
        let mut block = Block::default();
        block[8..].copy_from_slice(&serial.to_be_bytes());
        self.permutation("pseudonym").0.encrypt_block(&mut block);
        hex::encode(block)
    }

    /// Re-keys a family's tokens; `blocks` is left encrypted.
    pub(crate) fn rekey(&self, family: &str, blocks: &mut [Block]) -> Vec<u64> {
        let permutation = self.permutation(family);
        let mut tokens = Vec::with_capacity(blocks.len());
        blocks.chunks_mut(BATCH).for_each(|batch| permutation.apply(batch, &mut tokens));
        tokens
    }

    fn permutation(&self, family: &str) -> Permutation {
        let key = self.0.derive(&format!("rekey/{family}"));
        let mut half = zeroize::Zeroizing::new([0_u8; 16]);
        half.copy_from_slice(&key[..16]);
        Permutation(Aes128::new(&Array::from(*half)))
    }
}

/// One family's keyed permutation.
struct Permutation(Aes128);

impl Permutation {
    /// Encrypts blocks in their place, and adds what is kept of each.
    fn apply(&self, blocks: &mut [Block], into: &mut Vec<u64>) {
        self.0.encrypt_blocks(blocks);
        into.extend(blocks.iter().map(first_64_bits));
    }
}

fn first_64_bits(block: &Block) -> u64 {
    block[..8].iter().fold(0, |bits, byte| bits << 8 | u64::from(*byte))
}

/// Reads and re-keys every family's tokens.
pub(crate) fn rekey(
    file: &TableFile,
    key: &HubKey,
    faults: &mut Faults,
) -> Result<Vec<FamilyTokens>, Refusal> {
    let mut families = Vec::with_capacity(FAMILIES.len());
    for (family, rekeyed) in
        side_by_side(0..FAMILIES.len(), |family| rekey_family(file, family, key)).into_iter().enumerate()
    {
        let (tokens, malformed) = rekeyed?;
        for row in malformed {
            faults.note(row, token_column(family), &rule::TOKEN_FORM);
        }
        families.push(tokens);
    }
    Ok(families)
}

/// A family's tokens under the hub's key, and the rows whose cell holds none that are whole.
fn rekey_family(
    file: &TableFile,
    family: usize,
    key: &HubKey,
) -> Result<(FamilyTokens, Vec<usize>), Refusal> {
    let column = token_column(family);
    let permutation = key.permutation(FAMILIES[family].name);
    let (mut counts, mut tokens) = (Vec::with_capacity(file.rows()), Vec::new());
    let (mut batch, mut malformed) = (Vec::with_capacity(BATCH + FAMILIES[family].most), Vec::new());
    let (mut readable, mut hashes) = (0_usize, 0_usize);
    let every = file.rows().div_ceil(LOOKED_AT).max(1);
    file.bytes(&column, |row, cell| {
        counts.push(match cell {
            Cell::Null => 0,
            Cell::Value(bytes) if whole_tokens(bytes, family) => {
                hashes += usize::from(row.is_multiple_of(every) && is_plain_hash(bytes));
                for token in bytes.chunks_exact(TOKEN_BYTES) {
                    let mut block = Block::default();
                    block.copy_from_slice(token);
                    readable += usize::from(is_made_otherwise(&block));
                    batch.push(block);
                }
                (bytes.len() / TOKEN_BYTES) as u8
            }
            Cell::Value(_) | Cell::Unreadable => {
                malformed.push(row);
                0
            }
        });
        if batch.len() >= BATCH {
            permutation.apply(&mut batch, &mut tokens);
            batch.clear();
        }
    })?;
    permutation.apply(&mut batch, &mut tokens);
    if hashes >= LEAST_HITS {
        return Err(file.refuse_column(&column, &rule::ID_TOKEN_HASH));
    }
    // A uniform token is printable with probability (95/256)^16 = 1.3 × 10^-7, and has such zeros with 5 × 10^-10: four,
    // or one in a thousand, are no accident.
    if readable > 3 + tokens.len() / 1_000 {
        return Err(file.refuse_column(&column, &rule::ID_TOKEN));
    }
    tokens.shrink_to_fit();
    Ok((FamilyTokens::new(counts, tokens), malformed))
}

/// Whether a token is readable, or was cut short and filled up with zeros.
fn is_made_otherwise(token: &Block) -> bool {
    const HIGH_BITS: u128 = u128::from_ne_bytes([0x80; TOKEN_BYTES]);
    let number = u128::from_be_bytes((*token).into());
    // Nearly every token has a byte above 127: one look, and not as many as it takes to come upon one.
    let may_be_text = number & HIGH_BITS == 0;
    number as u32 == 0
        || number >> 96 == 0
        || may_be_text && token.iter().all(|byte| (b' '..=b'~').contains(byte))
}

fn whole_tokens(bytes: &[u8], family: usize) -> bool {
    bytes.len().is_multiple_of(TOKEN_BYTES) && bytes.len() / TOKEN_BYTES <= FAMILIES[family].most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_permutation_is_aes_128() {
        // FIPS 197, appendix B.
        let key = hex::decode("2b7e151628aed2a6abf7158809cf4f3c").expect("hex");
        let plain = hex::decode("3243f6a8885a308d313198a2e0370734").expect("hex");
        let permutation = Permutation(Aes128::new(&Array::try_from(&key[..]).expect("16 bytes")));
        let mut block = Block::default();
        block.copy_from_slice(&plain);
        let mut tokens = Vec::new();
        permutation.apply(&mut [block], &mut tokens);
        assert_eq!(tokens, [0x3925_841d_02dc_09fb]);
    }

    #[test]
    fn equal_tokens_stay_equal_and_families_stay_apart() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("hub.key");
        let city = CityId::new("us-ga-atlanta").expect("a slug");
        KeyFile::create(&path, KeyKind::Hub, &city, "2026").expect("made");
        let key = HubKey::read(&path, &city).expect("read");
        let mut blocks = [Block::default(), Block::default(), Block::from([1; 16])];
        let first = key.rekey("first_dob", &mut blocks.clone());
        assert_eq!(first[0], first[1]);
        assert_ne!(first[0], first[2]);
        assert_ne!(first[0], 0);
        assert_ne!(first, key.rekey("dob_ssn", &mut blocks));
    }
}
