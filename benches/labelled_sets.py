"""The public labelled sets: Febrl's four generated sets and RLdata500, without Febrl's `soc_sec_id`."""

import csv
from pathlib import Path

from common_columns import CommonTable

FEBRL = {"first_name": "given_name", "last_name": "surname", "street_number": "street_number", "street": "address_1",
         "address_2": "address_2", "suburb": "suburb", "postcode": "postcode", "state": "state"}
RLDATA = {"first_name": "fname_c1", "last_name": "lname_c1"}

# name: files, our profile, the peers' columns
SETS = {
    "febrl1": (["febrl1.csv"], "febrl.toml", FEBRL),
    "febrl2": (["febrl2.csv"], "febrl.toml", FEBRL),
    "febrl3": (["febrl3.csv"], "febrl.toml", FEBRL),
    "febrl4": (["febrl4a.csv", "febrl4b.csv"], "febrl.toml", FEBRL),
    "rldata500": (["rldata500.csv"], "rldata.toml", RLDATA),
}


def sources(set_name, data, profiles):
    """What `pathways evaluate linkage --source` takes for a set."""
    files, profile, _ = SETS[set_name]
    return [f"{Path(file).stem}={data / file}:{profiles / profile}" for file in files]


def write_common(set_name, data, folder):
    """The set as the peers read it; returns its number of records."""
    files, _, columns = SETS[set_name]
    with CommonTable(folder, [*columns, "birth_date", "birth_year"]) as table:
        for dataset, file in enumerate(files):
            with open(data / file, newline="", encoding="utf-8") as rows:
                for row in csv.DictReader(rows):
                    values = {field: row[column].strip().upper() for field, column in columns.items()}
                    table.add(dataset, values | birth(row), row["truth_id"])
        return table.count


def birth(row):
    """Birth date and year, from one column of eight digits or from parts."""
    if "by" in row:
        parts = (row["by"], row["bm"].zfill(2), row["bd"].zfill(2))
    else:
        text = row["date_of_birth"].strip()
        parts = (text[:4], text[4:6], text[6:8])
    return {"birth_date": "-".join(parts) if all(parts) else "", "birth_year": parts[0]}
