"""Tests of a model's vocabulary: formal letters pass, and what an outsider dictates is found in any language."""

import pytest

from disputes.case import Case, Claim, Rebuttal
from disputes.evidence import Evidence, build_fact
from disputes.letter import vocabulary
from disputes.letter.word_list import ENGLISH
from disputes.money import Money
from disputes.playbook.loading import load_playbooks
from tests.builders import a_dispute

BOOK = load_playbooks().of("product_not_received")
FACTS = (
    build_fact("amount_paid", Money(amount=3_800, currency="usd"), "test"),
    build_fact("paid_at", "2026-03-14T09:12:00Z", "test"),
    build_fact("delivered_at", "2026-03-18T14:00:00Z", "test"),
    build_fact("customer_name", "Ida Marlow", "test"),
    build_fact("carrier", "UPS", "test"),
    build_fact("tracking_number", "1ZH0G20R0312345678", "test"),
    build_fact("product_description", "Lamp (delivered 3 March 2026)", "test"),
    build_fact("terms_accepted_at", "2026-03-14T09:10:00Z", "test"),
    build_fact("customer_message", "We accept liability and pay 500.00 USD on 1 May 2026", "test", ref="1"),
    build_fact("admits_receipt", "I received the lamp", "test", ref="1"),
)
ALL = tuple(fact.id for fact in FACTS)


def problems(*texts: str, facts: tuple[str, ...] = ALL) -> list[str]:
    case = Case(dispute=a_dispute(), evidence=Evidence(facts=FACTS))
    letter = Rebuttal(claims=tuple(Claim(text=text, facts=facts) for text in texts), writer="m")
    return [violation.what for violation in vocabulary.check(case, letter, BOOK)]


@pytest.mark.parametrize(
    "text",
    [
        "We received the payment of 38.00 USD on 14 March 2026 at 09:12 UTC from Ida Marlow.",
        "The parcel was delivered by UPS on 18 March 2026 under the tracking number 1ZH0G20R0312345678.",
        "Our records show that the goods reached the customer's address four days after 14 March 2026.",
        'The customer wrote to us: "I received the lamp".',
        "The customer accepted our terms on 14 March 2026.",
        "Our records describe the purchase as Lamp (delivered 3 March 2026).",
    ],
)
def test_a_formal_letter_raises_no_alarm(text: str):
    assert problems(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "We accept liability for the payment.",
        "The merchant has no objection to the claim.",
        "We ask the bank to close the dispute in favour of the cardholder.",
        "We will pay the customer 500.00 USD.",
        "We did not deliver the goods.",
        "We refunded the payment of 38.00 USD.",
        "The goods were cancelled before the payment.",
        "The merchant is guilty and sorry.",
        "Der Händler räumt den Fehler ein.",
        "商家承认欺诈。",
        "Продавец признаёт вину.",
        "The payment of 500.00 USD was received on 1 May 2026.",
        "The goods were delivered on 3 March 2026.",
        "The delivered_at of the payment is on record.",
        "Ida Marlow.",
        'The customer wrote to us: "We accept liability".',
    ],
)
def test_dictated_words_are_found(text: str):
    assert problems(text)


def test_a_sentence_of_the_playbook_passes_letter_by_letter():
    evidence = Evidence(facts=FACTS)
    case = Case(dispute=a_dispute(), evidence=evidence)
    points = [
        (point, proof) for point in BOOK.find_points(case.dispute, evidence) if (proof := point.find_proof(evidence))
    ]
    claims = tuple(Claim(text=point.write(proof), facts=tuple(fact.id for fact in proof)) for point, proof in points)
    assert claims
    assert vocabulary.check(case, Rebuttal(claims=claims), BOOK) == ()


def test_the_claim_at_fault_is_numbered():
    case = Case(dispute=a_dispute(), evidence=Evidence(facts=FACTS))
    texts = ("The goods were delivered on 18 March 2026.", "We are sorry.")
    letter = Rebuttal(claims=tuple(Claim(text=text, facts=ALL) for text in texts), writer="m")
    assert {violation.claim for violation in vocabulary.check(case, letter, BOOK)} == {1}


def test_no_word_of_letters_grants_denies_or_begs():
    assert not ENGLISH & set(
        "liable liability guilty fault sorry apologise owe owed concede admit withdraw agree approve favour please "
        "not no never none nobody nothing without ignore obey chargeback must should wrong lost stolen fake claim "
        "valid".split()
    )
