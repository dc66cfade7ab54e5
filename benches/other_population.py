"""Eight agencies of another house's fictitious population: PyPI's `pseudopeople` with the sample it ships.

    python other_population.py write OUT NOISE SEED    writes one CSV file an agency; NOISE multiplies the package's error rates
    python other_population.py common OUT FOLDER       writes the peers' common table of the same records

Censuses, surveys and a food programme hold birth dates and addresses and no SSN, tax forms SSNs and addresses and no birth
date, the social security register SSNs and birth dates and no address: the name is all that every file has. Families
share homes and surnames, and some use a relative's SSN. It runs in an environment of its own
(`requirements-population.txt`), for the package wants other versions than the peers do.
"""

import csv
import sys
from datetime import datetime
from pathlib import Path

import common_columns as clean
from common_columns import CommonTable

HERE = Path(__file__).resolve().parent

# agency: our profile, the package's generator, its years, columns that get the common names
MAILING = {f"mailing_address_{field}": field
           for field in ("street_number", "street_name", "unit_number", "city", "state", "zipcode")}
AGENCIES = {
    "census2020": ("households", "decennial_census", [2020]),
    "census2030": ("households", "decennial_census", [2030]),
    "community_survey": ("households", "american_community_survey", range(2019, 2031)),
    "population_survey": ("households", "current_population_survey", range(2019, 2031)),
    "food_programme": ("households", "women_infants_and_children", [2020, 2025]),
    "social_security": ("social_security", "social_security", [2025]),
    "wage_forms": ("taxpayers", "taxes_w2_and_1099", [2020, 2024]),
    "tax_returns": ("taxpayers", "taxes_1040", [2022]),
}
TRUTH = "simulant_id"
FIELDS = ("first_name", "middle_initial", "last_name", "birth_date", "birth_year", "sex", "ssn", "street_number", "street",
          "unit")


def sources(folder, profiles):
    """What `pathways evaluate linkage --source` takes for the files of a folder."""
    return [f"{name}={folder / name}.csv:{profiles / profile}.toml" for name, (profile, _, _) in AGENCIES.items()]


def scaled(settings, factor):
    """The package's probabilities of errors in cells, times a factor; rows that nobody answered stay as rare as they are."""
    out = {}
    for key, value in settings.items():
        if hasattr(value, "items"):
            below = scaled(value, factor) if key != "row_noise" else {}
            if below:
                out[key] = below
        elif key == "cell_probability":
            out[key] = min(1.0, float(value) * factor)
    return out


def write(out, factor, seed):
    """One file an agency."""
    # The package imports another `tables` than the file of that name beside this one.
    sys.path = [place for place in sys.path if Path(place).resolve() != HERE]
    import pandas
    import pseudopeople

    config = {agency: noise for agency, settings in pseudopeople.get_config().items() if (noise := scaled(settings, factor))}
    out.mkdir(parents=True, exist_ok=True)
    for name, (_, generator, years) in AGENCIES.items():
        generate = getattr(pseudopeople, f"generate_{generator}")
        frames = [generate(seed=seed, config=config, year=year, verbose=False) for year in years]
        rows = pandas.concat(frames).rename(columns=MAILING)
        if name == "social_security":
            rows = rows[rows["event_type"] == "creation"]
        rows.assign(record_id=range(len(rows))).to_csv(out / f"{name}.csv", index=False)


def birth_date(text):
    """A date in ISO form, or nothing."""
    for pattern in ("%m/%d/%Y", "%Y%m%d"):
        try:
            return datetime.strptime(text, pattern).date().isoformat()
        except ValueError:
            continue
    return ""


def write_common(out, folder):
    """All agencies' records as the peers read them, in the order of our sources."""
    with CommonTable(out, FIELDS) as table:
        for dataset, name in enumerate(sorted(AGENCIES)):
            with open(folder / f"{name}.csv", newline="", encoding="utf-8") as file:
                for row in csv.DictReader(file):
                    born = birth_date(row.get("date_of_birth", ""))
                    middle = row.get("middle_initial") or row.get("middle_name") or ""
                    table.add(dataset, {
                        "first_name": clean.name(row["first_name"]), "middle_initial": middle[:1].upper(),
                        "last_name": clean.name(row["last_name"]), "birth_date": born, "birth_year": born[:4],
                        "sex": row.get("sex", "")[:1], "ssn": clean.ssn(row.get("ssn", "")),
                        "street_number": row.get("street_number", ""), "street": clean.street(row.get("street_name", "")),
                        "unit": row.get("unit_number", "").upper()}, row[TRUTH])


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["write", out, noise, seed]:
            write(Path(out), float(noise), int(seed))
        case ["common", out, folder]:
            write_common(Path(out), Path(folder))
        case _:
            raise SystemExit(__doc__)
