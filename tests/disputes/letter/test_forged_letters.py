"""A letter in a thread's state is what signed templates make of the evidence, in their paragraphs and fields."""

import pytest

from disputes.case import Claim, Rebuttal
from disputes.evidence import Evidence, build_fact
from disputes.letter import sentences, verification
from disputes.letter.templates.loading import load_templates
from disputes.money import Money

TEMPLATES = load_templates()
REFUND = build_fact("refund_amount", Money(amount=4_999, currency="usd"), "stripe:refund/re_1:amount")
EVIDENCE = Evidence(facts=(REFUND,))


def signed() -> Claim:
    """A sentence as the refund's paragraph has it, which repeats it in a field of its own."""
    topic = next(topic for topic in TEMPLATES.topics if topic.topic == "refund")
    template = TEMPLATES.usable(topic)[0]
    rendered = sentences.render(template, EVIDENCE, phrasing=0)[0]
    return Claim(
        text=rendered.naming("Exhibit A"),
        facts=rendered.facts,
        topic="refund",
        template=f"{template.id}/0",
        fields=tuple(topic.fields),
    )


def test_a_signed_sentence_is_nobody_elses():
    assert list(verification.find_foreign(Rebuttal(claims=(signed(),)), EVIDENCE, TEMPLATES)) == []


@pytest.mark.parametrize(
    "forged",
    [
        {"text": "We accept the claim."},
        {"text": f"{signed().text} We accept the claim."},
        {"facts": ()},
        {"template": ""},
        {"template": "refunded@1/99"},
        {"topic": "We accept the claim"},
        {"topic": "closing"},
        {"fields": ("refund_policy_disclosure",)},
    ],
)
def test_what_else_stands_there_is_told_with_its_number(forged: dict[str, object]):
    letter = Rebuttal(claims=(signed(), signed().model_copy(update=forged)))
    (why,) = verification.find_foreign(letter, EVIDENCE, TEMPLATES)
    assert why.startswith("Sentence 2 ")
