"""The message reader: a model marks passages in what people wrote, and code checks that they occur there."""

from pydantic import BaseModel, Field, JsonValue

from agents.llm import Model, Prompt
from disputes.case import Case
from disputes.errors import WriterFailed
from disputes.evidence import Evidence, Gap, quotations
from disputes.evidence.quotations import Passage
from disputes.policy.model_budget import Meter
from disputes.ports.models import MessageReader
from disputes.privacy.pseudonyms import Pseudonyms


class ModelPassage(BaseModel):
    """One passage of a message."""

    kind: str = Field(description="One of the kinds that were named.")
    text: str = Field(description="The passage, word for word as it stands in the message, one sentence at most.")
    fact: str = Field(description="The id of the message.")


class ModelPassages(BaseModel):
    """The passages found; empty where none fits."""

    quotes: list[ModelPassage]


class ModelReader:
    """Reads messages with a chat model, which marks passages and decides nothing."""

    def __init__(self, model: Model, prompt: Prompt) -> None:
        self.name = model.name
        self._model = model
        self._prompt = prompt

    async def read(self, case: Case, *, meter: Meter) -> Evidence:
        """Return a fact for each passage that occurs in the message the model names. Raises `WriterFailed`."""
        messages = quotations.find_messages(case.evidence)
        texts: list[JsonValue] = [{"id": fact.id, "by": fact.kind, "text": str(fact.value)} for fact in messages]
        kinds: list[JsonValue] = [
            {"kind": kind.name, "by": kind.message, "means": kind.meaning} for kind in quotations.KINDS
        ]
        data: JsonValue = {"kinds": kinds, "messages": texts}
        pseudonyms = None if meter.allowance.personal else Pseudonyms.over(case.evidence)
        answer = await self._model.ask(self._prompt, ModelPassages, data, meter=meter, pseudonyms=pseudonyms)
        return quotations.keep((Passage(**passage.model_dump()) for passage in answer.quotes), case.evidence)


async def read(case: Case, reader: MessageReader | None, *, meter: Meter) -> Evidence:
    """Return the evidence with what a reader finds in its messages; a reader that fails becomes a gap."""
    if reader is None or "evidence" not in meter.allowance.agents or not quotations.find_messages(case.evidence):
        return case.evidence
    try:
        return case.evidence.plus(await reader.read(case, meter=meter))
    except WriterFailed as error:
        why = f"The messages were not read by {reader.name}: {error}."
        return case.evidence.plus(Evidence(gaps=(Gap(name="reading", why=why, source="model"),)))
