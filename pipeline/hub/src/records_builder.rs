//! Records for linkage from tokens in memory, re-keyed as those of an extract are: what
//! `evaluate linkage` measures is what a night does.

use domain::{FAMILIES, TOKEN_BYTES};
use linkage::Records;

use crate::rekey::{Block, HubKey};

/// Assembles [`Records`] source by source, record by record.
pub struct RecordsBuilder<'a> {
    key: &'a HubKey,
    records: Records,
    blocks: Vec<Vec<Block>>,
}

impl<'a> RecordsBuilder<'a> {
    /// No records yet.
    pub fn new(key: &'a HubKey) -> Self {
        let records = Records { starts: vec![0], ..Records::default() };
        Self { key, records, blocks: vec![Vec::new(); FAMILIES.len()] }
    }

    /// Starts the next source; call it before that source's records, sources in order of name.
    ///
    /// # Errors
    /// [`linkage::RecordsError::TooMany`] past 65,536 sources.
    pub fn start_source(&mut self, one_record_per_person: bool) -> Result<(), linkage::RecordsError> {
        self.rekey();
        self.records.one_record_per_person.push(one_record_per_person);
        u16::try_from(self.records.one_record_per_person.len() - 1)
            .map(|_| ())
            .map_err(|_| linkage::RecordsError::TooMany)
    }

    /// Adds a record of the source started last, with its agency's tokens by family.
    ///
    /// # Errors
    /// [`linkage::RecordsError`] when no source was started, a family is unknown, or there are too many tokens.
    pub fn push(
        &mut self,
        tokens: impl IntoIterator<Item = (usize, [u8; TOKEN_BYTES])>,
    ) -> Result<(), linkage::RecordsError> {
        let source =
            self.records.one_record_per_person.len().checked_sub(1).ok_or(linkage::RecordsError::Shape)?;
        for (family, token) in tokens {
            self.blocks.get_mut(family).ok_or(linkage::RecordsError::Index)?.push(Block::from(token));
            self.records.families.push(family as u8);
        }
        let end = u32::try_from(self.records.families.len()).map_err(|_| linkage::RecordsError::TooMany)?;
        self.records.starts.push(end);
        self.records.sources.push(source as u16);
        Ok(())
    }

    /// The records, every token re-keyed under its family's key.
    pub fn finish(mut self) -> Records {
        self.rekey();
        self.records
    }

    /// Re-keys the tokens of the source that was started last.
    fn rekey(&mut self) {
        let by_family: Vec<Vec<u64>> = FAMILIES
            .iter()
            .zip(&mut self.blocks)
            .map(|(family, blocks)| self.key.rekey(family.name, &mut std::mem::take(blocks)))
            .collect();
        let mut next = [0_usize; FAMILIES.len()];
        for family in &self.records.families[self.records.tokens.len()..] {
            let family = usize::from(*family);
            self.records.tokens.push(by_family[family][next[family]]);
            next[family] += 1;
        }
    }
}
