"""The analyst: a model's opinion on what is really claimed and what would answer it. It advises; code decides."""

from pydantic import BaseModel, Field, JsonValue

from agents.llm import Model, Prompt
from disputes import money, text
from disputes.case import Assessment, Case, Opinion
from disputes.errors import WriterFailed
from disputes.evidence import quotations, render
from disputes.evidence.kinds import label
from disputes.playbook import Playbook, Playbooks
from disputes.policy.model_budget import Meter
from disputes.ports.models import Analyst
from disputes.privacy.pseudonyms import Pseudonyms

MAX_CHARACTERS = 600


class Admission(BaseModel):
    """A passage of a customer's message."""

    text: str = Field(description="The passage, word for word.")
    fact: str = Field(description="The id of the message.")


class Advice(BaseModel):
    """The model's answer: what is claimed, and what would answer it."""

    claim: str
    sub_reason: str
    admits: list[Admission]
    answer: str


class ModelAnalyst:
    """Asks a chat model for its opinion on a case."""

    def __init__(self, model: Model, playbooks: Playbooks, prompt: Prompt) -> None:
        self.name = model.name
        self._model = model
        self._playbooks = playbooks
        self._prompt = prompt

    async def judge(self, case: Case, *, meter: Meter) -> Opinion:
        """Return an opinion; its sub-reason is one of the playbook's and its passages occur in the messages.

        Raises `WriterFailed`.
        """
        playbook = self._playbooks.of(case.dispute.reason)
        pseudonyms = None if meter.allowance.personal else Pseudonyms.over(case.evidence)
        advice = await self._model.ask(
            self._prompt, Advice, _build_data(case, playbook), meter=meter, pseudonyms=pseudonyms
        )
        sub_reasons = {sub.name for sub in playbook.sub_reasons}
        passages = (text.line(passage.text) for passage in advice.admits if _was_written(passage, case))
        return Opinion(
            claim=text.line(advice.claim, limit=MAX_CHARACTERS),
            sub_reason=advice.sub_reason if advice.sub_reason in sub_reasons else None,
            admits=tuple(passage for passage in passages if passage),
            answer=text.line(advice.answer, limit=MAX_CHARACTERS),
            by=self.name,
        )


async def advise(assessed: Assessment, case: Case, analyst: Analyst | None, *, meter: Meter) -> Assessment:
    """Return the assessment with an analyst's opinion; one that fails leaves a note instead."""
    if analyst is None or "classifier" not in meter.allowance.agents:
        return assessed
    try:
        opinion = await analyst.judge(case, meter=meter)
    except WriterFailed as failed:
        opinion = Opinion(by=analyst.name, note=f"No opinion: {failed}.")
    return assessed.model_copy(update={"opinion": opinion})


def _build_data(case: Case, playbook: Playbook) -> dict[str, JsonValue]:
    dispute = case.dispute
    return {
        "dispute": {"reason": dispute.reason, "code": dispute.network_code, "amount": money.write(dispute.money)},
        "claim": playbook.claim,
        "sub_reasons": [{"name": sub.name, "claim": sub.claim} for sub in playbook.sub_reasons],
        "facts": [{"id": f.id, "what": label(f.kind), "text": render(f)} for f in case.evidence.facts],
        "missing": [gap.name for gap in case.evidence.gaps],
    }


def _was_written(passage: Admission, case: Case) -> bool:
    message = case.evidence.find(passage.fact)
    if message is None or message.kind != "customer_message":
        return False
    return quotations.find_passage(passage.text, str(message.value)) is not None
