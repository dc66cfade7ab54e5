"""Fictitious person tables of several kinds, each with its tables file: what `benches/release.py` judges a release by.

Every kind draws margins (skewed), sizes (2 to 10 categories) and dependence from its seed; no figure of the release
room was fitted to one of them. `python benches/person_tables.py --kind latent --people 5000 --seed 1 FOLDER` writes
`persons.csv` and `tables.toml` (all pairs and all triples of the attributes).
"""

import argparse
import itertools
import math
from pathlib import Path

import numpy as np

ATTRIBUTES = 20
DOMAINS = {"binary": ((2,), (1.0,)), "small": ((2, 3, 4), (0.5, 0.3, 0.2)),
           "mixed": ((2, 3, 4, 5, 6, 8, 10), (0.2, 0.2, 0.2, 0.15, 0.1, 0.1, 0.05))}


def margin(rng, size, skew=1.0):
    """A margin of `size` categories; the smaller `skew`, the more uneven."""
    return rng.dirichlet(np.full(size, skew))


def draw(rng, probabilities):
    """One category a row of `probabilities`."""
    edges = np.cumsum(probabilities, axis=1)
    return (rng.random((len(probabilities), 1)) * edges[:, -1:] > edges).sum(axis=1)


def independent(rng, people, sizes):
    """No dependence at all."""
    return [rng.choice(size, people, p=margin(rng, size)) for size in sizes]


def weak(rng, people, sizes):
    """A little dependence on a shared trait and on the attribute before: most people's answers are their own."""
    trait = rng.integers(0, 4, people)
    columns = []
    for i, size in enumerate(sizes):
        base = margin(rng, size, 1.5)
        table = np.array([0.85 * base + 0.15 * margin(rng, size) for _ in range(4)])
        rows = table[trait]
        if i % 3 == 1:
            pull = np.array([margin(rng, size) for _ in range(sizes[i - 1])])
            rows = 0.85 * rows + 0.15 * pull[columns[i - 1]]
        columns.append(draw(rng, rows))
    return columns


def latent(rng, people, sizes):
    """Latent classes that decide much: strong dependence of every attribute on every other."""
    classes = rng.choice(8, people, p=margin(rng, 8, 3.0))
    return [draw(rng, np.array([margin(rng, size, 0.5) for _ in range(8)])[classes]) for size in sizes]


def tree(rng, people, sizes):
    """A random tree: every attribute follows one earlier attribute closely."""
    columns = [rng.choice(sizes[0], people, p=margin(rng, sizes[0], 2.0))]
    for i, size in enumerate(sizes[1:], 1):
        parent = rng.integers(max(0, i - 4), i)
        rows = np.array([margin(rng, size, 0.3) for _ in range(sizes[parent])])
        columns.append(draw(rng, rows[columns[parent]]))
    return columns


def pairs(rng, people, sizes):
    """Ten pairs of attributes: the second is a function of the first but for one person in twenty."""
    columns = []
    for i, size in enumerate(sizes):
        own = rng.choice(size, people, p=margin(rng, size, 2.0))
        if i % 2:
            told = rng.integers(0, size, sizes[i - 1])[columns[i - 1]]
            own = np.where(rng.random(people) < 0.95, told, own)
        columns.append(own)
    return columns


def services(rng, people, sizes):
    """As a city's: a type and demographics, a latent need, and needs of three levels that go with both."""
    kind = rng.choice(sizes[0], people, p=margin(rng, sizes[0], 1.0))
    columns, need = [kind], rng.beta(0.8, 1.5, people)
    for size in sizes[1:]:
        if size == 3:
            wanted, met = rng.beta(1, 2), rng.beta(2, 2, sizes[0])
            chance = np.clip(wanted * 2.0 * need, 0, 1)
            rows = np.stack([1 - chance, chance * met[kind], chance * (1 - met[kind])], axis=1)
        else:
            rows = 0.6 * margin(rng, size) + 0.4 * np.array([margin(rng, size) for _ in range(sizes[0])])[kind]
        columns.append(draw(rng, rows))
    return columns


def network(rng, people, sizes):
    """A Bayesian network in which attributes have two parents that act together: real interactions of three."""
    columns = []
    for i, size in enumerate(sizes):
        if i < 2:
            columns.append(rng.choice(size, people, p=margin(rng, size, 2.0)))
            continue
        a, b = rng.choice(np.arange(max(0, i - 6), i), 2, replace=False)
        rows = np.array([margin(rng, size, 0.5) for _ in range(sizes[a] * sizes[b])])
        columns.append(draw(rng, rows[columns[a] * sizes[b] + columns[b]]))
    return columns


KINDS = {kind.__name__: kind for kind in (independent, weak, services, latent, tree, pairs, network)}
WEAK = ("independent", "weak", "services")


def sizes_of(rng, kind, domains, attributes):
    """Sizes of the attributes; a city's has a type, four demographics and fifteen services."""
    if kind == "services":
        return [4, 9, 6, 4, 4, *[3] * (attributes - 5)]
    sizes, chances = DOMAINS[domains]
    return [int(size) for size in rng.choice(sizes, attributes, p=chances)]


def write(kind, people, seed, folder, domains="small", attributes=ATTRIBUTES, sizes=None, chosen=None):
    """Writes `persons.csv` and `tables.toml`: all pairs and triples, or so many triples of so many cells."""
    rng = np.random.default_rng([seed, sorted(KINDS).index(kind)])
    sizes = sizes or sizes_of(rng, kind, domains, attributes)
    columns = np.stack(KINDS[kind](rng, people, sizes), axis=1)
    folder.mkdir(parents=True, exist_ok=True)
    write_persons(folder / "persons.csv", columns)
    tables = [t for order in (2, 3) for t in itertools.combinations(range(len(sizes)), order)]
    write_tables(folder / "tables.toml", sizes, triples(sizes, *chosen) if chosen else tables)


def triples(sizes, count, least_cells):
    """`count` triples of attributes, of next sizes to each other, with `least_cells` together or barely more."""
    def cells(triple):
        return math.prod(sizes[a] for a in triple)
    large_first = sorted(itertools.combinations(range(len(sizes)), 3), key=cells, reverse=True)
    runs = (large_first[at:at + count] for at in range(len(large_first) - count + 1))
    enough = [run for run in runs if sum(map(cells, run)) >= least_cells]
    return sorted(enough[-1])


def write_persons(path, columns):
    """Codes as `c0`, `c1`, …: a CSV with one column an attribute."""
    names = np.array([f"c{i}" for i in range(256)])
    with open(path, "w") as file:
        file.write(",".join(f"a{i}" for i in range(columns.shape[1])) + "\n")
        for row in columns:
            file.write(",".join(names[row]) + "\n")


def write_tables(path, sizes, tables):
    """A tables file over attributes `a0`, `a1`, … of these sizes."""
    with open(path, "w") as file:
        file.write("[attributes]\n")
        for i, size in enumerate(sizes):
            file.write("a%d = [%s]\n" % (i, ", ".join(f'"c{c}"' for c in range(size))))
        for table in tables:
            file.write("\n[[table]]\nname = \"t%s\"\ndimensions = [%s]\n" % (
                "_".join(map(str, table)), ", ".join('"a%d"' % d for d in table)))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kind", choices=list(KINDS), required=True)
    parser.add_argument("--people", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--domains", choices=list(DOMAINS), default="small", help="sizes of the attributes' domains")
    parser.add_argument("--attributes", type=int, default=ATTRIBUTES)
    parser.add_argument("--sizes", nargs="+", type=int, help="sizes of the domains, instead")
    parser.add_argument("--tables", type=int, help="so many triples instead of all pairs and triples")
    parser.add_argument("--cells", type=int, help="cells that they have together at least")
    parser.add_argument("folder", type=Path)
    given = parser.parse_args()
    chosen = (given.tables, given.cells) if given.tables else None
    write(given.kind, given.people, given.seed, given.folder, given.domains, given.attributes, given.sizes, chosen)


if __name__ == "__main__":
    main()
