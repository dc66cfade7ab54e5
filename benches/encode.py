#!/usr/bin/env python3
"""What encoding costs: records a CPU second, and the memory that an export of any size takes.

    benches/encode.py speed                      a simulated city's six agencies, each with its events, every token family
    benches/encode.py speed --beside OLD         the same by another build of the program, in turns
    benches/encode.py large --rows 10000000      one export of so many rows: CPU seconds and peak memory, beside a tenth of it

Keeps to one core, so that CPU is wall as well. The records are read, mapped, tokenized and written. `large` makes its
rows while they are written, patients and four encounters each; what it needs on disk is printed first.
"""

import argparse
import json
import os
import random
import shutil
from pathlib import Path

import measured
import simulated_city
from tables import table

CHECKOUT = Path(__file__).resolve().parent.parent
CITY = "us-il-chicago"
PEOPLE_PER_RECORD = 0.509            # of the simulator
ACCEPTED = (0, 3)                    # done; done, and rows set aside
ENCOUNTERS_PER_PATIENT = 4
BYTES_PER_PATIENT = 4_500            # export, what waits on disk, and the extract

CONFIG = f"""out = "out"
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
id = "{CITY}"
name = "Chicago"
"""


def make_keys(program, folder, names):
    """The agencies' keys of a city."""
    source = '[[city.source]]\nname = "{0}"\nsystem = "{0}"\nextract = "extracts/{0}"\n'
    (folder / "city.toml").write_text(CONFIG + "".join(source.format(name) for name in names))
    for side in ("hub", "agency"):
        measured.run([program, "keys", "make", "--config", folder / "city.toml", "--for", side, "--epoch", "2026"])
    return folder / "keys" / CITY / "agency"


def encode(program, profile, export, keys, out):
    """Encodes an export; its cost, and the extract's manifest. `pathways-encode` takes no subcommand."""
    verb = [] if program.name.startswith("pathways-encode") else ["encode"]
    cost = measured.run([program, *verb, "--profile", CHECKOUT / "schemas" / "sources" / f"{profile}.toml", "--input", export,
                         "--city", CITY, "--keys", keys, "--out", out], accepted=ACCEPTED)
    return cost, json.loads((out / "manifest.json").read_text())


def speed(given, folder):
    """A city's agencies, once for each program and turn."""
    people = round(given.records * PEOPLE_PER_RECORD)
    measured.run([given.maker, "simulate", "--city", CITY, "--people", people, "--seed", given.seed, "--out", folder / "raw"])
    keys = make_keys(given.maker, folder, simulated_city.AGENCIES)
    rows = []
    for turn in range(given.turns):
        for program in [given.program, *given.beside]:
            cpu, records, events, peak = 0.0, 0, 0, 0
            for name, agency in simulated_city.AGENCIES.items():
                cost, manifest = encode(program, agency.profile, folder / "raw" / CITY / name, keys, folder / "out" / name)
                cpu, peak = cpu + cost.cpu_seconds, max(peak, cost.peak_rss_bytes)
                records, events = records + manifest["people"]["rows"], events + manifest["events"]["rows"]
            rows.append([turn + 1, program.name, f"{records:,}", f"{events / records:.1f}", f"{cpu:.2f}", f"{records / cpu:,.0f}",
                         f"{peak / 1e6:,.0f}"])
    print(table(["turn", "program", "records", "events a record", "CPU s", "records per CPU s", "peak MB"], rows))


def write_export(folder, rows, seed):
    """An export of patients and encounters of so many rows in all."""
    folder.mkdir(parents=True)
    rng = random.Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    patients = rows // (1 + ENCOUNTERS_PER_PATIENT)
    names = ["".join(rng.choices(letters, k=rng.randint(4, 9))).upper() for _ in range(40_000)]
    codes = ["J06.9", "T74.51XA", "F32.9", "Z04.81", "I10", ""]
    with open(folder / "patients.csv", "w", encoding="ascii") as file:
        file.write("MRN,PAT_LAST,PAT_FIRST,PAT_MI,BIRTH_DT,SEX,RACE_CD,ETHNICITY,LANG,SSN,PHONE,ADDR,ZIP,SUD_FLAG,DISAB_CD\n")
        for i in range(patients):
            r = rng.getrandbits(64)
            last, first, street = names[r % 40_000], names[(r >> 16) % 40_000], names[(r >> 24) % 40_000]
            file.write(f"M{i},{last},{first},{letters[r % 26]},{r % 12 + 1:02}/{(r >> 4) % 28 + 1:02}/{1940 + (r >> 9) % 70},F,6,N,en,"
                       f"{100 + (r >> 8) % 500}{1 + (r >> 17) % 98:02}{1 + (r >> 24) % 9998:04},404{200 + (r >> 33) % 700}{(r >> 43) % 10_000:04},"
                       f"{1 + (r >> 50) % 9999} {street} St,303{(r >> 13) % 99:02},N,0\n")
    with open(folder / "encounters.csv", "w", encoding="ascii") as file:
        file.write("ENC_ID,MRN,ENC_DT,ENC_TYPE,DX1,DX2,DX3,SCREEN_SEX,SCREEN_LABOR,NEED_CODES,SVC_CODES,REF_TO,REF_RESULT,REF_RESULT_DT\n")
        for i in range(rows - patients):
            r = rng.getrandbits(64)
            file.write(f"E{i},M{(r >> 20) % patients},{r % 12 + 1:02}/{(r >> 4) % 28 + 1:02}/2025,ED,{codes[(r >> 10) % 6]},,,N,,{given_code(r)},,,,\n")
    return patients


def given_code(bits):
    """A need in one encounter of four."""
    return "MED" if bits >> 60 & 3 == 0 else ""


def large(given, folder):
    """An export of the size, and one of a tenth: memory should be the same."""
    keys = make_keys(given.maker, folder, ["public_health"])
    lines = []
    for rows in (given.rows // 10, given.rows):
        print(f"{rows:,} rows: some {rows // (1 + ENCOUNTERS_PER_PATIENT) * BYTES_PER_PATIENT / 1e9:.1f} GB on disk", flush=True)
        patients = write_export(folder / "export", rows, given.seed)
        size = sum(f.stat().st_size for f in (folder / "export").iterdir())
        cost, manifest = encode(given.program, "public_health", folder / "export", keys, folder / "out")
        read = sum(f["read"] for f in manifest["rows_read"])
        assert read == rows and manifest["people"]["rows"] == patients, (read, manifest["people"])
        out = sum(f.stat().st_size for f in (folder / "out").iterdir())
        lines.append([f"{rows:,}", f"{patients:,}", f"{manifest['events']['rows']:,}", f"{size / 1e6:,.0f}", f"{out / 1e6:,.0f}",
                      f"{cost.cpu_seconds:.1f}", f"{cost.wall_seconds:.0f}", f"{rows / cost.cpu_seconds:,.0f}",
                      f"{patients / cost.cpu_seconds:,.0f}", f"{cost.peak_rss_bytes / 1e6:,.0f}"])
        shutil.rmtree(folder / "export")
        shutil.rmtree(folder / "out")
    print(table(["rows", "records", "events", "export MB", "extract MB", "CPU s", "wall s", "rows per CPU s", "records per CPU s",
                 "peak MB"], lines))


def main():
    target = Path(os.environ.get("CARGO_TARGET_DIR", CHECKOUT / "target")) / "release"
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["speed", "large"])
    parser.add_argument("--program", type=Path, default=target / "pathways-encode", help="what encodes")
    parser.add_argument("--maker", type=Path, default=target / "pathways", help="what simulates and makes keys")
    parser.add_argument("--beside", type=Path, nargs="*", default=[], help="further programs to encode with (speed)")
    parser.add_argument("--records", type=int, default=100_000, help="records of the simulated city (speed)")
    parser.add_argument("--turns", type=int, default=3, help="how often each program encodes (speed)")
    parser.add_argument("--rows", type=int, default=10_000_000, help="rows of the export (large)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cores", type=int, default=1, help="processors to keep to; 0 for all (default 1)")
    parser.add_argument("--work", type=Path, help="where scratch data go (default: a temporary folder); removed at the end")
    given = parser.parse_args()
    for program in [given.program, given.maker, *given.beside]:
        if not program.exists():
            raise SystemExit(f"no program at {program}: cargo build --release --workspace, or name another")
    measured.one_core(given.cores)
    folder = measured.scratch("encode", given.work)
    try:
        {"speed": speed, "large": large}[given.what](given, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
