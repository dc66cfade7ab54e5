//! Sorting by keys that are spread evenly, as tokens are, and pairs over records.

use rayon::prelude::*;

/// Entries of a bucket on average: few enough to be sorted within the nearest caches.
const BUCKET: usize = 512;

/// The most bits of a key that choose a bucket: a place to write for each is to stay in cache as well.
const MOST_BITS: u32 = 12;

/// Sorts entries by a key below `1 << key_bits`, which is what they are ordered by first. Entries go into buckets by
/// the first bits of their keys, and each bucket is sorted by itself: of a million entries half the comparisons and
/// few misses of the cache. Keys that are not spread evenly cost time, no more.
///
/// The parts are freed one after the other, so that beside the result there is one copy of the entries.
pub(crate) fn spread_sort<T>(parts: Vec<Vec<T>>, key_bits: u32, key: impl Fn(&T) -> u64) -> Vec<T>
where
    T: Copy + Default + Ord + Send,
{
    let all: usize = parts.iter().map(Vec::len).sum();
    let bits = (all / BUCKET).checked_ilog2().unwrap_or(0).min(MOST_BITS).min(key_bits);
    // Without a bit to choose by, a key of 64 bits would be shifted by all of them.
    let bucket = |entry: &T| (key(entry).checked_shr(key_bits - bits).unwrap_or(0)) as usize;
    let mut counts = vec![0_usize; 1 << bits];
    for entry in parts.iter().flatten() {
        counts[bucket(entry)] += 1;
    }
    let mut places = Vec::with_capacity(counts.len());
    let mut next = 0;
    for count in &counts {
        places.push(next);
        next += count;
    }
    let mut sorted = vec![T::default(); all];
    for part in parts {
        for entry in part {
            let place = &mut places[bucket(&entry)];
            sorted[*place] = entry;
            *place += 1;
        }
    }
    let mut rest = sorted.as_mut_slice();
    let mut buckets = Vec::with_capacity(counts.len());
    for count in counts {
        let (bucket, others) = rest.split_at_mut(count);
        buckets.push(bucket);
        rest = others;
    }
    buckets.into_par_iter().for_each(<[T]>::sort_unstable);
    sorted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn entries_come_in_order(
            seeds in prop::collection::vec(prop::collection::vec(any::<u64>(), 0..3_000), 0..4),
            key_bits in 1..=64_u32,
        ) {
            let entry = |seed: &u64| (seed >> (64 - key_bits), *seed as u8);
            let parts: Vec<Vec<(u64, u8)>> = seeds.iter().map(|part| part.iter().map(entry).collect()).collect();
            let mut expected = parts.concat();
            expected.sort_unstable();
            prop_assert_eq!(spread_sort(parts, key_bits, |entry| entry.0), expected);
        }
    }
}
