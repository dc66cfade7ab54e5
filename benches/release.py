#!/usr/bin/env python3
"""A release's accuracy, speed and peers, through `pathways evaluate release`. See benches/README.md.

    benches/release.py best [--kinds weak latent …] [--domains small mixed] [--people 5000 50000] [--seeds 1 2]
    benches/release.py bound              # what an oracle would reach that knows how much residuals vary, beside the best estimate
    benches/release.py exactness          # predicted and seen standard errors on the release method's workload
    benches/release.py coverage           # 10,000 releases: intervals of counts, rates and differences
    benches/release.py speed              # a million persons, 500 marginals, 50,000 cells
    benches/release.py peers              # other tools on the same people at the same (ε, δ)
"""

import argparse
import itertools
import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import environment
import measured
import method_workload
from tables import table

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements-release.txt"
ENVIRONMENT = HERE / ".venv-release"
PEERS_REQUIREMENTS = HERE / "requirements-peers.txt"
PEERS_ENVIRONMENT = HERE / ".venv-peers"
PEERS = ("opendp", "pipeline_dp", "smartnoise_sql", "pac_synth", "mst", "aim")
KINDS = ("independent", "weak", "services", "latent", "tree", "pairs", "network")
SPEED_SIZES = [4, 9, 6, 4, 4, 8, 5, 6, 10, 3, *[3] * 15]
SPEED_PEOPLE, SPEED_TABLES, SPEED_CELLS = 1_000_000, 500, 50_000


class Bench:
    """The program, the Python that makes people, a folder for scratch."""

    def __init__(self, given):
        if not given.program.exists():
            raise SystemExit(f"no program at {given.program}: cargo build --release, or --program PATH")
        self.python = environment.interpreter(ENVIRONMENT, REQUIREMENTS)
        self.work = measured.scratch("release", given.work)
        self.program = Path(shutil.copy2(given.program, self.work / "pathways"))

    def people(self, kind, people, seed, domains):
        """Draws people of a kind, once; their folder."""
        folder = self.work / f"{kind}-{people}-{seed}-{domains}"
        if not folder.exists():
            measured.run([self.python, HERE / "person_tables.py", "--kind", kind, "--people", people, "--seed", seed,
                          "--domains", domains, folder])
        return folder

    def evaluate(self, persons, tables, epsilon, delta, trials, objective="total_variance", estimates="both"):
        """The report of `evaluate release`, with what the whole process cost."""
        out = self.work / "report.json"
        cost = measured.run([self.program, "evaluate", "release", "--persons", persons, "--tables", tables, "--epsilon", epsilon,
                             "--delta", repr(delta), "--trials", trials, "--objective", objective, "--estimates", estimates,
                             "--json", out])
        return json.loads(out.read_text()) | {"process": cost.as_dict()}


def delta_for(people):
    """1 / (n ln n)."""
    return 1 / (people * math.log(people))


def best(bench, given):
    """The best estimate's mean absolute error as a share of the optimal unbiased estimate's at the same ρ."""
    rows, results = [], []
    for people, domains, kind in itertools.product(given.people, given.domains, given.kinds):
        for epsilon in given.epsilons:
            ratios, unbiased = [], []
            for seed in given.seeds:
                folder = bench.people(kind, people, seed, domains)
                files = (folder / "persons.csv", folder / "tables.toml", epsilon, delta_for(people), given.trials)
                optimal = bench.evaluate(*files, estimates="unbiased")["all"]["unbiased"]["mae"]
                found = bench.evaluate(*files, objective="best_estimate")["all"]["best"]["mae"]
                unbiased.append(optimal)
                ratios.append(found / optimal)
            results.append({"people": people, "domains": domains, "kind": kind, "epsilon": epsilon, "ratios": ratios,
                            "unbiased_mae": unbiased})
            rows.append([people, domains, kind, epsilon, f"{sum(unbiased) / len(unbiased):.2f}",
                         " ".join(f"{ratio:.3f}" for ratio in ratios), f"{sum(ratios) / len(ratios):.3f}"])
            print(*rows[-1], file=sys.stderr)
        for seed in given.seeds:
            shutil.rmtree(bench.work / f"{kind}-{people}-{seed}-{domains}")
    print(table(["people", "domains", "kind", "ε", "unbiased MAE", "best / unbiased, by seed", "mean"], rows))
    return results


def beside(bench, script, *arguments):
    """What a script of this folder says in one JSON line."""
    said = subprocess.run([bench.python, HERE / script, *map(str, arguments)], check=True, text=True, stdout=subprocess.PIPE).stdout
    return json.loads(said)


def bound(bench, given):
    """The best estimate's ratio beside an oracle's that knows how much the residuals of each order vary, and beside the ratio that the
    release method's own estimate has on the same people."""
    rows, results = [], []
    for domains, kind, seed in itertools.product(given.domains, given.kinds, given.seeds):
        folder = bench.people(kind, 5000, seed, domains)
        for epsilon in given.epsilons:
            files = (folder / "persons.csv", folder / "tables.toml", epsilon, delta_for(5000), given.trials)
            ours = bench.evaluate(*files, objective="best_estimate")
            rho = repr(ours["rho"])
            found = beside(bench, "best_reference.py", *files[:2], rho, seed) | beside(bench, "best_bound.py", *files[:2], rho)
            ratios = [mae / found["unbiased_mae"] for mae in (ours["all"]["best"]["mae"], found["oracle_mae"], found["reference_mae"])]
            results.append({"domains": domains, "kind": kind, "seed": seed, "epsilon": epsilon, "best": ratios[0], "oracle": ratios[1],
                            "reference": ratios[2]} | found)
            rows.append([domains, kind, seed, epsilon, *(f"{ratio:.3f}" for ratio in ratios),
                         " ".join(f"{times:.1f}" for times in found["times_chance"].values())])
            print(*rows[-1], file=sys.stderr)
        shutil.rmtree(folder)
    print(table(["domains", "kind", "seed", "ε", "best / unbiased", "oracle / unbiased", "reference / unbiased", "pairs, triples: times chance"], rows))
    return results


def exactness(bench, given):
    """Standard errors on the release method's workload: predicted, seen, and of independent Gaussians."""
    persons, tables = bench.work / "persons.csv", HERE / "release_method.toml"
    sizes = method_workload.ATTRIBUTES
    with open(persons, "w") as file:
        file.write(",".join(sizes) + "\n")
        for person in range(5000):
            file.write(",".join(f"c{(person * person * (at + 3) // 7 + person) % size}" for at, size in enumerate(sizes.values())) + "\n")
    rows, results = [], []
    for epsilon in (1, 2, 4):
        report = bench.evaluate(persons, tables, epsilon, 1e-6, given.trials * 50, estimates="unbiased")
        found = report["tables"]
        predicted = [t["predicted_standard_error"] for t in found]
        cells = sum(t["cells"] for t in found)
        optimum = math.sqrt(sum(t["cells"] * t["predicted_standard_error"] ** 2 for t in found) / cells)
        seen = report["all"]["unbiased"]["rmse"]
        even = math.sqrt(len(found) / 2 / report["rho"])
        rows.append([epsilon, f"{report['rho']:.4f}", len(found), cells, f"{min(predicted):.1f} to {max(predicted):.1f}",
                     f"{even:.1f}", f"{optimum:.3f}", f"{seen:.3f}", f"{seen / optimum:.4f}"])
        results.append({"epsilon": epsilon, "rho": report["rho"], "least": min(predicted), "most": max(predicted),
                        "independent": even, "predicted_rmse": optimum, "rmse": seen})
    print(table(["ε", "ρ", "marginals", "cells", "standard errors", "independent Gaussians", "predicted RMSE", "RMSE", "ratio"], rows))
    return results


def coverage(bench, given):
    """Intervals over many releases of people of all sizes of counts."""
    persons, tables = bench.work / "persons.csv", bench.work / "tables.toml"
    with open(persons, "w") as file:
        file.write("kind,need,group\n")
        for kind, people in enumerate((0, 2, 10, 50, 250, 1000)):
            for group, row in itertools.product(range(8), range(people)):
                file.write(f"c{kind},c{(0, 0, 0, 1, 1, 2)[row % 6]},c{group}\n")
    lines = ["[attributes]"]
    lines += [f"{name} = [" + ", ".join(f'"c{c}"' for c in range(size)) + "]" for name, size in (("kind", 6), ("need", 3), ("group", 8))]
    lines += ["[[table]]", 'name = "need"', 'dimensions = ["kind", "need", "group"]',
              'rate = { dimension = "need", numerator = "c2", denominator = ["c1", "c2"] }',
              "[[table]]", 'name = "groups"', 'dimensions = ["kind", "group"]']
    tables.write_text("\n".join(lines) + "\n")
    rows, results = [], []
    for epsilon in (1, 4):
        found = bench.evaluate(persons, tables, epsilon, 1e-6, given.releases, estimates="unbiased")["all"]
        results.append({"epsilon": epsilon} | found)
        rows.append([epsilon, "counts, pooled", "", f"{found['unbiased']['coverage95']:.4f}", "", ""])
        rows += [[epsilon, f"counts of {name}", bucket["cells"], f"{bucket['coverage95']:.4f}", "", ""]
                 for name, bucket in found["unbiased"]["by_true_count"].items() if bucket["cells"]]
        rows += [[epsilon, what, found[what]["rows"], f"{found[what]['coverage95']:.4f}", f"{found[what]['withheld']:.3f}",
                  f"{found[what]['held_or_withheld']:.4f}"]
                 for what in ("rates", "differences")]
    print(table(["ε", "intervals of", "figures", "coverage", "withheld", "held or withheld"], rows))
    return results + small_groups(bench, given)


def small_groups(bench, given):
    """Rates of small groups, by true rate (as near as whole people come) and true denominator, among 160 groups of nobody or of one."""
    persons, tables = bench.work / "persons.csv", bench.work / "tables.toml"
    sizes = [0, 3, 8, 20, 60, 250] + [0, 1] * 10
    lines = ["[attributes]"]
    lines += [f"{name} = [" + ", ".join(f'"c{c}"' for c in range(size)) + "]" for name, size in (("kind", len(sizes)), ("need", 3), ("group", 8))]
    lines += ["[[table]]", 'name = "need"', 'dimensions = ["kind", "need", "group"]',
              'rate = { dimension = "need", numerator = "c2", denominator = ["c1", "c2"] }']
    tables.write_text("\n".join(lines) + "\n")
    rows, results = [], []
    for rate in (0, 0.1, 0.5, 0.9, 1):
        with open(persons, "w") as file:
            file.write("kind,need,group\n")
            for (kind, people), group in itertools.product(enumerate(sizes), range(8)):
                unmet = round(rate * people)
                file.writelines(f"c{kind},c{2 if row < unmet else 1},c{group}\n" for row in range(people))
        for epsilon in (1, 2, 4):
            found = bench.evaluate(persons, tables, epsilon, 1e-6, given.releases, estimates="unbiased")["all"]
            results.append({"rate": rate, "epsilon": epsilon} | found)
            buckets = [(f"{b['from']} to {b['to']}" if "to" in b else f"{b['from']} or more", b)
                       for b in found["rates_by_denominator"] if "rows" in b]
            for name, bucket in [("all", found["rates"]), *buckets]:
                stated = bucket["rows"] * (1 - bucket["withheld"])
                rows.append([rate, epsilon, name, bucket["rows"], f"{stated:.4f}", f"{bucket['rows'] * bucket['says_nothing']:.4f}",
                             f"{bucket['coverage95']:.4f}" if "coverage95" in bucket else "",
                             f"{bucket['mean_width']:.3f}" if "mean_width" in bucket else ""])
    print(table(["true rate", "ε", "people it is out of", "rates", "stated in a release", "of these 0 to 1", "coverage", "mean width"], rows))
    return results


def speed(bench, given):
    """A million persons: CPU seconds, memory, and the share of drawing noise."""
    folder = bench.work / "speed"
    measured.run([bench.python, HERE / "person_tables.py", "--kind", "services", "--people", SPEED_PEOPLE, "--sizes", *SPEED_SIZES,
                  "--tables", SPEED_TABLES, "--cells", SPEED_CELLS, folder])
    rows, results = [], []
    for threads, estimates in ((os.cpu_count(), "both"), (1, "both"), (1, "unbiased")):
        os.environ["RAYON_NUM_THREADS"] = str(threads)
        report = bench.evaluate(folder / "persons.csv", folder / "tables.toml", 1, delta_for(SPEED_PEOPLE), 1, estimates=estimates)
        elapsed, cost = report["elapsed_seconds"], report["process"]
        # On one thread the clock of a step is its CPU time, but for what neighbors take.
        rows.append([threads, estimates, len(report["tables"]), sum(t["cells"] for t in report["tables"]), f"{cost['cpu_seconds']:.2f}",
                     f"{cost['wall_seconds']:.2f}", f"{cost['peak_rss_bytes'] / 1e6:.0f}",
                     *(f"{elapsed[step]:.2f}" for step in ("count", "noise", "estimate")), f"{elapsed['noise'] / cost['wall_seconds']:.0%}"])
        results.append({"threads": threads, "estimates": estimates, "process": cost, "elapsed_seconds": elapsed})
    del os.environ["RAYON_NUM_THREADS"]
    print(table(["threads", "estimates", "marginals", "cells", "CPU s", "wall s", "MB", "count s", "noise s", "estimate s",
                 "noise of wall"], rows))
    return results


def peers(bench, given):
    """Each peer's mean absolute error beside ours: the same people, all pairs and triples, the same (ε, δ)."""
    python = environment.interpreter(PEERS_ENVIRONMENT, PEERS_REQUIREMENTS, "--no-deps")
    rows, results = [], []
    for kind, epsilon in itertools.product(given.kinds, given.epsilons):
        folder = bench.work / f"{kind}-peers"
        measured.run([bench.python, HERE / "person_tables.py", "--kind", kind, "--people", 5000, "--seed", given.seeds[0],
                      "--domains", "small", "--attributes", given.attributes, folder])
        files, delta = (folder / "persons.csv", folder / "tables.toml"), delta_for(5000)
        ours = bench.evaluate(*files, epsilon, delta, given.trials, objective="best_estimate")
        unbiased = bench.evaluate(*files, epsilon, delta, given.trials, estimates="unbiased")
        found = {"pathways, best": {"mae": ours["all"]["best"]["mae"], "cpu_seconds": ours["cpu_seconds"] / given.trials},
                 "pathways, unbiased": {"mae": unbiased["all"]["unbiased"]["mae"],
                                        "cpu_seconds": unbiased["cpu_seconds"] / given.trials}}
        for tool in given.tools:
            said = subprocess.run([python, HERE / "peer_release.py", tool, *files, str(epsilon), repr(delta), str(ours["rho"]),
                                   str(given.patience)], text=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout
            lines = said.strip().splitlines()
            found[tool] = json.loads(lines[-1]) if lines else {"failed": "said nothing"}
            print(kind, epsilon, tool, found[tool], file=sys.stderr)
        results.append({"kind": kind, "epsilon": epsilon, "tools": found})
        rows += [[kind, epsilon, tool, f"{said['mae']:.2f}", f"{said['cpu_seconds']:.1f}"] if "mae" in said
                 else [kind, epsilon, tool, said["failed"], ""] for tool, said in found.items()]
        shutil.rmtree(folder)
    print(table(["people", "ε", "tool", "MAE", "CPU s"], rows))
    return results


def arguments():
    target = Path(os.environ.get("CARGO_TARGET_DIR", HERE.parent / "target"))
    every = argparse.ArgumentParser(add_help=False)
    every.add_argument("--program", type=Path, default=target / "release" / "pathways", help="the built program")
    every.add_argument("--work", type=Path, help="where scratch data go; removed at the end")
    every.add_argument("--json", type=Path, help="also write everything measured here")
    every.add_argument("--trials", type=int, default=3, help="releases of each table of people")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("best", parents=[every], help="the best estimate against the optimal unbiased one")
    one.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    one.add_argument("--domains", nargs="+", choices=("binary", "small", "mixed"), default=["small", "mixed"])
    one.add_argument("--people", nargs="+", type=int, default=[5000])
    one.add_argument("--epsilons", nargs="+", type=float, default=[1, 4, 12])
    one.add_argument("--seeds", nargs="+", type=int, default=[1, 2])
    four = verbs.add_parser("bound", parents=[every], help="an oracle's ratio, and the release method's own, beside the best estimate's")
    four.add_argument("--kinds", nargs="+", choices=KINDS, default=["weak"])
    four.add_argument("--domains", nargs="+", choices=("binary", "small", "mixed"), default=["small"])
    four.add_argument("--epsilons", nargs="+", type=float, default=[1, 4])
    four.add_argument("--seeds", nargs="+", type=int, default=[1, 2])
    verbs.add_parser("exactness", parents=[every], help="the unbiased estimate against the closed form")
    two = verbs.add_parser("coverage", parents=[every], help="intervals over many releases")
    two.add_argument("--releases", type=int, default=10_000)
    verbs.add_parser("speed", parents=[every], help="a million persons, 500 marginals, 50,000 cells")
    three = verbs.add_parser("peers", parents=[every], help="other tools on the same people at the same (ε, δ)")
    three.add_argument("--kinds", nargs="+", choices=KINDS, default=["weak", "latent"])
    three.add_argument("--epsilons", nargs="+", type=float, default=[1, 4])
    three.add_argument("--seeds", nargs="+", type=int, default=[1])
    three.add_argument("--attributes", type=int, default=20)
    three.add_argument("--tools", nargs="+", choices=PEERS, default=list(PEERS), help="the peers to run; AIM takes most of the time")
    three.add_argument("--patience", type=int, default=1800, help="seconds after which a peer is given up")
    return parser.parse_args()


def main():
    given = arguments()
    bench = Bench(given)
    try:
        results = {"best": best, "bound": bound, "exactness": exactness, "coverage": coverage, "speed": speed,
                   "peers": peers}[given.verb](bench, given)
    finally:
        shutil.rmtree(bench.work, ignore_errors=True)
    if given.json:
        given.json.write_text(json.dumps({"verb": given.verb, "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
