"""Tests of whether two payments of one amount are two purchases, or one that was charged twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.evidence import build_fact
from tests.disputes.evidence.relations.scene import (
    DAY,
    HOUR,
    NUMBERS,
    PAID,
    PAID_AT,
    all_answers,
    answer,
    concluded,
    parcel,
)

NAME = "separate_orders"
OTHER = build_fact("other_charge_id", "ch_2", "stripe:other")
GOODS = st.sampled_from(["Blue mug", "Oak table", "Wool scarf", "Garden hose"])
FORMS = st.sampled_from(["{}", "1 x {}", "{} x 1", "{} (SKU 88-1)", "Order A-77: {}", "#1234 {}", "{}, qty: 1"])


def goods(own, other, gap=HOUR):
    return (
        PAID,
        OTHER,
        build_fact("other_paid_at", PAID_AT + gap, "stripe:other"),
        build_fact("product_description", own, "stripe:charge"),
        build_fact("other_description", other, "stripe:other"),
    )


def orders(own, other):
    return build_fact("order_id", own, "stripe:charge"), build_fact("other_order_id", other, "stripe:other")


@given(GOODS, GOODS, FORMS, FORMS)
def test_the_same_goods_within_a_day_are_one_purchase_and_others_are_two(own, other, one, two):
    expected = "false" if own == other else "true"
    assert answer(NAME, *goods(one.format(own), two.format(other.upper()))) == expected


@given(GOODS, st.integers(25, 900))
def test_the_same_goods_on_another_day_may_be_either(own, hours):
    assert answer(NAME, *goods(own, own, hours * HOUR)) == "unknown"


@given(GOODS, st.from_regex(r"[A-Z]{1,3}-?[0-9]{2,6}", fullmatch=True), st.from_regex(r"[0-9]{2,6}", fullmatch=True))
def test_other_numbers_alone_never_make_two_purchases(own, one, two):
    assert answer(NAME, *goods(own, own), *orders(one, two)) == "false"
    assert answer(NAME, *goods(f"Charge for {one}", f"Charge for {two}"), *orders("A-1", "B-2")) != "true"
    assert answer(NAME, OTHER, PAID, *orders(one, f"{two}9")) in {"unknown", "false"}


@given(GOODS, GOODS, st.sampled_from(["A-1042", "#A1042", "a1042", "A 1042"]))
def test_one_order_number_is_one_purchase_however_it_is_written(own, other, written):
    evidence = concluded(*goods(own, other), *orders("A-1042", written))
    assert [fact.kind for fact in evidence.adverse] == ["same_order_twice"]


@given(NUMBERS, GOODS)
def test_a_second_delivery_makes_two_purchases(numbers, own):
    mine = parcel(numbers[0], ("delivered_at", PAID_AT + DAY))
    theirs = build_fact("other_delivered_at", PAID_AT + 2 * DAY, "stripe:other")

    def second(written):
        number = build_fact("other_tracking_number", written, "stripe:other")
        return answer(NAME, *goods(own, own), *mine, number, theirs)

    assert second(numbers[1]) == "true"
    assert second(", ".join(numbers[1:])) == "true"
    assert second(numbers[0].lower()) == "false"
    assert second(f"{numbers[1]}, {numbers[0]}") == "false"


def test_a_second_parcel_that_has_not_arrived_proves_nothing():
    number = build_fact("other_tracking_number", "ZZ12345678", "stripe:other")
    assert answer(NAME, *goods("Mug", "Mug"), *parcel("AB12345678", ("delivered_at", PAID_AT)), number) == "false"
    assert answer(NAME, *goods("Mug", "Mug"), *parcel("AB12345678"), number) == "false"


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        ("Café au lait", "CAFE AU LAIT", "false"),
        ("Mug", "Mugs", "unknown"),
        ("Blue mug", "2 x Blue mug", "unknown"),
        ("Blue mug", "Blue mug, handmade", "unknown"),
        ("Phone 14", "Phone 15", "unknown"),
        ("Subscription creation", "Subscription update", "unknown"),
        ("Payment for order 1", "Order 2", "unknown"),
        ("", "Mug", "unknown"),
        ("Blue mug", "Red mug", "true"),
    ],
)
def test_stories_of_goods(own, other, expected):
    assert answer(NAME, *goods(own, other)) == expected


def test_what_two_systems_call_by_other_names_may_be_one_thing():
    told = goods("Blue mug", "MUG-BL-01")
    shop = tuple(f.model_copy(update={"source": "shop:order"}) if f.kind == "product_description" else f for f in told)
    assert answer(NAME, *shop) == "unknown"


def test_a_refund_of_the_other_payment_answers_the_claim():
    back = build_fact("other_refund_covers_claim", value=True, source="stripe:other")
    assert answer(NAME, *goods("Mug", "Mug"), back) == "unknown"
    assert answer(NAME, OTHER, *orders("A-1", "A-1"), back) == "unknown"


@given(GOODS, GOODS)
def test_the_order_of_facts_changes_no_answer(own, other):
    told = [*goods(own, other), *orders("A-1", "B-2")]
    assert all_answers(told) == all_answers(reversed(told))


def test_nothing_is_said_without_another_payment():
    assert answer(NAME, PAID, build_fact("product_description", "Mug", "stripe:charge")) == ""
