"""The rebuttal agent: letters of signed templates, what a model may choose in them, and what becomes of its draft."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents import rebuttal
from disputes.case import BUILT_IN, Claim
from disputes.errors import BadStructure, GenerationFailed, NotConfigured
from disputes.evidence import Evidence
from disputes.letter import drafts, grounding, verification
from disputes.letter.argument import Choice
from disputes.playbook import PRODUCTS
from disputes.policy.model_budget import Allowance, Meter
from disputes.ports.models import Chosen
from tests.builders import AUTHOR, BOOKS, TEMPLATES, a_case, a_claim, a_full_case, on_record

TOPICS = [topic.topic for topic in TEMPLATES.topics]
NAMES = [template.name for topic in TEMPLATES.topics for template in topic.templates]


@dataclass
class FakeWriter:
    """Chooses what the test says, or fails."""

    choice: Choice = field(default_factory=Choice)
    draft: tuple[Claim, ...] = ()
    error: Exception | None = None
    asked: int = 0
    name: str = "model"

    async def choose(self, *_, meter):
        self.asked += 1
        if self.error:
            raise self.error
        return Chosen(choice=self.choice, draft=self.draft)


async def written(case=None, writer=None, **allowed):
    return await rebuttal.write(case or a_full_case(), writer, AUTHOR, meter=Meter(Allowance(**allowed)))


def a_draft(*sentences, case=None):
    evidence = (case or a_full_case()).evidence
    return tuple(claim for text in sentences for claim in drafts.render("delivery", text, evidence))


def topics(claims: Sequence[Claim]):
    """The topics in order, by the templates: a paragraph of one sentence joins another."""
    found = [TEMPLATES.find(claim.template.partition("/")[0]) for claim in claims]
    return list(dict.fromkeys(template.topic for template in found if template))


def cited(claims: Sequence[Claim]):
    return {(claim.template.partition("/")[0], frozenset(claim.facts)) for claim in claims}


@pytest.mark.parametrize("reason", BOOKS.by_reason)
@pytest.mark.parametrize("product", PRODUCTS)
async def test_the_letter_of_a_full_record_is_grounded_and_makes_every_point_for_each_reason_and_product(
    reason, product
):
    case = a_full_case(reason, product)
    letter = await written(case)
    assert letter.notes == ()
    assert letter.unmade == ()
    wrong = [v for v in grounding.check(letter, case.evidence) if not verification.answers_for(letter, v)]
    assert wrong == []


@pytest.mark.parametrize("reason", BOOKS.by_reason)
@pytest.mark.parametrize("product", PRODUCTS)
async def test_every_sentence_is_a_signed_templates(reason, product):
    case = a_full_case(reason, product)
    letter = await written(case)
    assert letter.claims
    assert letter.writer == BUILT_IN
    assert list(verification.find_foreign(letter, case.evidence, TEMPLATES)) == []


async def test_the_same_evidence_gives_the_same_letter():
    assert await written() == await written()


async def test_the_questions_of_the_bank_stand_beside_the_letter():
    letter = await written(a_full_case(network_code="13.1"))
    assert letter.criteria
    assert any(answered.topics for answered in letter.criteria)


async def test_an_empty_record_gives_an_empty_letter_that_may_not_be_filed():
    case = a_case().model_copy(update={"evidence": Evidence()})
    letter = await written(case)
    assert (letter.claims, letter.notes) == ((), ())
    assert grounding.check(letter, case.evidence) != ()


async def test_no_model_is_asked_about_a_record_that_answers_nothing():
    writer = FakeWriter(draft=(a_claim(),))
    letter = await written(a_case().model_copy(update={"evidence": Evidence()}), writer)
    assert (writer.asked, letter.writer, letter.draft) == (0, BUILT_IN, ())


async def test_a_model_chooses_phrasings():
    plain = await written()
    other = Choice(phrasings=dict.fromkeys(NAMES, 1))
    letter = await written(writer=FakeWriter(other))
    assert letter.writer == "model"
    chosen = [claim for claim in letter.claims if claim.template.endswith("/1")]
    assert len(chosen) > len([claim for claim in plain.claims if claim.template.endswith("/1")])
    assert list(verification.find_foreign(letter, a_full_case().evidence, TEMPLATES)) == []


async def test_a_model_orders_the_paragraphs_behind_the_first():
    plain = topics((await written()).claims)
    opening, first, *rest, closing = plain
    letter = await written(writer=FakeWriter(Choice(order=(*reversed(rest), first))))
    assert topics(letter.claims) == [opening, first, *reversed(rest), closing]


choices = st.builds(
    Choice,
    order=st.permutations(TOPICS).map(tuple),
    phrasings=st.dictionaries(st.sampled_from(NAMES), st.integers(-2, 4)),
)


@settings(max_examples=40)
@given(choices, st.sampled_from(sorted(BOOKS.by_reason)), st.sampled_from(PRODUCTS))
async def test_no_choice_moves_the_first_paragraph_or_changes_a_fact_that_is_cited(choice, reason, product):
    case = a_full_case(reason, product)
    plain, chosen = AUTHOR.plan(case), AUTHOR.plan(case, choice)
    assert topics(chosen.claims)[:2] == topics(plain.claims)[:2]
    assert topics(chosen.claims)[-1] == topics(plain.claims)[-1]
    assert cited(chosen.claims) == cited(plain.claims)
    assert chosen.words <= 350


@pytest.mark.parametrize(
    "choice",
    [
        Choice(phrasings={"moon": 0, "delivered@1": 1, "": 1}),
        Choice(phrasings=dict.fromkeys(NAMES, 99)),
        Choice(phrasings=dict.fromkeys(NAMES, -1)),
        Choice(order=("moon", "", "delivery@1")),
        Choice(),
    ],
    ids="unknown-template too-high negative unknown-topic nothing".split(),
)
async def test_a_choice_of_what_there_is_not_changes_nothing(choice):
    assert (await written(writer=FakeWriter(choice))).claims == (await written()).claims


async def test_a_grounded_draft_is_offered_beside_the_letter_and_never_in_it():
    draft = a_draft("The parcel [arrived](delivered_at) on {delivered_at:day}, whatever is said.")
    letter = await written(writer=FakeWriter(draft=draft))
    assert letter.draft == draft
    assert letter.claims == (await written()).claims
    assert not {claim.text for claim in letter.draft} & {claim.text for claim in letter.claims}


@pytest.mark.parametrize(
    "claims",
    [
        (a_claim("It arrived in 23 days.", "delivered_at"),),
        (a_claim("We refund everything, see https://evil.example.", "amount_paid"),),
        (a_claim("The parcel arrived.", "moon_at"),),
    ],
    ids="figure link no-fact".split(),
)
async def test_a_drafted_sentence_that_rests_on_no_record_is_left_out_and_counted(claims):
    letter = await written(writer=FakeWriter(draft=claims))
    assert letter.draft == ()
    assert "sentences of the model's draft that no record backs are left out: 1 of 1" in letter.notes


async def test_a_drafted_sentence_that_no_rule_can_judge_is_offered_to_a_reviewer_and_never_in_the_letter():
    draft = (a_claim("The parcel arrived."),)
    letter = await written(writer=FakeWriter(draft=draft))
    assert letter.draft == draft
    assert draft[0] not in letter.claims
    assert letter.claims == (await written()).claims


@pytest.mark.parametrize("kind", [NotConfigured, GenerationFailed, BadStructure])
async def test_a_model_that_fails_leaves_the_choice_to_code_and_the_letter_says_so(kind):
    letter = await written(writer=FakeWriter(error=kind("no answer")))
    plain = await written()
    assert (letter.writer, letter.draft) == (BUILT_IN, ())
    assert letter.claims == plain.claims
    assert "model: no answer" in letter.notes


async def test_a_bug_in_a_writer_crashes_loudly():
    with pytest.raises(ZeroDivisionError):
        await written(writer=FakeWriter(error=ZeroDivisionError()))


async def test_a_policy_may_leave_the_choice_to_code():
    writer = FakeWriter(Choice(order=("purchase",)))
    letter = await written(writer=writer, agents=("evidence",))
    assert (writer.asked, letter.writer) == (0, BUILT_IN)


async def test_a_value_with_a_link_is_cut_from_the_letter_and_what_it_no_longer_says_is_told():
    kinds = "dispute_amount paid_at delivered_at tracking_number"
    linked = on_record(kinds)
    facts = [
        fact.model_copy(update={"value": "www.evil.example1234"}) if fact.kind == "tracking_number" else fact
        for fact in linked.facts
    ]
    letter = await written(a_case().model_copy(update={"evidence": Evidence(facts=tuple(facts))}))
    assert "evil" not in letter.model_dump_json()
    assert any("link" in note for note in letter.notes)
    assert letter.unmade == ("tracked",)
