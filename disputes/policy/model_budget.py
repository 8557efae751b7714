"""The budget of models for a dispute: their usage, its cost, and the allowance. Pure.

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
    """One call of a model. `ended` is `ok`, or the name of the error.

    `prompt` is the prompt's version, `method` the way of structured output. Tokens are the endpoint's count, or an
    estimate where it returns none.
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
    """What models may use for one dispute, all drafts and reruns together.

    `cost` is in minor units of the policy's currency, prices in minor units for a million tokens: 0 where nothing is
    paid. One answer has `answer` tokens and `seconds` at most. `agents` lists who may call a model. `personal` allows
    names, e-mails and addresses in prompts; without it, stable pseudonyms replace them.
    """

    tokens: int = Field(default=60_000, ge=0)
    cost: int = Field(default=25, ge=0)
    price_in: int = Field(default=0, ge=0)
    price_out: int = Field(default=0, ge=0)
    answer: int = Field(default=8_000, gt=0)
    seconds: float = Field(default=60.0, gt=0)
    agents: tuple[Agent, ...] = AGENTS
    personal: bool = False


class Meter:
    """Counts the usage of models for a dispute, and refuses a call beyond its allowance."""

    def __init__(self, allowance: Allowance, earlier: Sequence[Usage] = ()) -> None:
        self.allowance = allowance
        self.used: list[Usage] = []
        self._earlier = tuple(earlier)

    def check(self, tokens: int) -> None:
        """Check that a call of about so many tokens fits the allowance. Raises `OverBudget` when it does not."""
        allowance, usage = self.allowance, (*self._earlier, *self.used)
        if sum(use.tokens_in + use.tokens_out for use in usage) + tokens > allowance.tokens:
            raise OverBudget(f"the {allowance.tokens} tokens for a dispute are used up")
        if sum(use.cost for use in usage) + tokens * allowance.price_in > allowance.cost * MICRO:
            raise OverBudget("what models may cost for a dispute is used up")

    def record(self, usage: Usage) -> None:
        """Add a finished call to the usage, at the policy's prices."""
        cost = usage.tokens_in * self.allowance.price_in + usage.tokens_out * self.allowance.price_out
        self.used.append(usage.model_copy(update={"cost": cost}))
