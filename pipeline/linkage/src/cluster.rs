//! Constrained clustering: pairs merge best first, never past what a person can be.

use crate::records::Records;

/// A pair with its score.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct ScoredPair {
    pub(crate) a: u32,
    pub(crate) b: u32,
    /// Bits; `None` where a rule forbids the link.
    pub(crate) score: Option<f64>,
}

/// Clusters and what the constraints refused.
pub(crate) struct Clusters {
    /// For each record the smallest record of its cluster.
    pub(crate) root: Vec<u32>,
    pub(crate) refused_by_size: usize,
    pub(crate) refused_by_conflict: usize,
    pub(crate) refused_by_source: usize,
}

/// Merges pairs in order of score (ties by record index), each unless the merged cluster would
/// exceed `cluster_cap` records, hold two records of a source that has one a person, or hold
/// more forbidden pairs than accepted ones across the two sides.
pub(crate) fn cluster(
    records: &Records,
    pairs: &[ScoredPair],
    threshold: f64,
    cluster_cap: usize,
) -> Clusters {
    let mut accepted: Vec<&ScoredPair> =
        pairs.iter().filter(|p| p.score.is_some_and(|s| s >= threshold)).collect();
    accepted.sort_by(|x, y| y.score.total_cmp_option(x.score).then((x.a, x.b).cmp(&(y.a, y.b))));
    let neighbours = Neighbours::new(records.len(), pairs, threshold);
    let mut forest = Forest::new(records.len());
    let mut out =
        Clusters { root: Vec::new(), refused_by_size: 0, refused_by_conflict: 0, refused_by_source: 0 };
    for pair in accepted {
        let (x, y) = (forest.find(pair.a), forest.find(pair.b));
        if x == y {
            continue;
        }
        let (small, large) = if forest.members[x as usize].len() <= forest.members[y as usize].len() {
            (x, y)
        } else {
            (y, x)
        };
        let (inner, outer) = (&forest.members[small as usize], &forest.members[large as usize]);
        if inner.len() + outer.len() > cluster_cap {
            out.refused_by_size += 1;
        } else if shares_a_single_source(records, inner, outer) {
            out.refused_by_source += 1;
        } else if conflicts(&neighbours, &mut forest, small, large) {
            out.refused_by_conflict += 1;
        } else {
            forest.merge(small, large);
        }
    }
    out.root = (0..records.len() as u32).map(|i| forest.smallest(i)).collect();
    out
}

fn shares_a_single_source(records: &Records, inner: &[u32], outer: &[u32]) -> bool {
    inner.iter().any(|a| {
        let source = records.sources[*a as usize];
        records.one_record_per_person[usize::from(source)]
            && outer.iter().any(|b| records.sources[*b as usize] == source)
    })
}

/// Whether the forbidden pairs between two clusters outweigh the accepted ones.
fn conflicts(neighbours: &Neighbours, forest: &mut Forest, small: u32, large: u32) -> bool {
    let members = forest.members[small as usize].clone();
    let (mut for_it, mut against) = (0_usize, 0_usize);
    for a in members {
        for (b, verdict) in neighbours.of(a) {
            if forest.find(*b) == large {
                match verdict {
                    Verdict::Accepted => for_it += 1,
                    Verdict::Forbidden => against += 1,
                }
            }
        }
    }
    against >= for_it
}

#[derive(Clone, Copy)]
enum Verdict {
    Accepted,
    Forbidden,
}

/// Each record's accepted and forbidden pairs.
struct Neighbours {
    starts: Vec<u32>,
    edges: Vec<(u32, Verdict)>,
}

impl Neighbours {
    fn new(records: usize, pairs: &[ScoredPair], threshold: f64) -> Self {
        let mut directed: Vec<(u32, u32, Verdict)> = Vec::new();
        for pair in pairs {
            let verdict = match pair.score {
                None => Verdict::Forbidden,
                Some(score) if score >= threshold => Verdict::Accepted,
                Some(_) => continue,
            };
            directed.push((pair.a, pair.b, verdict));
            directed.push((pair.b, pair.a, verdict));
        }
        directed.sort_unstable_by_key(|(a, b, _)| (*a, *b));
        let mut starts = vec![0_u32; records + 1];
        for (a, _, _) in &directed {
            starts[*a as usize + 1] += 1;
        }
        for i in 0..records {
            starts[i + 1] += starts[i];
        }
        Self { starts, edges: directed.into_iter().map(|(_, b, v)| (b, v)).collect() }
    }

    fn of(&self, record: u32) -> &[(u32, Verdict)] {
        let i = record as usize;
        &self.edges[self.starts[i] as usize..self.starts[i + 1] as usize]
    }
}

/// Union-find that keeps each cluster's members.
struct Forest {
    parent: Vec<u32>,
    members: Vec<Vec<u32>>,
}

impl Forest {
    fn new(records: usize) -> Self {
        let all = 0..records as u32;
        Self { parent: all.clone().collect(), members: all.map(|i| vec![i]).collect() }
    }

    fn find(&mut self, record: u32) -> u32 {
        let mut root = record;
        while self.parent[root as usize] != root {
            let above = self.parent[root as usize];
            self.parent[root as usize] = self.parent[above as usize];
            root = above;
        }
        root
    }

    fn merge(&mut self, small: u32, large: u32) {
        self.parent[small as usize] = large;
        let moved = std::mem::take(&mut self.members[small as usize]);
        self.members[large as usize].extend(moved);
    }

    fn smallest(&mut self, record: u32) -> u32 {
        let root = self.find(record);
        *self.members[root as usize].iter().min().expect("a cluster holds its own root")
    }
}

/// Orders optional scores; scores are finite sums of constants.
trait TotalCmpOption {
    fn total_cmp_option(self, other: Self) -> std::cmp::Ordering;
}

impl TotalCmpOption for Option<f64> {
    fn total_cmp_option(self, other: Self) -> std::cmp::Ordering {
        self.unwrap_or(f64::NEG_INFINITY).total_cmp(&other.unwrap_or(f64::NEG_INFINITY))
    }
}
