"""The demonstration's release, loaded as evaluators load it: pandas, DuckDB and frictionless."""

import json
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from frictionless import validate

ROOT = Path(__file__).resolve().parents[2]
RELEASES = sorted((ROOT / "out" / "demo").glob("city=*/period=*"))


def test_three_cities_were_released():
    assert [r.parent.name for r in RELEASES] == ["city=us-ga-atlanta", "city=us-il-chicago", "city=us-mn-minneapolis"]


@pytest.mark.parametrize("release", RELEASES, ids=lambda r: r.parent.name)
def test_the_data_package_is_valid(release):
    report = validate(str(release / "datapackage.json"))
    assert report.valid, report.flatten(["type", "message"])


@pytest.mark.parametrize("release", RELEASES, ids=lambda r: r.parent.name)
def test_csv_and_parquet_say_the_same(release):
    for path in sorted((release / "tables").glob("*.parquet")):
        parquet = pd.read_parquet(path)
        csv = pd.read_csv(path.with_suffix(".csv"))
        assert list(parquet.columns) == list(csv.columns), path.name
        assert len(parquet) == len(csv), path.name
        assert (parquet.estimate - csv.estimate).abs().max() <= 0.051, path.name


@pytest.mark.parametrize("release", RELEASES, ids=lambda r: r.parent.name)
def test_rho_can_be_recomputed_from_the_statement(release):
    statement = json.loads((release / "release.json").read_text())
    statement = statement.get("statement", statement)
    queries = statement["queries"]
    # zCDP of the Gaussian mechanism: squared sensitivity over twice the squared scale, added over queries.
    rho = sum(q["squared_sensitivity"] / (2 * q["noise_scale"] ** 2) for q in queries)
    assert rho == pytest.approx(statement["rho"], rel=1e-6)
    assert statement["epsilon"] <= 4.0 + 1e-9


def test_duckdb_reads_all_cities_at_once_with_text_partitions():
    rows = duckdb.sql(
        f"select city, period, count(*) from read_parquet('{ROOT}/out/demo/*/*/tables/unmet_need.parquet', hive_partitioning=false) group by all"
    ).fetchall()
    assert len(rows) == 3
    assert all(isinstance(value, str) for row in rows for value in row[:2])
