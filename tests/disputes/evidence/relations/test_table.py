"""Tests of the table of relations, and of facts that are joined before they are judged."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.evidence import Evidence, build_fact, kinds, relations
from disputes.evidence.entities import group, join, parcel_key, split_numbers
from tests.disputes.evidence.relations.scene import DAY, NUMBERS, PAID_AT, answer, concluded, parcel

ROWS = re.findall(r"^\| (\w+_\w+|possible) \|", str(relations.__doc__), re.MULTILINE)
OWN_KINDS = {
    "used_after_charge", "canceled_after_charge", "refund_covers_claim", "delivered_to_area", "final_sale_shown",
}  # fmt: skip


def test_each_relation_of_the_table_has_a_fact_for_false_and_only_known_ones_for_true():
    assert set(ROWS) == set(relations.FALSE_KINDS) | OWN_KINDS
    assert set(relations.FALSE_KINDS.values()) <= kinds.ADVERSE
    assert set(ROWS) & set(kinds.KINDS) >= relations.TRUE_KINDS
    assert not relations.TRUE_KINDS & kinds.ADVERSE


TOLD = st.lists(
    st.tuples(
        st.sampled_from(["delivered_at", "shipped_at", "carrier", "delivery_signature", "tracking_number"]),
        st.sampled_from(["", "AB12345678", "CD12345678", "ab 1234 5678"]),
        st.sampled_from(["shop", "carrier", "erp"]),
        st.integers(0, 2),
    ),
    max_size=8,
)
VALUES = {"carrier": ("UPS", "DHL", "DPD"), "delivery_signature": ("Ada", "Grace", "Jan")}
SPELLINGS = ("AB12345678", "CD-1234-5678", "ab 1234 5678")


def build(rows):
    for n, (kind, of, system, at) in enumerate(rows):
        values = VALUES.get(kind, SPELLINGS if kind == "tracking_number" else [])
        key = parcel_key(values[at] if kind == "tracking_number" else of)
        fact = build_fact(kind, values[at] if values else PAID_AT + at * DAY, f"{system}:{n}", of=key if of else "")
        yield fact.model_copy(update={"id": f"{fact.id}#{n}"})


@given(TOLD)
def test_joining_twice_is_joining_once(rows):
    once = join(build(row for row in rows if row[1]))
    assert join(once) == once


@given(TOLD)
def test_joined_facts_are_of_one_parcel_each_and_told_once(rows):
    joined = join(build(rows))
    assert len({fact.id for fact in joined}) == len(joined)
    for each in group(joined, "parcel"):
        values = [(fact.kind, str(fact.value)) for fact in each.facts]
        assert len(set(values)) == len(values)
        assert {parcel_key(str(f.value)) for f in each.of("tracking_number")} <= {each.name.partition(":")[2]}


@given(TOLD)
def test_no_fact_moves_from_one_named_parcel_to_another(rows):
    facts = [*build(rows)]
    told = {(fact.kind, str(fact.value), fact.source): fact.entity for fact in facts}
    for fact in join(facts):
        before = told[fact.kind, str(fact.value), fact.source]
        assert before in {"parcel", fact.entity}


@given(NUMBERS)
def test_an_unnamed_fact_beside_two_named_parcels_stays_unnamed(numbers):
    told = [fact for number in numbers for fact in parcel(number)]
    loose = build_fact("delivery_signature", "Ada", "shop:order")
    assert [fact.entity for fact in join([*told, loose]) if fact.value == "Ada"] == ["parcel"]
    alone = parcel(numbers[0])
    assert [fact.entity for fact in join([*alone, loose]) if fact.value == "Ada"] == [f"parcel:{numbers[0]}"]


@given(NUMBERS)
def test_a_system_that_names_another_parcel_means_neither_with_an_unnamed_fact(numbers):
    one, other = parcel(numbers[0]), build_fact("delivered_at", PAID_AT, "carrier:track", of=numbers[1])
    loose = build_fact("delivery_signature", "Ada", "carrier:track")
    assert [fact.entity for fact in join([*one, other, loose]) if fact.value == "Ada"] == ["parcel"]


@given(NUMBERS, st.sampled_from([", ", "; ", " and ", " & ", "|", "/", " + "]))
def test_a_text_that_lists_numbers_is_those_parcels(numbers, between):
    listed = build_fact("tracking_number", between.join(numbers), "stripe:metadata")
    told = [fact for number in numbers for fact in parcel(number, ("delivered_at", PAID_AT))]
    assert answer("every_parcel_arrived", listed, *told) == "true"
    assert answer("every_parcel_arrived", listed, *told[2:]) == "false"


@pytest.mark.parametrize(
    ("written", "numbers"),
    [
        ("A123, B456", ("A123", "B456")),
        ("1Z999AA10123456784, UPS Ground", ("1Z999AA10123456784",)),
        ("9400 1000 0000 0000 0000 00", ("9400 1000 0000 0000 0000 00",)),
        ("https://carrier.example/track/1Z999", ("https://carrier.example/track/1Z999",)),
        ("1Z999AA1,", ("1Z999AA1",)),
        ("none, unknown", ("none, unknown",)),
    ],
)
def test_numbers_that_a_text_lists(written, numbers):
    assert split_numbers(written) == numbers


@given(NUMBERS)
def test_two_systems_with_a_parcel_each_do_not_contradict_each_other(numbers):
    def told(number, system, days):
        facts = (("tracking_number", number), ("delivered_at", PAID_AT + timedelta(days=days)))
        return Evidence(facts=tuple(build_fact(kind, value, f"{system}:x") for kind, value in facts))

    merged = told(numbers[0], "shop", 1).plus(told(numbers[1], "erp", 2))
    evidence = concluded(*merged.facts)
    assert answer("every_parcel_arrived", *merged.facts) == "true"
    assert {fact.bearing for fact in evidence.of("delivered_at")} == {"helps"}


def test_the_page_for_merchants_names_every_relation_and_the_kind_a_false_one_becomes():
    page = (Path(__file__).parents[4] / "docs" / "evidence.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", page, re.MULTILINE))
    assert set(rows) == set(relations.FALSE_KINDS) | set(relations.TRUE_KINDS) | {"refund_covers_claim"}
    for name, kind in relations.FALSE_KINDS.items():
        assert f"`{kind}`" in rows[name]
