"""Tests of facts and of joining evidence."""

from datetime import UTC, datetime, timedelta, timezone

from disputes import evidence
from disputes.evidence import Evidence, build_fact, render
from disputes.money import Money
from tests.builders import a_gap


def test_a_time_is_stored_in_utc_and_shown_in_words():
    east = datetime(2026, 3, 14, 10, 12, tzinfo=timezone(timedelta(hours=1)))
    fact = build_fact("paid_at", east, "test")
    assert fact.value == "2026-03-14T09:12:00Z"
    assert evidence.read_time(fact) == datetime(2026, 3, 14, 9, 12, tzinfo=UTC)
    assert render(fact) == "14 March 2026 at 09:12 UTC"


def test_each_form_of_fact_is_shown_as_people_write_it():
    assert render(build_fact("amount_paid", Money(amount=3_800, currency="usd"), "t")) == "38.00 USD"
    assert render(build_fact("used_after_charge", value=True, source="t")) == "yes"
    assert render(build_fact("usage_count", 3, "t")) == "3"
    assert render(build_fact("customer_name", "Zoë", "t")) == "Zoë"


def test_an_adverse_kind_hurts_and_others_help():
    assert build_fact("not_shipped", value=True, source="t").bearing == "hurts"
    assert build_fact("shipped_at", "2026-03-14T09:12:00Z", "t").bearing == "helps"


def test_facts_of_one_kind_have_different_ids_by_their_reference():
    two = Evidence(
        facts=(build_fact("refund_amount", 1, "t", ref="re_1"), build_fact("refund_amount", 2, "t", ref="re_2"))
    )
    assert [fact.id for fact in two.of("refund_amount")] == ["refund_amount:re_1", "refund_amount:re_2"]
    first, second = two.find("refund_amount:re_1"), two.find("refund_amount:re_2")
    assert (first and first.value, second and second.value) == (1, 2)
    assert [refund.name for refund in two.entities("refund")] == ["refund:re_1", "refund:re_2"]
    assert two.sole("refund_amount") is None
    assert two.find("refund_amount") is None


def test_the_fact_found_first_stays_and_so_does_every_gap():
    ours = Evidence(facts=(build_fact("carrier", "UPS", "a"),), gaps=(a_gap("a"),))
    theirs = Evidence(facts=(build_fact("carrier", "DHL", "b"), build_fact("card", "Visa", "b")), gaps=(a_gap("b"),))
    joined = ours.plus(theirs)
    assert [fact.value for fact in joined.facts] == ["UPS", "Visa"]
    assert [gap.name for gap in joined.gaps] == ["a", "b"]


def test_evidence_is_the_same_after_json():
    original = Evidence(
        facts=(build_fact("amount_paid", Money(amount=1, currency="usd"), "t"), build_fact("usage_count", 3, "t"))
    )
    assert Evidence.model_validate_json(original.model_dump_json()) == original
