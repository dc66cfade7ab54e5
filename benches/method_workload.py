"""The workload on which the release method's figures rest: 146 marginals, 7,124 cells, each marginal of weight one over its cells.

Trafficking type, 16 services, seven breakdowns: type by service, type by breakdown, type by service by breakdown (135 marginals).
The method's page doesn't list the eleven that are left; here they are identification by type and by every breakdown, and cycling,
referral and entry point by type, which make up the numbers. `release_method.toml` is what this writes.
"""

import math
from pathlib import Path

HERE = Path(__file__).resolve().parent
SERVICES = ("emergency_shelter", "transitional_housing", "permanent_housing", "case_management", "crisis_safety",
            "legal_immigration", "legal_other", "medical", "mental_health", "substance_use", "interpretation", "employment",
            "education", "basic_needs_financial", "childcare_family", "transportation")
BREAKDOWNS = {"race_ethnicity": 9, "age_band": 6, "gender": 4, "indigenous": 3, "lgbtq_youth": 4, "disability": 4, "immigrant": 3}
MEASURES = {"identification": 3, "cycling": 3, "referral": 5, "entry_point": 6}
ATTRIBUTES = {"trafficking_type": 4} | dict.fromkeys(SERVICES, 3) | BREAKDOWNS | MEASURES


def tables():
    """Names of the attributes of every table."""
    yield from (("trafficking_type", a) for a in (*SERVICES, *BREAKDOWNS, *MEASURES))
    yield from (("trafficking_type", s, b) for s in (*SERVICES, "identification") for b in BREAKDOWNS)


def text():
    """The tables file."""
    lines = ["# Written by benches/method_workload.py: the workload of the release method's figures.", "[attributes]"]
    for name, size in ATTRIBUTES.items():
        lines.append(f"{name} = [" + ", ".join(f'"c{c}"' for c in range(size)) + "]")
    for table in tables():
        cells = math.prod(ATTRIBUTES[a] for a in table)
        names = ", ".join(f'"{a}"' for a in table)
        lines += ["", "[[table]]", 'name = "%s"' % "_by_".join(table[1:]), f"dimensions = [{names}]", f"weight = {1 / cells!r}"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    (HERE / "release_method.toml").write_text(text())
    print(len(list(tables())), "marginals", sum(math.prod(ATTRIBUTES[a] for a in t) for t in tables()), "cells")
