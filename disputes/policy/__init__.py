"""The policy a merchant sets, as data: lanes, thresholds, queues. `default.toml` and `autopilot.toml` ship."""

from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from disputes import toml_file
from disputes.dispute import Dispute
from disputes.evidence import Evidence, build_fact
from disputes.model import Strict
from disputes.money import Money, decimal_places
from disputes.playbook import Product
from disputes.policy.deadlines import Ladder, LastChance, SubmissionMethod, Zone
from disputes.policy.model_budget import Allowance

Currency = Annotated[str, Field(pattern="^[a-z]{3}$")]
Rate = Annotated[Decimal, Field(gt=0, allow_inf_nan=False)]

SHIPPED = {"default": "default.toml", "autopilot": "autopilot.toml"}


class Lane(Strict):
    """One row of the routing table. `below` and `above` are exclusive, in minor units of the policy's currency.

    `last_chance` is what happens shortly before the deadline to a case of this lane that nobody decided: a lane that
    files by itself files by default, and one that belongs to people calls them, unless a named person stores another
    choice.
    """

    name: str
    queue: str
    files: bool = False
    reasons: tuple[str, ...] | None = None
    fraud: bool | None = None
    below: int | None = None
    above: int | None = None
    senior: bool = False
    legal: bool = False
    tell: bool = False
    why: str = ""
    last_chance: LastChance | None = None

    @property
    def at_last(self) -> LastChance:
        """What the policy does at the last chance."""
        return self.last_chance or ("file" if self.files else "call")

    @model_validator(mode="after")
    def _check_last_chance(self) -> "Lane":
        if not self.files and self.at_last != "call":
            raise ValueError(
                f"the lane {self.name} belongs to people, so its last_chance is call; "
                "a reviewer may store another choice, under their name, with rebut last-chance"
            )
        return self


class Threshold(Strict):
    """A confidence to file at for a reason, an amount, or both. The highest that applies wins."""

    file_at: float = Field(ge=0, le=1)
    reasons: tuple[str, ...] | None = None
    above: int | None = None


class Merchant(Strict):
    """The merchant's own statements; policies are quoted in letters, so they must be the text buyers saw.

    `timezone` is where people read: times are UTC inside and in this zone in messages and reports. A letter ends with
    `name` and `contact`, such as an e-mail address.
    """

    name: str = ""
    contact: str = ""
    timezone: Zone = Field(default="UTC", validate_default=True)
    product_type: Product | None = None
    refund_policy: str = ""
    cancellation_policy: str = ""


class SourceLimits(Strict):
    """Time limits of sources in seconds: `seconds` for each source, `budget` for all rounds together."""

    seconds: float = Field(default=10.0, gt=0)
    budget: float = Field(default=30.0, gt=0)


class Policy(Strict):
    """How cases are routed. `currency` is the account's; `rates` convert one unit of another currency into it.

    `mode` `confident` files at the threshold; `complete` files whatever is grounded and has every required point.
    `automatic` False sends every case to a person; `daily_cap` bounds the automatic filings of a UTC day.
    `accept_below` is the amount under which a hopeless case may be closed without a person; 0 means never.
    `submission_method` says whether Stripe may answer for us, `daily` when the daily note comes, in local time.
    """

    name: str
    version: str
    currency: Currency
    mode: Literal["confident", "complete"] = "confident"
    file_at: float = Field(ge=0, le=1)
    person_below: float = Field(ge=0, le=1)
    fraud_reasons: tuple[str, ...]
    accept_below: int = Field(default=0, ge=0)
    automatic: bool = True
    daily_cap: int | None = Field(default=None, ge=0)
    urgent_hours: int = Field(default=24, ge=0, le=8784)
    submission_method: SubmissionMethod = "manual"
    daily: time = time(8)
    person_queue: str
    senior_above: int
    lanes: tuple[Lane, ...] = Field(alias="lane", min_length=1)
    thresholds: tuple[Threshold, ...] = Field(default=(), alias="threshold")
    ladders: tuple[Ladder, ...] = Field(default=(Ladder(),), alias="ladder", min_length=1)
    rates: dict[Currency, Rate] = Field(default_factory=dict)
    metadata: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    merchant: Merchant = Merchant()
    sources: SourceLimits = SourceLimits()
    model: Allowance = Allowance()

    @model_validator(mode="after")
    def _check_bounds(self) -> "Policy":
        if self.file_at < self.person_below:
            raise ValueError("file_at is below person_below, so what is too thin would be filed")
        last = self.lanes[-1]
        if any(bound is not None for bound in (last.reasons, last.fraud, last.below, last.above)):
            raise ValueError(f"the last lane must fit every dispute, and {last.name} does not")
        names = [lane.name for lane in self.lanes]
        if twice := [name for name in names if names.count(name) > 1]:
            raise ValueError(f"two lanes have the name {twice[0]}, by which a person chooses for one of them")
        if self.ladders[-1].queue is not None:
            raise ValueError("the last ladder must fit every queue, so it names none")
        return self

    @property
    def title(self) -> str:
        """The name and version, as a permit names the policy it rests on."""
        return f"{self.name} {self.version}"

    def amount(self, dispute: Dispute) -> int | None:
        """Return the disputed amount in minor units of the policy's currency, or None when no rate is known."""
        for money in (dispute.value, dispute.money):
            if money and (converted := self._convert(money)) is not None:
                return converted
        return None

    def _convert(self, money: Money) -> int | None:
        if money.currency == self.currency:
            return money.amount
        rate = self.rates.get(money.currency)
        if rate is None:
            return None
        return round(
            Decimal(money.amount).scaleb(decimal_places(self.currency) - decimal_places(money.currency)) * rate
        )

    def lane(self, dispute: Dispute) -> Lane:
        """Return the first lane that fits; an amount that cannot be converted counts as above every bound."""
        amount = self.amount(dispute)
        return next(lane for lane in self.lanes if self._fits(lane, dispute, amount))

    def _fits(self, lane: Lane, dispute: Dispute, amount: int | None) -> bool:
        return (
            (lane.reasons is None or dispute.reason in lane.reasons)
            and (lane.fraud is None or lane.fraud == self.is_fraud(dispute))
            and (lane.above is None or amount is None or amount > lane.above)
            and (lane.below is None or (amount is not None and amount < lane.below))
        )

    def ladder(self, queue: str) -> Ladder:
        """Return when people of a review queue are called."""
        return next(ladder for ladder in self.ladders if ladder.queue in {None, queue})

    @property
    def ladder_unread(self) -> Ladder:
        """When people are called on a dispute that nobody could read: it may be worth the soonest service level."""
        waits = (ladder.contact for ladder in self.ladders if ladder.contact is not None)
        return self.ladder("").model_copy(update={"contact": min(waits, default=None)})

    def people_queue(self, dispute: Dispute) -> str:
        """Return the review queue in which a dispute waits if it waits for a person."""
        lane = self.lane(dispute)
        return self.person_queue if lane.files else lane.queue

    def is_fraud(self, dispute: Dispute) -> bool:
        """Return whether networks treat the reason as fraud."""
        return dispute.reason in self.fraud_reasons

    def is_senior(self, dispute: Dispute) -> bool:
        """Return whether the amount needs a senior reviewer; one that cannot be converted does."""
        amount = self.amount(dispute)
        return amount is None or amount > self.senior_above

    def threshold(self, dispute: Dispute) -> float:
        """Return the confidence at which this dispute is filed."""
        amount = self.amount(dispute)
        fitting = [
            t.file_at
            for t in self.thresholds
            if (t.reasons is None or dispute.reason in t.reasons)
            and (t.above is None or amount is None or amount > t.above)
        ]
        return max(fitting, default=self.file_at)

    def facts(self) -> Evidence:
        """Return the merchant's own statements as facts."""
        statements = self.merchant.model_dump(exclude={"name", "contact", "timezone"})
        statements |= {"merchant_name": self.merchant.name, "merchant_contact": self.merchant.contact}
        return Evidence(
            facts=tuple(build_fact(kind, text, "policy:merchant") for kind, text in statements.items() if text)
        )


def load(name: str = "default") -> Policy:
    """Read the own account's policy: a shipped one by name, or a TOML file by path. Raises `Invalid`, one sentence.

    The tables of connected accounts in it are for `disputes.policy.accounts`.
    """
    title = f"The policy {name}"
    own = {key: value for key, value in toml_file.read(path_of(name), title).items() if key != "account"}
    return toml_file.validate(own, Policy, title)


def path_of(name: str) -> Path:
    """Return where a policy stands: a shipped one by name, else the name is its path."""
    return Path(__file__).parent / SHIPPED[name] if name in SHIPPED else Path(name)
