"""Tests of grounding's rules: derived values, statements, denials, names and disguised text."""

import pytest

from disputes.evidence import Evidence, build_fact
from disputes.evidence.kinds import KINDS
from disputes.letter import banned_words, grounding
from disputes.letter.grounding import statements
from disputes.money import Money
from tests.builders import a_claim, a_letter

FACTS = {
    fact.id: fact
    for fact in (
        build_fact("amount_paid", Money(amount=3_800, currency="usd"), "stripe"),
        build_fact("other_amount", Money(amount=4_200, currency="usd"), "stripe"),
        build_fact("paid_at", "2026-03-15T02:12:05Z", "stripe"),
        build_fact("delivered_at", "2026-03-18T22:00:00Z", "carrier"),
        build_fact("dispute_opened_at", "2027-05-20T08:00:00Z", "stripe"),
        build_fact("customer_name", "Zo\u00eb Smith", "stripe"),
        build_fact("delivery_signature", "Ada Brandt", "carrier"),
        build_fact("tracking_number", "1Z999AA10123456784", "carrier"),
        build_fact("prior_payments", 3, "stripe"),
        build_fact("subscription_status", "active", "stripe"),
        build_fact("refund_policy", "There are no refunds on opened goods after 30 days.", "policy"),
        build_fact("customer_message", "It came, thanks. I never asked for the blue one.", "desk", ref="1"),
        build_fact("customer_message", "All good.", "desk", ref="2"),
        build_fact("separate_orders", value=True, source="shop"),
    )
}


def problems(text, *cited, beside=(), exhibits=None):
    record = Evidence(facts=(*FACTS.values(), *beside))
    letter = a_letter(a_claim(text, *cited))
    return [violation.what for violation in grounding.check(letter, record, exhibits=exhibits)]


def a_fact_of(kind, value="text", source="other"):
    return build_fact(kind, value, source)


@pytest.mark.parametrize(
    ("right", "wrong", "cited"),
    [
        ("Paid on 14 March 2026 at 9:12 pm EST.", "Paid on 14 March 2026 at 9:12 pm CST.", "paid_at"),
        ("Paid on 2026-03-15T04:12:05+02:00.", "Paid on 2026-03-15T04:12:05+03:00.", "paid_at"),
        ("Paid at 03:12 CET on 15 March 2026.", "Paid at 03:12 CET on 14 March 2026.", "paid_at"),
        ("Paid at 02:12 UTC.", "Paid at 02:12 CET.", "paid_at"),
        ("Paid on Sunday, 15 March 2026.", "Paid on Monday, 15 March 2026.", "paid_at"),
        ("Paid on 15 March 2026 at 02:12.", "Paid on 15 March 2026 at 22:00.", "paid_at delivered_at"),
        ("A total of 80.00 USD was paid.", "A total of 76.00 USD was paid.", "amount_paid other_amount"),
        ("They differ by 4.00 USD.", "They differ by 5.00 USD.", "amount_paid other_amount"),
        ("They paid 80.00 USD in total.", "They paid 80.00 USD.", "amount_paid other_amount"),
        (
            "We have 38.00 USD and 42.00 USD, a total of 80.00 USD.",
            "We have 38.00 USD, 42.00 USD and 4.00 USD, a total of 42.00 USD, which differ.",
            "amount_paid other_amount",
        ),
        (
            "It was delivered three days after payment.",
            "It was delivered four days after payment.",
            "paid_at delivered_at",
        ),
        ("Delivery was made 3 days later.", "Delivery was made 3 days earlier.", "paid_at delivered_at"),
        ("It was paid three days before delivery.", "It was paid three days after delivery.", "paid_at delivered_at"),
        (
            "Delivery took place within 4 days of payment.",
            "Delivery took place within 14 days of payment.",
            "paid_at delivered_at",
        ),
        (
            "Over 14 months passed until the dispute.",
            "Over 13 months passed until the dispute.",
            "paid_at dispute_opened_at",
        ),
        ("For 14 months nothing", "For 15 months nothing", "paid_at dispute_opened_at"),
        ("Two messages came.", "Three messages came.", "customer_message:1 customer_message:2"),
        ("There are three earlier payments.", "There is one earlier payment.", "prior_payments"),
        ("Refunds end after 30 days.", "Refunds end after 31 days.", "refund_policy"),
    ],
)
def test_what_is_worked_out_must_come_out_right(right, wrong, cited):
    absent = {"'nothing' is an absence, and no fact that is cited says so"}
    assert set(problems(right, *cited.split())) <= absent
    assert set(problems(wrong, *cited.split())) - absent


@pytest.mark.parametrize("text", ["It came yesterday.", "It came two weeks ago.", "It came within 2 business days."])
def test_a_time_that_no_fact_can_hold_is_caught(text):
    assert problems(text, "paid_at", "delivered_at")


@pytest.mark.parametrize(
    ("text", "cited", "beside"),
    [
        ("The goods were delivered on 18 March 2026.", "delivered_at", a_fact_of("delivery_failed")),
        ("The goods were shipped.", "tracking_number", a_fact_of("not_shipped", value=True)),
        ("No refund was made.", "amount_paid", a_fact_of("refund_amount", Money(amount=100, currency="usd"))),
        ("The payment was never refunded.", "amount_paid", a_fact_of("refund_reference", "R1")),
        ("A refund was not requested.", "customer_message:2", a_fact_of("refund_requested", value=True)),
        ("The account was never used.", "customer_name", a_fact_of("usage_count", 4)),
        (
            "The subscription was not cancelled.",
            "subscription_status",
            a_fact_of("canceled_at", "2026-03-01T00:00:00Z"),
        ),
        ("The subscription is active.", "subscription_status", a_fact_of("canceled_at", "2026-03-01T00:00:00Z")),
        ("There was no other payment.", "amount_paid", a_fact_of("other_charge_id", "ch_2")),
        ("The customer didn't contact us.", "customer_name", a_fact_of("reports_fault")),
        ("The two orders are separate.", "separate_orders", a_fact_of("same_order_twice")),
        ("The fraud check was passed.", "customer_name", a_fact_of("fraud_rejected")),
    ],
)
def test_what_another_fact_contradicts_is_caught_and_that_fact_named(text, cited, beside):
    record = Evidence(facts=(FACTS[cited], beside))
    violations = grounding.check(a_letter(a_claim(text, cited)), record)
    assert any(f"is contradicted by {beside.id}" in violation.what for violation in violations)


def test_both_facts_are_named():
    failed = a_fact_of("delivery_failed", "return to sender")
    assert problems("The parcel was delivered.", "delivered_at", beside=(failed,)) == [
        "'was delivered' (delivered_at) is contradicted by delivery_failed: the carrier could not deliver"
    ]


def test_what_two_systems_contradict_each_other_on_is_left_to_a_reviewer():
    other = build_fact("delivered_at", "2026-03-25T10:00:00Z", "shop", ref="shop")
    letter = a_letter(a_claim("The parcel was delivered on 18 March 2026.", "delivered_at"))
    (violation,) = grounding.check(letter, Evidence(facts=(*FACTS.values(), other)))
    assert violation.undecided
    assert violation.what.startswith(
        "delivered_at and delivered_at:shop contradict each other: Delivered: carrier says"
    )


@pytest.mark.parametrize(
    "text",
    [
        "No cancellation was requested.",
        "The customer never contacted us.",
        "Nothing was returned.",
        "The customer did not ask for help.",
        "Our message went unanswered.",
        "This is the only payment.",
        "It came without damage.",
        "The customer hasn't complained.",
    ],
)
def test_an_absence_needs_a_fact_that_says_so(text):
    assert problems(text, "amount_paid")


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("The subscription was not cancelled.", "subscription_status"),
        ("Our policy gives no refunds on opened goods.", "refund_policy"),
        ('The customer wrote: "I never asked for the blue one."', "customer_message:1"),
        ("The payments are not for the same order.", "separate_orders"),
        ("It was paid not only once and no later than 15 March 2026.", "paid_at"),
    ],
)
def test_an_absence_that_a_fact_states_may_be_written(text, cited):
    assert problems(text, cited) == []


@pytest.mark.parametrize(
    "text",
    ["The goods were delivered.", "The customer received the goods.", "We refunded the payment.", "It was signed for.",
     "The customer accepted our terms.", "The account was last used.", "The customer admitted the purchase."],
)  # fmt: skip
def test_a_statement_needs_a_fact_that_backs_it(text):
    assert any("no fact that is cited says" in what for what in problems(text, "amount_paid"))


@pytest.mark.parametrize(
    "text",
    [
        "We received \uff13\uff19.00 USD.",
        "We received \u0663\u0669.00 USD.",
        "We received 3\u200b8.00 USD.",
        "We received 38.00\u00ad USD.",
        "We received -38.00 USD.",
        "We received \u221238.00 USD.",
        "We received minus 38.00 USD.",
        "We received 38%.",
        "We received thirty-eight percent.",
        "We received \u00bd of 38.00 USD.",
        "We received \u2168 payments.",
        "We received payment iv.",
        "We received the 38th.",
        "We received 30 to 38.00 USD.",
        "We received 38.00-39.00 USD.",
        "We received \u4e09.",
        "We received it on the third day.",
        "We received half of 38.00 USD.",
        "It came from Zo\u0451 Smith.",
        "It came from Zo\u00eb Sm\u0456th.",
        "It came from the sm\u0456th.",
    ],
)
def test_a_figure_or_name_in_disguise_is_caught(text):
    assert problems(text, "amount_paid", "customer_name")


@pytest.mark.parametrize(
    "text", ["We received \uff13\uff18.00 USD.", "We received \u0663\u0668.00 USD.", "Zoe\u0308 Smith paid."]
)
def test_the_right_figure_or_name_passes_however_its_letters_are_coded(text):
    assert problems(text, "amount_paid", "customer_name") == []


@pytest.mark.parametrize(
    "word",
    ["gu\u0430rantee", "guar\u00e4nteed", "GUARANTEES", "\uff47uarantee", "gua\u200brantee", "g u a r a n t e e",
     "l-i-a-r", "legal\u00a0action", "we\u2019ll"],
)  # fmt: skip
def test_no_spelling_hides_a_banned_word(word):
    assert problems(f"So we say {word} here.", "amount_paid")


def test_every_word_of_the_list_is_caught_in_each_group():
    for group in banned_words.load().values():
        for word in group.words:
            spelling = word.replace("*", "")
            assert any(f"it is {group.label}" in what for what in problems(f"So {spelling} it.", "amount_paid")), word


def test_every_statement_names_kinds_there_are():
    named = {kind for each in statements.load() for kind in (*each.backed, *each.against, *each.denied, *each.proves)}
    assert named <= set(KINDS)


def test_a_name_put_together_of_two_facts_is_caught():
    found = problems("It was paid by Zo\u00eb Brandt.", "customer_name", "delivery_signature")
    assert "the name Zo\u00eb Brandt stands in no single fact" in found


@pytest.mark.parametrize(
    "text",
    [
        "See Exhibit C.",
        "See exhibits A to C.",
        "See Exhibits A, B and C.",
        "See Exhibit 3.",
        "See Exhibit AA.",
        "(exhibit c)",
    ],
)
def test_an_exhibit_that_is_not_in_the_packet_is_caught(text):
    assert any(
        what.endswith("in the packet") for what in problems(text, "amount_paid", exhibits={"Exhibit A", "Exhibit B"})
    )


def test_exhibits_of_the_packet_may_be_named_and_any_while_none_is_known():
    assert problems("See Exhibits A and B.", "amount_paid", exhibits={"Exhibit A", "Exhibit B"}) == []
    assert problems("See Exhibit Q.", "amount_paid") == []
    assert problems("See Exhibit A.", "amount_paid", exhibits=()) == ["there is no Exhibit A in the packet"]


def test_a_violation_has_its_place_in_the_text_as_written_not_folded():
    text = "\uff37e\u0308 received \uff13\uff19.00 USD."
    violations = grounding.check(a_letter(a_claim(text, "amount_paid")), Evidence(facts=tuple(FACTS.values())))
    assert "\uff13\uff19.00 USD" in [text[violation.start : violation.end] for violation in violations]
