#!/usr/bin/env python3
"""What a night costs: raw exports to extracts at the agencies, extracts to a published release at the hub.

    benches/night.py [--sizes 100000 …] [--nights 10] [--json OUT]

Every step is a process of its own, as in a city: its CPU seconds (user and system) and its largest resident memory.
A second night in which nothing changed shows what is done again. Keeps to one core, so that CPU is wall as well;
`--cores 0` shows what more cores bring. Of several first nights (`--nights`) the median is shown, and the largest memory.
"""

import argparse
import json
import math
import os
import re
import shutil
import statistics
import sys
from pathlib import Path

import measured
import simulated_city
from tables import table

CHECKOUT = Path(__file__).resolve().parent.parent
CITY = "us-il-chicago"
PEOPLE_PER_RECORD = 0.509            # of the simulator; the table prints how many records it was
DONE, DONE_WITH_ROWS_SET_ASIDE = 0, 3
ACCEPTED = (DONE, DONE_WITH_ROWS_SET_ASIDE)

CONFIG = """out = "out"
work = "work"
keys = "keys"
[budget]
epsilon = 4.0
delta = 1e-6
reason = "A benchmark on fictitious people."
[release]
period = "2025"
report_date = "2026-06-30"
share = 1.0
objective = "total_variance"
[[city]]
id = "{city}"
name = "Chicago"
"""
SOURCE = """[[city.source]]
name = "{name}"
system = "{system}"
extract = "extracts/{name}"
"""


def sources(people):
    """The city's sources as (name, system, part): more people than the simulator makes come from a second city's agencies."""
    parts = math.ceil(people / simulated_city.MAX_PEOPLE)
    return [(system if part == 0 else f"{system}_{part + 1}", system, part)
            for part in range(parts) for system in simulated_city.AGENCIES]


def night(program, folder, given, size):
    """Simulates, encodes and runs nights of a city of about so many records; returns what each step cost."""
    def run(*words):
        return measured.run([program, *words], accepted=ACCEPTED)

    people = round(size * PEOPLE_PER_RECORD)
    named = sources(people)
    parts = named[-1][2] + 1
    config = folder / "city.toml"
    config.write_text(CONFIG.format(city=CITY) + "".join(SOURCE.format(name=n, system=s) for n, s, _ in named))
    for side in ("agency", "hub"):
        run("keys", "make", "--config", config, "--for", side, "--epoch", "2026")
    encode = []
    for part in range(parts):
        run("simulate", "--city", CITY, "--people", people // parts, "--seed", given.seed + part, "--out", folder / "raw")
        for name, system, _ in (source for source in named if source[2] == part):
            profile = folder / f"{name}.toml"
            text = (CHECKOUT / "schemas" / "sources" / f"{simulated_city.AGENCIES[system].profile}.toml").read_text()
            profile.write_text(text.replace(f'source = "{system}"', f'source = "{name}"', 1))
            encode.append(run("encode", "--profile", profile, "--input", folder / "raw" / CITY / system, "--city", CITY,
                              "--keys", folder / "keys" / CITY / "agency", "--out", folder / "extracts" / name))
        shutil.rmtree(folder / "raw")
    firsts = []
    for _ in range(given.nights):
        for left in ("work", "out"):
            shutil.rmtree(folder / left, ignore_errors=True)
        # A night from nothing has spent nothing, so no witness may have seen it spend.
        (folder / "keys" / CITY / "hub" / "ledger.witness").unlink(missing_ok=True)
        run("init", "--config", config)
        firsts.append(run("run", "--config", config))
    second = run("run", "--config", config)
    report = json.loads((folder / "work" / CITY / "report.json").read_text())
    return {
        "records": report["links"]["records"], "persons": report["links"]["persons"],
        "tokens": sum(source["tokens"] for source in report["sources"]),
        "extract_bytes": sum(f.stat().st_size for f in (folder / "extracts").rglob("*") if f.is_file()),
        "encode": {"cpu_seconds": sum(c.cpu_seconds for c in encode), "wall_seconds": sum(c.wall_seconds for c in encode),
                   "peak_rss_bytes": max(c.peak_rss_bytes for c in encode)},
        "first_nights": [first.as_dict() | {"to_persons_cpu_seconds": to_persons(first)} for first in firsts],
        "second_night": second.as_dict(),
    }


def to_persons(cost):
    """CPU seconds of a night from extracts to persons, as the program tells them."""
    told = re.search(r"\(check ([\d.]+), link ([\d.]+)\)", cost.said)
    return float(told[1]) + float(told[2])


def show(results):
    """One row a size."""
    rows = []
    for r in results:
        encode, second = r["encode"], r["second_night"]
        cpu, wall = (statistics.median(first[key] for first in r["first_nights"]) for key in ("cpu_seconds", "wall_seconds"))
        persons = statistics.median(first["to_persons_cpu_seconds"] for first in r["first_nights"])
        peak = max(first["peak_rss_bytes"] for first in r["first_nights"])
        per = cpu / (r["records"] * math.log(r["records"]))
        rows.append([r["records"], f"{r['tokens'] / r['records']:.1f}", f"{r['extract_bytes'] / 1e6:,.0f}",
                     f"{encode['cpu_seconds']:.2f}", f"{r['records'] / encode['cpu_seconds']:,.0f}",
                     f"{encode['peak_rss_bytes'] / 1e6:,.0f}", f"{persons:.1f}", f"{cpu:.2f}", per, f"{wall:.1f}", f"{peak / 1e6:,.0f}",
                     f"{second['cpu_seconds']:.2f}", f"{second['peak_rss_bytes'] / 1e6:,.0f}"])
    for row in rows[::-1]:
        row[8] = f"{row[8] / rows[0][8]:.2f}"
    print(table(["records", "tokens a record", "extracts MB", "encode CPU s", "records per CPU s", "encode MB",
                 "to persons CPU s", "first night CPU s", "/ n log n", "wall s", "peak MB", "second night CPU s", "peak MB"], rows))


def main():
    target = Path(os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target"))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, default=target / "release" / "pathways", help="the built program")
    parser.add_argument("--sizes", nargs="+", type=int, default=[100_000, 1_000_000], help="records")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--nights", type=int, default=1, help="first nights of each size, each from nothing (default 1)")
    parser.add_argument("--cores", type=int, default=1, help="processors to keep to; 0 for all (default 1)")
    parser.add_argument("--work", type=Path, help="where scratch data go (default: a temporary folder); removed at the end")
    parser.add_argument("--json", type=Path, help="also write everything measured here")
    given = parser.parse_args()
    if not given.program.exists():
        raise SystemExit(f"no program at {given.program}: cargo build --release, or --program PATH")
    measured.one_core(given.cores)
    results = []
    for size in given.sizes:
        work = measured.scratch("night", given.work)
        try:
            # A copy, so that a build in the meantime can't put two programs into one table.
            program = Path(shutil.copy2(given.program, work / "pathways"))
            results.append(night(program, work, given, size))
        finally:
            shutil.rmtree(work, ignore_errors=True)
        print(f"done: {results[-1]['records']:,} records", file=sys.stderr)
    show(results)
    if given.json:
        given.json.write_text(json.dumps({"seed": given.seed, "cores": given.cores, "results": results}, indent=2) + "\n")


if __name__ == "__main__":
    main()
