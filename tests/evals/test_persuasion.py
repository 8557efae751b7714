"""How letters persuade: each figure can fall, and falls for the right reason."""

import re
from itertools import groupby

import pytest

from disputes.case import Claim
from disputes.evidence.kinds import ADVERSE, KINDS
from evals.scoring import persuasion
from evals.scoring.persuasion import LABELS, Persuasion, measure_letter
from evals.scoring.report import build_json, build_report, summarize_letters
from evals.scoring.score import score_case
from tests.evals.builders import claims_of, play_case, with_claims

EXHIBIT = re.compile(r" \(Exhibit [A-Z]\)")
QUESTIONS, WANTED = persuasion._questions(), persuasion._wanted()


def measured(played, claims=None):
    played = with_claims(played, claims) if claims is not None else played
    return measure_letter(played.case, played.result)


def without_marks(claim):
    return claim.model_copy(update={"text": EXHIBIT.sub("", claim.text)})


def paragraphs(claims):
    """The paragraphs between the opening and the closing."""
    groups = [list(group) for _, group in groupby(claims, key=lambda claim: claim.paragraph)]
    return [group for group in groups if group[0].topic not in {"opening", "closing"}]


def is_body(claim):
    return claim.topic not in {"opening", "closing"}


@pytest.fixture(scope="module")
async def played():
    return await play_case()


async def test_the_letter_of_a_strong_case_reaches_something_of_each_figure(played):
    figures = measured(played)
    assert figures.words == sum(len(claim.text.split()) for claim in claims_of(played))
    for proportion in (figures.exhibits, figures.criteria, figures.found):
        assert 0 < proportion.hits <= proportion.of


async def test_no_letter_measures_nothing(played):
    assert measured(played, ()) == Persuasion()


async def test_words_are_counted_over_all_paragraphs(played):
    longer = (*claims_of(played), Claim(text="Seven words stand at the very end.", topic="closing"))
    assert measured(played, longer).words == measured(played).words + 7


async def test_a_paragraph_without_its_exhibit_is_counted(played):
    claims, whole = claims_of(played), measured(played).exhibits
    assert whole.of == len(paragraphs(claims))
    named = next(claim for claim in claims if EXHIBIT.search(claim.text))
    one_less = [without_marks(claim) if claim.paragraph == named.paragraph else claim for claim in claims]
    assert measured(played, one_less).exhibits.hits == whole.hits - 1
    assert measured(played, map(without_marks, claims)).exhibits.hits == 0


async def test_a_question_that_the_record_answers_and_the_letter_does_not_is_missed(played):
    whole = measured(played)
    silent = [claim for claim in claims_of(played) if "delivered_at" not in claim.facts]
    fewer = measured(played, silent)
    assert fewer.criteria.of == whole.criteria.of
    assert fewer.criteria.hits < whole.criteria.hits
    assert set(fewer.missed) > set(whole.missed)


async def test_what_the_record_does_not_answer_is_asked_of_no_letter(played):
    bare = played.result.evidence.model_copy(update={"facts": ()})
    result = played.result.model_copy(update={"evidence": bare})
    assert measure_letter(played.case, result).criteria.of == 0


async def test_the_heaviest_answer_behind_another_paragraph_is_counted(played):
    evidence = played.result.evidence
    kinds = ("delivered_at", "tracking_number", "shipping_address")
    decisive = Claim(text="It came.", facts=tuple(evidence.of(kind)[0].id for kind in kinds), topic="delivery")
    other = Claim(text="We keep records.", facts=("order_id",), topic="purchase")
    opening = Claim(text="We contest it.", facts=("dispute_amount",), topic="opening")
    first, later = (
        measured(played, order).heaviest for order in ([opening, decisive, other], [opening, other, decisive])
    )
    assert first.of == later.of == 1
    assert (first.hits, later.hits) == (1, 0)


async def test_what_stands_behind_the_first_hundred_words_is_not_found(played):
    whole = measured(played)
    talk = Claim(text=" ".join(["Thus"] * 100) + ".", topic="opening")
    late = measured(played, [talk, *claims_of(played)])
    assert (late.found.hits, late.found.of) == (0, whole.found.of)
    assert set(late.absent) >= set(whole.absent)
    assert len(late.absent) == whole.found.of


async def test_a_day_an_amount_and_a_longer_value_told_twice_are_named(played):
    claims, before = claims_of(played), len(measured(played).twice)
    delivered = next(claim for claim in claims if "delivered_at" in claim.facts and re.search(r"\d{4}", claim.text))
    again = measured(played, [*claims, delivered]).twice
    assert len(again) > before
    assert measured(played, [delivered]).twice == ()
    paid = Claim(text="We received 12.34 USD.", topic="purchase")
    assert len(measured(played, [paid, paid]).twice) == 1


async def test_the_figures_of_letters_are_summed_over_those_that_there_are(played):
    letter = score_case(played)
    none = letter.model_copy(update={"id": "none", "persuasion": Persuasion()})
    total = build_report("w", [letter, none]).total.letters
    assert total == summarize_letters([letter.persuasion])
    assert total.letters == 1
    assert total.words[0] == total.words[-1] == letter.persuasion.words
    payload = build_json(build_report("w", [letter, none]))["letters"]
    assert isinstance(payload, dict)
    assert set(payload) >= {"words", "exhibits_named", "criteria_answered", "heaviest_first", "told_twice"}


def test_the_labels_are_read_from_their_folder_and_name_kinds_that_there_are():
    assert {path.name for path in LABELS.glob("*.toml")} == {"questions.toml", "first_words.toml"}
    answering = {kind for question in QUESTIONS for answer in question.answered_by for kind in answer}
    assert answering <= set(KINDS) - ADVERSE
    assert {kind for question in QUESTIONS for kind in question.refuted_by} <= ADVERSE
    assert {kind for wanted in WANTED for group in wanted.kinds for kind in group} <= set(KINDS)
    assert all(re.compile(pattern) for wanted in WANTED for pattern in wanted.words)
    assert all(wanted.kinds or wanted.words for wanted in WANTED)


def test_each_question_belongs_to_a_reason_and_says_where_it_is_from():
    assert all(question.reasons and question.source and question.question.endswith("?") for question in QUESTIONS)
    assert any(question.heaviest for question in QUESTIONS)
