"""What models cost a dispute, and how much they may. Pure.

A cost is in millionths of a minor unit of the policy's currency: tokens times the price of a million of them.
"""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from disputes.errors import OverBudget
from disputes.model import Strict, Value

MICRO = 1_000_000
Agent = Literal["evidence", "classifier", "rebuttal"]
AGENTS: tuple[Agent, ...] = ("evidence", "classifier", "rebuttal")


class Usage(Value):
    """One question asked of a model. `ended` is `ok`, or the name of what went wrong.

    `prompt` names its version, `method` the way of structured output; tokens are the endpoint's count, or an estimate
    where it gave none.
    """

    agent: Agent
    model: str
    prompt: str
    method: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    cost: int = 0
    seconds: float = 0.0
    ended: str = "ok"


class Allowance(Strict):
    """What models may do for one dispute, all drafts and reruns together.

    `cost` is minor units of the policy's currency, and prices are minor units for a million tokens: 0 where nothing is
    paid. One answer has `answer` tokens and `seconds` at most. `agents` name who may ask a model. `personal` lets
    names, e-mails and addresses into prompts; without it, stable placeholders stand for them. `language` is that of
    the letters.
    """

    tokens: int = Field(default=60_000, ge=0)
    cost: int = Field(default=25, ge=0)
    price_in: int = Field(default=0, ge=0)
    price_out: int = Field(default=0, ge=0)
    answer: int = Field(default=8_000, gt=0)
    seconds: float = Field(default=60.0, gt=0)
    agents: tuple[Agent, ...] = AGENTS
    personal: bool = False
    language: Literal["en"] = "en"


class Meter:
    """Counts what a dispute's models use, and refuses the question that would be too much."""

    def __init__(self, allowance: Allowance, spent: Sequence[Usage] = ()) -> None:
        self.allowance = allowance
        self.used: list[Usage] = []
        self._before = tuple(spent)

    def admit(self, tokens: int) -> None:
        """Let a question of about so many tokens pass. Raises `OverBudget` when it is more than is left."""
        may, asked = self.allowance, (*self._before, *self.used)
        if sum(use.tokens_in + use.tokens_out for use in asked) + tokens > may.tokens:
            raise OverBudget(f"the {may.tokens} tokens for a dispute are used up")
        if sum(use.cost for use in asked) + tokens * may.price_in > may.cost * MICRO:
            raise OverBudget("what models may cost for a dispute is used up")

    def note(self, usage: Usage) -> None:
        """Write down a question that was asked, at the policy's prices."""
        cost = usage.tokens_in * self.allowance.price_in + usage.tokens_out * self.allowance.price_out
        self.used.append(usage.model_copy(update={"cost": cost}))
