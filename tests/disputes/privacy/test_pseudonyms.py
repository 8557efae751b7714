"""People of a case as placeholders, and back."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes.ce3.payment import Address, Payment, PaymentHistory
from disputes.evidence import Evidence, build_fact
from disputes.privacy.pseudonyms import Pseudonyms
from tests.builders import on_record
from tests.work import calls, steps

PEOPLE = "customer_name shipping_name delivery_signature customer_email receipt_email billing_address shipping_address"
PLACE = re.compile(r"\[[A-Z]+-[0-9.]+\]")


def pseudonyms_of(**values):
    return Pseudonyms.over(Evidence(facts=tuple(build_fact(kind, value, "test:x") for kind, value in values.items())))


def test_a_person_is_one_placeholder_with_a_number_for_each_way_of_writing():
    pseudonyms = pseudonyms_of(customer_name="Zoë O'Brien")
    assert pseudonyms.hide("Zoë O'Brien paid, and Zoë wrote.") == "[NAME-1] paid, and [NAME-1.2] wrote."
    assert pseudonyms.hide("zoë's ZOË") == "[NAME-1.4]'s [NAME-1.5]"


@pytest.mark.parametrize(
    "written",
    [
        "Zoë O'Brien-Ångström", "ZOE OBRIEN-ANGSTROM", "zoe o\u2019brien", "Zoe\u0308", "Zoe", "O'Brien's", "angstroem",
        "Zoës", "zoe_1985", "O'BRIEN-ÅNGSTRÖM", "Zoë\n  O'Brien-Ångström", "(Zoe)",
    ],
)  # fmt: skip
def test_no_way_of_writing_a_name_gets_through(written):
    pseudonyms = pseudonyms_of(customer_name="Zoë O'Brien-Ångström")
    hidden = pseudonyms.hide(f"so {written} said")
    assert not re.search("zo[eë]|brien|ngst", PLACE.sub("", hidden), re.IGNORECASE)
    assert pseudonyms.show(hidden) == f"so {written} said"


@pytest.mark.parametrize(
    "name", ["田中太郎", "محمد علي", "Иван Петров", "\u05d9\u05d5\u05e1\u05d9 \u05db\u05d4\u05df", "Li Wu", "김민준"]
)
def test_names_of_every_script_are_hidden(name):
    pseudonyms = pseudonyms_of(customer_name=name)
    hidden = pseudonyms.hide(f"by {name}, {name.split()[0]}")
    assert not any(part in hidden for part in name.split())


def test_a_name_in_a_script_without_spaces_is_found_within_a_sentence():
    assert pseudonyms_of(customer_name="田中太郎").hide("田中太郎様が受け取りました") == "[NAME-1]様が受け取りました"


@pytest.mark.parametrize(
    "harmless", ["We will refund the bill in may.", "Zoology of obrienia", "delivery at the front door"]
)
def test_words_that_are_no_names_stay(harmless):
    pseudonyms = pseudonyms_of(customer_name="Will May", shipping_name="Zoo Brien", delivery_signature="FRONT DOOR")
    assert pseudonyms.hide(harmless) == harmless


def test_a_name_that_is_a_word_is_hidden_where_it_begins_like_a_name():
    assert (
        pseudonyms_of(customer_name="Will May").hide("WILL MAY; Mr May; May I")
        == "[NAME-1.4]; Mr [NAME-1.3]; [NAME-1.3] I"
    )


def test_an_address_is_hidden_whole_and_by_its_street_its_city_and_its_code():
    pseudonyms = pseudonyms_of(shipping_address="12 Main St\nApt 4\nNew York, NY, 10001, US")
    assert pseudonyms.hide("to 12 Main St, Apt 4, New York, NY 10001, US.") == "to [ADDRESS-1.7]."
    assert (
        pseudonyms.hide("left in New York 10001 on main st") == "left in [ADDRESS-1.4] [ADDRESS-1.5] on [ADDRESS-1.8]"
    )
    assert pseudonyms.hide("110001 US NY") == "110001 US NY"


def test_addresses_of_earlier_payments_are_hidden_too():
    old = Payment(
        charge="ch_1", paid_at=datetime(2026, 1, 1, tzinfo=UTC), card="f", amount=1, paid=True, disputed=False,
        refunded=False, fraud_reported=False, customer_email_address="old@mail.example.org",
        shipping_address=Address(line1="7 Elm Rd", city="Leeds", postal_code="LS1 4AP", country="GB"),
    )  # fmt: skip
    pseudonyms = Pseudonyms.over(Evidence(history=PaymentHistory(disputed=old)))
    assert pseudonyms.hide("7 Elm Rd, Leeds, old@mail.example.org") == "[ADDRESS-1.2], [ADDRESS-1.3], [EMAIL-1]"


@pytest.mark.parametrize(
    "written",
    ["+1 415 555 2671", "+44 (0)20 7946 0958", "(415) 555-2671", "415-555-2671", "415.555.2671", "089 / 1234 567",
     "01 23 45 67 89", "+4915123456789", "tel: 5552671", "call 555 2671"],
)  # fmt: skip
def test_a_phone_number_is_known_by_its_shape(written):
    pseudonyms = Pseudonyms()
    hidden = pseudonyms.hide(f"Reach me: {written}.")
    assert re.fullmatch(r"Reach me: (tel: |call )?\[PHONE-1\]\.", hidden)
    assert pseudonyms.show(hidden) == f"Reach me: {written}."


@pytest.mark.parametrize(
    "harmless",
    [
        "2026-03-14 09:12:00", "14.03.2026", "03/14/2026 09:12", "1Z999AA10123456784", "9400 1000 0000 0000 0000 00",
        "203.0.113.7", "1,234,567.89 USD", "38.00", "A-1042", "order 1000234567", "ch_3PqRs7T", "INV-2026-0007",
        "00340434161094042557", "EUR 1.234.567,00", "2001:db8::1", "Visa ending 4242", "SKU 88-1", "09:12:33 10:00",
    ],
)  # fmt: skip
def test_what_letters_cite_is_no_phone_number(harmless):
    assert Pseudonyms().hide(harmless) == harmless


def test_an_email_is_hidden_as_one_though_a_name_stands_in_it():
    pseudonyms = pseudonyms_of(customer_name="Zoë Brien", customer_email="zoe@mail.example.com")
    assert pseudonyms.hide("Zoe@mail.example.com, zoe.brien@work.example.") == "[EMAIL-1.2], [EMAIL-2]."


def test_a_placeholder_that_was_there_before_is_no_person():
    pseudonyms = pseudonyms_of(customer_name="Zoë Brien", customer_message="I am [NAME-1], and [NAME-9] too")
    hidden = pseudonyms.hide("I am [NAME-1] and [QUOTE-1]")
    assert hidden == "I am [QUOTE-1] and [QUOTE-3]"
    assert pseudonyms.show(hidden) == "I am [NAME-1] and [QUOTE-1]"
    assert pseudonyms.show("[NAME-7] [name-1]") == "[NAME-7] [name-1]"


def test_two_objects_over_the_same_evidence_begin_alike():
    evidence = on_record(PEOPLE, "customer_message product_description")
    text = "Zoë O'Brien, zoe@example.com, 12 Main St"
    assert Pseudonyms.over(evidence).hide(text) == Pseudonyms.over(evidence).hide(text)
    assert "Zo" not in Pseudonyms.over(evidence).hide(text)


LETTERS = st.text(max_size=60)
PIECES = st.sampled_from(
    "[ ] [NAME-1] NAME -1] [NAME- 1 . [QUOTE-1] [[ ]] [EMAIL-1.2] Zoë zoe , ' a@b.example +1 415 555 2671 ß s".split()
)
TEXTS = LETTERS | st.lists(PIECES | st.sampled_from(" \n") | LETTERS, max_size=12).map("".join)


@given(name=TEXTS, place=TEXTS, mail=TEXTS, message=TEXTS, texts=st.lists(TEXTS, min_size=1, max_size=4))
def test_what_was_hidden_is_shown_again_as_it_was(name, place, mail, message, texts):
    pseudonyms = pseudonyms_of(
        customer_name=name, shipping_address=place, customer_email=mail, customer_message=message
    )
    hidden = [pseudonyms.hide(text) for text in [*texts, name, place, f"{mail} {name}"]]
    assert [pseudonyms.show(text) for text in hidden] == [*texts, name, place, f"{mail} {name}"]


@given(st.text("abcdefgh\u00e9", min_size=4, max_size=9), st.text("abcdefgh", min_size=4, max_size=9), LETTERS, LETTERS)
def test_a_full_name_never_survives_among_any_words(first, last, before, after):
    name = f"{first.title()} {last.title()}"
    assert name not in pseudonyms_of(customer_name=name).hide(f"{before} {name} {after}")


@pytest.mark.parametrize(
    "unit", ["a@", "a", "+1", "+1 ", "0 1", "(415)", "Zoë ", "zo", "[NAME-", "a.", "call ", "1-", "+(", " "]
)
def test_hostile_text_takes_work_in_proportion_to_its_length(unit):
    pseudonyms, long = pseudonyms_of(customer_name="Zoë Brien", shipping_address="1 Rue A, Paris, FR"), 20_000
    once, four = (calls(pseudonyms.hide, unit * (count * long // len(unit))) for count in (1, 4))
    assert four < 5 * once + 100


@pytest.mark.parametrize(
    ("name", "text"), [("ß" * 60, "s" * 400), ("'" * 90 + "a", "'" * 400), ("öe" * 60, "oe" * 400)]
)
def test_a_hostile_name_is_pattern_in_reasonable_time(name, text):
    pseudonyms = pseudonyms_of(customer_name=name, shipping_address=name)
    assert steps(pseudonyms._pattern, text) < 20 * len(name) * len(text)
    assert pseudonyms.show(pseudonyms.hide(text)) == text
