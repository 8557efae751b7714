"""Tests of offers of ours that a customer refused."""

from datetime import UTC, datetime, timedelta

import pytest

from disputes.evidence import Evidence, build_fact
from disputes.evidence.conclusions import conclude

AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
OFFER = "We can send you a replacement at no charge."
REFUSAL = "I don't want a replacement. I want to keep it."


def told(kind, text, ref, days):
    return build_fact(kind, text, f"desk:{ref}", ref=ref).model_copy(update={"at": AT + timedelta(days=days)})


def refused(*messages):
    return [fact.value for fact in conclude(Evidence(facts=messages)).of("declines_offer")]


def test_a_customer_who_refuses_what_we_offered_is_quoted_word_for_word():
    messages = told("merchant_message", OFFER, "1", 0), told("customer_message", REFUSAL, "2", 1)
    assert refused(*messages) == ["I don't want a replacement."]


@pytest.mark.parametrize("days", [None, 2], ids=["no offer", "offer after it"])
def test_nothing_is_refused_that_was_not_offered_before(days):
    offers = [] if days is None else [told("merchant_message", OFFER, "1", days)]
    assert refused(*offers, told("customer_message", REFUSAL, "2", 1)) == []
