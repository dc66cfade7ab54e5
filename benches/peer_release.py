"""One peer's answers to all tables of a person table, for benches/release.py peers: runs in the peers' environment.

    peer_release.py TOOL PERSONS TABLES EPSILON DELTA RHO SECONDS

Prints one JSON line: the mean absolute error over all cells, as `evaluate release` counts it, or why there is none.
"""

import itertools
import json
import math
import signal
import sys
import time
import tomllib
import warnings

import numpy as np
import pandas as pd

warnings.filterwarnings("ignore")


class People:
    """Codes, sizes and tables."""

    def __init__(self, persons, tables):
        with open(tables, "rb") as file:
            declared = tomllib.load(file)
        self.names = list(declared["attributes"])
        self.sizes = [len(c) for c in declared["attributes"].values()]
        codes = {name: {c: i for i, c in enumerate(cs)} for name, cs in declared["attributes"].items()}
        frame = pd.read_csv(persons, dtype=str)
        self.frame = pd.DataFrame({name: frame[name].map(codes[name]) for name in self.names})
        self.tables = [[self.names.index(d) for d in t["dimensions"]] for t in declared["table"]]

    def count(self, frame, table):
        """The cells of a table, row-major."""
        cell = np.zeros(len(frame), dtype=np.int64)
        for a in table:
            cell = cell * self.sizes[a] + frame[self.names[a]].to_numpy(dtype=np.int64)
        return np.bincount(cell, minlength=math.prod(self.sizes[a] for a in table)).astype(float)

    def error(self, answers):
        """Mean absolute error over all cells of all tables."""
        wrong = sum(np.abs(answer - self.count(self.frame, table)).sum() for table, answer in zip(self.tables, answers))
        return wrong / sum(math.prod(self.sizes[a] for a in table) for table in self.tables)

    def of_synthetic(self, frame):
        """Tables of synthetic people, scaled to as many as the real ones."""
        return [self.count(frame, table) * len(self.frame) / max(len(frame), 1) for table in self.tables]


def opendp(people, epsilon, delta, rho):
    """OpenDP's Python: discrete Gaussians on every table, ρ split evenly."""
    import opendp.prelude as dp
    dp.enable_features("contrib")
    scale = math.sqrt(len(people.tables) / (2 * rho))
    answers = []
    for table in people.tables:
        counts = people.count(people.frame, table).astype(int).tolist()
        space = dp.vector_domain(dp.atom_domain(T=int), size=len(counts)), dp.l2_distance(T=float)
        measurement = dp.m.make_gaussian(*space, scale)
        assert measurement.map(1.0) * len(people.tables) <= rho * (1 + 1e-9)
        answers.append(np.array(measurement(counts), dtype=float))
    return answers


def pipeline_dp(people, epsilon, delta, rho):
    """PipelineDP: one count over all cells of all tables as public partitions, Gaussian noise."""
    import pipeline_dp as pdp
    cells, keys, start = [], [], 0
    for table in people.tables:
        cell = np.zeros(len(people.frame), dtype=np.int64)
        for a in table:
            cell = cell * people.sizes[a] + people.frame[people.names[a]].to_numpy()
        size = math.prod(people.sizes[a] for a in table)
        cells.append(cell + start)
        keys.append((start, start + size))
        start += size
    rows = [(person, int(cell)) for column in cells for person, cell in enumerate(column)]
    accountant = pdp.NaiveBudgetAccountant(total_epsilon=epsilon, total_delta=delta)
    engine = pdp.DPEngine(accountant, pdp.LocalBackend())
    params = pdp.AggregateParams(noise_kind=pdp.NoiseKind.GAUSSIAN, metrics=[pdp.Metrics.COUNT],
                                 max_partitions_contributed=len(people.tables), max_contributions_per_partition=1)
    extractors = pdp.DataExtractors(privacy_id_extractor=lambda r: r[0], partition_extractor=lambda r: r[1],
                                    value_extractor=lambda r: 1)
    found = engine.aggregate(rows, params, extractors, public_partitions=list(range(start)))
    accountant.compute_budgets()
    values = {key: metrics.count for key, metrics in found}
    return [np.array([values[cell] for cell in range(*key)]) for key in keys]


def smartnoise_sql(people, epsilon, delta, rho):
    """SmartNoise SQL: a GROUP BY a table, (ε, δ) split evenly; what it censors counts as zero."""
    import snsql
    from snsql import Privacy
    privacy = Privacy(epsilon=epsilon / len(people.tables), delta=delta / len(people.tables))
    columns = {name: {"type": "int", "lower": 0, "upper": size - 1} for name, size in zip(people.names, people.sizes)}
    meta = {"": {"db": {"people": {"row_privacy": True, "rows": len(people.frame), "censor_dims": False} | columns}}}
    reader = snsql.from_df(people.frame, privacy=privacy, metadata=meta)
    answers = []
    for table in people.tables:
        names = ", ".join(people.names[a] for a in table)
        answer = np.zeros(math.prod(people.sizes[a] for a in table))
        for *codes, count in reader.execute(f"SELECT {names}, COUNT(*) AS n FROM db.people GROUP BY {names}")[1:]:
            cell = 0
            for a, code in zip(table, codes):
                cell = cell * people.sizes[a] + int(code)
            answer[cell] = count
        answers.append(answer)
    return answers


def pac_synth(people, epsilon, delta, rho):
    """pac-synth: its differentially private aggregates of up to three attributes; what it leaves out counts as zero."""
    import pacsynth
    rows = [people.names] + [[f"v{code}" for code in row] for row in people.frame.to_numpy()]
    builder = pacsynth.DpAggregateSeededParametersBuilder()
    parameters = builder.reporting_length(3).epsilon(epsilon).delta(delta).build()
    synthesizer = pacsynth.DpAggregateSeededSynthesizer(parameters)
    synthesizer.fit(pacsynth.Dataset(rows))
    counts = {}
    for key, count in synthesizer.get_dp_aggregates(";").items():
        parts = key.split(";") if isinstance(key, str) else [str(k) for k in key]
        counts[frozenset(parts)] = count
    answers = []
    for table in people.tables:
        cells = itertools.product(*(range(people.sizes[a]) for a in table))
        keys = (frozenset(f"{people.names[a]}:v{code}" for a, code in zip(table, cell)) for cell in cells)
        answers.append(np.array([counts.get(key, 0.0) for key in keys], dtype=float))
    if not any(answer.any() for answer in answers):
        raise RuntimeError(f"no aggregate was understood, of {len(counts)}: {list(counts)[:2]}")
    return answers


def mst(people, epsilon, delta, rho):
    """MST as in SmartNoise Synth, on all attributes."""
    from snsynth.mst import MSTSynthesizer
    synthesizer = MSTSynthesizer(epsilon=epsilon, delta=delta)
    return synthetic(people, synthesizer)


def aim(people, epsilon, delta, rho):
    """AIM as in SmartNoise Synth, workload all triples."""
    from snsynth.aim import AIMSynthesizer
    synthesizer = AIMSynthesizer(epsilon=epsilon, delta=delta, max_model_size=4, degree=3)
    return synthetic(people, synthesizer)


def synthetic(people, synthesizer):
    """Synthetic people, ten for each real one, so that sampling adds next to nothing to the error."""
    from mbi.markov_random_field import MarkovRandomField
    # The pinned mbi's default rounds columns in sorted order, which ties attributes together that are independent.
    rounded = MarkovRandomField.synthetic_data
    MarkovRandomField.synthetic_data = lambda model, rows=None: rounded(model, rows, method="sample")
    frame = people.frame.astype(str)
    synthesizer.fit(frame, categorical_columns=people.names, preprocessor_eps=0.0)
    return people.of_synthetic(synthesizer.sample(10 * len(frame)).astype(int))


TOOLS = {tool.__name__: tool for tool in (opendp, pipeline_dp, smartnoise_sql, pac_synth, mst, aim)}


def main():
    tool, persons, tables, epsilon, delta, rho, seconds = sys.argv[1:]
    people = People(persons, tables)
    started = time.process_time()
    signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(TimeoutError(f"not done in {seconds} s")))
    signal.alarm(int(seconds))
    try:
        answers = TOOLS[tool](people, float(epsilon), float(delta), float(rho))
        said = {"mae": float(people.error(answers)), "cpu_seconds": time.process_time() - started}
    except Exception as error:  # a peer that fails is told of, and the others go on
        said = {"failed": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(said))


if __name__ == "__main__":
    main()
