"""Tests of how a letter writes values: days, distances, counts with their nouns, cards and lists."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.evidence import Evidence, build_fact
from disputes.letter import sentences, values
from disputes.letter.templates import Template
from disputes.money import Money
from tests.builders import on_record


def a_time(text, kind="delivered_at"):
    return build_fact(kind, text, "test")


def distance(start, end):
    return values.write_distance(a_time(start, "paid_at"), a_time(end))


@pytest.mark.parametrize(
    ("start", "end", "told"),
    [
        ("2026-03-14T09:00:00Z", "2026-03-14T18:00:00Z", "on the same day as"),
        ("2026-03-14T23:30:00Z", "2026-03-15T00:10:00Z", "on the day after"),
        ("2026-03-14T09:00:00Z", "2026-03-16T09:00:00Z", "two days after"),
        ("2026-03-14T09:00:00Z", "2026-03-26T09:00:00Z", "twelve days after"),
        ("2026-03-14T09:00:00Z", "2026-03-27T09:00:00Z", "13 days after"),
        ("2026-01-01T09:00:00Z", "2026-03-02T09:00:00Z", "60 days after"),
        ("2026-01-01T09:00:00Z", "2026-03-03T09:00:00Z", "two months after"),
        ("2026-01-31T09:00:00Z", "2026-04-30T09:00:00Z", "two months after"),
        ("2025-01-31T09:00:00Z", "2026-05-31T09:00:00Z", "16 months after"),
    ],
)
def test_a_time_after_another_is_told_as_days_or_months(start, end, told):
    assert distance(start, end) == told


@pytest.mark.parametrize("end", ["2026-03-14T08:59:00Z", "2026-03-13T23:00:00Z"])
def test_a_time_before_the_other_is_not_told_as_after_it(end):
    told = distance("2026-03-14T09:00:00Z", end)
    assert told is None or "after" not in told
    record = Evidence(facts=(a_time("2026-03-14T09:00:00Z", "paid_at"), a_time(end)))
    template = Template(
        name="t", version=1, topic="t", phrasings=("It [came](delivered_at)<, {paid_at..delivered_at} the payment>.",)
    )
    (sentence,) = sentences.render(template, record, phrasing=0)
    assert "after" not in sentence.text


@given(st.datetimes(), st.datetimes())
def test_what_is_told_of_two_times_is_right_in_days(start, end):
    told = values.write_distance(a_time(f"{start.isoformat()}Z", "paid_at"), a_time(f"{end.isoformat()}Z"))
    days = (end.date() - start.date()).days
    if told is not None and "after" in told:
        assert days > 0
    if told == "on the same day as":
        assert days == 0


@pytest.mark.parametrize(
    ("number", "wanted", "told"),
    [
        (1, "payment/payments", "one payment"),
        (2, "payment/payments", "two payments"),
        (12, "payment/payments", "twelve payments"),
        (13, "payment/payments", "13 payments"),
        (1_234, "use/uses", "1,234 uses"),
        (3, "", "three"),
    ],
)
def test_a_count_agrees_with_its_noun(number, wanted, told):
    assert values.write([build_fact("usage_count", number, "test")], wanted) == told


@pytest.mark.parametrize(
    ("kind", "value", "wanted", "told"),
    [
        ("card", "Visa ending 4242", "card", "Visa card ending 4242"),
        ("card", "my own card", "card", 'card "my own card"'),
        ("amount_paid", Money(amount=4_200, currency="jpy"), "", "4,200 JPY"),
        ("amount_paid", Money(amount=123_456, currency="usd"), "", "1,234.56 USD"),
        ("delivered_at", "2026-03-14T23:30:00Z", "day", "14 March 2026"),
        ("carrier", "UPS", "", "UPS"),
        ("carrier", "Speedy Steve", "", '"Speedy Steve"'),
        ("tracking_number", "1Z999AA10123456784", "", "1Z999AA10123456784"),
        ("order_id", "A-1042", "", "A-1042"),
        ("order_id", "refund me 1", "", '"refund me 1"'),
        ("customer_name", "Zoe Quill", "", '"Zoe Quill"'),
    ],
)
def test_each_kind_is_written_its_own_way(kind, value, wanted, told):
    assert values.write([build_fact(kind, value, "test")], wanted) == told


@pytest.mark.parametrize(
    ("listed", "told"), [((), ""), (("A",), "A"), (("A", "B"), "A and B"), (("A", "B", "C"), "A, B and C")]
)
def test_several_values_are_a_list(listed, told):
    assert values.join(listed) == told


def test_a_value_that_several_share_is_written_once():
    days = [a_time("2026-03-14T09:00:00Z"), a_time("2026-03-14T18:00:00Z")]
    assert values.write(days, "day") == "14 March 2026"


def test_a_flag_has_no_value_to_write():
    (flag,) = on_record("used_after_charge").facts
    assert values.write([flag], "") is None
    assert values.write([], "") is None
