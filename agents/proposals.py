"""New phrasings for the templates: a model proposes them blind, code checks them, and a model judges them."""

from collections.abc import Iterator

from pydantic import BaseModel, JsonValue

from agents.llm import Model, Prompt
from disputes import text
from disputes.errors import BadStructure, Invalid, WriterFailed
from disputes.evidence.kinds import form, label
from disputes.letter.templates import Template, Templates, proposals
from disputes.letter.templates.proposals import Backing, Proposed, RefusedPhrasing, Subject
from disputes.policy.model_budget import Meter

MAX_PHRASINGS = 30
MAX_CHARACTERS = 1_000


class ProposedTemplate(BaseModel):
    """Phrasings for a present template, by its name, or for a new one."""

    topic: str
    name: str
    phrasings: list[str]


class ModelProposal(BaseModel):
    """The model's answer to what it would write."""

    templates: list[ProposedTemplate]


class Judgement(BaseModel):
    """Whether one statement follows from its backing alone, and why."""

    number: int
    follows: bool
    why: str


class ModelEntailment(BaseModel):
    """The model's answer on every statement of a phrasing."""

    judgements: list[Judgement]


class Proposer:
    """Proposes phrasings with a chat model, and has it judge them in questions of their own."""

    def __init__(self, model: Model, proposal: Prompt, entailment: Prompt) -> None:
        self._model = model
        self._proposal = proposal
        self._entailment = entailment

    async def write(self, data: JsonValue, *, meter: Meter) -> list[ProposedTemplate]:
        """Return what the model proposes, cleaned. Raises `GenerationFailed`, `BadStructure` or `OverBudget`."""
        answer = await self._model.ask(self._proposal, ModelProposal, data, meter=meter)
        if sum(len(each.phrasings) for each in answer.templates) > MAX_PHRASINGS:
            raise BadStructure("the model answered with far too many phrasings")
        return [_clean(each) for each in answer.templates]

    async def judge(self, backings: list[Backing], *, meter: Meter) -> ModelEntailment:
        """Return whether words follow from their backing. Raises `GenerationFailed`, `BadStructure` or `OverBudget`."""
        statements: list[JsonValue] = [
            {"number": number, "words": each.words, "backing": list(map(_describe, each.kinds))}
            for number, each in enumerate(backings)
        ]
        return await self._model.ask(self._entailment, ModelEntailment, {"statements": statements}, meter=meter)


async def propose(subject: Subject, templates: Templates, proposer: Proposer, *, meter: Meter) -> Proposed:
    """Return the proposed templates that passed, and what did not. Raises `Invalid` or `WriterFailed`."""
    written = await proposer.write(proposals.describe(subject, templates), meter=meter)
    passed: list[Template] = []
    refused: list[RefusedPhrasing] = []
    for name, topic, phrasing in ((each.name, each.topic, phrasing) for each in written for phrasing in each.phrasings):
        try:
            template = proposals.build(name, topic, phrasing, subject, templates)
            await _check_entailed(template, proposer, meter=meter)
            passed.append(template)
        except (Invalid, WriterFailed) as why:
            refused.append(RefusedPhrasing(name=name, phrasing=phrasing, why=str(why)))
    return Proposed(templates=tuple(proposals.join(passed, templates)), refused=tuple(refused))


async def _check_entailed(template: Template, proposer: Proposer, *, meter: Meter) -> None:
    """Raise `Invalid` with the first words of a phrasing that do not follow from their backing, or were not judged."""
    backings = proposals.find_backings(template)
    answer = await proposer.judge(backings, meter=meter)
    for problem in _find_unbacked(backings, answer):
        raise Invalid(problem)


def _find_unbacked(backings: list[Backing], answer: ModelEntailment) -> Iterator[str]:
    for number, backing in enumerate(backings):
        judged = [each for each in answer.judgements if each.number == number]
        kinds = ", ".join(backing.kinds)
        if not judged:
            yield f"The model did not judge whether {backing.words!r} follows from {kinds}."
        for each in judged:
            if not each.follows:
                yield f"{backing.words!r} does not follow from {kinds}, the model says: {text.line(each.why)}"


def _clean(proposed: ProposedTemplate) -> ProposedTemplate:
    phrasings = [text.line(each, limit=MAX_CHARACTERS) for each in proposed.phrasings]
    return ProposedTemplate(topic=text.line(proposed.topic), name=text.line(proposed.name), phrasings=phrasings)


def _describe(kind: str) -> JsonValue:
    return {"kind": kind, "what": label(kind), "form": form(kind)}
