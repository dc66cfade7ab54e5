"""What an estimate could reach that knew how much residuals vary, for benches/release.py bound: runs in `.venv-release`.

    best_bound.py PERSONS TABLES RHO

Prints one JSON line. An oracle is told, for each order, by how many times chance alone the true residuals stray from the table of
maximum entropy that the true tables below imply. It splits rho by that (reverse water-filling), and shrinks by that. Of every order it
takes the tables below for known, so an estimate whose residuals are no more than that, normal numbers of one spread an order, can't be expected below it.
What tells residuals of one order apart (classes of people, a few strong pairs) is not known to it, and may bring an estimate below.
"""

import csv
import itertools
import json
import math
import sys
import tomllib

import numpy as np

ROUNDS = 60
HALVINGS = 80
LEAST = 1e-9


def read(persons, tables):
    """Sizes of the domains, codes of each attribute, tables as tuples of attributes."""
    with open(tables, "rb") as file:
        declared = tomllib.load(file)
    names = list(declared["attributes"])
    with open(persons, newline="") as file:
        header, *rows = csv.reader(file)
    columns = []
    for name, categories in declared["attributes"].items():
        code = {category: at for at, category in enumerate(categories)}
        place = header.index(name)
        columns.append(np.array([code[row[place]] for row in rows]))
    sizes = [len(categories) for categories in declared["attributes"].values()]
    return sizes, columns, [tuple(sorted(map(names.index, table["dimensions"]))) for table in declared["table"]]


def strays(counts):
    """The squared length of a table's residual, less that of the table of maximum entropy with its margins."""
    if counts.ndim >= 2:
        guess = np.ones_like(counts)
        for _, axis in itertools.product(range(ROUNDS), range(counts.ndim)):
            wanted, had = counts.sum(axis=axis, keepdims=True), guess.sum(axis=axis, keepdims=True)
            guess = guess * np.divide(wanted, had, out=np.zeros_like(wanted), where=had > 0)
        counts = counts - guess
    for axis in range(counts.ndim):
        counts = counts - counts.mean(axis=axis, keepdims=True)
    return float((counts**2).sum())


def bound(sizes, columns, tables, rho):
    """Mean absolute errors: the optimal unbiased estimate's, and the oracle's."""
    people = len(columns[0])
    sets = sorted({s for table in tables for k in range(len(table) + 1) for s in itertools.combinations(table, k)},
                  key=lambda s: (len(s), s))
    place = {s: at for at, s in enumerate(sets)}
    order = np.array([len(s) for s in sets])
    cells = np.array([math.prod(sizes[a] for a in s) for s in sets], dtype=float)
    directions = np.array([math.prod(sizes[a] - 1 for a in s) for s in sets])
    factor = np.array([math.prod(1 - 1 / sizes[a] for a in s) for s in sets])
    spread = [(1 - ((np.bincount(c, minlength=n) / people) ** 2).sum()) / (n - 1) for c, n in zip(columns, sizes)]
    chance = np.array([people * math.prod(spread[a] for a in s) for s in sets])
    within = [(place[table], np.array([place[s] for k in range(len(table) + 1) for s in itertools.combinations(table, k)]))
              for table in tables]
    weight = np.zeros(len(sets))
    for table, parts in within:
        weight[parts] += factor[parts] * cells[parts] ** 2 / cells[table]

    def error(variance):
        """Mean absolute error of a cell, the residuals' errors being normal with these variances."""
        root = [cells[t] * math.sqrt((variance[p] * factor[p] * (cells[p] / cells[t]) ** 2).sum()) for t, p in within]
        return math.sqrt(2 / math.pi) * sum(root) / sum(cells[t] for t, _ in within)

    varies, times = np.full(len(sets), np.inf), {}
    for k in range(2, order.max() + 1):
        own = np.flatnonzero(order == k)
        squares = 0.0
        for at in own:
            cell = np.zeros(people, dtype=np.int64)
            for a in sets[at]:
                cell = cell * sizes[a] + columns[a]
            counts = np.bincount(cell, minlength=int(cells[at])).astype(float)
            squares += strays(counts.reshape([sizes[a] for a in sets[at]]))
        times[k] = squares / (directions[own] * chance[own]).sum()
        varies[own] = times[k] * chance[own]
    closed = np.sqrt(weight * factor)
    closed /= closed.sum()
    lost = factor / (2 * varies * rho)
    low, high = 1.0, 1.0 + lost.sum()
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if np.maximum(middle * closed - lost, LEAST * closed).sum() < 1:
            low = middle
        else:
            high = middle
    share = np.maximum(high * closed - lost, LEAST * closed)
    noise = factor / (2 * share / share.sum() * rho)
    left = np.where(np.isinf(varies), noise, noise / (1 + noise / varies))
    return {"unbiased_mae": error(factor / (2 * closed * rho)), "oracle_mae": error(left), "times_chance": times}


if __name__ == "__main__":
    print(json.dumps(bound(*read(*sys.argv[1:3]), float(sys.argv[3]))))
