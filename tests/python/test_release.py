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


@pytest.mark.parametrize("release", RELEASES, ids=lambda r: r.parent.name)
def test_every_measure_arrives_and_every_word_is_in_the_dictionary(release):
    defined = {path.stem for path in (ROOT / "configs" / "measures").glob("*.toml")}
    assert len(defined) == 12 and defined <= {path.stem for path in (release / "tables").glob("*.parquet")}
    dictionary = pd.read_csv(release / "dictionary.csv", keep_default_na=False)
    described = set(zip(dictionary.column, dictionary.category))
    for path in sorted((release / "tables").glob("*.parquet")):
        table = pd.read_parquet(path)
        for column in {"measure", "level", "other_level", "exploitation", "system", "service"} & set(table.columns):
            missing = {word for word in table[column].dropna().unique() if (column, word) not in described}
            assert not missing, f"{path.name}: {column}"


def test_duckdb_reads_all_cities_at_once_with_text_partitions():
    rows = duckdb.sql(
        f"select city, period, count(*) from read_parquet('{ROOT}/out/demo/*/*/tables/unmet_need.parquet', hive_partitioning=false) group by all"
    ).fetchall()
    assert len(rows) == 3
    assert all(isinstance(value, str) for row in rows for value in row[:2])
