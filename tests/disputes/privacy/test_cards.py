"""What is a card and what only looks like one: by issuer, form, words, columns, and the disputed card's last digits."""

import re
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes import text
from disputes.privacy.masking import cards, issuers, secrets
from tests.disputes.privacy import card_plants, carriers, documents
from tests.work import assert_proportional

FREE = st.text("abc xyzäñ中.!?\n", max_size=30)
SEEDED = st.randoms(use_true_random=True)


def masked_cards(written):
    return secrets.mask(written).count("[card ending")


@given(SEEDED, st.sampled_from(list(card_plants.BRANDS)), FREE, FREE)
def test_a_card_of_any_brand_never_survives_among_any_words(random, brand, before, after):
    number = card_plants.a_card(random, brand)
    for written in card_plants.forms(random, number):
        clean = text.clean(f"{before} {written} {after}")
        assert written not in clean
        assert f"[card ending {number[-4:]}]" in clean


@given(SEEDED, st.sampled_from(list(documents.KINDS)), st.sampled_from(list(card_plants.BRANDS)))
def test_masking_twice_changes_nothing_more(random, kind, brand):
    planted = kind(random)
    for written in card_plants.forms(random, card_plants.a_card(random, brand)):
        planted = card_plants.plant(random, planted, written)
    once = text.clean(planted, limit=100_000)
    assert text.clean(once, limit=100_000) == once


@given(SEEDED)
def test_dates_addresses_prices_and_articles_are_no_cards(random):
    words = (documents.an_ip, documents.a_price, documents.an_ean, documents.a_vat_id)
    moments = (f"{documents.a_moment(random):{form}}" for form in ("%Y-%m-%d %H:%M:%S", "%Y%m%d%H%M%S", "%d.%m.%Y"))
    written = " ".join((*(make(random) for make in words), *moments, f"{random.random():.17f}"))
    assert masked_cards(written) == 0


@given(
    SEEDED, st.sampled_from(["tracking number", "Sendungsnummer:", "order", "Invoice no.", "référence", "sent by UPS"])
)
def test_a_number_in_one_piece_is_what_the_words_right_before_it_say(random, words):
    for brand in card_plants.BRANDS:
        number = card_plants.a_card(random, brand)
        assert masked_cards(f"Hello, {words} {number} thanks") == 0
        assert masked_cards(f"Hello, {words} paid by Visa {number}") == 1


@given(SEEDED)
def test_a_parcel_number_that_proves_itself_needs_no_words(random):
    makers = (
        carriers.ups,
        carriers.ups_digits,
        carriers.usps,
        carriers.usps_spaced,
        carriers.s10,
        carriers.dhl_express,
    )
    for make in makers:
        written = f"it is {make(random)} there"
        assert text.mask(written) == written


def test_no_number_in_a_thousand_documents_is_taken_for_a_card():
    assert [seed for seed in range(1_000) if masked_cards(documents.build(seed))] == []


def test_every_card_planted_in_a_thousand_documents_is_found():
    missed = [(seed, brand) for seed in range(1_000) for brand in planted_and_left(seed)]
    assert missed == []


def planted_and_left(seed):
    """Plant two brands in a document, in all their forms, and yield each that is left."""
    random = Random(seed)  # noqa: S311 - tests repeat
    brands = random.sample(list(card_plants.BRANDS), k=2)
    forms = [
        (brand, written) for brand in brands for written in card_plants.forms(random, card_plants.a_card(random, brand))
    ]
    planted = documents.build(seed)
    for _, written in forms:
        planted = card_plants.plant(random, planted, written)
    masked = secrets.mask(planted)
    return [brand for brand, written in forms if written in masked]


@pytest.mark.parametrize(
    "harmless",
    [
        "5213433266347",  # Mastercard's first digits, and three too few
        "4006381333931",  # an EAN
        "Order 4242424242424242 and tracking number 4000000000000002.",
        "tracking 4000000000000002, 4242424242424242 and 4111111111111111",
        "Tracking numbers:\n4000000000000002\n4242424242424242",
        "Order;Tracking\n4242424242424242;4000000000000002",
        "GET /orders/4242424242424242?customer_id=4111111111111111",
        "0.4242424242424242",
        "5f4242424242424242aabbcc",
        "ch_4242424242424242",
        "+4915112345671",
        "9205 5000 4242 4242 4242 47",
        "4242\n4242\n4242\n4242",
        "4242 | 4242 | 4242 | 4242",
        "4242  4242  4242  4242",
        "4242 4242-4242 4242",
        "42 4242 4242 4242 42",
    ],
)
def test_what_only_looks_like_a_card_stays(harmless):
    assert text.clean(harmless) == harmless


@pytest.mark.parametrize(
    "written",
    [
        "order number 4242 4242 4242 4242",
        "my order. 4242424242424242",
        "It is about my order\n4242424242424242",
        "Order;Card\n7;4242424242424242",
        "Order;Tracking\n4242424242424242",
        "tracking card 4242424242424242",
        "Tracking: 7316971021016104\n4242424242424242",
        "order 4242424242424242 12/27",
        "my card is 4000000000006",
        "4242-4242-4242-4242",
        "3782 822463 10005",
        "6205 5000 0000 0000 004",
        "3056 930902 5904",
        "\u0664\u0662" * 8,
    ],
)
def test_what_is_written_like_a_card_is_one(written):
    assert masked_cards(written) == 1


@pytest.mark.parametrize("gap", ["", " ", "-", "\n", "_", ". "])
@pytest.mark.parametrize("size", [2, 3, 4, 5, 16])
def test_what_ends_as_the_disputed_card_goes_however_it_is_grouped(gap, size):
    number = "4242424242424242"
    written = gap.join(re.findall(rf"\d{{1,{size}}}", number))
    assert secrets.mask(f"order {written} x", ending="4242") == "order [card ending 4242] x"
    assert cards.mask_ending(f"order {written} x", "1881") == f"order {written} x"


def test_every_issuer_has_its_range():
    assert issuers.is_issued("4242424242424242")
    assert not issuers.is_issued("424242424242424")
    assert issuers.is_issued("2720990000000007")
    assert not issuers.is_issued("2721000000000004")


@pytest.mark.parametrize(
    "unit",
    "4242424242424242 |4242 |4242 4242 4242 4242\n|4242-|order |tracking 4000000000000002, |order;card\n4;|a;|1Z|420|\n"
    "|Tracking:\n4000000000000002\n|no no no |5f4242424242424242".split("|"),
)
def test_hostile_text_is_searched_for_cards_to_its_end(unit):
    assert_proportional(secrets.mask, f"{unit}1")
    assert_proportional(lambda written: secrets.mask(written, ending="4242"), f"{unit}1")
