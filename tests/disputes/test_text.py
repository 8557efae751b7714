"""Text from outside, cleaned and masked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disputes import text
from tests.disputes.privacy import card_plants

CARDS = ["4242424242424242", "378282246310005", "5555555555554444", "6011111111111117", "30569309025904"]


@pytest.mark.parametrize("card", CARDS)
def test_a_card_number_keeps_only_its_last_four(card):
    assert text.clean(f"My card {card}, thanks") == f"My card [card ending {card[-4:]}], thanks"


@pytest.mark.parametrize("gap", [" ", "-", ".", "  ", "\n", "\u00a0", "\u2013", "_", "/"])
def test_separators_do_not_hide_a_card_number(gap):
    assert text.line(gap.join(["4242", "4242", "4242", "4242"])) == "[card ending 4242]"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("4242 4242 4242 4242 12/27", "[card ending 4242] 12/27"),
        ("4242424242424242 123", "[card ending 4242] 123"),
        ("12 4242-4242-4242-4242", "12 [card ending 4242]"),
        ("4242424242424242 5555555555554444", "[card ending 4242] [card ending 4444]"),
        ("card4242424242424242exp", "card[card ending 4242]exp"),
        ("42\u200b42\u200b4242\u200b42424242", "[card ending 4242]"),
        ("\uff14\uff12" * 8, "[card ending 4242]"),
    ],
)
def test_neighbours_do_not_hide_a_card_number(written, kept):
    assert text.clean(written) == kept


@pytest.mark.parametrize(
    "harmless",
    [
        "9400 1000 0000 0000 0000 00",
        "1Z999AA10123456784",
        "00340434161094042557",
        "4242424242424243",
        "424242424242",
        "42424242424242424242",
        "2026-03-14 09:12:00",
        "203.0.113.7",
        "ch_4000000000000002",
        "+1 415 555 2671",
    ],
)
def test_other_numbers_stay_as_they_are(harmless):
    assert text.clean(harmless) == harmless


@pytest.mark.parametrize("number", ["1Z5048311165179874", "1z4938080523560697", "to 1Z4669492143492760."])
def test_a_parcel_number_that_proves_itself_is_kept_though_it_could_be_a_card(number):
    assert text.mask(number) == number


@pytest.mark.parametrize(
    "number",
    ["1Z4669492143492778", "1Z 4669492143492760", "4669492143492760", "1Z4669-4921-4349-2760", "Z4669492143492760"],
)
def test_what_does_not_prove_itself_a_parcel_number_is_masked(number):
    assert "[card ending " in text.mask(number)


def test_a_number_that_could_be_a_card_is_one_unless_its_words_say_otherwise():
    assert text.clean("4000000000000002") == "[card ending 0002]"
    assert text.clean("tracking number 4000000000000002") == "tracking number 4000000000000002"


def test_groups_in_two_lines_are_two_cells_of_a_table_and_in_one_a_card():
    assert text.clean("4242 4242\n4242 4242") == "4242 4242\n4242 4242"
    assert text.line("4242 4242\n4242 4242") == "[card ending 4242]"


def test_the_key_of_a_record_stays_whole_and_a_text_in_its_place_does_not():
    assert text.key("4242424242424242\x00", "order_id") == "4242424242424242"
    assert text.key("4000000000000002, 4242424242424242", "tracking_number") == "4000000000000002, 4242424242424242"
    assert text.key("my card 4242 4242 4242 4242", "order_id") == "my card [card ending 4242]"
    assert text.key("DE89370400440532013000", "account_id") == "[bank account]"


def test_what_cannot_be_stored_or_seen_is_dropped():
    assert text.clean("a\x00b\ud800c\u202ed\u2066e\u200bf\ufeffg\x1b[31mh\ue000i") == "abcdefg[31mhi"


def test_line_breaks_of_every_system_stay_breaks():
    assert text.clean("one\r\ntwo\rthree\nfour\tfive") == "one\ntwo\nthree\nfour\tfive"
    assert text.line("one\r\ntwo\u2028three\t four ") == "one two three four"


def test_two_ways_to_write_a_letter_are_one():
    assert text.clean("A\u030angstro\u0308m") == "\u00c5ngstr\u00f6m"


def test_a_text_is_cut_only_after_it_was_masked():
    assert "4242 4242 4242" not in text.clean("x" * 6 + " 4242 4242 4242 4242", limit=22)
    assert len(text.clean("y" * 50, limit=7)) == 7


@given(st.text(max_size=200))
def test_cleaning_twice_changes_nothing_more(written):
    once = text.clean(written)
    assert text.clean(once) == once
    once.encode()


@given(st.sampled_from(CARDS), st.text(max_size=30), st.text(max_size=30))
def test_a_card_number_never_survives_among_any_words(card, before, after):
    # In one piece, words before it such as `order` may say that it is something else.
    printed = card_plants.printed(card, " ")
    for written in (f"card {card}", printed):
        assert written not in text.clean(f"{before} {written} {after}")


def test_ten_thousand_groups_are_read_in_reasonable_work():
    assert text.clean("1 " * 10_000) == ("1 " * 10_000).strip()
