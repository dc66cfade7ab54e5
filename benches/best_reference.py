"""What the release method's own best estimate reaches, for benches/release.py bound: runs in `.venv-release`.

    best_reference.py PERSONS TABLES RHO SEED

Prints one JSON line. Section 5 of the release method, to the letter: residuals of three attributes get a quarter of the closed form's
share; order by order each is shrunk (James and Stein, thresholded) towards the table of maximum entropy that the shrunk tables below
imply, clipped at zero and rescaled to the total. It is what that section's figures, and the bars set by them, were measured with, so a
ratio beside it tells how hard the people are. Noise is numpy's: nothing here is ever published.
"""

import itertools
import json
import math
import sys

import numpy as np

from best_bound import read

ROUNDS = 30
SHARE_OF_THREE = 0.25


def contrasts(size):
    """Orthonormal rows that are orthogonal to the constant."""
    basis, _ = np.linalg.qr(np.column_stack([np.ones(size), np.eye(size)[:, : size - 1]]))
    return basis[:, 1:].T


def along(table, matrices):
    """A matrix along each axis."""
    for axis, matrix in enumerate(matrices):
        table = np.moveaxis(np.tensordot(matrix, table, axes=(1, axis)), 0, axis)
    return table


def fitted(margins, shape, total):
    """The table of maximum entropy with the margins: (axis summed over, margin), by iterative proportional fitting."""
    table = np.full(shape, total / math.prod(shape))
    for _, (axis, margin) in itertools.product(range(ROUNDS), margins):
        had = table.sum(axis=axis)
        table = table * np.expand_dims(np.divide(margin, had, out=np.zeros_like(had), where=had > 0), axis)
    return table


class Release:
    """People, their tables, and one release of all residuals at ρ."""

    def __init__(self, sizes, columns, tables, rho, seed):
        self.sizes, self.columns, self.tables, self.rho = sizes, columns, tables, rho
        self.rng = np.random.default_rng(seed)
        self.bases = [contrasts(size) for size in sizes]
        self.sets = sorted({s for t in tables for s in self.below(t)}, key=lambda s: (len(s), s))
        self.true = {s: self.count(s) for s in self.sets}
        weight = dict.fromkeys(self.sets, 0.0)
        for table, part in ((t, s) for t in tables for s in self.below(t)):
            weight[part] += self.directions(part) / self.cells(set(table) - set(part))
        self.cost = {s: math.prod(1 - 1 / sizes[a] for a in s) for s in self.sets}
        share = {s: math.sqrt(self.cost[s] * weight[s]) for s in self.sets}
        self.closed = {s: value / sum(share.values()) for s, value in share.items()}

    @staticmethod
    def below(table):
        """All subsets, the table itself last."""
        return [s for k in range(len(table) + 1) for s in itertools.combinations(table, k)]

    def cells(self, attributes):
        """How many cells a table over them has."""
        return math.prod(self.sizes[a] for a in attributes)

    def directions(self, attributes):
        """Dimensions of the residual."""
        return math.prod(self.sizes[a] - 1 for a in attributes)

    def count(self, attributes):
        """The exact table."""
        cell = np.zeros(len(self.columns[0]), dtype=np.int64)
        for a in attributes:
            cell = cell * self.sizes[a] + self.columns[a]
        counts = np.bincount(cell, minlength=self.cells(attributes)).astype(float)
        return counts.reshape([self.sizes[a] for a in attributes])

    def residual(self, attributes, table):
        """A table's residual in orthonormal coordinates."""
        return along(table, [self.bases[a] for a in attributes])

    def lifted(self, residual, part, table):
        """What a residual adds to a table's cells."""
        cells = along(residual, [self.bases[a].T for a in part])
        shape = [self.sizes[a] if a in part else 1 for a in table]
        rest = self.cells(set(table) - set(part))
        return np.broadcast_to(cells.reshape(shape), [self.sizes[a] for a in table]) / rest

    def measured(self, share):
        """Noisy residuals, and the variance of a coordinate of each."""
        variance = {s: self.cost[s] / (2 * self.rho * share[s]) for s in self.sets}
        exact = {s: self.residual(s, self.true[s]) for s in self.sets}
        noisy = {s: x + self.rng.normal(0, math.sqrt(variance[s]), x.shape) for s, x in exact.items()}
        return noisy, variance

    def unbiased(self):
        """Mean absolute error of the optimal unbiased estimate."""
        residuals, _ = self.measured(self.closed)
        return self.error({t: sum(self.lifted(residuals[s], s, t) for s in self.below(t)) for t in self.tables})

    def best(self):
        """Mean absolute error of the method's best estimate."""
        share = {s: value * (SHARE_OF_THREE if len(s) > 2 else 1) for s, value in self.closed.items()}
        residuals, variance = self.measured({s: value / sum(share.values()) for s, value in share.items()})
        total = max(float(residuals[()]), 1.0)
        tables, shrunk = {(): np.array(total)}, {(): np.array(total)}
        for s in self.sets[1:]:
            shape = [self.sizes[a] for a in s]
            margins = [(axis, tables[s[:axis] + s[axis + 1 :]]) for axis in range(len(s))] if len(s) > 1 else []
            towards = self.residual(s, fitted(margins, shape, total))
            deviation, d = residuals[s] - towards, self.directions(s)
            length = max(float((deviation**2).sum()) / variance[s], 1e-12)
            kept = 1.0 if len(s) == 1 else max(0.0, 1 - (d + 2 * math.sqrt(2 * d)) / length)
            cells = self.lifted(towards + kept * deviation, s, s)
            cells = np.maximum(cells + sum(self.lifted(shrunk[b], b, s) for b in self.below(s)[:-1]), 0)
            tables[s] = cells * total / cells.sum() if cells.sum() > 0 else np.full(shape, total / cells.size)
            shrunk[s] = self.residual(s, tables[s])
        return self.error(tables)

    def error(self, estimates):
        """Mean absolute error over all cells of all tables."""
        wrong = np.concatenate([(estimates[t] - self.true[t]).ravel() for t in self.tables])
        return float(np.abs(wrong).mean())


if __name__ == "__main__":
    release = Release(*read(*sys.argv[1:3]), float(sys.argv[3]), int(sys.argv[4]))
    print(json.dumps({"unbiased_mae": release.unbiased(), "reference_mae": release.best()}))
