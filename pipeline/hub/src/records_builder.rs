//! Records for linkage from tokens in memory, re-keyed as those of an extract are: what
//! `evaluate linkage` measures is what a night does.

use domain::{FAMILIES, TOKEN_BYTES};
use linkage::Records;
use rayon::prelude::*;

use crate::common_tokens::{Identities, common_tokens};
use crate::rekey::{Block, HubKey};

/// Assembles [`Records`] source by source, record by record.
pub struct RecordsBuilder<'a> {
    key: &'a HubKey,
    records: Records,
    blocks: Vec<Vec<Block>>,
    /// The first record of the source that was started last.
    first_record: usize,
}

impl<'a> RecordsBuilder<'a> {
    /// No records yet.
    pub fn new(key: &'a HubKey) -> Self {
        let records = Records { starts: vec![0], ..Records::default() };
        Self { key, records, blocks: vec![Vec::new(); FAMILIES.len()], first_record: 0 }
    }

    /// Starts the next source, by its name; call it before that source's records, sources in order of name.
    ///
    /// # Errors
    /// [`linkage::RecordsError::TooMany`] past 65,536 sources.
    pub fn start_source(
        &mut self,
        name: &str,
        one_record_per_person: bool,
    ) -> Result<(), linkage::RecordsError> {
        self.rekey();
        self.records.source_names.push(name.to_owned());
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

    /// Re-keys the tokens of the source that was started last, and drops those that too many of its people
    /// share.
    fn rekey(&mut self) {
        let by_family: Vec<Vec<u64>> = FAMILIES
            .par_iter()
            .zip(&mut self.blocks)
            .map(|(family, blocks)| self.key.rekey(family.name, &mut std::mem::take(blocks)))
            .collect();
        let (records, first) = (&mut self.records, self.first_record);
        let mut rows: Vec<Vec<u32>> =
            by_family.iter().map(|tokens| Vec::with_capacity(tokens.len())).collect();
        for (row, ends) in records.starts[first..].windows(2).enumerate() {
            for family in &records.families[ends[0] as usize..ends[1] as usize] {
                rows[usize::from(*family)].push(row as u32);
            }
        }
        let holders = |family: usize| {
            rows[family].iter().map(|row| *row as usize).zip(by_family[family].iter().copied())
        };
        let identities = Identities::new(records.sources.len() - first, holders);
        let common: Vec<Vec<u64>> = (0..FAMILIES.len())
            .into_par_iter()
            .map(|family| common_tokens(|| holders(family), &identities).tokens)
            .collect();
        let mut next = [0_usize; FAMILIES.len()];
        let mut read = records.starts[first] as usize;
        let mut kept = read;
        for record in first..records.sources.len() {
            let end = records.starts[record + 1] as usize;
            while read < end {
                let family = usize::from(records.families[read]);
                let token = by_family[family][next[family]];
                next[family] += 1;
                read += 1;
                if common[family].binary_search(&token).is_err() {
                    records.families[kept] = family as u8;
                    records.tokens.push(token);
                    kept += 1;
                }
            }
            records.starts[record + 1] = kept as u32;
        }
        records.families.truncate(kept);
        self.first_record = records.sources.len();
    }
}
