"""Tests of the criteria files: what issuers ask, by network reason code."""

import tomllib
from itertools import chain
from typing import Any

import pytest

from disputes.evidence import kinds
from disputes.evidence.relations import TRUE_KINDS
from disputes.playbook import PRODUCTS
from disputes.playbook.loading import FOLDER, load_playbooks

CRITERIA = FOLDER.parent / "criteria"
FILES: dict[str, dict[str, list[dict[str, Any]]]] = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(CRITERIA.glob("*.toml"))
}
BOOKS = load_playbooks().by_reason
REASONS = (
    "fraudulent unrecognized product_not_received product_unacceptable credit_not_processed subscription_canceled "
    "duplicate general noncompliant debit_not_authorized"
).split()
NETWORKS = {"visa", "mastercard", "amex", "discover", "other"}
ASKED = {
    "visa": "10.4 10.5 11.1 11.2 11.3 12.1 12.2 12.3 12.4 12.5 12.6.1 12.6.2 12.7 "
    "13.1 13.2 13.3 13.4 13.5 13.6 13.7 13.8 13.9",
    "mastercard": "4837 4853 4855 4834 4808 4831 4841 4860 4863 4870 4871 4849",
    "amex": "C02 C04 C05 C08 C14 C18 C28 C31 C32 F10 F14 F24 F29 F30 F31 FR2 FR4 FR6 P01 P03 P04 P05 P07 P08 P22 P23 "
    "R03 R13 M01 M10 A01 A02 A08",
    "discover": "AP AW CD DP RG RM RN RN2 UA01 UA02 UA05 UA06 AT IN LP NF AA PM",
}
"""The codes whose rules must be on file, by network."""
UNTITLED = {"10", "4968"}
"""Codes of the playbooks that no network publishes a title for."""
NOTICES = set("6390 M04 M11 M36 M38 M39 M42 S01 S02 S03 S04".split())
"""Codes that say what was decided and ask nothing."""


def criteria() -> list[tuple[str, dict[str, Any]]]:
    return [(reason, row) for reason, file in FILES.items() for row in file["criterion"]]


def codes_of(reason: str) -> set[str]:
    return {row["code"] for row in FILES[reason]["code"]}


every_criterion = pytest.mark.parametrize(
    ("reason", "criterion"), criteria(), ids=[f"{reason}:{row['name']}" for reason, row in criteria()]
)
every_reason = pytest.mark.parametrize("reason", REASONS)


def test_every_reason_that_an_issuer_judges_has_a_file() -> None:
    assert set(FILES) == set(REASONS)
    assert set(FILES) <= set(BOOKS)


@every_reason
def test_names_and_codes_are_unique(reason: str) -> None:
    names = [row["name"] for row in FILES[reason]["criterion"]]
    codes = [row["code"] for row in FILES[reason]["code"]]
    questions = [row["question"] for row in FILES[reason]["criterion"]]

    assert len(names) == len(set(names))
    assert len(codes) == len(set(codes))
    assert len(questions) == len(set(questions))


@every_reason
def test_every_code_has_its_network_and_title(reason: str) -> None:
    for row in FILES[reason]["code"]:
        assert set(row) == {"network", "code", "title"}
        assert row["network"] in NETWORKS
        assert row["code"].strip()
        assert row["title"].strip()


@every_reason
def test_every_code_of_a_playbook_has_a_row(reason: str) -> None:
    book = BOOKS[reason]

    assert {*book.codes, *book.umbrella} - codes_of(reason) <= UNTITLED


@every_reason
def test_every_code_but_a_notice_is_asked_something(reason: str) -> None:
    asked = set(chain.from_iterable(row["codes"] for row in FILES[reason]["criterion"]))

    assert codes_of(reason) - asked <= NOTICES


@pytest.mark.parametrize(("network", "code"), [(name, code) for name, codes in ASKED.items() for code in codes.split()])
def test_every_code_of_the_networks_has_a_question(network: str, code: str) -> None:
    titled = {
        reason
        for reason, file in FILES.items()
        if any((row["network"], row["code"]) == (network, code) for row in file["code"])
    }

    assert any(reason in titled and code in row["codes"] for reason, row in criteria())


@every_criterion
def test_a_criterion_has_the_form(reason: str, criterion: dict[str, Any]) -> None:
    required = {"name", "question", "codes", "source", "answers"}

    assert required <= set(criterion) <= required | {"products", "decides"}
    assert criterion["name"].isidentifier()
    assert criterion["name"] == criterion["name"].lower()
    assert criterion.get("decides", True) is True
    assert set(criterion.get("products", PRODUCTS)) <= set(PRODUCTS)


@every_criterion
def test_a_question_is_one_sentence_with_a_source(reason: str, criterion: dict[str, Any]) -> None:
    question = criterion["question"]

    assert question.endswith("?")
    assert question[0].isupper()
    assert question.count("?") == 1
    assert ". " not in question
    assert criterion["source"].strip()


@every_criterion
def test_the_codes_of_a_criterion_have_rows(reason: str, criterion: dict[str, Any]) -> None:
    assert criterion["codes"]
    assert len(criterion["codes"]) == len(set(criterion["codes"]))
    assert set(criterion["codes"]) <= codes_of(reason)


@every_criterion
def test_answers_are_kinds_that_speak_for_the_merchant(reason: str, criterion: dict[str, Any]) -> None:
    for answer in criterion["answers"]:
        assert answer
        assert len(answer) == len(set(answer))
        assert set(answer) <= set(kinds.KINDS)
        assert not set(answer) & (kinds.ADVERSE | kinds.NEUTRAL)


@every_criterion
def test_no_answer_needs_more_than_another_of_its_criterion(reason: str, criterion: dict[str, Any]) -> None:
    answers = [frozenset(answer) for answer in criterion["answers"]]

    assert len(answers) == len(set(answers))
    assert not any(one < other for one in answers for other in answers)


def test_the_two_earlier_payments_of_visa_need_the_same_identity() -> None:
    (rule,) = [row for _, row in criteria() if row["name"] == "two_earlier_payments"]

    assert rule["codes"] == ["10.4"]
    assert rule["answers"] == [["prior_payments", "same_identity"]]
    assert "same_identity" in TRUE_KINDS
