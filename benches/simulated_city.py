"""A simulated six-agency city: simulated by `pathways simulate`, its truth joined into each agency's people file.

    python simulated_city.py join CITY_FOLDER …          adds the column `truth` to the people files
    python simulated_city.py common OUT CITY_FOLDER …    writes the peers' common table of the same records

Several folders are one city of several parts, every part with persons of its own: the simulator makes at most a
million people. Both are commands, so that the truth of a large city takes no room in the process that measures.
"""

import csv
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import common_columns as clean
from common_columns import CommonTable

MAX_PEOPLE = 1_000_000
TRUTH = "truth"


@dataclass(frozen=True)
class Agency:
    """One agency's people file and how its plaintext is brought to the common columns."""

    profile: str
    people: str
    key: tuple
    identity: Callable
    delimiter: str = ","
    quoting: int = csv.QUOTE_MINIMAL


def date(text, pattern):
    """A date in ISO form, or nothing."""
    try:
        return clean.birth_date(datetime.strptime(text, pattern).date().isoformat())
    except ValueError:
        return ""


def hmis(row):
    return {"first_name": clean.name(row["FirstName"]), "last_name": clean.name(row["LastName"]),
            "birth_date": date(row["DOB"], "%Y-%m-%d"), "ssn": clean.ssn(row["SSN"]),
            "sex": {"0": "F", "1": "M"}.get(row["Sex"], "")}


def human_services(row):
    first, last = clean.split_full_name(row["client_name"])
    return {"first_name": first, "last_name": last, "birth_date": date(row["dob"], "%Y%m%d"),
            "ssn": clean.ssn(row["ssn"]), "sex": {"1": "M", "2": "F"}.get(row["gender"], ""),
            "street": clean.street(f"{row['street_no']} {row['street']}"), "postcode": row["zip"]}


def labor_enforcement(row):
    first, last = clean.split_full_name(row["ComplainantName"])
    return {"first_name": first, "last_name": last, "birth_year": row["BirthYear"],
            "phone": clean.digits(row["Phone"], 10), "email": row["Email"].lower(),
            "street": clean.street(row["StreetAddress"]), "postcode": row["PostalCode"],
            "sex": {"Male": "M", "Female": "F"}.get(row["Sex"], "")}


def law_enforcement(row):
    return {"first_name": clean.name(row["FirstName"]), "last_name": clean.name(row["LastName"]),
            "birth_date": date(row["DOB"], "%Y%m%d"), "ssn": clean.ssn(row["SSN"]),
            "phone": clean.digits(row["Phone"], 10), "street": clean.street(row["Address"]), "postcode": row["Zip"],
            "sex": row["Sex"] if row["Sex"] in "MF" else ""}


def legal_services(row):
    return {"first_name": clean.name(row["FirstName"]), "last_name": clean.name(row["LastName"]),
            "birth_date": date(row["DateOfBirth"], "%d-%b-%Y"), "phone": clean.digits(row["Phone"], 10),
            "email": row["Email"].lower(), "street": clean.street(row["Street"]), "postcode": row["Zip"],
            "sex": row["Gender"] if row["Gender"] in "MF" else ""}


def public_health(row):
    return {"first_name": clean.name(row["PAT_FIRST"]), "last_name": clean.name(row["PAT_LAST"]),
            "birth_date": date(row["BIRTH_DT"], "%m/%d/%Y"), "ssn": clean.ssn(row["SSN"]),
            "phone": clean.digits(row["PHONE"], 10), "street": clean.street(row["ADDR"]), "postcode": row["ZIP"],
            "sex": row["SEX"] if row["SEX"] in "MF" else ""}


AGENCIES = {
    "homeless_services": Agency("hmis", "Client.csv", ("PersonalID",), hmis),
    "human_services": Agency("human_services", "clients.txt", ("client_no",), human_services, "|", csv.QUOTE_NONE),
    "labor_enforcement": Agency("labor_enforcement", "complaints.csv", ("ComplaintID",), labor_enforcement),
    "law_enforcement": Agency("law_enforcement", "victims.csv", ("IncidentNo", "VictimSeq"), law_enforcement),
    "legal_services": Agency("legal_services", "clients.csv", ("ClientId",), legal_services, ";"),
    "public_health": Agency("public_health", "patients.csv", ("MRN",), public_health),
}
FIELDS = ("first_name", "last_name", "birth_date", "birth_year", "sex", "ssn", "phone", "email", "street", "postcode")


def sources(folders, profiles):
    """What `pathways evaluate linkage --source` takes for a city of these folders."""
    return [f"{name}{'' if part == 0 else f'_{part + 1}'}={folder / name}:{profiles / agency.profile}.toml"
            for part, folder in enumerate(folders) for name, agency in AGENCIES.items()]


def rows(path, agency):
    """A people file's header and rows. Latin-1 gives every byte back as it was, so a file keeps its own encoding."""
    with open(path, newline="", encoding="latin-1") as file:
        reader = csv.reader(file, delimiter=agency.delimiter, quoting=agency.quoting)
        header = next(reader)
        yield [column.removeprefix("ï»¿") for column in header], header
        for row in reader:
            yield row


def text(value):
    """A value's real characters: UTF-8, or Windows-1252 as old systems export it."""
    raw = value.encode("latin-1")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def join_truth(folder, part):
    """Adds the true person to each record of the city's people files; a row of the wrong width stays as it is."""
    with open(folder / "truth" / "records.csv", newline="", encoding="utf-8") as file:
        person = {(r["source"], r["record_key"]): r["person_id"] for r in csv.DictReader(file)}
    unknown = 0
    for name, agency in AGENCIES.items():
        path = folder / name / agency.people
        joined = path.with_suffix(".joined")
        content = rows(path, agency)
        columns, header = next(content)
        at = [columns.index(column) for column in agency.key]
        with open(joined, "w", newline="", encoding="latin-1") as out:
            quote = None if agency.quoting == csv.QUOTE_NONE else '"'
            writer = csv.writer(out, delimiter=agency.delimiter, quoting=agency.quoting, quotechar=quote,
                                lineterminator="\n")
            writer.writerow([*header, TRUTH])
            for row in content:
                if len(row) == len(header):
                    true = person.get((name, "-".join(row[i] for i in at)))
                    unknown += true is None
                    row = [*row, f"{part}:{true}" if true else f"{part}:unknown {unknown}"]
                writer.writerow(row)
        joined.replace(path)


def write_common(out, folders):
    """The records of the joined people files as the peers read them."""
    with CommonTable(out, FIELDS) as table:
        for folder in folders:
            for dataset, (name, agency) in enumerate(AGENCIES.items()):
                content = rows(folder / name / agency.people, agency)
                columns, header = next(content)
                for row in content:
                    if len(row) != len(header):
                        continue
                    record = {column: text(value) for column, value in zip(columns, row)}
                    values = agency.identity(record)
                    values.setdefault("birth_year", values.get("birth_date", "")[:4])
                    table.add(dataset, values, record[TRUTH])


if __name__ == "__main__":
    verb, *names = sys.argv[1:]
    if verb == "join":
        for index, city in enumerate(names):
            join_truth(Path(city), index)
    elif verb == "common":
        write_common(Path(names[0]), [Path(city) for city in names[1:]])
    else:
        raise SystemExit(__doc__)
