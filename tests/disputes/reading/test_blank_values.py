"""Tests of values that say nothing, by kind of fact."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.evidence import kinds
from disputes.reading.blank_values import says_nothing

TEXT_KINDS = sorted(kind for kind in kinds.KINDS if kinds.form(kind) == "text")
MESSAGES = ("customer_message", "merchant_message")


@pytest.mark.parametrize(
    "value",
    [
        "", "  ", "-", "--", "\u2014", "...", "N/A", "n.a.", "NA", "none", "None", "NULL", "undefined", "Unknown",
        "TBD", "test", "guest", "0", "000", "0-0", "xxx", "XXXXX", "aaaa", "[object Object]", "{{ customer.name }}",
        "<name>", "'null'", "\u200bnull\u200b", "Not available", "00000000-0000-0000-0000-000000000000",
        "ffffffff-ffff-ffff-ffff-ffffffffffff", "123e4567-e89b-12d3-a456-426614174000",
    ],
)  # fmt: skip
def test_a_word_for_nothing_says_nothing_of_any_kind(value):
    assert all(says_nothing(kind, value) for kind in TEXT_KINDS if kind not in MESSAGES)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("customer_name", "Noah Null"),
        ("customer_name", "Anna Test-Miller"),
        ("customer_name", "Li"),
        ("customer_name", "\u674e"),
        ("order_id", "A-0"),
        ("order_id", "7"),
        ("order_id", "#1111"),
        ("order_id", "1001"),
        ("tracking_number", "1Z999AA10123456784"),
        ("product_description", "Test kit for water"),
        ("product_description", "Unknown Pleasures, vinyl"),
        ("carrier", "UPS"),
        ("customer_email", "anna@example.com"),
        ("device_id", "3f2b1c4d-5e6f-4a7b-8c9d-0e1f2a3b4c5d"),
        ("shipping_address", "1 Main Street, Springfield"),
    ],
)
def test_a_value_that_holds_a_blank_word_and_more_says_something(kind, value):
    assert not says_nothing(kind, value)


@pytest.mark.parametrize(
    "value",
    [
        "Signature not required", "no signature", "No signature required", "signature on file", "driver release",
        "Left at door", "left at front door", "Front Door/Porch", "Mailbox", "SIGNATURE WAIVED", "Resident", "C19",
        "Left with neighbour", "parcel left in safe place", "Electronic signature not available", "X",
        "Left at front door. Signature Service not requested.", "Signature proof of delivery not currently available",
        "Signature image not available", "Indirect signature required", "See delivery photo", "Photo on file",
        "Package delivered to recipient address - release authorized", "RECEPTION DESK",
    ],
)  # fmt: skip
def test_a_parcel_that_nobody_signed_for_has_no_signature(value):
    assert says_nothing("delivery_signature", value)


@pytest.mark.parametrize(
    "value",
    ["A. Miller", "Signed by J. Smith", "MILLER", "Doorman Jones", "Left with Ann Miller", "Signature: J. Smith"],
)
def test_a_name_is_a_signature(value):
    assert not says_nothing("delivery_signature", value)


@pytest.mark.parametrize(
    "value",
    [
        "127.0.0.1", "::1", "0.0.0.0", "::",  # noqa: S104 (nobody listens here)
        "10.1.2.3", "172.16.0.9", "192.168.1.20", "169.254.1.1", "100.64.3.4",
        "fe80::1", "fd00::12", "::ffff:10.0.0.1", "localhost", "10.0.0.1:8080", "10.0.0.1, 127.0.0.1", "[::1]",
    ],
)  # fmt: skip
def test_an_address_that_no_customer_has_says_nothing(value):
    assert says_nothing("customer_ip", value)


@pytest.mark.parametrize("value", ["203.0.113.7", "8.8.8.8", "2001:db8::7", "10.0.0.1, 203.0.113.7", "not an address"])
def test_an_address_of_the_internet_says_something(value):
    assert not says_nothing("customer_ip", value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("customer_name", "Customer"),
        ("shipping_name", "X"),
        ("customer_email", "noreply@shop.com"),
        ("customer_email", "null@null.com"),
        ("tracking_number", "No tracking"),
        ("order_id", "12345"),
        ("order_id", "99999"),
        ("shipping_address", "Same as billing"),
        ("carrier", "Other"),
    ],
)
def test_a_kind_has_words_of_its_own_for_nothing(kind, value):
    assert says_nothing(kind, value)
    assert not says_nothing("line_items", value) or value in {"X", "99999"}


@given(st.sampled_from(MESSAGES), st.sampled_from(["N/A", "test", "0", "-", "none", "xxx", "No."]))
def test_a_message_says_something_unless_it_is_empty(kind, value):
    assert not says_nothing(kind, value)
    assert says_nothing(kind, " \n")


@given(st.sampled_from(TEXT_KINDS), st.text())
def test_any_text_of_any_kind_gets_an_answer(kind, value):
    assert says_nothing(kind, value) in {True, False}


@given(st.sampled_from(TEXT_KINDS), st.text(), st.sampled_from([" ", "  ", "\n", "\t"]))
def test_space_around_a_value_changes_nothing(kind, value, space):
    assert says_nothing(kind, value) == says_nothing(kind, f"{space}{value}{space}")


@given(st.text(alphabet="abcdefgh0123456789", min_size=201))
def test_a_long_value_says_something(value):
    assert not says_nothing("order_id", value)
