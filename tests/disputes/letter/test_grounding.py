"""Tests of grounding: true sentences pass however they are written, and changed ones are caught."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.case import Rebuttal
from disputes.evidence import Evidence, build_fact, render
from disputes.evidence.kinds import ADVERSE
from disputes.letter import grounding, sentences
from disputes.money import Money
from tests.builders import TEMPLATES, a_claim, a_letter, everything
from tests.disputes.letter.mutations import mutate, mutate_emails

RECORDS = {product: everything(product) for product in ("physical", "digital", "service")}
LETTERS = [
    pytest.param(
        sentences.name_exhibit(rendered.text, ""),
        tuple(fact for fact in RECORDS[product].facts if fact.id in rendered.facts),
        id=f"{template.id}/{number}-{product}",
    )
    for topic in TEMPLATES.topics
    for template in topic.templates
    for number in range(len(template.phrasings))
    for product in template.products[:1]
    for rendered in sentences.render(template, RECORDS[product], phrasing=number)
]
FACTS = (
    build_fact("amount_paid", Money(amount=3_800, currency="usd"), "test"),
    build_fact("paid_at", "2026-03-14T21:12:05Z", "test"),
    build_fact("customer_name", "Zoë O'Brien-Ångström", "test"),
    build_fact("customer_email", "zoe@mail.example.com", "test"),
    build_fact("prior_payments", 3, "test"),
    build_fact("usage_count", 1_234, "test"),
    build_fact("tracking_number", "1Z999AA10123456784", "test"),
    build_fact("card", "Visa ending 4242", "test"),
    build_fact("three_d_secure", "authenticated, 2.2.0", "test"),
    build_fact("statement_descriptor", "ACME.COM", "test"),
    build_fact("device_id", "iPhone14", "test"),
    build_fact("delivery_signature", "张伟", "test"),
    build_fact("not_shipped", value=True, source="test"),
)
CITED = tuple(fact.id for fact in FACTS if fact.kind not in ADVERSE)


def problems(text, facts=FACTS, cited=CITED):
    letter = a_letter(a_claim(text).model_copy(update={"facts": tuple(cited)}))
    found = grounding.check(letter, Evidence(facts=tuple(facts)))
    return [violation.what for violation in found if not violation.undecidable]


@pytest.mark.parametrize(("text", "proof"), LETTERS)
def test_a_sentence_of_a_signed_template_is_grounded_in_its_facts(text, proof):
    assert problems(text, proof, [fact.id for fact in proof]) == []


@pytest.mark.parametrize(("text", "proof"), LETTERS)
def test_every_single_change_to_a_sentence_is_caught(text, proof):
    ids = [fact.id for fact in proof]
    changed = [mutant for mutant in (*mutate(text, proof), *mutate_emails(text)) if mutant != text]
    assert [mutant for mutant in changed if not problems(mutant, proof, ids)] == []


def test_the_changes_reach_every_figure_and_name():
    mutated = sum(len([*mutate(text.values[0], text.values[1])]) for text in LETTERS)
    assert mutated > 5 * len(LETTERS)


@pytest.mark.parametrize(
    "text",
    [
        "We received 38.00 USD.",
        "We received $38.00 from the customer.",
        "We received USD 38.",
        "We received $38 on 2026-03-14.",
        "Payment was made on March 14, 2026 at 9:12 pm.",
        "Payment was made on 14th March 2026, 21:12 UTC.",
        "Payment was made on Mar. 14 2026 at 21:12:05.",
        "The time of payment is 2026-03-14T21:12:05Z.",
        "It was paid on 14 March, in March 2026.",
        "It was paid in March, that is in 2026.",
        "We count 1,234 uses and three earlier payments.",
        "Zoë Ångström's purchase was signed for.",
        "ZOË O'BRIEN-ÅNGSTRÖM paid with the Visa card ending 4242.",
        "Our receipt went to ZOE@mail.example.com.",
        "The 3-D Secure check, also 3DS or 3D Secure, was passed (2.2.0); see Exhibit A.",
        "Statements show ACME.COM, and the device is iPhone14.",
        "张伟 signed.",
        "However, the goods carry 1z999aa10123456784.",
    ],
)
def test_a_true_sentence_passes_however_it_is_written(text):
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("We received 38.01 USD.", "38.01 USD"),
        ("We received 38.00 EUR.", "38.00 EUR"),
        ("We received €38.00.", "€38.00"),
        ("We received 38.00.", "38.00"),
        ("We received 38.00 usd.", "38.00"),
        ("We received 3,800 USD.", "3,800 USD"),
        ("It was paid on 14 April 2026.", "14 April 2026"),
        ("It was paid on 31 February 2026.", "31 February 2026"),
        ("It was paid on 15 March.", "15 March"),
        ("It was paid in April.", "the name April"),
        ("It was paid in April 2026.", "April 2026"),
        ("It was paid on 03/14/2026.", "03/14/2026"),
        ("It was paid in 2025.", "2025"),
        ("It was paid at 9:12 am.", "9:12 am"),
        ("It was paid at 9:12.", "9:12"),
        ("It was paid at 21:12 EST.", "21:12 EST"),
        ("It was paid at 21:12 IST.", "the name IST"),
        ("It was paid by Zoa Smith.", "the name Zoa"),
        ("Smith paid.", "the name Smith"),
        ("It is done. Smith paid.", "the name Smith"),
        ("The names are: Smith.", "the name Smith"),
        ("It was signed for by 王伟.", "the name 王伟"),
        ("They used an iPod.", "the name iPod"),
        ("They paid with a Mastercard.", "the name Mastercard"),
        ("They are at zoe@example.com.", "zoe@example.com"),
        ("There were four of them.", "four"),
        ("There were twenty-two of them.", "twenty-two"),
        ("There were a dozen payments.", "dozen"),
        ("There were hundreds of payments.", "hundreds"),
        ("There were 4 of them.", "4"),
        ("It carries 1Z999AA10123456785.", "1Z999AA10123456785"),
        ("It carries 1Z999AA10123456784-2.", "1Z999AA10123456784-2"),
        ("Read more at evil.com please.", "evil.com"),
        ("Ask mail.example.com about it.", "mail.example.com"),
    ],
)
def test_a_sentence_no_record_backs_is_caught(text, what):
    letter = a_letter(a_claim(text).model_copy(update={"facts": CITED}))
    found = grounding.check(letter, Evidence(facts=FACTS))
    # A number of things in words may be asked about, since what it counts may stand in no fact.
    told = [
        text[v.start : v.end] for v in found if v.undecidable or v.what == f"{what} stands in no fact that is cited"
    ]
    assert any(what.removeprefix("the name ") in words for words in told)


@pytest.mark.parametrize(
    "link", ["https://a.example/x", "HTTP://A.EXAMPLE", "www.a.example", "ftp://a", "WWW.A.EXAMPLE"]
)
def test_a_link_is_refused_even_where_a_fact_holds_it(link):
    fact = build_fact("product_description", link, "test")
    assert problems(f"See {link} for it.", [fact], [fact.id]) == ["a letter carries no link"]


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("clearly", "an opinion"),
        ("Obviously", "an opinion"),
        ("lawsuit", "legal advice"),
        ("guaranteed", "a promise"),
        ("scammer", "an insult"),
        ("police", "a threat"),
    ],
)
def test_a_letter_neither_threatens_nor_insults(word, says):
    assert f"a letter does not say {word!r}: it is {says}" in problems(f"This is {word} so.")


def test_a_word_of_a_fact_is_not_banned():
    fact = build_fact("product_description", "Police costume", "test")
    assert problems("Our records describe the purchase as Police costume.", [fact], [fact.id]) == []


def test_a_claim_cites_a_fact_that_is_there_and_speaks_for_us():
    assert problems("We received it.", cited=()) == ["the claim cites no fact"]
    assert problems("We received it.", cited=("moon",)) == ["there is no fact moon"]
    assert problems("We received it.", cited=("not_shipped",)) == [
        "not_shipped speaks against the merchant and is never filed"
    ]


def test_a_true_figure_is_wrong_where_its_fact_is_not_cited():
    assert problems("We received 38.00 USD.", cited=("customer_name",)) == ["38.00 USD stands in no fact that is cited"]


@pytest.mark.parametrize("text", ["", "  ", "...", "\u2014"])
def test_a_claim_without_words_says_nothing(text):
    assert problems(text) == ["the claim says nothing"]


def test_an_empty_letter_says_nothing():
    (violation,) = grounding.check(Rebuttal(), Evidence(facts=FACTS))
    assert violation.what == "the letter says nothing"


def test_a_day_or_small_number_said_twice_must_be_on_record_twice():
    facts = [
        build_fact("line_items", "2 x Mug; 1 x Card", "test"),
        build_fact("paid_at", "2026-03-14T21:12:05Z", "test"),
    ]
    ids = [fact.id for fact in facts]
    assert problems("The items are 2 x Mug and 1 x Card, paid on 14 March 2026.", facts, ids) == []
    assert problems("The items are 2 x Mug and 2 x Card.", facts, ids) == [
        "2 is said more often than the cited facts hold it"
    ]
    assert problems("It was paid from 14 March 2026 to 14 March 2026.", facts, ids) == [
        "14 March 2026 is said more often than the cited facts hold it"
    ]


def test_a_violation_has_its_place_in_the_text():
    letter = a_letter(a_claim("We received it.", "amount_paid"), a_claim("We received 39.00 USD.", "amount_paid"))
    (violation,) = grounding.check(letter, Evidence(facts=FACTS))
    assert (violation.claim, violation.start, violation.end) == (1, 12, 21)


@given(st.sampled_from(["customer_name", "product_description", "order_id", "line_items"]), st.text(max_size=40))
def test_no_text_breaks_the_check(kind, text):
    fact = build_fact(kind, text, "test")
    grounding.check(a_letter(a_claim(f"The record is: {text}.", fact.id)), Evidence(facts=(fact,)))
    grounding.check(a_letter(a_claim(text, fact.id)), Evidence(facts=FACTS))


@given(
    st.sampled_from(["order_id", "carrier", "customer_name", "product_description"]),
    st.text("ABCxyzäé0123456789 .,-'#/():$€", min_size=1, max_size=30),
)
def test_a_fact_quoted_whole_is_always_grounded(kind, text):
    fact = build_fact(kind, " ".join(text.split()) or "x", "test")
    assert problems(f"Our records give {fact.value} for the payment.", [fact], [fact.id]) == []


@given(st.integers(0, 10**9), st.sampled_from(["usd", "eur", "jpy", "kwd", "isk"]), st.integers(0, 10**9))
def test_only_the_amount_on_record_passes(amount, currency, other):
    fact = build_fact("amount_paid", Money(amount=amount, currency=currency), "test")
    stated = build_fact("amount_paid", Money(amount=other, currency=currency), "test")
    text = f"We received {render(stated)}."
    assert bool(problems(text, [fact], [fact.id])) == (amount != other)
