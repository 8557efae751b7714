"""Tests of what carriers' statuses say."""

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.errors import Invalid
from disputes.reading import carrier_events
from disputes.reading.carrier_events import CarrierEvent, classify

STATUSES: dict[str, tuple[str, ...]] = {
    "label": (
        "label_printed", "label_purchased", "InfoReceived", "PRE_TRANSIT",
        "Shipping label created, USPS awaiting item", "Shipment information sent to FedEx",
        "Shipper created a label, UPS has not received the package yet.", "Order Processed: Ready for UPS",
        "Sender preparing to despatch your item", "The shipment data has been received",
        "Shipment information received", "Awaiting collection by courier", "Await collection by the courier",
        "Shipment Received, Package Acceptance Pending", "Consignment created",
    ),
    "shipped": (
        "Picked up", "Shipped", "We have your parcel picked up", "USPS in possession of item", "carrier_picked_up",
        "Accepted at USPS Origin Facility", "Origin Scan", "Shipment picked up", "In FedEx possession",
        "Tendered at FedEx OnSite",
    ),
    "in_transit": (
        "In Transit", "InTransit", "in_transit", "Arrived at USPS Regional Facility", "Departed FedEx location",
        "On FedEx vehicle", "At local FedEx facility", "Processed at LEIPZIG - GERMANY",
        "Clearance processing complete at UK", "Item received by Delivery Office", "It's at your local depot",
        "On the Way", "On its way to you", "Your parcel will be delivered tomorrow", "Delivered to agent",
        "Delivered, To Agent", "Delivered to local post office", "Delivered to facility",
        "Tendered to delivery service provider", "We have your package", "Warehouse Scan", "Clearance in Progress",
        "At FedEx origin facility", "At U.S. Postal Service facility", "Inbound Out of Customs", "Cleared",
        "Your package was released by the customs agency.", "UPS Delivery Partner has Shipment",
    ),
    "out_for_delivery": (
        "Out for delivery", "OUT_FOR_DELIVERY", "OutForDelivery", "On FedEx vehicle for delivery",
        "With delivery courier", "Loaded on Delivery Vehicle", "The shipment has been loaded to the van",
    ),
    "delivered": (
        "Delivered", "Delivered, Springfield, IL, 62704", "DELIVERED", "Delivered, Front Door/Porch",
        "Delivered, Left with Individual, January 3, 2026, 10:12 am", "Delivered - Signed for by: SMITH",
        "Delivered_002", "Your item was delivered to the front door at 10:00 am on 3 March 2026 in AUSTIN, TX 78701.",
        "Collected by customer", "Picked up by recipient from parcel locker", "Delivered, PO Box",
        "Delivered. No signature required", "Parcel delivered to recipient", "Your parcel has been delivered.",
        "Delivered, Front Desk/Reception/Mail Room", "Delivery successful", "DL", "Delivered, Lost Creek, TX",
        "Delivered, Garage / Other Door / Other Location at Address, AUSTIN, TX, 78701",
        "Delivered by Local Post Office", "Livr\u00e9 / Delivered",
        "Shipment delivered - left at front door. Signature service not requested.",
    ),
    "collection": (
        "parcel shop: delivered", "Delivered, Parcel Locker", "Delivered to locker", "Delivered to parcel shop",
        "Delivered to UPS Access Point", "available_for_pickup", "AvailableForPickup", "ready_for_pickup",
        "Ready for collection", "Held at Post Office, At Customer Request", "Delivered to locker, not yet collected",
        "Your parcel is waiting for collection at the pickup point", "Your parcel is at the PostNL point",
        "Hold at location", "Await collection by the consignee as requested",
    ),
    "attempted": (
        "Attempted delivery", "attempted_delivery", "AttemptFail", "Not delivered", "not_delivered",
        "Could not be delivered", "Delivery attempted", "Notice Left (No Authorized Recipient Available)",
        "We tried to deliver your parcel", "The parcel could not be delivered as the consignee was absent",
        "Customer not available or business closed", "Undeliverable as Addressed", "Delivery failed",
    ),
    "returned": (
        "Delivery cancelled, returning to sender",
        "Return to sender", "return_to_sender", "Returned to shipper, delivered", "Delivered to sender",
        "Delivered, To Original Sender", "RETURNED", "Returning package to shipper",
    ),
    "refused": (
        "Refused by recipient", "The receiver refused the package", "Delivery refused",
    ),
    "exception": (
        "Delivery exception", "Exception", "failure", "Shipment delayed", "Damaged in transit",
        "Delivered to wrong address", "Clearance delay", "Addressee Unknown", "Missent",
    ),
    "lost": (
        "Lost", "Package lost in transit", "The package is presumed lost", "Sent to Lost and Found",
    ),
    "unknown": (
        "unknown", "pending", "Expired", "Zugestellt", "Livr\u00e9 au destinataire", "D", "Delivered to neighbour",
        "Customer claims it was delivered", "cancelled", "Is it delivered?", "Partially delivered", "processing",
        "completed", "Delivery address changed",
    ),
}  # fmt: skip
EXAMPLES = [(event, text) for event, texts in STATUSES.items() for text in texts]


@pytest.mark.parametrize(("event", "text"), EXAMPLES)
def test_a_status_says_its_event(event, text):
    assert classify(text) == event


@pytest.mark.parametrize(
    "text",
    [
        "Is it delivered?", "Delivered?", "Once delivered, we will tell you", "pre-delivered",
        "Proof of delivery unavailable", "Proof of delivery requested", "1 of 3 parcels delivered", "delivered=false",
        "Label delivered", "Signed by driver", "Delivered short", "Delivered by 5pm tomorrow", "Delivered to shop",
    ],
)  # fmt: skip
def test_what_is_a_question_a_condition_or_something_else_is_no_delivery(text):
    assert classify(text) != "delivered"


@pytest.mark.parametrize(
    "place",
    [", Springfield, IL, 62704", " - London, GB", ", March 3, 2026, 10:12 am", " at Lost Creek", " (AUSTIN, TX US)"],
)
def test_a_place_behind_a_status_changes_nothing(place):
    assert classify("Delivered" + place) == "delivered"
    assert classify("Out for delivery" + place) == "out_for_delivery"


@given(
    st.sampled_from(EXAMPLES), st.sampled_from([str.upper, str.lower, str.title]), st.sampled_from(["  ", "\n", "\t"])
)
def test_case_and_spaces_change_nothing(example, write, space):
    event, text = example
    assert classify(space + write(text).replace(" ", space) + space) == event


@given(st.text())
def test_any_text_is_some_event(text):
    assert classify(text) in get_args(CarrierEvent)


@given(st.text(alphabet=st.characters(codec="ascii")) | st.sampled_from([text for _, text in EXAMPLES]))
def test_capitals_and_small_letters_say_the_same(text):
    assert classify(text) == classify(text.upper()) == classify(text.lower())


@given(st.text() | st.sampled_from([text for _, text in EXAMPLES]), st.sampled_from(["", " ", ", ", "_"]))
def test_what_was_returned_to_its_sender_was_never_delivered(text, space):
    assert classify(text + space + "returned to sender") != "delivered"


@pytest.mark.parametrize(
    "text", ["delivered " * 49, "not " * 124, "a " * 249, "delivery could " * 33, "expected " * 55]
)
def test_a_status_of_one_word_over_and_over_comes_to_an_end(text):
    assert classify(text) == classify(text.upper())


def test_a_text_longer_than_a_status_is_unknown():
    assert classify("Delivered" + " x" * carrier_events.LONGEST) == "unknown"


def test_a_file_with_an_unknown_event_is_refused(tmp_path):
    path = tmp_path / "events.toml"
    path.write_text('ignore = []\n[[rules]]\nevent = "eaten"\nphrases = []\n', "utf-8")
    with pytest.raises(Invalid, match=r"events\.toml is wrong at rules\.0\.event"):
        carrier_events.load(path)
