"""Hostile text takes work in proportion to its length."""

import unicodedata
from collections import Counter

import pytest

from api.auth import TOKEN
from api.routes.disputes import DISPUTE_ID
from api.routes.reviews import VERSION_TAG
from disputes import text
from disputes.evidence import Evidence, build_fact
from disputes.letter import grounding
from disputes.letter.grounding import tokens
from disputes.packet import preflight_texts
from tests.builders import a_claim, a_letter
from tests.work import assert_proportional, calls

LONG = 40_000
SHORT = "1, ._ 1. a- a. @ a+ 1: x USD $1, 1,111 www. #- ' a@ a@b a:// 1,1,: 3rd a.b- _ 's AAA1, a.1 2026- .a --a. a-a."
UNITS = [*SHORT.split(), "12 Ma", "1 May ", "legal ", " ", "x" * 70 + ".", "x" * 70 + "-", "9" * 50 + ","]


@pytest.mark.parametrize("unit", UNITS)
def test_a_hostile_letter_is_read_to_its_end(unit):
    for tail in ("", "@"):
        hostile = unit * (LONG // len(unit)) + tail
        assert_proportional(lambda letter: list(tokens.read(letter)), unit, tail)
        assert_proportional(tokens.split_words, unit, tail)
        assert len(tokens.split_words(hostile)) <= LONG
        assert sum(1 for _ in tokens.read(hostile)) <= LONG


@pytest.mark.parametrize("unit", ["1,", "._", "a.", "a_", "12 Ma"])
def test_a_hostile_fact_does_not_hold_up_the_check_of_a_claim(unit):
    def check(description):
        fact = build_fact("product_description", description, "test:hostile")
        assert grounding.check(a_letter(a_claim("The tent cost 7.00 USD.", fact.id)), Evidence(facts=(fact,)))

    assert_proportional(check, unit)
    check(unit * (LONG // len(unit)))


@pytest.mark.parametrize(
    "hostile",
    [
        pytest.param("4 " * 20 + "4" * 19_000 + " 4" * 20, id="a long number among short ones"),
        pytest.param(("4" * 1_000 + " ") * 20, id="long numbers"),
        pytest.param("4 " * 10_000, id="lone digits"),
        pytest.param("4242 " * 4_000, id="cards without end"),
        pytest.param("4-" * 10_000, id="hyphens"),
        pytest.param("9" * 20_000, id="one number"),
    ],
)
def test_masking_cards_takes_as_much_work_for_each_character_of_a_longer_text(hostile):
    once, four = calls(text.clean, hostile), calls(text.clean, hostile * 4)
    assert four < 5 * once
    assert once < 250 * len(hostile)


def test_a_tower_of_accents_is_cut_before_it_is_sorted(monkeypatch):
    tower, normalize, heights = "a" + "\u0301" * 50_000 + "\u0323" * 50_000, unicodedata.normalize, []

    def measured(form, word):
        heights.append(len(word))
        return normalize(form, word)

    with monkeypatch.context() as patch:
        patch.setattr(unicodedata, "normalize", measured)
        short = text.clean(tower)
    assert 0 < max(heights) <= 31
    assert 0 < len(short) <= 31
    assert text.clean(short) == short
    assert text.clean("e\u0301\u0323") == unicodedata.normalize("NFC", "e\u0301\u0323")


def test_accents_that_come_apart_when_normalised_are_cut_once_and_for_all():
    short = text.clean("a" + "\u0344" * 200)
    assert text.clean(short) == short
    assert text.clean("a" + "\u0344\u200b" * 200) == short


def test_invisible_letters_between_accents_do_not_hide_their_number():
    hidden = text.clean("a" + "\u0301\u200d" * 500)
    assert Counter(map(unicodedata.category, hidden))["Mn"] <= 30


@pytest.mark.parametrize("unit", ["x", "du_", '"', "W/", "0", "\u0660", "\n", "_"])
def test_what_names_things_in_a_request_has_a_longest_length(unit):
    for form in (TOKEN, DISPUTE_ID, VERSION_TAG):
        assert form.fullmatch("du_" + unit * LONG) is None
        assert form.fullmatch(unit * LONG) is None


@pytest.mark.parametrize("unit", ["w:/", "www", ":", "://"])
def test_hostile_evidence_fields_are_searched_for_links_to_their_end(unit):
    assert_proportional(preflight_texts._LINK.search, unit)


@pytest.mark.parametrize("unit", ["file_", "file_ ", "file_x ", "1T", "1t", "_"])
def test_hostile_evidence_fields_are_searched_for_ids_and_machine_times_to_their_end(unit):
    assert_proportional(preflight_texts._FILE_ID.search, unit)
    assert_proportional(preflight_texts._MACHINE_TIME.search, unit)
