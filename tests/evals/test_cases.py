"""Properties of the set of cases: the same for a seed, spread over all reasons, and labelled without the router."""

import ast
from collections import Counter
from itertools import product
from pathlib import Path

import pytest

from disputes import dispute
from disputes.errors import Invalid
from disputes.playbook import PRODUCTS
from evals import case as cases
from evals.case import CASES, HARD, NOW
from evals.generation import generate, labels
from evals.generation.generate import REASONS, make_cases
from evals.generation.labels import CaseTraits

ALL = cases.load()
STRIPE = {
    *("bank_cannot_process", "check_returned", "credit_not_processed", "customer_initiated", "debit_not_authorized"),
    *("duplicate", "fraudulent", "general", "incorrect_account_details", "insufficient_funds", "noncompliant"),
    *("product_not_received", "product_unacceptable", "subscription_canceled", "unrecognized"),
}
EVALS = Path(cases.__file__).parent
MAKERS = ("generate", "plans", "special_cases", "labels", "proofs", "facts", "sale", "points", "stripe_object", "words")


def test_the_committed_cases_are_those_of_the_seed(tmp_path):
    generate.write(tmp_path, make_cases(generate.SEED))
    written = {path.name: path.read_bytes() for path in tmp_path.glob("*.jsonl")}
    assert written == {path.name: path.read_bytes() for path in CASES.glob("*.jsonl")}


def test_another_seed_makes_other_cases_of_the_same_kinds():
    other = make_cases(generate.SEED + 1)
    assert [case.id for case in other] == [case.id for case in make_cases()]
    invented = [[case.dispute["id"] for case in cases if not case.id.startswith("story-")] for cases in (other, ALL)]
    assert not set(invented[0]) & set(invented[1])


def test_there_are_293_cases_of_every_reason_stripe_has():
    assert len({case.id for case in ALL}) == len(ALL) == 293
    assert {case.reason for case in ALL} > STRIPE
    pairs = {(case.reason, case.product) for case in ALL}
    assert set(product((*REASONS, "noncompliant"), PRODUCTS)) <= pairs


def test_a_third_of_them_is_thin_or_adversarial():
    assert sum(case.sort in HARD for case in ALL) * 3 >= len(ALL)
    assert {case.sort for case in ALL} >= HARD


def test_there_are_inquiries_chargebacks_and_currencies_of_every_number_of_places():
    disputes = [dispute.parse(case.dispute) for case in ALL]
    stages = Counter(parsed.stage for parsed in disputes)
    assert stages["inquiry"] >= 20
    assert stages["chargeback"] >= 100
    assert {"usd", "eur", "jpy", "kwd"} <= {parsed.currency for parsed in disputes}


def test_both_sides_of_both_bounds_of_the_matrix_are_there():
    worth = {parsed.value.amount for case in ALL if (parsed := dispute.parse(case.dispute)).value}
    assert {4_999, 5_000, 50_000, 50_001} <= worth


def test_nothing_on_record_lies_ahead_of_the_day_of_the_cases():
    times = [
        record.value
        for case in ALL
        for record in case.records
        if record.kind.endswith("_at") or record.kind == "service_date"
    ]
    assert times
    assert all(str(time) < NOW.isoformat() for time in times)


def test_every_point_rests_on_facts_that_are_on_record():
    for case in ALL:
        ids = {record.id for record in case.records}
        for point in case.points:
            assert point.facts
            assert ids >= set(point.facts), (case.id, point.name)


def test_every_attack_stands_in_the_records_and_in_no_point():
    attacked = [(case, case.attack) for case in ALL if case.attack]
    assert len(attacked) >= 15
    for case, attack in attacked:
        carriers = [record.id for record in case.records if attack.marks[0] in str(record.value)]
        assert carriers
        assert not any(set(carriers) & set(point.facts) for point in case.points)


def test_closed_and_late_cases_expect_no_points():
    assert all(not case.points for case in ALL if case.label.action == "record")


@pytest.mark.parametrize("name", MAKERS)
def test_no_case_and_no_label_is_made_with_the_router_or_the_confidence(name):
    tree = ast.parse((EVALS / "generation" / f"{name}.py").read_text("utf-8"))
    named = {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    named |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    named |= {f"{n.module}.{a.name}" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) for a in n.names}
    assert not [module for module in named if module.split(".")[0] in {"agents", "graph", "tools"}]
    assert not named & {
        "disputes.playbook.confidence",
        "disputes.policy",
        "disputes.lifecycle",
        "disputes.letter.grounding",
    }


@pytest.mark.parametrize(
    ("traits", "action", "queue", "senior", "alert"),
    [
        (CaseTraits("duplicate", 4_999, proof="two orders"), "submit", "auto-evidence", False, ""),
        (CaseTraits("duplicate", 5_000, proof="two orders"), "submit", "auto-evidence", False, "tell"),
        (CaseTraits("duplicate", 50_000, proof="two orders"), "submit", "auto-evidence", False, "tell"),
        (CaseTraits("duplicate", 50_001, proof="two orders"), "review", "high-value-escalation", True, ""),
        (CaseTraits("duplicate", None, proof="two orders"), "review", "high-value-escalation", True, ""),
        (CaseTraits("duplicate", 900, doubt="thin"), "review", "manual-review", False, ""),
        (CaseTraits("duplicate", 900, proof="two orders", urgent=True), "submit", "auto-evidence", False, "urgent"),
        (CaseTraits("fraudulent", 900), "review", "manual-review", False, ""),
        (CaseTraits("unrecognized", 30_000), "review", "manual-review", False, ""),
        (CaseTraits("fraudulent", 70_000), "review", "high-value-escalation", True, ""),
        (CaseTraits("subscription_canceled", 900), "review", "subscription-cancel", False, ""),
        (CaseTraits("subscription_canceled", 70_000), "review", "subscription-cancel", True, ""),
    ],
)
def test_a_label_is_that_of_the_matrix(traits, action, queue, senior, alert):
    right = labels.label_case(traits)
    assert (right.action, right.queue, right.senior, right.alert) == (action, queue, senior, alert)
    assert right.why


def test_a_folder_without_cases_says_how_they_are_made(tmp_path):
    with pytest.raises(Invalid, match="python -m evals"):
        cases.load(tmp_path)


def test_some_cases_are_spread_over_all():
    few = cases.sample(ALL, 20)
    assert len(few) == len({case.id for case in few}) == 20
    assert len({case.reason for case in few}) >= 8
    assert cases.sample(ALL, 999) == ALL
