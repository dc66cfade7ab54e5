//! The tokens of one record, family by family.

use domain::{FAMILIES, TOKEN_BYTES};

/// Tokens of one record end to end, in the order of [`FAMILIES`], and how many each family has.
#[derive(Clone)]
pub(crate) struct TokenSet {
    pub(crate) bytes: Vec<u8>,
    pub(crate) counts: [u8; FAMILIES.len()],
}

impl Default for TokenSet {
    fn default() -> Self {
        Self { bytes: Vec::new(), counts: [0; FAMILIES.len()] }
    }
}

impl TokenSet {
    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.counts = [0; FAMILIES.len()];
    }

    /// Sorts the tokens that `family` got last and drops repetitions, so that their order tells
    /// nothing of the fields.
    pub(crate) fn close(&mut self, family: usize, start: usize) {
        let (tokens, _) = self.bytes[start..].as_chunks_mut::<TOKEN_BYTES>();
        tokens.sort_unstable();
        let mut kept = 0;
        for i in 0..tokens.len() {
            if i == 0 || tokens[i] != tokens[kept - 1] {
                tokens[kept] = tokens[i];
                kept += 1;
            }
        }
        self.bytes.truncate(start + kept * TOKEN_BYTES);
        self.counts[family] = u8::try_from(kept).expect("a family has a few tokens a record");
    }
}
