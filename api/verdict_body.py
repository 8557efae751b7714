"""The request body of a verdict, as a reviewer sends it."""

from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StringConstraints, model_validator

from disputes import text
from disputes.case import Choice, Claim, Verdict
from disputes.evidence import clean_id

Sentence = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
FactId = Annotated[str, StringConstraints(min_length=1, max_length=300)]
FieldName = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,64}$")]
FieldText = Annotated[str, StringConstraints(max_length=20_000)]


class ClaimBody(BaseModel):
    """One sentence and the ids of the facts it rests on; sentences of one `paragraph` stand together.

    `attested` says that the reviewer answers for what no rule can judge in it; the case shows it under their name.
    """

    model_config = ConfigDict(extra="forbid")

    text: Sentence
    facts: list[FactId] = Field(default_factory=list, max_length=50)
    paragraph: int = Field(0, ge=0, le=200)
    attested: StrictBool = False


class LetterBody(BaseModel):
    """A letter written by a person."""

    model_config = ConfigDict(extra="forbid")

    claims: list[ClaimBody] = Field(min_length=1, max_length=200)


class VerdictBody(BaseModel):
    """A reviewer's decision; `letter` and `fields` belong to `edit` alone, `without` to what is filed.

    `without` names exhibits by Stripe's file field, such as `receipt`, that are left out. `theirs` says of each field
    that somebody filled outside Rebut, such as `uncategorized_text`, whether it is kept or replaced.
    `fee_acknowledged` agrees to the network's fee of a compliance case and must be a JSON boolean.
    """

    model_config = ConfigDict(extra="forbid")

    decision: Literal["approve", "edit", "reject", "accept_loss", "smart_disputes"]
    note: str = Field("", max_length=5_000)
    letter: LetterBody | None = None
    fields: dict[FieldName, FieldText] | None = None
    fee_acknowledged: StrictBool = False
    without: list[FieldName] = Field(default_factory=list, max_length=9)
    theirs: dict[FieldName, Choice] = Field(default_factory=dict, max_length=40)

    @model_validator(mode="after")
    def _check_decision(self) -> Self:
        if self.decision != "edit" and (self.letter is not None or self.fields):
            raise ValueError("a letter or fields come only with the decision edit")
        if self.without and self.decision not in {"approve", "edit"}:
            raise ValueError("exhibits are left out only with the decisions approve and edit")
        if self.theirs and self.decision not in {"approve", "edit"}:
            raise ValueError("what others wrote is kept or replaced only with the decisions approve and edit")
        return self

    def verdict(self, *, by: str, at: datetime, version: int) -> Verdict:
        """Build the verdict, its text cleaned as all text from outside is."""
        return Verdict(
            decision=self.decision,
            note=text.clean(self.note),
            letter=tuple(_claim(claim, by) for claim in self.letter.claims) if self.letter else None,
            fields={name: text.clean(value, name=name) for name, value in (self.fields or {}).items()},
            fee_acknowledged=self.fee_acknowledged,
            without=tuple(self.without),
            theirs=dict(self.theirs),
            by=by,
            at=at,
            version=version,
        )


def _claim(body: ClaimBody, by: str) -> Claim:
    return Claim(
        text=text.clean(body.text),
        facts=tuple(clean_id(fact_id) for fact_id in body.facts),
        paragraph=body.paragraph,
        attested_by=by if body.attested else "",
    )
