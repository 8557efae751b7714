"""Tests that a hostile claim is read in time proportional to its length."""

import pytest

from disputes.evidence import Evidence, build_fact
from disputes.letter import grounding
from tests.builders import a_claim, a_letter
from tests.work import assert_proportional

LONG = 20_000
FACTS = (
    build_fact("paid_at", "2026-03-15T02:12:05Z", "t"),
    build_fact("refund_policy", "There are no refunds here.", "t"),
)
HOSTILE = (
    "not delivered |no |was delivered |two payments and |3 days after |14 March 2026 at 9:12 pm EST |Exhibit A to |"
    "Exhibit A, B and |twenty-two |refund not other |Zoe Smith |a b c d |two earlier |within 3 days after a |sue |"
    "address check |shipping address billing |total 7.00 USD |\u200b|1\u200b|a\u0301|\ufdfa|one and |"
    'hundred and |1 to 2 |the cardholder says not |before the payment |customer wrote "a |every parcel |'
    "full refund of |"
    "we ask the issuer to let it |the claim that |signed by A. B. |may be |1Z 999 |3 x 12.00 = |26 hours and 15 "
    "minutes |the issuer may |contrary to the |he then |Visa code 13.1 (|order A-1 |paid by A. |not quite a |no. "
)


@pytest.mark.parametrize("unit", HOSTILE.split("|"))
def test_a_hostile_claim_is_checked_to_its_end(unit):
    def check(text):
        letter = a_letter(a_claim(text, *(fact.id for fact in FACTS)))
        violations = grounding.check(letter, Evidence(facts=FACTS))
        assert any(each.what.startswith("7.99 EUR") and each.end == len(text) for each in violations)

    check(f"{unit} 7.99 EUR")  # patterns are compiled once
    assert_proportional(check, unit, " 7.99 EUR")
    check(f"{unit * (LONG // len(unit))} 7.99 EUR")
