"""What the records keep: the bell, the case, the filing, the message, the person."""

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from disputes.case import Case
from disputes.model import Value
from disputes.money import Money

State = Literal["working", "waiting", "filed", "accepted", "rejected", "recorded", "closed", "parked"]
AT_REST: frozenset[State] = frozenset(("waiting", "filed", "accepted", "rejected", "recorded", "closed"))
FilingAction = Literal["submit", "close"]
FilingState = Literal["intended", "done", "refused"]
Role = Literal["viewer", "reviewer"]


class Bell(Value):
    """One webhook event, as an envelope only: the dispute itself is always read afresh, so no payload is kept."""

    id: str
    type: str
    dispute_id: str
    account: str | None = None
    livemode: bool = False
    created: datetime
    refused: str = ""


class Turn(Value):
    """One step a case took."""

    step: str
    at: datetime
    note: str = ""


class Entry(Value):
    """One case in the docket. `version` grows with every change a reviewer could see."""

    dispute_id: str
    account: str | None = None
    state: State
    outcome: str = ""
    case: Case | None = None
    history: tuple[Turn, ...] = ()
    version: int = 0
    received_at: datetime
    updated_at: datetime
    rested_at: datetime | None = None
    error: str = ""


class Page(Value):
    """Some entries, newest first, and the cursor of the next page."""

    entries: tuple[Entry, ...]
    cursor: str | None = None


class Filing(Value):
    """One call that cannot be taken back: intended before it is sent, unique per dispute, stage and action.

    `automatic` is True when no person decided it.
    `before` is Stripe's submission count when it was intended, so that a later read tells whether it arrived.
    """

    dispute_id: str
    stage: str
    action: FilingAction
    key: str
    before: int
    automatic: bool = False
    state: FilingState = "intended"
    detail: str = ""


class Brakes(Value):
    """What holds back automatic filing: the switch, who moved it last, and how much was filed by itself today (UTC)."""

    stopped: bool = False
    by: str = ""
    note: str = ""
    at: datetime | None = None
    filed_today: int = 0


class Line(Value):
    """One row of the ledger, unique per dispute and kind."""

    dispute_id: str
    kind: str
    money: Money
    at: datetime


class Message(Value):
    """Something to tell the world: a handoff payload or a note to people, sent at least once."""

    key: str
    kind: Literal["handoff", "note"]
    body: dict[str, JsonValue] = Field(default_factory=dict)
    attempts: int = 0


class Person(Value):
    """Who holds a token."""

    name: str
    role: Role
