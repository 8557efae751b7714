"""The packet: fields, the letter, and what Stripe pre-filled."""

import pytest

from disputes import packet
from disputes.dispute import FILE_FIELDS
from disputes.evidence import Evidence, build_fact
from disputes.evidence.kinds import ADVERSE
from disputes.packet import preflight
from disputes.playbook import TEXT_FIELDS
from tests.builders import AUTHOR, BOOKS, a_claim, a_dispute, a_full_case, a_letter, everything, on_record, sample

RECEIVED = BOOKS.of("product_not_received")
SAMPLE_ADDRESS = "12 Main St\nApt 4\nNew York, NY, 10001, US"


def built(evidence=None, *, playbook=RECEIVED, letter=None, **changes):
    return packet.build(a_dispute(**changes), evidence or everything(), letter or a_letter(), playbook)


def test_each_fact_goes_to_its_own_field():
    fields = built().fields
    expected = {
        "customer_name": "Zoë O'Brien-Ångström",
        "customer_purchase_ip": "203.0.113.7",
        "shipping_tracking_number": "1Z999AA10123456784",
        "shipping_carrier": "UPS",
        "shipping_address": SAMPLE_ADDRESS,
        "product_description": "Blue Ridge tent, 2 persons (SKU 88-1), 149.00 EUR",
    }
    assert expected.items() <= fields.items()


@pytest.mark.parametrize("status", ["needs_response", "warning_needs_response", "appeal_needs_response"])
def test_the_head_of_a_letter_says_what_it_answers_and_holds_no_id_that_no_bank_knows(status):
    letter = built(status=status).fields["uncategorized_text"]
    head, _, rest = letter.partition("\n\n")
    assert head.endswith("38.00 USD")
    assert rest.startswith("We received a payment of 1,234.56 USD.")
    assert "du_1" not in letter


def test_sentences_of_one_paragraph_stand_together():
    numbered = (("a", 1), ("b", 1), ("c", 2))
    said = [a_claim(f"Sentence {word}.").model_copy(update={"paragraph": number}) for word, number in numbered]
    letter = built(letter=a_letter(*said, a_claim("Alone."), a_claim("Beside."))).fields["uncategorized_text"]
    assert letter.split("\n\n")[1:5] == ["Sentence a. Sentence b.", "Sentence c.", "Alone.", "Beside."]


def test_the_letter_names_the_claims_and_the_exhibits():
    made = built()
    letter = made.fields["uncategorized_text"]
    assert made.sheets
    for sheet in made.sheets:
        assert f"{sheet.mark}: {sheet.title}" in letter


@pytest.mark.parametrize("reason", BOOKS.by_reason)
@pytest.mark.parametrize("product", ["physical", "digital", "service"])
def test_every_packet_fits_stripe(reason, product):
    made = built(everything(product), playbook=BOOKS.of(reason), reason=reason)
    assert preflight.check(made, a_dispute()) == ()
    assert set(made.fields) <= TEXT_FIELDS
    assert {sheet.field for sheet in made.sheets} <= FILE_FIELDS


def test_a_sentence_goes_to_the_fields_that_its_topic_names_without_the_exhibit():
    claims = AUTHOR.plan(a_full_case(product="digital")).claims
    fields = built(everything("digital"), letter=a_letter(*claims)).fields
    used = [claim.text for claim in claims if "access_activity_log" in claim.fields]
    assert used
    bare = packet.forget_marks(claims, built(everything("digital")).sheets, ())
    assert fields["access_activity_log"] == " ".join(c.text for c in bare if "access_activity_log" in c.fields)
    assert "(Exhibit" not in fields["access_activity_log"]
    physical = AUTHOR.plan(a_full_case()).claims
    assert "access_activity_log" not in built(letter=a_letter(*physical)).fields


def test_an_exhibit_that_is_left_out_is_named_by_no_claim():
    named = (a_claim("It came (Exhibit A)."), a_claim("It was used (Exhibit B)."), a_claim("It is (Exhibit Q)."))
    planned = built().sheets
    kept = packet.forget_marks(named, planned, planned[:1])
    assert [claim.text for claim in kept] == ["It came (Exhibit A).", "It was used.", "It is (Exhibit Q)."]
    assert packet.forget_marks(named[:1], planned, planned) == named[:1]


def test_what_stripe_filled_in_is_left_as_it_is():
    made = packet.build(
        a_dispute(evidence={"customer_name": "From Stripe"}),
        everything(),
        a_letter(),
        RECEIVED,
        prefilled=("customer_name", "receipt"),
    )
    assert "customer_name" not in made.fields
    assert "receipt" not in {sheet.field for sheet in made.sheets}
    assert "uncategorized_text" in made.fields


def test_an_exhibit_holds_its_own_facts_and_is_left_out_without_them():
    for sheet in built().sheets:
        exhibit = next(e for e in RECEIVED.exhibits if e.field == sheet.field)
        assert len(sheet.rows) <= len(exhibit.rows)
        assert sheet.rows
    assert built(on_record("amount_paid")).sheets == ()


def test_exhibits_are_marked_in_order():
    assert [sheet.mark[-1] for sheet in built().sheets] == list("ABCDEFG"[: len(built().sheets)])


def test_a_fact_against_us_is_nowhere_in_a_packet():
    against = Evidence(facts=tuple(sample(kind) for kind in ADVERSE if kind != "canceled_before_charge"))
    hidden = build_fact("refund_before_dispute", "a secret refund", "test")
    # Messages are shown only while nothing in them speaks against us.
    silent = Evidence(facts=tuple(fact for fact in everything().facts if "message" not in fact.kind))
    hostile = silent.plus(Evidence(facts=(hidden,))).plus(against)
    assert built(hostile) == built(silent)


def test_a_hurting_fact_of_a_helping_kind_is_not_filed():
    shown = build_fact("customer_name", "Not Us", "test").model_copy(update={"bearing": "hurts"})
    made = built(Evidence(facts=(shown,)).plus(on_record("amount_paid paid_at")))
    assert "Not Us" not in made.model_dump_json()


def test_a_long_fact_is_cut_to_its_field():
    made = built(Evidence(facts=(build_fact("customer_name", "x" * 9_000, "test"),)))
    assert len(made.fields["customer_name"]) == 5_000


def test_long_fields_are_the_eight_of_the_reference():
    assert len([field for field in TEXT_FIELDS if packet.max_characters(field) == 20_000]) == 8


def test_a_reviewer_lays_fields_and_letter_over_the_packet():
    made = built()
    changed = packet.amend(made, a_dispute(), (a_claim("We add this."),), {"customer_name": "Zoe", "service_date": ""})
    assert changed.fields["customer_name"] == "Zoe"
    assert changed.fields["service_date"] == ""
    assert "We add this." in changed.fields["uncategorized_text"]
    assert "1,234.56" not in changed.fields["uncategorized_text"]
    assert changed.sheets == made.sheets
    assert all(f"{sheet.mark}: {sheet.title}" in changed.fields["uncategorized_text"] for sheet in made.sheets)


def test_fields_alone_leave_the_letter():
    made = built()
    changed = packet.amend(made, a_dispute(), None, {"customer_name": "Zoe"})
    assert changed.fields["uncategorized_text"] == made.fields["uncategorized_text"]


def test_what_we_staged_ourselves_is_drawn_anew():
    dispute = a_dispute()
    fresh = packet.build(dispute, everything(), a_letter(), BOOKS.of(dispute.reason))
    stored = {**fresh.fields, **{sheet.field: "file_1" for sheet in fresh.sheets}}
    staged = dispute.model_copy(update={"evidence": stored})
    assert packet.build(staged, everything(), a_letter(), BOOKS.of(dispute.reason)) == fresh
