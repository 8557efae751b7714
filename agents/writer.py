"""The model writer: a model chooses the words of a letter without seeing any value or message of the case."""

from pydantic import BaseModel, Field

from agents.llm import Model, Prompt
from disputes import text
from disputes.case import Case, Claim
from disputes.errors import BadStructure
from disputes.letter import drafts, shape
from disputes.letter.argument import Argument, Choice
from disputes.letter.templates import Templates
from disputes.playbook import Playbook
from disputes.policy.model_budget import Meter
from disputes.ports.models import Chosen

MAX_SENTENCES = 30
MAX_CHOICES = 90


class ChosenPhrasing(BaseModel):
    """The number of a phrasing, counted from 0, for one template."""

    template: str
    phrasing: int


class DraftSentence(BaseModel):
    """A sentence of the model's own, with slots and predicates in place of every value."""

    topic: str
    text: str


class ModelChoice(BaseModel):
    """The model's answer. Its schema has no sizes, since strict endpoints refuse some; the writer checks them."""

    order: list[str] = Field(description="The topics of the paragraphs, in the order in which they should stand.")
    phrasings: list[ChosenPhrasing]
    draft: list[DraftSentence] = Field(description="Sentences of your own, for a person to read; may be empty.")


class ModelWriter:
    """Chooses and orders signed phrasings with a chat model, and drafts sentences over slots for a reviewer."""

    def __init__(self, model: Model, prompt: Prompt) -> None:
        self.name = model.name
        self._model = model
        self._prompt = prompt

    async def choose(
        self, case: Case, playbook: Playbook, planned: Argument, templates: Templates, *, meter: Meter
    ) -> Chosen:
        """Return the model's choice and its free draft, rendered by code.

        Raises `GenerationFailed`, `BadStructure` or `OverBudget`.
        """
        data = shape.describe(case, playbook, planned, templates)
        answer = await self._model.ask(self._prompt, ModelChoice, data, meter=meter)
        if max(len(answer.order), len(answer.phrasings)) > MAX_CHOICES:
            raise BadStructure("the model chose far more than there is to choose")
        phrasings = {text.line(each.template): each.phrasing for each in answer.phrasings}
        choice = Choice(order=tuple(map(text.line, answer.order)), phrasings=phrasings)
        return Chosen(choice=choice, draft=tuple(_render(answer.draft[:MAX_SENTENCES], case)))


def _render(sentences: list[DraftSentence], case: Case) -> list[Claim]:
    return [claim for sentence in sentences for claim in drafts.render(sentence.topic, sentence.text, case.evidence)]
