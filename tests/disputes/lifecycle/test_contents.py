"""What Stripe holds for the bank, in which fields it differs from what we sent, and what of it is recorded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.case import Packet
from disputes.dispute import Appeal
from disputes.lifecycle import arrival
from disputes.packet import LETTER
from tests.builders import a_dispute
from tests.disputes.lifecycle.answers import (
    APPEAL,
    APPEAL_PACKET,
    HELD,
    LETTER_TEXT,
    PACKET,
    TEXTS,
    answered,
    contents_of,
)


def test_contents_are_all_that_stripe_holds_whoever_put_it_there_and_quote_nothing():
    contents = arrival.contents(a_dispute(evidence=HELD, appeal=APPEAL))
    assert set(contents) == set(HELD)
    assert not any(value in hashed for value in HELD.values() for hashed in contents.values())


def test_contents_of_an_appeal_are_the_appeal_alone():
    contents = arrival.contents(a_dispute(status="appeal_needs_response", evidence=HELD, appeal=APPEAL))
    assert list(contents) == ["appeal"]
    assert APPEAL.reason not in contents["appeal"]


STRIPE_FILLS_IN = (
    "billing_address",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "product_description",
    "shipping_address",
)


@pytest.mark.parametrize("name", STRIPE_FILLS_IN)
def test_what_stripe_fills_in_by_itself_may_come_later_and_not_change(name):
    sent = contents_of(Packet(fields={LETTER: LETTER_TEXT}), "chargeback")
    filled = {LETTER: LETTER_TEXT, name: "Zoë"}
    assert arrival.differing(answered(evidence=filled), sent) == ()
    there = arrival.contents(a_dispute(evidence=filled))
    assert arrival.differing(answered(evidence=filled | {name: "Bob"}), there) == (name,)
    assert arrival.differing(answered(evidence={LETTER: LETTER_TEXT}), there) == (name,)


@pytest.mark.parametrize("name", ["customer_communication", "uncategorized_file", "refund_policy_disclosure"])
def test_what_somebody_added_since_differs(name):
    held = answered(evidence=HELD | {name: "added"})
    assert arrival.differing(held, contents_of(PACKET, "chargeback")) == (name,)
    assert arrival.differing_from(held, PACKET) == ()


def test_a_packet_is_compared_by_its_own_fields_and_every_other_is_left_out():
    assert arrival.differing_from(answered(), PACKET) == ()
    held = answered(evidence={"customer_name": "Bob", LETTER: LETTER_TEXT, "receipt": "file_2", "refund_policy": "f"})
    assert arrival.differing_from(held, PACKET) == ("customer_name", "receipt")


def test_a_text_that_is_to_be_cleared_differs_until_it_is():
    clearing = Packet(fields={"customer_name": ""})
    assert arrival.differing_from(answered(evidence={}), clearing) == ()
    assert arrival.differing_from(answered(evidence={"customer_name": "Zoë"}), clearing) == ("customer_name",)


def test_the_packet_of_an_appeal_is_compared_as_a_whole():
    held = answered("appeal_needs_response", appeal=APPEAL)
    assert arrival.differing_from(held, APPEAL_PACKET) == ()
    reordered = APPEAL.model_copy(update={"files": APPEAL.files[::-1]})
    other = answered("appeal_needs_response", appeal=reordered)
    assert arrival.differing_from(other, APPEAL_PACKET) == ("appeal",)


def test_each_difference_is_named_by_its_field():
    held = answered(evidence={"customer_name": "Bob", LETTER: LETTER_TEXT})
    assert arrival.differing(held, contents_of(PACKET, "chargeback")) == ("customer_name", "receipt")


@pytest.mark.parametrize(
    "held",
    [
        Appeal(),
        APPEAL.model_copy(update={"reason": "We disagree."}),
        APPEAL.model_copy(update={"files": ("file_1",)}),
        APPEAL.model_copy(update={"files": ("file_2", "file_1")}),
        APPEAL.model_copy(update={"files": (*APPEAL.files, "file_3")}),
    ],
    ids=str,
)
def test_another_appeal_differs_as_a_whole(held):
    contents = contents_of(APPEAL_PACKET, "appeal")
    assert arrival.differing(answered(appeal=APPEAL), contents) == ()
    assert arrival.differing(answered(appeal=held), contents) == ("appeal",)


fields = st.dictionaries(st.sampled_from([*HELD, "shipping_date", "refund_policy"]), st.text(min_size=1), min_size=1)


@given(fields, st.data())
def test_every_change_of_one_value_is_noticed(held, data):
    name = data.draw(st.sampled_from(sorted(held)))
    other = data.draw(st.text().filter(lambda value: value != held[name]))
    contents = contents_of(Packet(fields=held), "chargeback")
    assert arrival.differing(answered(evidence=held), contents) == ()
    assert arrival.differing(answered(evidence=held | {name: other}), contents) == (name,)


def test_somebody_elses_answer_is_recorded_with_what_the_bank_holds():
    enhanced = {"visa_compliance": {"fee_acknowledged": True}}
    packet = arrival.held_packet(answered(evidence=HELD, enhanced=enhanced))
    assert packet.fields == TEXTS
    assert [(file.field, file.file) for file in packet.files] == [("receipt", "file_1")]
    assert packet.enhanced == enhanced


def test_somebody_elses_appeal_is_recorded_as_the_appeal_that_the_bank_holds():
    packet = arrival.held_packet(answered("appeal_under_review", appeal=APPEAL))
    assert packet.fields == {LETTER: LETTER_TEXT}
    assert [(file.field, file.file) for file in packet.files] == [("appeal_1", "file_1"), ("appeal_2", "file_2")]


def test_a_bank_that_holds_nothing_is_an_empty_packet():
    assert arrival.held_packet(a_dispute()) == Packet()


@given(fields)
def test_what_the_bank_holds_differs_in_nothing_from_itself(held):
    fresh = answered(evidence=held)
    assert arrival.differing(fresh, contents_of(arrival.held_packet(fresh), "chargeback")) == ()


def test_an_appeal_that_the_bank_holds_differs_in_nothing_from_itself():
    fresh = answered("appeal_under_review", appeal=APPEAL)
    assert arrival.differing(fresh, contents_of(arrival.held_packet(fresh), "appeal")) == ()
    assert arrival.differing_from(fresh, arrival.held_packet(fresh)) == ()
