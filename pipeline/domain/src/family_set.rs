//! Sets of token families.

use std::fmt;
use std::ops::{BitAnd, BitOr, Sub};

use crate::token::FAMILIES;

const _: () = assert!(FAMILIES.len() <= 128, "a set of families has 128 places");

/// A set of token families, by their positions in [`FAMILIES`].
///
/// Two words rather than one of 128 bits, whose alignment would make a pair of records half as large again.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FamilySet {
    high: u64,
    low: u64,
}

impl FamilySet {
    /// No family.
    pub const EMPTY: Self = Self { high: 0, low: 0 };

    /// One family.
    pub const fn of(family: usize) -> Self {
        Self::from_bits(1 << family)
    }

    /// The families whose bits are set, the first family in the lowest bit.
    pub const fn from_bits(bits: u128) -> Self {
        Self { high: (bits >> 64) as u64, low: bits as u64 }
    }

    /// One bit a family, the first in the lowest.
    pub const fn bits(self) -> u128 {
        (self.high as u128) << 64 | self.low as u128
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.high | self.low == 0
    }

    /// Whether `family` is among them.
    pub const fn contains(self, family: usize) -> bool {
        self.bits() >> family & 1 == 1
    }

    /// Their positions, in order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        let mut left = self.bits();
        std::iter::from_fn(move || {
            (left != 0).then(|| {
                let family = left.trailing_zeros() as usize;
                left &= left - 1;
                family
            })
        })
    }
}

impl BitOr for FamilySet {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self { high: self.high | other.high, low: self.low | other.low }
    }
}

impl BitAnd for FamilySet {
    type Output = Self;

    fn bitand(self, other: Self) -> Self {
        Self { high: self.high & other.high, low: self.low & other.low }
    }
}

impl Sub for FamilySet {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { high: self.high & !other.high, low: self.low & !other.low }
    }
}

impl FromIterator<usize> for FamilySet {
    fn from_iter<I: IntoIterator<Item = usize>>(families: I) -> Self {
        families.into_iter().fold(Self::EMPTY, |set, family| set | Self::of(family))
    }
}

impl fmt::Debug for FamilySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(|family| FAMILIES.get(family).map_or("?", |f| f.name))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_reach_past_sixty_four_families() {
        let set: FamilySet = [0, 63, 64, 127].into_iter().collect();
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 127]);
        assert!(set.contains(64) && !set.contains(65) && !set.is_empty());
        assert_eq!(FamilySet::from_bits(set.bits()), set);
        assert_eq!((set - FamilySet::of(0)) & FamilySet::of(0), FamilySet::EMPTY);
        assert_eq!(set | FamilySet::of(1), [0, 1, 63, 64, 127].into_iter().collect());
    }

    #[test]
    fn sets_order_as_their_bits_do() {
        let sets = [1_u128, 1 << 63, 1 << 64, 1 << 64 | 1, 1 << 127].map(FamilySet::from_bits);
        assert!(sets.is_sorted());
    }
}
