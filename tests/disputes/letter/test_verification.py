"""Tests of what a thread's state may not change: a letter is what signed templates make of the evidence."""

import pytest

from disputes.case import Rebuttal
from disputes.letter import verification
from disputes.letter.templates import Templates
from disputes.packet import assembly, forget_marks
from tests.builders import AUTHOR, BOOKS, TEMPLATES, a_claim, a_full_case, on_record

CASE = a_full_case()
SHEETS = assembly.plan_sheets(CASE, BOOKS.of(CASE.dispute.reason))
LETTER = Rebuttal(claims=AUTHOR.plan(CASE).claims)


def foreign(letter=LETTER, evidence=CASE.evidence, templates=TEMPLATES):
    return list(verification.find_foreign(letter, evidence, templates))


def forged(**changes):
    first, *others = LETTER.claims
    return Rebuttal(claims=(first.model_copy(update=changes), *others))


def test_a_planned_letter_is_no_foreign_one_with_its_exhibits_and_without():
    assert foreign() == []
    assert foreign(LETTER.model_copy(update={"claims": forget_marks(LETTER.claims, SHEETS, ())})) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"text": LETTER.claims[0].text.replace("38.00", "38.01")},
        {"text": f"{LETTER.claims[0].text} And more."},
        {"text": f"{LETTER.claims[0].text[:-1]} (Exhibit A) (Exhibit B)."},
        {"text": ""},
        {"facts": ()},
        {"facts": LETTER.claims[0].facts[1:]},
        {"facts": (*LETTER.claims[0].facts, "customer_name")},
        {"template": ""},
        {"template": "moon@1/0"},
        {"template": LETTER.claims[0].template.replace("@1", "@2")},
        {"template": LETTER.claims[1].template},
        {"template": LETTER.claims[0].template.rpartition("/")[0]},
        {"template": LETTER.claims[0].template.rpartition("/")[0] + "/99"},
        {"template": LETTER.claims[0].template.rpartition("/")[0] + "/-1"},
        {"template": LETTER.claims[0].template.rpartition("/")[0] + "/\u00b2"},
    ],
    ids="figure more-words two-exhibits empty no-facts fact-less fact-more no-template unknown version other "
    "no-phrasing phrasing negative superscript".split(),
)
def test_a_forged_sentence_is_found(changes):
    (why,) = foreign(forged(**changes))
    assert why.startswith("Sentence 1 of the letter")


def test_a_sentence_of_no_template_is_found_wherever_it_stands():
    (why,) = foreign(Rebuttal(claims=(*LETTER.claims, a_claim("We refund it all.", "amount_paid"))))
    assert why.startswith(f"Sentence {len(LETTER.claims) + 1} of the letter")


def test_a_letter_over_other_evidence_is_found():
    assert foreign(evidence=on_record("paid_at"))


def test_a_template_whose_signature_is_gone_makes_its_sentences_foreign():
    assert len(foreign(templates=Templates(topics=TEMPLATES.topics))) == len(LETTER.claims)


def test_no_letter_has_no_foreign_sentence():
    assert foreign(Rebuttal()) == []
