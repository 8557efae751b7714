"""Tests of amounts and days that are written for the right event."""

import pytest

from disputes.evidence import Evidence, build_fact
from disputes.letter import grounding
from disputes.money import Money
from tests.builders import a_claim, a_letter

FACTS = (
    build_fact("amount_paid", Money(amount=3_800, currency="usd"), "t"),
    build_fact("refund_amount", Money(amount=1_000, currency="usd"), "t"),
    build_fact("paid_at", "2026-03-14T21:12:05Z", "t"),
    build_fact("delivered_at", "2026-03-18T10:00:00Z", "t"),
)


def problems(text):
    letter = a_letter(a_claim(text, *(fact.id for fact in FACTS)))
    return [violation.what for violation in grounding.check(letter, Evidence(facts=FACTS))]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("We refunded 38.00 USD.", "38.00 USD is written for 'refunded', of which refund_amount says 10.00 USD"),
        (
            "It was delivered on 14 March 2026.",
            "14 March 2026 is written for 'delivered', of which delivered_at says 18 March 2026 at 10:00 UTC",
        ),
    ],
)
def test_a_true_figure_of_another_event_is_caught(text, what):
    assert problems(text) == [what]


@pytest.mark.parametrize(
    "text",
    ["We refunded 10.00 USD of the 38.00 USD.", "It was delivered on 18 March 2026, and paid on 14 March 2026."],
)
def test_a_figure_of_its_own_event_passes(text):
    assert problems(text) == []
