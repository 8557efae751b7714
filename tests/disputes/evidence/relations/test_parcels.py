"""Tests of whether every parcel of the disputed items arrived."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.evidence import Item, build_fact
from tests.disputes.evidence.relations.scene import DAY, NUMBERS, PAID_AT, all_answers, answer, concluded, event, parcel

NAME = "every_parcel_arrived"
ARRIVED = ("delivered_at", PAID_AT + DAY)
GONE = st.sampled_from(["Returned to sender", "Refused by recipient", "Delivery attempted"])


def holds(rows):
    return ("parcel_items", rows)


@given(NUMBERS, st.randoms(use_true_random=False))
def test_every_parcel_with_a_delivery_arrived(numbers, random):
    told = [fact for number in numbers for fact in parcel(number, ARRIVED)]
    random.shuffle(told)
    assert answer(NAME, *told) == "true"


@given(NUMBERS, st.integers(0, 3), st.randoms(use_true_random=False))
def test_one_of_several_without_a_delivery_is_missing(numbers, which, random):
    away = numbers[which % len(numbers)]
    told = [fact for number in numbers for fact in parcel(number, *([] if number == away else [ARRIVED]))]
    random.shuffle(told)
    evidence = concluded(*told)
    assert [away in str(fact.value) for fact in evidence.of("parcel_missing")] == [True]


@given(NUMBERS, GONE, st.booleans())
def test_a_parcel_that_left_again_did_not_arrive(numbers, text, several):
    told = [fact for number in (numbers if several else numbers[:1]) for fact in parcel(number, ARRIVED)]
    assert answer(NAME, *told, event(text, PAID_AT + 2 * DAY, of=numbers[0])) == "false"


@given(NUMBERS)
def test_the_only_parcel_may_still_arrive(numbers):
    assert answer(NAME, *parcel(numbers[0])) == "unknown"
    assert answer(NAME, *parcel(numbers[0]), event("In transit", PAID_AT, of=numbers[0])) == "unknown"


@pytest.mark.parametrize(
    ("story", "disputed", "first", "second", "expected"),
    [
        ("only the lamp is disputed and it arrived", "1 x Lamp", "1 x Lamp", "1 x Shade", "true"),
        ("the disputed lamp is in the parcel that is away", "1 x Lamp", "1 x Shade", "1 x Lamp", "false"),
        ("one of two lamps is away", "2 x Lamp", "1 x Lamp", "1 x Lamp", "false"),
        ("both parcels hold less than was paid for", "3 x Lamp", "1 x Lamp", "1 x Lamp", "false"),
        ("the shop names the items in another way", "1 x LMP-1", "1 x Lamp", "1 x Shade", "false"),
        ("in capitals and with a price", "1 x LAMP (40.00 USD)", "1 × lamp", "Shade", "true"),  # noqa: RUF001
    ],
)
def test_stories_of_items(story, disputed, first, second, expected):
    rows = build_fact("disputed_items", disputed, "shop:order")
    told = (*parcel("AB12345678", ARRIVED, holds(first)), *parcel("CD12345678", holds(second)))
    assert answer(NAME, rows, *told) == expected


@given(st.integers(1, 5), st.integers(1, 5))
def test_a_parcel_holds_what_was_paid_for(wanted, held):
    item = Item(name="Lamp", quantity=wanted, amount=900, currency="usd", source="shop:order")
    told = parcel("AB12345678", ARRIVED, holds(f"{held} x Lamp"))
    assert answer(NAME, *told, items=(item,)) == ("true" if held >= wanted else "false")


@given(NUMBERS, st.lists(st.sampled_from([ARRIVED, None]), min_size=4, max_size=4))
def test_another_parcel_never_makes_up_for_one_that_is_missing(numbers, states):
    told = [
        fact
        for number, state in zip(numbers, states, strict=False)
        for fact in parcel(number, *([state] if state else []))
    ]
    if answer(NAME, *told) == "false":
        assert answer(NAME, *told, *parcel("ZZ99999999", ARRIVED)) == "false"
    assert all_answers(told) == all_answers(reversed(told))
