"""The peers' input: one plaintext table with common, cleaned columns, and the truth apart from it.

`FOLDER/records.csv` has one row a record; `FOLDER/truth.txt` has the true person of the same row on the same line, so
that no peer can see it. Cleaning is done for the peers and not charged to them.
"""

import csv
import re

FIELDS = ("first_name", "last_name", "birth_date", "birth_year", "sex", "ssn", "phone", "email", "street_number",
          "street", "address_2", "suburb", "postcode", "state")

STREET_WORDS = {"STREET": "ST", "AVENUE": "AVE", "ROAD": "RD", "DRIVE": "DR", "PLACE": "PL", "COURT": "CT",
                "BOULEVARD": "BLVD", "LANE": "LN"}
UNIT = re.compile(r"\s+(#|APT\b|UNIT\b|STE\b).*$")
PLACEHOLDER_SSN = re.compile(r"^(\d)\1{8}$|^000|^123456789$")


class CommonTable:
    """Writes records and truth side by side; an open table is a context manager."""

    def __init__(self, folder, fields):
        folder.mkdir(parents=True, exist_ok=True)
        self.fields = fields
        self.records = open(folder / "records.csv", "w", newline="", encoding="utf-8")
        self.truth = open(folder / "truth.txt", "w", encoding="utf-8")
        self.writer = csv.writer(self.records)
        self.writer.writerow(["record", "dataset", *fields])
        self.count = 0

    def add(self, dataset, values, person):
        """One record: the index of its data set, its values by field, its true person."""
        self.writer.writerow([self.count, dataset, *(values.get(field, "") for field in self.fields)])
        self.truth.write(f"{person}\n")
        self.count += 1

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.records.close()
        self.truth.close()


def name(text):
    """Letters only, in capitals; words apart by one blank."""
    return " ".join(re.sub(r"[^\w]+", " ", text.upper()).split())


def split_full_name(text):
    """First and last name of `LAST, FIRST MIDDLE` or of `First Middle Last`."""
    if "," in text:
        last, _, rest = text.partition(",")
        given = name(rest).split()
        return (given[0] if given else ""), name(last)
    words = text.upper().split()
    return (name(words[0]), name(words[-1])) if len(words) > 1 else ("", name(text))


def digits(text, length):
    """The digits of `text` if there are exactly `length`, else nothing."""
    found = re.sub(r"\D", "", text)
    return found if len(found) == length else ""


def ssn(text):
    """Nine digits that are not a placeholder."""
    found = digits(text, 9)
    return "" if PLACEHOLDER_SSN.match(found) else found


def street(text):
    """A street line without unit, its common words shortened."""
    line = UNIT.sub("", " ".join(text.upper().split()))
    return " ".join(STREET_WORDS.get(word, word) for word in line.split())


def birth_date(text):
    """An ISO date that is not the placeholder of 1 January 1900."""
    return "" if text == "1900-01-01" else text
