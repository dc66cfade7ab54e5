#!/usr/bin/env python3
"""Recomputes what a release cost from its release.json alone, with nothing but the standard library.

    python3 recompute_privacy.py out/demo/city=us-il-chicago/period=2025-year/release.json

It shares no code with the program that released. Sensitivities come from the sizes of the domains, rho from
sensitivity and noise, epsilon from rho by the conversion of Canonne, Kamath and Steinke (2020). What the
figures cost is what every measurement cost that they rest on: two, where a period was revised.
"""

import json
import math
import sys


def rho_of(query):
    """zCDP of one discrete Gaussian query: squared sensitivity over twice the squared scale."""
    squared_sensitivity = math.prod(n * (n - 1) for n in query["sizes"])
    if squared_sensitivity != query["squared_sensitivity"]:
        raise ValueError(f"{query['attributes']}: one person moves it by {squared_sensitivity}, not by what is stated")
    return squared_sensitivity / (2 * query["noise_scale"] ** 2)


def epsilon_of(rho, delta):
    """The least epsilon at which rho-zCDP implies (epsilon, delta), over all orders of Renyi divergence."""

    def at(order):
        a = order
        return a * rho + (math.log(1 / delta) + a * math.log1p(-1 / a) - math.log(a - 1)) / (a - 1)

    # One valley in the logarithm of the order less one.
    low, high = -12.0, 40.0
    golden = (math.sqrt(5) - 1) / 2
    for _ in range(200):
        one, two = high - golden * (high - low), low + golden * (high - low)
        if at(1 + math.exp(one)) < at(1 + math.exp(two)):
            high = two
        else:
            low = one
    return max(0.0, at(1 + math.exp((low + high) / 2)))


def recompute(release):
    """Every cost that the statement claims, beside the same cost recomputed: (name, claimed, recomputed)."""
    statement = release["statement"]
    delta = statement["delta"]
    own = rho = sum(map(rho_of, statement["queries"]))
    year = statement["year"]
    paid = {release["release_id"]: release["rho"] for release in year["releases"]}
    rows = [("rho of this measurement", paid[statement["release_id"]], own)]
    earlier = statement.get("earlier")
    if bool(earlier) != (statement["revision"] > 0):
        raise ValueError("a revision, and nothing else, rests on an earlier measurement")
    if earlier:
        # The figures are means of both measurements and both are published: a reader learns what both cost.
        before = sum(map(rho_of, earlier["queries"]))
        rho = own + before
        rows.append(("rho of the measurement that it revises", earlier["rho"], before))
        rows.append(("the same, as the year paid it", paid[earlier["release_id"]], before))
        rows.append(("its epsilon", earlier["epsilon"], epsilon_of(before, delta)))
    rows.append(("rho of the figures", statement["rho"], rho))
    rows.append(("epsilon of the figures", statement["epsilon"], epsilon_of(rho, delta)))
    spent = sum(paid["rho"] for paid in year["releases"])
    rows.append(("rho spent in the year", year["rho_spent"], spent))
    rows.append(("epsilon spent in the year", year["epsilon_spent"], epsilon_of(spent, delta)))
    rows.append(("epsilon of the year's cap", year["epsilon_cap"], epsilon_of(year["rho_cap"], delta)))
    lifetime = statement["lifetime"]
    rows.append(("epsilon over all years", lifetime["epsilon_spent"], epsilon_of(lifetime["rho_spent"], delta)))
    for loss in statement["group_privacy"]:
        rows.append((f"rho of {loss['rows']} rows", loss["rho"], loss["rows"] ** 2 * rho))
        rows.append((f"epsilon of {loss['rows']} rows", loss["epsilon"], epsilon_of(loss["rows"] ** 2 * rho, delta)))
    return rows


def standard_errors(release):
    """(table, claimed, recomputed) standard errors: the noise of every residual that a table is made of."""
    statement = release["statement"]
    measured = [statement] + ([statement["earlier"]] if statement.get("earlier") else [])
    variances = {}
    for query in statement["queries"]:
        name = frozenset(query["attributes"])
        sizes = dict(zip(query["attributes"], query["sizes"]))
        cells = math.prod(query["sizes"])
        precision = 0.0
        for measurement in measured:
            scale = next(q["noise_scale"] for q in measurement["queries"] if frozenset(q["attributes"]) == name)
            precision += (cells / scale) ** 2
        variances[name] = (sizes, cells, 1 / precision)
    found = []
    for table in release["tables"]:
        names = frozenset(d["name"] for d in table["dimensions"])
        cells = math.prod(len(d["categories"]) for d in table["dimensions"])
        variance = 0.0
        for subset, (sizes, inner, sigma2) in variances.items():
            if subset <= names:
                variance += sigma2 * math.prod(1 - 1 / n for n in sizes.values()) * (inner / cells) ** 2
        found.append((table["name"], table["standard_error"], math.sqrt(variance)))
    return found


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        release = json.load(file)
    wrong = 0
    for name, claimed, recomputed in recompute(release):
        agrees = math.isclose(claimed, recomputed, rel_tol=1e-3)
        wrong += not agrees
        print(f"{'ok   ' if agrees else 'WRONG'} {name:<40} claimed {claimed:.6f} recomputed {recomputed:.6f}")
    errors = standard_errors(release)
    off = [name for name, claimed, recomputed in errors if not math.isclose(claimed, recomputed, rel_tol=1e-6)]
    print(f"{'ok   ' if not off else 'WRONG'} standard errors of {len(errors)} tables{': ' + ', '.join(off) if off else ''}")
    return 1 if wrong or off else 0


if __name__ == "__main__":
    sys.exit(main())
