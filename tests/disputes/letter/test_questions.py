"""Tests of which questions of the bank a letter answers, and with which paragraphs."""

import pytest

from disputes.letter import questions
from disputes.playbook import PRODUCTS
from tests.builders import AUTHOR, BOOKS, a_case, a_full_case, on_record

REASONS = sorted(BOOKS.by_reason)


def asked(case, claims=None):
    told = AUTHOR.plan(case).claims if claims is None else claims
    return questions.find_answers(case.dispute, case.evidence, told, BOOKS.of(case.dispute.reason))


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("product", PRODUCTS)
def test_each_question_of_the_code_is_told_in_the_playbooks_order(reason, product):
    case = a_full_case(reason, product)
    named = [criterion.name for criterion in BOOKS.of(reason).find_criteria(None, product)]
    assert [answered.name for answered in asked(case)] == named


def test_only_the_questions_of_the_disputes_code_are_asked():
    case = a_full_case(network_code="13.1")
    criteria = BOOKS.of(case.dispute.reason).find_criteria("13.1", "physical")
    assert [answered.name for answered in asked(case)] == [criterion.name for criterion in criteria]
    assert all("13.1" in criterion.codes for criterion in criteria)


@pytest.mark.parametrize("reason", REASONS)
def test_a_letter_without_sentences_leaves_every_question_open(reason):
    answers = asked(a_full_case(reason), ())
    assert all(answered.is_open for answered in answers)


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("product", PRODUCTS)
def test_an_answer_names_paragraphs_of_the_letter_and_rests_on_the_record(reason, product):
    case = a_full_case(reason, product)
    topics = {claim.topic for claim in AUTHOR.plan(case).claims}
    for answered in asked(case):
        assert set(answered.topics) <= topics
        assert answered.on_record or answered.is_open


def test_what_is_not_on_record_is_answered_by_nobody():
    case = a_case().model_copy(update={"evidence": on_record("dispute_amount product_type")})
    for answered in asked(case):
        assert not answered.on_record
        assert answered.is_open


def test_part_of_an_answer_is_none():
    case = a_full_case(network_code="13.1")
    whole = asked(case)
    delivered = next(answered for answered in whole if not answered.is_open)
    kept = tuple(claim for claim in AUTHOR.plan(case).claims if claim.topic not in delivered.topics)
    again = next(answered for answered in asked(case, kept) if answered.name == delivered.name)
    assert again.is_open
    assert again.on_record
