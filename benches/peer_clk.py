"""clkhash and anonlink: `python peer_clk.py FOLDER` scores the pairs of `FOLDER/records.csv` into `FOLDER/clk.npz`.

One 1,024-bit CLK a record from all its fields, Dice coefficients by anonlink's native code, and its greedy solver at
.7 (part of the cost). Up to 20,000 records every pair is compared; beyond, pairs that share a blocking key, and the
keys are in the clear, which is more than a CLK deployment would have.
"""

import csv
import io
import json
import resource
import sys
from array import array
from collections import defaultdict
from pathlib import Path

import numpy as np
from anonlink.similarities import dice_coefficient_accelerated
from anonlink.solving import probabilistic_greedy_solve
from clkhash.clk import generate_clk_from_csv
from clkhash.schema import from_json_dict

ALL_PAIRS_UP_TO = 20_000
LARGEST_BLOCK = 2_000
TILE = 1_000
LOWEST_DICE = 0.5
SOLVE_AT = 0.7

# field: n of its n-grams, whether their position counts, bits an n-gram sets
ENCODING = {
    "first_name": (2, False, 10), "last_name": (2, False, 10), "birth_date": (1, True, 8), "sex": (1, True, 5),
    "ssn": (1, True, 10), "phone": (1, True, 8), "email": (2, False, 4), "street_number": (1, True, 5),
    "street": (2, False, 5), "address_2": (2, False, 4), "suburb": (2, False, 5), "postcode": (1, True, 6),
    "state": (1, True, 4),
}
BLOCKING = [
    ("first_name", "last_name", "birth_year"), ("first_name", "last_name", "postcode"), ("birth_date", "initial"),
    ("ssn",), ("phone",), ("email",), ("first_name", "street"),
]


def schema(header):
    """A clkhash schema for the columns of the table; those without an encoding are ignored."""
    features = []
    for column in header:
        if column not in ENCODING:
            features.append({"identifier": column, "ignored": True})
            continue
        n, positional, bits = ENCODING[column]
        features.append({
            "identifier": column, "format": {"type": "string", "encoding": "utf-8"},
            "hashing": {"comparison": {"type": "ngram", "n": n, "positional": positional},
                        "strategy": {"bitsPerToken": bits}, "hash": {"type": "blakeHash"},
                        "missingValue": {"sentinel": "", "replaceWith": ""}}})
    return from_json_dict({
        "version": 3,
        "clkConfig": {"l": 1024, "kdf": {"type": "HKDF", "hash": "SHA256", "info": "YmVuY2g=", "salt": "YmVuY2g=",
                                         "keySize": 64}},
        "features": features})


def blocks(table, header):
    """Lists of records that share a blocking key; a record without one of its fields has no such key."""
    at = {column: header.index(column) for column in header}
    found = []
    for rule in BLOCKING:
        if not all(field == "initial" or field in at for field in rule):
            continue
        groups = defaultdict(lambda: array("I"))
        for index, row in enumerate(table):
            key = tuple(row[at["first_name"]][:1] if field == "initial" else row[at[field]] for field in rule)
            if all(key):
                groups[key].append(index)
        found.extend(group for group in groups.values() if 1 < len(group) <= LARGEST_BLOCK)
    return found


def tiles(group):
    """A group against itself in squares, those below the diagonal left out."""
    parts = [group[start:start + TILE] for start in range(0, len(group), TILE)]
    return ((a, b) for index, a in enumerate(parts) for b in parts[index:])


def scored(clks, groups):
    """The candidate pairs of all groups once each, best first: scores, left and right records."""
    found = []
    for group in groups:
        for rows, columns in tiles(group):
            dice, (row, column) = dice_coefficient_accelerated(
                ([clks[i] for i in rows], [clks[i] for i in columns]), LOWEST_DICE)
            if len(dice):
                row, column = (np.frombuffer(a, dtype=a.typecode) for a in (row, column))
                left, right = np.asarray(rows, np.uint32)[row], np.asarray(columns, np.uint32)[column]
                once = left < right                 # a tile on the diagonal has every pair twice, and itself
                found.append((np.frombuffer(dice)[once], left[once], right[once]))
    score, left, right = (np.concatenate(parts) for parts in zip(*found))
    pair = left.astype(np.uint64) << np.uint64(32) | right
    _, once = np.unique(pair, return_index=True)
    order = once[np.argsort(-score[once], kind="stable")]
    return score[order], left[order], right[order]


def main():
    folder = Path(sys.argv[1])
    content = (folder / "records.csv").read_text(encoding="utf-8")
    header = next(csv.reader([content.split("\n", 1)[0].strip()]))
    clks = generate_clk_from_csv(io.StringIO(content), "a secret of the benchmark", schema(header), validate=False,
                                 header=True, progress_bar=False, max_workers=1)
    phases = {"encode": cpu_seconds()}
    if len(clks) <= ALL_PAIRS_UP_TO:
        groups = [range(len(clks))]
    else:
        table = list(csv.reader(io.StringIO(content)))[1:]
        groups = blocks(table, header)
        del table
    del content
    phases["block"] = cpu_seconds()
    score, left, right = scored(clks, groups)
    phases["score"] = cpu_seconds()
    solve(score, left, right, SOLVE_AT)
    phases["cluster"] = cpu_seconds()
    np.savez(folder / "clk.npz", left=left, right=right, score=score, threshold=SOLVE_AT)
    (folder / "clk.json").write_text(json.dumps({"cpu_seconds_until": phases}))


def solve(score, left, right, threshold):
    """anonlink's groups of the pairs at or above a threshold, a source being free to repeat a person."""
    count = int(np.searchsorted(-score, -threshold, side="right"))
    one = array("I", bytes(4 * count))
    candidates = array("d", score[:count]), (one, one), (array("I", left[:count]), array("I", right[:count]))
    return probabilistic_greedy_solve(candidates, merge_threshold=0.5, deduplicated=False)


def cpu_seconds():
    """CPU of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return round(usage.ru_utime + usage.ru_stime, 2)


if __name__ == "__main__":
    main()
