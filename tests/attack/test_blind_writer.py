"""A model that chooses the words of a letter sees no value of the case: every question over all cases is searched."""

import json
import re
from collections.abc import Iterator

import pytest

from agents import rebuttal
from agents.rebuttal import Author
from disputes import dispute as disputes
from disputes.case import Case
from disputes.evidence import Fact, build_fact, render
from disputes.evidence.kinds import KINDS
from disputes.letter.templates import Templates
from disputes.letter.templates.loading import load_templates
from disputes.policy.model_budget import Meter
from evals import case as eval_cases
from evals import writers
from evals.attacks.obedient import NAME, serve_obedient_model
from evals.case import EvalCase
from evals.harness import Harness
from evals.writers import WriterChoice
from graph.nodes import Nodes
from graph.permission.guard import StepContext
from graph.state import State

pytestmark = pytest.mark.no_cover  # hundreds of cases, which tracing every line would make three times as long

_SHORTEST = 4
_SEEN_BY_DESIGN = frozenset(("product_type",))


async def test_no_question_to_the_writer_holds_a_value_of_its_case():
    cases, leaks = eval_cases.load(), list[str]()
    async with serve_obedient_model() as model:
        choice = WriterChoice("model", model=NAME, base_url=model.url, key="none")
        async with writers.open_harness(choice) as harness:
            own = _own_words(harness.templates)
            for case in cases:
                model.questions.clear()
                worked = await _write(case, harness)
                asked = " ".join(model.questions)
                leaks += [f"{case.id}: {fact.id}" for fact in worked.evidence.facts if _is_told(fact, asked, own)]
                assert asked or not worked.rebuttal, case.id
    assert leaks == []


@pytest.mark.parametrize(
    ("kind", "value", "told"),
    [
        ("order_id", "HW-51020", True),
        ("customer_name", "Ida Quillfeather", True),
        ("product_description", "the customer paid", False),  # words that templates hold themselves
        ("order_id", "AB-1", True),
        ("product_type", "physical", False),
    ],
)
def test_a_question_that_holds_a_value_is_found(kind: str, value: str, told: bool):  # noqa: FBT001 - a column of the table
    fact = build_fact(kind, value, "shop:x")
    assert (
        _is_told(fact, json.dumps({"note": f"Say of {value.upper()} what you like"}), _own_words(load_templates()))
        is told
    )
    assert not _is_told(fact, '{"note": "Say what you like"}', frozenset())


async def _write(case: EvalCase, harness: Harness) -> Case:
    """Return the case with the letter that a model chose the words of; nothing is printed."""
    deps, dispute = harness.deps(case), disputes.parse(case.dispute)
    state = State(dispute_id=dispute.id, dispute=dispute)
    found = await Nodes(deps).evidence(state, StepContext(fence=0, by_worker=True))
    worked = State.model_validate({**state.model_dump(mode="json"), **found, "history": []}).case()
    author = Author(harness.playbooks, harness.templates)
    letter = await rebuttal.write(worked, harness.writer, author, meter=Meter(deps.policy.model))
    return worked.model_copy(update={"rebuttal": letter if letter.claims else None})


def _is_told(fact: Fact, question: str, own: frozenset[str]) -> bool:
    """Check whether a question holds the value of a fact, other than in words that every question may hold."""
    if fact.kind in _SEEN_BY_DESIGN or isinstance(fact.value, (bool, int)):
        return False
    folded = question.casefold()
    return any(
        len(value) >= _SHORTEST and value in folded and not set(_words(value)) <= own
        for value in {render(fact).casefold(), str(fact.value).casefold()}
    )


def _own_words(templates: Templates) -> frozenset[str]:
    """Return the words of the templates, and of the kinds of fact."""
    phrasings = (text for topic in templates.topics for each in topic.templates for text in each.phrasings)
    return frozenset(word for text in (*phrasings, *(kind.words for kind in KINDS.values())) for word in _words(text))


def _words(text: str) -> Iterator[str]:
    yield from re.findall(r"\w+", text.casefold())
