//! What the sources of two records tell of them before any field does.
//!
//! Sources overlap more or less, and each has its own habit of recording a person once, twice or ten
//! times. Where nearly everybody of one list is in another, two records that are left over there
//! belong together on little evidence; where a list holds everybody once, two of its records don't, on
//! nearly any.
//!
//! Persons are counted by how many records they have in each two sources. If `two` is how many pairs of
//! persons there are, the one with as many records as the one cluster and the other with as many as the other,
//! and `one` in how many ways persons could have been cut into two such clusters, then `one / two`
//! are the odds that two such clusters are one person: the conditional odds of an exchangeable
//! partition with these numbers of persons. A pair's weights already hold how many pairs are one
//! person's, whatever their clusters; what is left of the ratio is the `cut` below.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};

use crate::judge::{Group, single};
use crate::model::{Verdict, probability};
use crate::records::Records;

/// Pairs that the belief weighs that sources tell nothing.
const BELIEF: f64 = 10.0;

/// How far a habit may change within the epoch for which it is counted: of what never was, so much of the usual
/// may come to be.
const CHANGE: f64 = 0.02;

/// A source of fewer records tells nothing of how it overlaps with others.
const LEAST_RECORDS: usize = 200;

/// How often the overlap of sources is reckoned anew from the odds that it gives.
const ROUNDS: usize = 10;

/// Records of a cluster in the first and in the second of two sources; of one source, in the first alone.
pub(crate) type Sizes = (u32, u32);

/// What is kept with the weights, by the names of sources: a night may lack one, or have a new one.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub(crate) struct SourceCounts {
    names: Vec<String>,
    /// The share of all pairs of records that met and are one person's, when weights were estimated.
    usual: f64,
    /// Each two sources, the first no later in `names` than the second.
    two: Vec<TwoSources>,
}

#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
struct TwoSources {
    first: u16,
    second: u16,
    /// Log2 of how many times as likely a pair of theirs is one person's as any pair.
    overlap: f32,
    /// Persons in all, when these were counted.
    of_persons: u32,
    /// Persons by their records in the first and in the second.
    persons: Vec<(u32, u32, u32)>,
}

impl SourceCounts {
    /// The overlap of each two sources, from the odds of pairs of theirs.
    pub(crate) fn overlap(records: &Records, groups: &[Group], verdicts: &[Verdict]) -> Self {
        let n = records.source_names.len();
        let (bits, usual) = overlaps(records, groups, verdicts, None);
        let two = (0..n).flat_map(|first| (first..n).map(move |second| (first, second)));
        let two = two.map(|(first, second)| TwoSources {
            first: first as u16,
            second: second as u16,
            overlap: bits[first * n + second],
            ..TwoSources::default()
        });
        Self { names: records.source_names.clone(), usual, two: two.collect() }
    }

    /// Adds sources that came since, by their places in `records`, with their overlap with each that is there. What was told of
    /// the others stays.
    pub(crate) fn add(
        &mut self,
        newcomers: &[usize],
        records: &Records,
        groups: &[Group],
        verdicts: &[Verdict],
    ) {
        let n = records.source_names.len();
        let (bits, _) = overlaps(records, groups, verdicts, Some(self.usual));
        let known = self.names.len();
        self.names.extend(newcomers.iter().map(|source| records.source_names[*source].clone()));
        let tonight = |at: usize| records.source_names.iter().position(|name| *name == self.names[at]);
        for second in known..self.names.len() {
            for first in 0..=second {
                let (Some(a), Some(b)) = (tonight(first), tonight(second)) else { continue };
                self.two.push(TwoSources {
                    first: first as u16,
                    second: second as u16,
                    overlap: bits[a.min(b) * n + a.max(b)],
                    ..TwoSources::default()
                });
            }
        }
    }

    /// Sources of which nothing is told although there are records enough, by their places in `records`.
    pub(crate) fn newcomers(&self, records: &Records) -> Vec<usize> {
        let of = records_of(records);
        let is_new =
            |source: &usize| of[*source] >= LEAST_RECORDS && !self.know(&records.source_names[*source]);
        (0..of.len()).filter(is_new).collect()
    }

    /// Whether the persons of each two sources were counted.
    pub(crate) fn are_counted(&self) -> bool {
        self.two.iter().all(|two| two.of_persons > 0)
    }

    /// Counts persons of each two sources that were not counted before; `root` tells each record's.
    pub(crate) fn count(&mut self, records: &Records, root: &[u32]) {
        let place: Vec<Option<usize>> = records
            .source_names
            .iter()
            .map(|name| self.names.iter().position(|known| known == name))
            .collect();
        let mut persons: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (root, source) in root.iter().zip(&records.sources) {
            persons.entry(*root).or_default().extend(place[usize::from(*source)]);
        }
        let all = persons.len() as u32;
        let mut uncounted: Vec<&mut TwoSources> =
            self.two.iter_mut().filter(|two| two.of_persons == 0).collect();
        let mut by_sizes: Vec<BTreeMap<Sizes, u32>> = vec![BTreeMap::new(); uncounted.len()];
        let mut of = vec![0_u32; self.names.len()];
        for sources in persons.values() {
            for source in sources {
                of[*source] += 1;
            }
            for (two, by_sizes) in uncounted.iter().zip(&mut by_sizes) {
                let (first, second) = (of[usize::from(two.first)], of[usize::from(two.second)]);
                let sizes = (first, if two.first == two.second { 0 } else { second });
                if sizes != (0, 0) {
                    *by_sizes.entry(sizes).or_default() += 1;
                }
            }
            for source in sources {
                of[*source] = 0;
            }
        }
        for (two, by_sizes) in uncounted.iter_mut().zip(by_sizes) {
            two.of_persons = all;
            two.persons = by_sizes.into_iter().map(|((first, second), n)| (first, second, n)).collect();
        }
    }

    /// Whether a source is among those that were counted.
    pub(crate) fn know(&self, source: &str) -> bool {
        self.names.iter().any(|name| name == source)
    }

    /// Whether every number is one that counting can give.
    pub(crate) fn is_sane(&self) -> bool {
        let n = self.names.len();
        self.two
            .iter()
            .all(|two| two.first <= two.second && usize::from(two.second) < n && two.overlap.is_finite())
            && self.usual.is_finite()
    }

    /// For the sources of `records`. `share_of_same` is the share of all pairs that are one person's, as the
    /// weights have it.
    pub(crate) fn odds(&self, records: &Records, share_of_same: f64) -> SourceOdds {
        let n = records.source_names.len();
        let place: HashMap<&str, usize> =
            records.source_names.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
        let of = |source: u16| self.names.get(usize::from(source)).and_then(|name| place.get(name.as_str()));
        let mut out = SourceOdds { n, two: vec![Two::default(); n * n] };
        for two in &self.two {
            let (Some(first), Some(second)) = (of(two.first), of(two.second)) else { continue };
            // A source that came later, or was renamed, may stand elsewhere tonight.
            let swap = first > second;
            let sizes = |(first, second, n): &(u32, u32, u32)| {
                (if swap { (*second, *first) } else { (*first, *second) }, f64::from(*n))
            };
            let share = share_of_same * f64::from(two.overlap).exp2();
            let persons = two.persons.iter().map(sizes).collect();
            let of_persons = f64::from(two.of_persons);
            let mut of_two = Two { overlap: two.overlap, share, of_persons, persons, most: 0.0 };
            of_two.most = of_two.most(first == second);
            out.two[first.min(second) * n + first.max(second)] = of_two;
        }
        out
    }
}

/// The same by the places of sources in tonight's records.
pub(crate) struct SourceOdds {
    n: usize,
    two: Vec<Two>,
}

#[derive(Clone, Default)]
struct Two {
    overlap: f32,
    /// The share of their pairs that are one person's.
    share: f64,
    /// Persons in all.
    of_persons: f64,
    persons: HashMap<Sizes, f64>,
    /// The most that [`Two::cut`] can give.
    most: f32,
}

impl SourceOdds {
    fn of(&self, first: u16, second: u16) -> &Two {
        &self.two[usize::from(first.min(second)) * self.n + usize::from(first.max(second))]
    }

    /// What their sources say of two records, in bits.
    pub(crate) fn overlap(&self, a: u16, b: u16) -> f32 {
        self.of(a, b).overlap
    }

    /// The most that the clusters of two records can add to it.
    pub(crate) fn most(&self, a: u16, b: u16) -> f32 {
        self.of(a, b).most
    }

    /// What the clusters of two records of sources `a` and `b` add to it: how many records both clusters
    /// have of each source, given by the sources of their records.
    pub(crate) fn cut(&self, (a, b): (u16, u16), x: &[u16], y: &[u16]) -> f32 {
        let records = |cluster: &[u16], source: u16| cluster.iter().filter(|s| **s == source).count() as u32;
        let (first, second) = (a.min(b), a.max(b));
        let sizes = |cluster: &[u16]| {
            (records(cluster, first), if first == second { 0 } else { records(cluster, second) })
        };
        let mut bits = self.of(first, second).cut(sizes(x), sizes(y));
        for source in 0..self.n as u16 {
            let (of_x, of_y) = (records(x, source), records(y, source));
            if source != a && source != b && of_x > 0 && of_y > 0 {
                bits += self.again(source, of_x, of_y);
            }
        }
        bits
    }

    /// What it says against two clusters that both have records of a source by which they did not meet.
    fn again(&self, source: u16, x: u32, y: u32) -> f32 {
        let two = self.of(source, source);
        let apart = two.number((x, 0)) * two.number((y, 0)) / two.of_persons.max(1.0);
        let together = ways(x, y) * two.number((x + y, 0));
        ratio(together, apart).min(0.0)
    }
}

impl Two {
    fn number(&self, sizes: Sizes) -> f64 {
        self.persons.get(&sizes).copied().unwrap_or(0.0)
    }

    fn cut(&self, x: Sizes, y: Sizes) -> f32 {
        let one = ways(x.0, y.0) * ways(x.1, y.1) * self.number((x.0 + y.0, x.1 + y.1));
        ratio(one, self.share * self.number(x) * self.number(y))
    }

    fn most(&self, is_one_source: bool) -> f32 {
        // Single records come anew, though every one that was counted may have found its person.
        let alone = [(1, 0), if is_one_source { (1, 0) } else { (0, 1) }];
        let sizes = || self.persons.keys().chain(&alone);
        let mut most = 0.0_f32;
        for x in sizes().filter(|x| x.0 > 0) {
            for y in sizes().filter(|y| if is_one_source { y.0 > 0 } else { y.1 > 0 }) {
                most = most.max(self.cut(*x, *y));
            }
        }
        most
    }
}

/// For each two sources, at the place of the first times their number plus that of the second, log2 of how many times as likely a
/// pair of theirs is one person's as is usual; and what is usual, if it is not given: the share of all pairs that are.
pub(crate) fn overlaps(
    records: &Records,
    groups: &[Group],
    verdicts: &[Verdict],
    usual: Option<f64>,
) -> (Vec<f32>, f64) {
    let n = records.source_names.len();
    let of: Vec<f64> = records_of(records).into_iter().map(|number| number as f64).collect();
    let possible = |s: usize, t: usize| if s == t { of[s] * (of[s] - 1.0) / 2.0 } else { of[s] * of[t] };
    let all = (records.len() as f64 * (records.len() as f64 - 1.0) / 2.0).max(1.0);
    let mut bits = vec![0.0_f32; n * n];
    let mut share = usual.unwrap_or(0.0);
    for _ in 0..ROUNDS {
        let mut same = vec![0.0; n * n];
        for Group { pattern, first, second, pairs } in groups {
            let at = usize::from(*first) * n + usize::from(*second);
            same[at] += pairs * probability(f64::from(verdicts[*pattern as usize].odds + bits[at]));
        }
        share = usual.unwrap_or(same.iter().sum::<f64>() / all);
        for (at, bits) in bits.iter_mut().enumerate() {
            let usual = share * possible(at / n, at % n);
            *bits = single(((same[at] + BELIEF) / (usual + BELIEF)).log2()) as f32;
        }
    }
    (bits, single(share))
}

/// How many records each source has.
fn records_of(records: &Records) -> Vec<usize> {
    let mut of = vec![0; records.source_names.len()];
    for source in &records.sources {
        of[usize::from(*source)] += 1;
    }
    of
}

/// In how many ways `x + y` records can be cut into `x` and `y`.
fn ways(x: u32, y: u32) -> f64 {
    (0..x.min(y)).map(|i| f64::from(x + y - i) / f64::from(i + 1)).product()
}

/// Log2 of how much more often than usual, as far as so few tell, and tell for later.
#[expect(clippy::cast_possible_truncation, reason = "bits are added up as single numbers")]
fn ratio(seen: f64, usual: f64) -> f32 {
    ((seen + BELIEF + CHANGE * usual) / (usual + BELIEF)).log2() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two lists of a thousand records each, `shared` of whose persons are in both, and what is believed of
    /// them when one pair in a million is one person's.
    fn two_lists(shared: u32) -> SourceOdds {
        let names: Vec<String> = ["a", "b"].map(str::to_owned).to_vec();
        let records = |persons: u32| -> (Records, Vec<u32>) {
            let mut out = Records { source_names: names.clone(), ..Records::default() };
            let mut root = Vec::new();
            for (source, first) in [(0, 0), (1, 1_000 - shared)] {
                for person in first..first + persons {
                    out.sources.push(source);
                    root.push(person);
                }
            }
            (out, root)
        };
        let (records, root) = records(1_000);
        let two = [(0, 0), (0, 1), (1, 1)];
        let two = two.map(|(first, second)| TwoSources { first, second, ..TwoSources::default() });
        let mut counts = SourceCounts { names, usual: 1e-6, two: two.to_vec() };
        counts.count(&records, &root);
        counts.odds(&records, f64::from(shared) / 1e6)
    }

    #[test]
    fn what_two_lists_leave_over_belongs_together() {
        let bits = |shared| two_lists(shared).cut((0, 1), &[0], &[1]);
        // 990 of 10 × 10 pairs that are left, where a pair's weights had 990 of a million.
        assert!((bits(990) - (1_000.0_f32 / 10.1).log2()).abs() < 0.1, "{}", bits(990));
        assert!(bits(990) > bits(900) && bits(900) > bits(500) && bits(500) > bits(0));
        assert!(bits(0).abs() < 0.01, "lists that share nobody tell nothing: {}", bits(0));
        // Where nobody is left over, whoever comes anew is most likely of the other list too.
        let all = two_lists(1_000);
        assert!((all.most(0, 1) - all.cut((0, 1), &[0], &[1])).abs() < 0.01 && all.most(0, 1) > 6.0);
    }

    #[test]
    fn a_list_that_holds_everybody_once_speaks_against_two_of_its_records() {
        let lists = two_lists(990);
        let third = lists.cut((0, 1), &[0, 1], &[1]);
        assert!(third < -0.1, "{third}");
        let others = lists.again(1, 1, 1);
        assert!((-5.7..-5.0).contains(&others), "by a source they did not meet by: {others}");
    }

    #[test]
    fn what_never_was_may_come_to_be() {
        let persons = HashMap::from([((1, 0), 1e6)]);
        let two = Two { overlap: 0.0, share: 1e-6, of_persons: 1e6, persons, most: 0.0 };
        assert!((two.cut((1, 0), (1, 0)) - CHANGE.log2() as f32).abs() < 0.01);
    }

    #[test]
    fn sources_are_known_by_name() {
        let of = |names: &[&str]| Records {
            source_names: names.iter().map(|name| (*name).to_owned()).collect(),
            ..Records::default()
        };
        let two = TwoSources { first: 0, second: 1, overlap: 2.0, of_persons: 7, persons: vec![(1, 0, 7)] };
        let counts = SourceCounts { names: of(&["b", "c"]).source_names, usual: 1e-6, two: vec![two] };
        let tonight = counts.odds(&of(&["a", "b", "c"]), 0.1);
        let bits = [(2, 1), (0, 1), (1, 1)].map(|(a, b)| tonight.overlap(a, b).to_string());
        assert_eq!(bits, ["2", "0", "0"]);
        let elsewhere = counts.odds(&of(&["c", "b"]), 0.1);
        assert!((elsewhere.of(0, 1).number((0, 1)) - 7.0).abs() < 1e-9, "its counts turn with the names");
    }

    #[test]
    fn records_are_cut_in_as_many_ways_as_there_are() {
        let numbers = [(0, 3), (1, 1), (2, 3), (3, 2)].map(|(x, y)| ways(x, y).to_string());
        assert_eq!(numbers, ["1", "2", "10", "10"]);
    }
}
