#!/usr/bin/env python3
"""Linkage beside its peers: `compare` for accuracy, `curve` for cost. See benches/README.md.

    benches/linkage.py compare [--noise default …] [--json OUT]
    benches/linkage.py curve [--large] [--peers] [--json OUT]
"""

import argparse
import hashlib
import json
import math
import os
import shutil
import subprocess
import sys
from pathlib import Path

import environment
import labelled_sets
import measured
import other_population
import simulated_city
from tables import table

HERE = Path(__file__).resolve().parent
CHECKOUT = HERE.parent
PEERS = {"splink": "Splink 4, plaintext", "clk": "clkhash + anonlink"}
DONE, DONE_WITH_ROWS_SET_ASIDE = 0, 3
PEOPLE_PER_RECORD = 0.509            # of the simulator; the tables print what it was
CURVE = (100_000, 300_000, 1_000_000)
CURVE_LARGE = 3_000_000
PEERS_AT = 1_000_000
CITY = "us-il-chicago"

TUNED = """F1 over all pairs of records. Splink's and CLK's thresholds, and their way from pairs to persons, are the best that the
TRUTH tells (way, threshold); ours never sees it. `untuned` is the peer's own clustering at a fixed threshold.
CPU is the whole process, its start and the reading of files included; cleaning for the peers is not charged."""


class Bench:
    """What every run needs: the program, the peers' Python, a folder for scratch, the seed."""

    def __init__(self, given):
        if not given.program.exists():
            raise SystemExit(f"no program at {given.program}: cargo build --release, or --program PATH")
        # Our own cost by size needs no peer.
        self.python = environment.interpreter() if given.verb == "compare" or given.peers else None
        self.work = measured.scratch("linkage", given.work)
        # A copy, so that a build in the meantime can't put two programs into one table.
        self.program = Path(shutil.copy2(given.program, self.work / "pathways"))
        with open(self.program, "rb") as program:
            self.program_sha256 = hashlib.file_digest(program, "sha256").hexdigest()
        self.seed = given.seed
        self.threads = given.cores or os.cpu_count()
        self.memory_limit = given.memory_limit
        self.profiles = CHECKOUT / "configs" / "linkage"
        self.schemas = CHECKOUT / "schemas" / "sources"

    def ours(self, sources, truth):
        """`pathways evaluate linkage`: its report, with what the process cost as measured from outside."""
        out = self.work / "ours.json"
        named = [word for source in sources for word in ("--source", source)]
        cost = measured.run([self.program, "evaluate", "linkage", *named, "--truth", truth, "--json", out],
                            accepted=(DONE, DONE_WITH_ROWS_SET_ASIDE))
        return json.loads(out.read_text()) | {"process": cost.as_dict()}

    def peer(self, peer, folder):
        """One peer on a common table: its cost, and how good its pairs are (not part of the cost)."""
        options = ["--threads", self.threads, "--memory-limit", self.memory_limit] if peer == "splink" else []
        cost = measured.run([self.python, HERE / f"peer_{peer}.py", folder, *options])
        judged = subprocess.run([self.python, HERE / "score_pairs.py", folder, peer], check=True, text=True,
                                stdout=subprocess.PIPE).stdout
        phases = json.loads((folder / f"{peer}.json").read_text())
        return {"process": cost.as_dict()} | phases | json.loads(judged)

    def city(self, records, noise):
        """Simulates a city of about so many records, truth joined in; returns its folders (parts) and its people."""
        people = round(records * PEOPLE_PER_RECORD)
        parts = math.ceil(people / simulated_city.MAX_PEOPLE)
        folders = []
        for part in range(parts):
            out = self.work / f"{noise}-{records}" / f"part{part}"
            measured.run([self.program, "simulate", "--city", CITY, "--people", people // parts, "--noise", noise,
                          "--seed", self.seed + part, "--out", out])
            folders.append(out / CITY)
        measured.run([sys.executable, HERE / "simulated_city.py", "join", *folders])
        return folders, people // parts * parts

    def other_population(self, noise):
        """Another house's fictitious population with its error rates times `noise`; returns the folder of its files."""
        python = environment.interpreter(HERE / ".venv-population", HERE / "requirements-population.txt")
        out = self.work / f"other-{noise:g}"
        measured.run([python, HERE / "other_population.py", "write", out, noise, self.seed])
        return out

    def common_city(self, folders):
        """The same city for the peers."""
        folder = self.work / "common-city"
        measured.run([sys.executable, HERE / "simulated_city.py", "common", folder, *folders])
        return folder


def compare(bench, given):
    """Accuracy on every labelled set and on a simulated city of each noise, all tools side by side."""
    results = {}
    for name in given.sets:
        folder = bench.work / name
        records = labelled_sets.write_common(name, given.data.resolve(), folder)
        sources = labelled_sets.sources(name, given.data.resolve(), bench.profiles)
        results[name] = beside(bench, bench.ours(sources, "truth_id"), folder) | {"records": records}
        progress(name)
    for noise in given.other_noise:
        folder = bench.other_population(noise)
        ours = bench.ours(other_population.sources(folder, bench.profiles), other_population.TRUTH)
        common = bench.work / "common-other"
        measured.run([sys.executable, HERE / "other_population.py", "common", common, folder])
        results[f"other population, noise × {noise:g}"] = beside(bench, ours, common) | {"records": ours["records"]}
        progress(f"other population, {noise:g}")
    for noise in given.noise:
        folders, _ = bench.city(given.city_records, noise)
        ours = bench.ours(simulated_city.sources(folders, bench.schemas), simulated_city.TRUTH)
        results[f"city, {noise}"] = beside(bench, ours, bench.common_city(folders)) | {"records": ours["records"]}
        shutil.rmtree(folders[0].parent.parent)
        progress(f"city, {noise}")
    show_compare(results)
    return results


def beside(bench, ours, folder):
    """Our report and each peer's."""
    return {"pathways": ours} | {peer: bench.peer(peer, folder) for peer in PEERS}


def show_compare(results):
    """Two tables: accuracy, cost."""
    print(f"\n{TUNED}\n")
    rows, costs = [], []
    for name, result in results.items():
        ours = result["pathways"]
        rows.append([name, result["records"], "pathways", *three(ours["pairs"]), "no truth seen", ""])
        costs.append([name, result["records"], *cost(ours)])
        for peer, title in PEERS.items():
            found = result[peer]
            tuned = f"{found['best']['solver']}, {found['best']['threshold']:.2f}" if found["solvers"] else "no pair"
            untuned = f"{found['default']['f1']:.4f}" if "default" in found else ""
            rows.append(["", "", title, *three(found["best"]), tuned, untuned])
            costs[-1] += cost(found)
    print(table(["set", "records", "tool", "precision", "recall", "F1", "tuned with the truth", "untuned F1"], rows))
    print(table(["set", "records", "ours CPU s", "MB", "Splink CPU s", "MB", "CLK CPU s", "MB"], costs))


def curve(bench, given):
    """Cost by size, ours at every size; the peers at a million records if asked for."""
    results = []
    for size in given.sizes or [*CURVE, *([CURVE_LARGE] if given.large else [])]:
        folders, people = bench.city(size, given.noise)
        result = bench.ours(simulated_city.sources(folders, bench.schemas), simulated_city.TRUTH)
        result |= {"people": people, "parts": len(folders)}
        progress(f"{result['records']} records")
        if given.peers and size == given.peers_at:
            common = bench.common_city(folders)
            for peer in PEERS:
                result[peer] = bench.peer(peer, common)
                progress(f"{PEERS[peer]} at {result['records']} records")
            shutil.rmtree(common)
        shutil.rmtree(folders[0].parent.parent)
        results.append(result)
    show_curve(results)
    return results


def show_curve(results):
    """Cost by size, and the peers where they ran."""
    rows = []
    for r in results:
        encode, link = r["encode"]["cpu_seconds"], r["link"]["cpu_seconds"]
        growth = (link / n_log_n(r)) / (results[0]["link"]["cpu_seconds"] / n_log_n(results[0]))
        rows.append([r["records"], f"{r['people'] / r['records']:.3f}", f"{r['encode']['tokens']:,}", f"{encode:.2f}",
                     f"{r['records'] / encode:,.0f}", f"{link:.2f}", f"{growth:.2f}",
                     f"{r['process']['cpu_seconds']:.2f}", f"{r['process']['wall_seconds']:.1f}",
                     megabytes(r["encode"]["peak_rss_bytes"]), megabytes(r["process"]["peak_rss_bytes"]),
                     f"{r['pairs']['f1']:.4f}"])
    print()
    print(table(["records", "people per record", "tokens", "encode CPU s", "records per CPU s", "link CPU s",
                 "link / n log n", "process CPU s", "wall s", "encode MB", "peak MB", "F1"], rows))
    beside_peers = [[r["records"], title, *three(found), *cost(result), f"{result['process']['wall_seconds']:.1f}"]
                    for r in results if "splink" in r
                    for title, result, found in [("pathways", r, r["pairs"]),
                                                 *((PEERS[p], r[p], r[p]["best"]) for p in PEERS)]]
    if beside_peers:
        print("The peers at the same records, their thresholds tuned with the truth:\n")
        print(table(["records", "tool", "precision", "recall", "F1", "CPU s", "peak MB", "wall s"], beside_peers))


def n_log_n(result):
    """The yardstick of growth."""
    return result["records"] * math.log(result["records"])


def three(found):
    """Precision, recall, F1."""
    return [f"{found[key]:.4f}" for key in ("precision", "recall", "f1")]


def cost(result):
    """CPU seconds and megabytes of a whole process."""
    return [f"{result['process']['cpu_seconds']:.2f}", megabytes(result["process"]["peak_rss_bytes"])]


def megabytes(count):
    return f"{count / 1e6:,.0f}"


def progress(said):
    print(f"done: {said}", file=sys.stderr)


def arguments():
    target = Path(os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target"))
    every = argparse.ArgumentParser(add_help=False)
    every.add_argument("--program", type=Path, default=target / "release" / "pathways", help="the built program")
    every.add_argument("--work", type=Path, help="where scratch data go (default: a temporary folder); removed at the end")
    every.add_argument("--json", type=Path, help="also write everything measured here")
    every.add_argument("--seed", type=int, default=1, help="of the simulated cities")
    every.add_argument("--cores", type=int, default=1, help="processors to keep to; 0 for all (default 1)")
    every.add_argument("--memory-limit", default="12GB", help="DuckDB's (default 12GB); it spills beyond")
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    one = verbs.add_parser("compare", parents=[every], help="accuracy on labelled sets and simulated cities")
    one.add_argument("--data", type=Path, default=CHECKOUT.parent / "shared" / "data" / "linkage",
                     help="folder of the labelled sets (default: ../shared/data/linkage beside the checkout)")
    one.add_argument("--sets", nargs="*", choices=list(labelled_sets.SETS), default=list(labelled_sets.SETS))
    one.add_argument("--other-noise", nargs="*", type=float, default=[1.0, 5.0],
                     help="times the usual error rates of another house's population (default 1 5; none: leave it out)")
    one.add_argument("--noise", nargs="*", default=["default"], help="of the simulated cities: clean, default, dirty")
    one.add_argument("--city-records", type=int, default=30_000)
    two = verbs.add_parser("curve", parents=[every], help="cost from 100,000 records up")
    two.add_argument("--sizes", nargs="+", type=int, help="records, instead of 1e5, 3e5, 1e6")
    two.add_argument("--large", action="store_true", help="3,000,000 records too, as a city of two parts")
    two.add_argument("--peers", action="store_true", help="the peers too, at one size")
    two.add_argument("--peers-at", type=int, default=PEERS_AT)
    two.add_argument("--noise", default="default")
    return parser.parse_args()


def main():
    given = arguments()
    bench = Bench(given)
    measured.one_core(given.cores)
    try:
        results = {"compare": compare, "curve": curve}[given.verb](bench, given)
    finally:
        shutil.rmtree(bench.work, ignore_errors=True)
    print(f"pathways, sha256 {bench.program_sha256[:16]}; one run, seed {given.seed}")
    if given.json:
        said = {"verb": given.verb, "seed": given.seed, "cores": given.cores,
                "program_sha256": bench.program_sha256, "python": sys.version.split()[0],
                "peers": environment.versions(bench.python) if bench.python else {}, "results": results}
        given.json.write_text(json.dumps(said, indent=2) + "\n")


if __name__ == "__main__":
    main()
