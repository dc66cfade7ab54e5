"""Splink 4 on DuckDB: `python peer_splink.py FOLDER` scores the pairs of `FOLDER/records.csv` into `FOLDER/splink.npz`.

Plaintext, deduplication of all records together. u from random pairs, m by EM, term frequencies on names, and
clusters at probability .95 (part of the cost; how accurate it is at every threshold, `score_pairs.py` tells).
"""

import argparse
import json
import logging
import resource
from pathlib import Path

import duckdb
import numpy as np
import splink.comparison_level_library as levels
import splink.comparison_library as compare
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

# Above this many records, rules whose pairs grow fastest are left out.
LARGE = 200_000
BLOCKING = [
    ("first_name", "last_name"), ("birth_date",), ("ssn",), ("phone",), ("email",),
    ("substr(last_name, 1, 3)", "postcode"), ("substr(first_name, 1, 3)", "postcode"),
    ("last_name", "birth_year"), ("first_name", "birth_year"), ("substr(first_name, 1, 1)", "street"),
    ("last_name", "street"), ("street_number", "street"),
]
BLOCKING_LARGE = [
    ("first_name", "last_name", "birth_year"), ("first_name", "last_name", "postcode"),
    ("substr(last_name, 1, 3)", "birth_date"), ("substr(first_name, 1, 3)", "birth_date"),
    ("ssn",), ("phone",), ("email",), ("first_name", "street"),
]
TRAINING = [("first_name", "birth_date"), ("first_name", "last_name"), ("last_name", "birth_date")]
TRAINING_LARGE = [("birth_date", "postcode"), ("first_name", "last_name", "postcode"), ("phone",), ("ssn",)]
# Rules sure enough to estimate how many pairs match, and the recall Splink's tutorials give such rules.
DETERMINISTIC = [("first_name", "last_name", "birth_date"), ("ssn", "last_name"), ("phone", "first_name")]
RECALL = 0.7
LOWEST_PROBABILITY = 0.001
CLUSTER_PROBABILITY = 0.95


def birth_date():
    """Birth dates with slips; where only the year is known, the year."""
    either_null = "birth_year_l IS NULL OR birth_year_r IS NULL"
    return compare.CustomComparison([
        levels.CustomLevel(either_null, "no birth year").configure(is_null_level=True),
        levels.ExactMatchLevel("birth_date"),
        levels.DamerauLevenshteinLevel("birth_date", 1),
        levels.DamerauLevenshteinLevel("birth_date", 2),
        levels.ExactMatchLevel("birth_year"),
        levels.ElseLevel(),
    ], output_column_name="birth_date")


COMPARISONS = {
    "first_name": lambda: compare.NameComparison("first_name").configure(term_frequency_adjustments=True),
    "last_name": lambda: compare.NameComparison("last_name").configure(term_frequency_adjustments=True),
    "birth_date": birth_date,
    "sex": lambda: compare.ExactMatch("sex"),
    "middle_initial": lambda: compare.ExactMatch("middle_initial"),
    "unit": lambda: compare.ExactMatch("unit"),
    "ssn": lambda: compare.DamerauLevenshteinAtThresholds("ssn", [1, 2]),
    "phone": lambda: compare.DamerauLevenshteinAtThresholds("phone", [1, 2]),
    "email": lambda: compare.EmailComparison("email"),
    "street_number": lambda: compare.DamerauLevenshteinAtThresholds("street_number", 1),
    "street": lambda: compare.DamerauLevenshteinAtThresholds("street", 2).configure(term_frequency_adjustments=True),
    "address_2": lambda: compare.JaroWinklerAtThresholds("address_2", [0.95, 0.88]),
    "suburb": lambda: compare.JaroWinklerAtThresholds("suburb", [0.95, 0.88]),
    "postcode": lambda: compare.DamerauLevenshteinAtThresholds("postcode", 1),
    "state": lambda: compare.ExactMatch("state"),
}


def usable(rules, columns):
    """The rules all of whose columns the table has."""
    names = [[column.removeprefix("substr(").split(",")[0] for column in rule] for rule in rules]
    return [rule for rule, needs in zip(rules, names) if set(needs) <= columns]


def surely_matching(connection, columns):
    """Whether any pair meets a deterministic rule. With none (RLdata500) Splink would hold a match for impossible."""
    for rule in usable(DETERMINISTIC, columns):
        agree = " AND ".join(f"a.{column} = b.{column}" for column in rule)
        if connection.execute(f"SELECT 1 FROM input a JOIN input b ON {agree} AND a.record < b.record LIMIT 1").fetchone():
            return True
    return False


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--threads", type=int, default=1)
    arguments.add_argument("--memory-limit", default="12GB")
    given = arguments.parse_args()
    logging.getLogger("splink").setLevel(logging.ERROR)

    connection = duckdb.connect(config={"threads": given.threads, "memory_limit": given.memory_limit,
                                        "temp_directory": str(given.folder / "duckdb")})
    connection.execute("SET enable_progress_bar = false")
    table = str(given.folder / "records.csv")
    connection.execute("CREATE TABLE input AS SELECT * FROM read_csv(?, header=true, all_varchar=true, nullstr='')",
                       [table])
    connection.execute("ALTER TABLE input ALTER record TYPE INTEGER")
    count = connection.execute("SELECT count(*) FROM input").fetchone()[0]
    columns = {row[0] for row in connection.execute("DESCRIBE input").fetchall()}
    large = count > LARGE
    phases = {"load": cpu_seconds()}

    settings = SettingsCreator(
        link_type="dedupe_only", unique_id_column_name="record",
        probability_two_random_records_match=1 / count,
        comparisons=[make() for field, make in COMPARISONS.items() if field in columns],
        blocking_rules_to_generate_predictions=[
            block_on(*rule) for rule in usable(BLOCKING_LARGE if large else BLOCKING, columns)],
        retain_intermediate_calculation_columns=False, retain_matching_columns=False)
    linker = Linker("input", settings, DuckDBAPI(connection=connection))
    if surely_matching(connection, columns):
        deterministic = [block_on(*rule) for rule in usable(DETERMINISTIC, columns)]
        linker.training.estimate_probability_two_random_records_match(deterministic, recall=RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in usable(TRAINING_LARGE if large else TRAINING, columns):
        linker.training.estimate_parameters_using_expectation_maximisation(block_on(*rule))
    phases["train"] = cpu_seconds()

    predicted = linker.inference.predict(threshold_match_probability=LOWEST_PROBABILITY)
    phases["score"] = cpu_seconds()
    linker.clustering.cluster_pairwise_predictions_at_threshold(predicted, CLUSTER_PROBABILITY)
    phases["cluster"] = cpu_seconds()

    pairs = connection.execute(
        f"SELECT record_l, record_r, match_weight FROM {predicted.physical_name}").fetchnumpy()
    np.savez(given.folder / "splink.npz", left=pairs["record_l"], right=pairs["record_r"],
             score=pairs["match_weight"], threshold=np.log2(CLUSTER_PROBABILITY / (1 - CLUSTER_PROBABILITY)))
    (given.folder / "splink.json").write_text(json.dumps({"cpu_seconds_until": phases}))


def cpu_seconds():
    """CPU of this process so far."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return round(usage.ru_utime + usage.ru_stime, 2)


if __name__ == "__main__":
    main()
