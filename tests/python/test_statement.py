"""The demonstration's privacy statement, recomputed by code that shares nothing with the program."""

import copy
import json
import math
from pathlib import Path

import pytest
from recompute_privacy import epsilon_of, recompute, standard_errors

ROOT = Path(__file__).resolve().parents[2]
RELEASES = sorted((ROOT / "out" / "demo").glob("city=*/period=*/release.json"))


def load(path):
    return json.loads(path.read_text(encoding="utf-8"))


def test_there_are_releases():
    assert RELEASES


@pytest.mark.parametrize("path", RELEASES, ids=lambda path: path.parent.parent.name)
def test_costs_and_errors_follow_from_the_statement_alone(path):
    release = load(path)
    for name, claimed, recomputed in recompute(release):
        assert math.isclose(claimed, recomputed, rel_tol=1e-3), name
    for name, claimed, recomputed in standard_errors(release):
        assert math.isclose(claimed, recomputed, rel_tol=1e-6), name


@pytest.mark.parametrize("path", RELEASES, ids=lambda path: path.parent.parent.name)
def test_every_term_is_said(path):
    statement = load(path)["statement"]
    for term in [
        "conversion", "contribution_bound", "trust_model", "not_protected", "composition", "refresh", "corrections",
        "side_channels", "error", "why_epsilon", "input_digest", "audit",
    ]:
        assert len(statement["terms"][term].split()) >= 5, term
    for field in ["unit", "linkage_assumption", "mechanism", "library", "post_processing", "software", "ledger_head"]:
        assert statement[field], field
    caveats = " ".join(statement["caveats"])
    for words in ["zero carry noise", "negative estimate means nothing", "don't sum them"]:
        assert words in caveats, words


def test_a_statement_that_lies_is_found():
    release = load(RELEASES[0])
    halved = copy.deepcopy(release)
    for query in halved["statement"]["queries"]:
        query["noise_scale"] /= 2
    assert any(not math.isclose(c, r, rel_tol=1e-3) for _, c, r in recompute(halved))
    halved = copy.deepcopy(release)
    halved["statement"]["queries"][-1]["squared_sensitivity"] //= 2
    with pytest.raises(ValueError, match="one person moves"):
        recompute(halved)


def revised(release):
    """The release as its revision would be: measured once more, at the same cost."""
    statement = copy.deepcopy(release["statement"])
    own, delta, first = statement["rho"], statement["delta"], statement["release_id"]
    statement["earlier"] = {"release_id": first, "rho": own, "epsilon": statement["epsilon"], "queries": statement["queries"]}
    statement["revision"], statement["release_id"] = 1, first.replace("/r0", "/r1")
    statement["year"]["releases"].append({"release_id": statement["release_id"], "rho": own})
    for account in [statement["year"], statement["lifetime"]]:
        account["rho_spent"] += own
        account["epsilon_spent"] = epsilon_of(account["rho_spent"], delta)
    statement["rho"], statement["epsilon"] = 2 * own, epsilon_of(2 * own, delta)
    for loss in statement["group_privacy"]:
        loss["rho"] = loss["rows"] ** 2 * statement["rho"]
        loss["epsilon"] = epsilon_of(loss["rho"], delta)
    return {**release, "statement": statement}


def wrong(release):
    return {name for name, claimed, recomputed in recompute(release) if not math.isclose(claimed, recomputed, rel_tol=1e-3)}


def test_a_revision_that_claims_its_second_measurement_alone_is_found():
    first = load(RELEASES[0])
    honest = revised(first)
    assert not wrong(honest)
    alone = copy.deepcopy(honest)
    for field in ["rho", "epsilon", "group_privacy"]:
        alone["statement"][field] = first["statement"][field]
    assert {"rho of the figures", "epsilon of the figures", "epsilon of 1 rows"} <= wrong(alone)
    # Nor does it help to leave the first measurement out.
    del alone["statement"]["earlier"]
    with pytest.raises(ValueError, match="earlier measurement"):
        recompute(alone)


def test_small_costs_convert():
    # At a small rho epsilon is about sqrt(4 rho ln(1/delta)), less a logarithm.
    for rho in [1e-10, 1e-9, 1e-8]:
        epsilon = epsilon_of(rho, 1e-7)
        assert 0.4 < epsilon / math.sqrt(4 * rho * math.log(1e7)) < 0.6, rho


def test_epsilon_is_the_known_one():
    # Release method: epsilon 1, 2 and 4 at delta 1e-6; the US Census' 2.56.
    for rho, epsilon in [(0.0244, 1.0), (0.0882, 2.0), (0.3111, 4.0)]:
        assert math.isclose(epsilon_of(rho, 1e-6), epsilon, rel_tol=2e-3)
    assert 16 < epsilon_of(2.56, 1e-10) < 18
