"""The model writer: a model reads the case as JSON and returns the claims of a letter, which code checks."""

from collections.abc import Sequence

from pydantic import BaseModel, Field, JsonValue

from agents.llm import Model, Prompt
from disputes import money, text
from disputes.case import Case, Claim, Rebuttal
from disputes.errors import BadStructure
from disputes.evidence import clean_id, render
from disputes.evidence.kinds import label
from disputes.playbook import Playbooks
from disputes.policy.model_budget import Meter
from disputes.privacy.pseudonyms import Pseudonyms

MAX_CLAIMS = 30


class DraftClaim(BaseModel):
    """One claim of the letter."""

    text: str = Field(description="One or two formal sentences.")
    facts: list[str] = Field(description="Ids of the facts this claim rests on.")


class ModelDraft(BaseModel):
    """The model's letter. Its schema has no sizes, since strict endpoints refuse some; the writer checks them."""

    claims: list[DraftClaim]


class ModelWriter:
    """Writes letters with a chat model."""

    def __init__(self, model: Model, playbooks: Playbooks) -> None:
        self.name = model.name
        self._model = model
        self._playbooks = playbooks
        self._prompt = Prompt.read("rebuttal")

    async def write(self, case: Case, *, meter: Meter, objections: Sequence[str] = ()) -> Rebuttal:
        """Return the model's claims. Raises `GenerationFailed`, `BadStructure` or `OverBudget`."""
        pseudonyms = None if meter.allowance.personal else Pseudonyms.over(case.evidence)
        data = self._build_data(case, objections, meter.allowance.language)
        draft = await self._model.ask(self._prompt, ModelDraft, data, meter=meter, pseudonyms=pseudonyms)
        if not 0 < len(draft.claims) <= MAX_CLAIMS:
            raise BadStructure("the model answered without claims, or with far too many")
        claims = (Claim(text=text.line(c.text, limit=2_000), facts=tuple(map(clean_id, c.facts))) for c in draft.claims)
        return Rebuttal(claims=tuple(claims), writer=self.name)

    def _build_data(self, case: Case, objections: Sequence[str], language: str) -> dict[str, JsonValue]:
        playbook = self._playbooks.of(case.dispute.reason)
        helping = [fact for fact in case.evidence.facts if fact.bearing == "helps"]
        points = playbook.find_points(case.dispute, case.evidence)
        proven = [point.write(proof) for point in points for proof in point.find_proofs(case.evidence)]
        return {
            "language": language,
            "dispute": {
                "id": case.dispute.id,
                "reason": case.dispute.reason,
                "amount": money.write(case.dispute.money),
            },
            "claim": case.assessment.claim if case.assessment else playbook.claim,
            "answer": playbook.answer,
            "points": [*proven],
            "facts": [{"id": fact.id, "what": label(fact.kind), "text": render(fact)} for fact in helping],
            "objections": list(objections),
        }
