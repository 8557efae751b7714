"""The packet of an appeal: one text and its files."""

import pytest

from disputes import packet
from disputes.case import Case, Claim, Verdict
from disputes.packet import assembly
from disputes.review import verdict
from tests.builders import BOOKS, a_claim, a_dispute, a_letter, everything

PLAYBOOK = BOOKS.of("product_not_received")


def an_appeal(**changes):
    dispute = a_dispute(**{"status": "appeal_needs_response", **changes})
    case = Case(dispute=dispute, evidence=everything(), rebuttal=a_letter())
    return case.model_copy(update={"packet": assembly.build(case, a_letter(), PLAYBOOK)})


def problems(case, **fields):
    return verdict.check(case, Verdict(decision="edit" if fields else "approve", fields=fields))


def test_its_reason_is_the_letter_and_no_ordinary_field_goes_with_it():
    drafted = an_appeal().packet
    ordinary = packet.build(a_dispute(), everything(), a_letter(), PLAYBOOK)
    assert set(drafted.fields) == {packet.LETTER}
    (head, *said), (own_head, *own) = (each.fields[packet.LETTER].split("\n\n") for each in (ordinary, drafted))
    assert said == own
    assert head != own_head
    assert drafted.sheets == ordinary.sheets


def test_what_was_answered_before_takes_no_exhibit_away():
    answered = {"receipt": "file_1", "shipping_documentation": "file_2", "uncategorized_text": "By hand."}
    assert an_appeal(evidence=answered).packet == an_appeal().packet


def test_what_was_answered_before_does_not_count_against_its_length():
    answered = dict.fromkeys(("access_activity_log", "product_description", "cancellation_rebuttal"), "x" * 60_000)
    assert problems(an_appeal(evidence=answered)) == ()


def test_an_edited_letter_becomes_its_reason():
    claim = a_claim("We received 1,234.56 USD.")
    edited = verdict.apply(an_appeal(), Verdict(decision="edit", letter=(claim,))).packet
    assert edited
    assert set(edited.fields) == {packet.LETTER}
    assert claim.text in edited.fields[packet.LETTER]


def test_a_field_that_stripe_would_not_take_is_said_and_not_dropped():
    reasons = problems(an_appeal(), customer_name="Ada")
    assert reasons == ("An appeal has one text, uncategorized_text; Stripe takes no other field.",)
    assert problems(an_appeal(status="needs_response"), customer_name="Ada") == ()
    assert problems(an_appeal(), service_date="") == ()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("  ", "says nothing"), ("x" * 5_001, "may hold 5000"), ("See www.example.com", "do not open links")],
)
def test_a_text_that_would_not_be_taken_is_a_problem(text, sentence):
    (why,) = problems(an_appeal(), uncategorized_text=text)
    assert sentence in why
    assert problems(an_appeal(), uncategorized_text="x" * 5_000) == ()


def test_a_drafted_appeal_can_be_approved_as_it_is():
    case = an_appeal()
    assert verdict.check(case, Verdict(decision="approve")) == ()
    assert verdict.apply(case, Verdict(decision="approve")).packet == case.packet


def test_an_edited_appeal_still_rests_on_facts():
    invented = Claim(text="We refunded 12.00 USD.", facts=())
    assert verdict.check(an_appeal(), Verdict(decision="edit", letter=(invented,)))
