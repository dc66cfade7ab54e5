"""The best F1 a peer's scored pairs allow: `python score_pairs.py FOLDER PEER`, printed as JSON.

A threshold is tuned **with** the truth, and so is the way to persons, among those the peer itself offers:

pairs       every pair at or above the threshold is a match (no persons are formed)
components  connected components of those pairs (Splink)
greedy      anonlink's probabilistic greedy solver
one_to_one  best links first, at most one record of each of two files a person: told that each file is free of repeats

`default` is what the peer's own clustering gives at a threshold fixed beforehand. The solvers' thresholds are searched on a
grid of forty, those of pairs and components everywhere.
"""

import json
import sys
from array import array
from collections import Counter
from pathlib import Path

import numpy as np
from anonlink.solving import probabilistic_greedy_solve

GRID = 40
SOLVERS = {"splink": ["pairs", "components", "one_to_one"], "clk": ["pairs", "greedy", "one_to_one"]}
TWO_FILES = "one_to_one"


def quality(found, right, true):
    """Precision, recall and F1 of pair counts."""
    precision = right / found if found else 0.0
    recall = right / true if true else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {"precision": precision, "recall": recall, "f1": f1}


def pairs_of(count):
    """Pairs among `count` records."""
    return count * (count - 1) // 2


class Scored:
    """A peer's pairs, best first, with the truth of every record."""

    def __init__(self, folder, peer):
        stored = np.load(folder / f"{peer}.npz")
        order = np.argsort(-stored["score"], kind="stable")
        self.left, self.right, self.score = (stored[key][order] for key in ("left", "right", "score"))
        self.default = float(stored["threshold"])
        names = (folder / "truth.txt").read_text(encoding="utf-8").splitlines()
        self.truth = np.unique(names, return_inverse=True)[1]
        self.true_pairs = sum(pairs_of(int(n)) for n in np.bincount(self.truth))
        self.dataset = np.loadtxt(folder / "records.csv", delimiter=",", skiprows=1, usecols=1, dtype=np.uint32,
                                  encoding="utf-8", quotechar='"', comments=None)

    def at_or_above(self, threshold):
        """How many pairs score at least this."""
        return int(np.searchsorted(-self.score, -threshold, side="right"))

    def ends(self):
        """Ranks after which the score changes: the only places where a threshold can cut."""
        return np.flatnonzero(np.diff(self.score, append=-np.inf)) + 1

    def grid(self):
        """Some forty of those ranks, around the number of true pairs."""
        ends = self.ends()
        wanted = np.linspace(0.3, 2.0, GRID) * self.true_pairs
        return np.unique(ends[np.minimum(np.searchsorted(ends, wanted), len(ends) - 1)])


def best(results):
    """The result with the highest F1."""
    return max(results, key=lambda result: result["f1"])


def pairs(scored, ranks=None):
    """Each pair a match, at every threshold."""
    ends = scored.ends() if ranks is None else ranks
    right = np.cumsum(scored.truth[scored.left] == scored.truth[scored.right])[ends - 1]
    f1 = 2 * right / (ends + scored.true_pairs)
    at = int(np.argmax(f1))
    return quality(int(ends[at]), int(right[at]), scored.true_pairs) | {"threshold": float(scored.score[ends[at] - 1])}


def components(scored, ranks=None):
    """Connected components, grown pair by pair from the best, judged at every threshold."""
    ends = scored.ends() if ranks is None else ranks
    parent = np.arange(len(scored.truth)).tolist()
    people = {}                                    # root: how many records of each true person, once it has two
    truth = scored.truth.tolist()
    found = right = start = 0
    results = []

    def root(record):
        while parent[record] != record:
            parent[record] = parent[parent[record]]
            record = parent[record]
        return record

    for end in ends.tolist():
        for a, b in zip(scored.left[start:end].tolist(), scored.right[start:end].tolist()):
            a, b = root(a), root(b)
            if a == b:
                continue
            large = people.pop(a, None) or Counter({truth[a]: 1})
            small = people.pop(b, None) or Counter({truth[b]: 1})
            if len(large) < len(small):
                a, b, large, small = b, a, small, large
            found += large.total() * small.total()
            right += sum(count * large[person] for person, count in small.items() if person in large)
            large.update(small)
            people[a] = large
            parent[b] = a
        start = end
        results.append((2 * right / (found + scored.true_pairs), found, right, end))
    _, found, right, end = max(results)
    return quality(found, right, scored.true_pairs) | {"threshold": float(scored.score[end - 1])}


def solved(scored, ranks, free_of_repeats):
    """anonlink's greedy solver at each of some ranks."""
    results = []
    for count in ranks.tolist():
        left, right = scored.left[:count], scored.right[:count]
        dataset = scored.dataset if free_of_repeats else np.zeros_like(scored.dataset)
        candidates = (array("d", scored.score[:count]), (array("I", dataset[left]), array("I", dataset[right])),
                      (array("I", left), array("I", right)))
        groups = probabilistic_greedy_solve(candidates, merge_threshold=0.5, deduplicated=free_of_repeats)
        found = sum(pairs_of(len(group)) for group in groups)
        right = sum(pairs_of(n) for group in groups
                    for n in Counter(scored.truth[record] for _, record in group).values())
        results.append(quality(found, right, scored.true_pairs) | {"threshold": float(scored.score[count - 1])})
    return best(results)


def main():
    folder, peer = Path(sys.argv[1]), sys.argv[2]
    scored = Scored(folder, peer)
    if len(scored.score) == 0:
        print(json.dumps({"best": quality(0, 0, scored.true_pairs) | {"solver": "none"}, "solvers": {}}))
        return
    by_name = {"pairs": pairs, "components": components,
               "greedy": lambda s, ranks=None: solved(s, s.grid() if ranks is None else ranks, False),
               "one_to_one": lambda s, ranks=None: solved(s, s.grid() if ranks is None else ranks, True)}
    names = [name for name in SOLVERS[peer] if name != TWO_FILES or scored.dataset.max() == 1]
    results = {name: by_name[name](scored) for name in names}
    winner = max(results, key=lambda name: results[name]["f1"])
    usual = np.array([max(scored.at_or_above(scored.default), 1)])
    print(json.dumps({"best": results[winner] | {"solver": winner}, "solvers": results,
                      "default": by_name[names[1]](scored, usual), "pairs_scored": len(scored.score),
                      "true_pairs": scored.true_pairs}))


if __name__ == "__main__":
    main()
