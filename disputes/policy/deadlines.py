"""What the policy says about deadlines: when people are called on a waiting case, and what happens at the end. Pure."""

from datetime import datetime
from functools import cache
from itertools import pairwise
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, Field, model_validator

from disputes.model import Strict, Value

LastChance = Literal["file", "smart_disputes", "accept", "call"]
"""What happens to a case nobody decided: file the draft if it is grounded and complete, leave the answer to Stripe's
Smart Disputes, accept the loss, or call people to the end."""
SubmissionMethod = Literal["manual", "prefer_manual"]
"""Stripe's `intended_submission_method` that open disputes are given: `manual` has Stripe never answer by itself,
`prefer_manual` has it answer for its share where we did not (reference 1.9)."""


class Chosen(Value):
    """What happens at the last chance, and which named person wants that; `by` is empty where the policy says so.

    `attempt` counts from 1: what could not be done is tried again with each call to people.
    """

    choice: LastChance
    by: str = ""
    attempt: int = 1


@cache
def find_zone(name: str) -> ZoneInfo:
    """Return a time zone, read once when the policy is. Raises `ZoneInfoNotFoundError`, `ValueError` or `OSError`."""
    return ZoneInfo(name)


def _check_zone(name: str) -> str:
    try:
        find_zone(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise ValueError(f"{name} is no time zone; write one as Europe/Paris or America/New_York") from unknown
    return name


Hours = Annotated[float, Field(gt=0, le=8784, allow_inf_nan=False)]
"""Hours of a ladder, a year at most."""
Zone = Annotated[str, AfterValidator(_check_zone)]


class Ladder(Strict):
    """When people are called on a case that waits in a review queue, in hours before its deadline; `queue` None is any.

    A case that has less than `window` hours from its arrival to its deadline has all of them shrunk by the same share.
    `contact` is a service level: the hours after arrival within which a person has to have touched the case.
    """

    queue: str | None = None
    window: Hours = 168
    claimed: Hours = 120
    reminder: Hours = 72
    escalation: Hours = 36
    last_chance: Hours = 12
    contact: Hours | None = None

    @model_validator(mode="after")
    def _check_order(self) -> "Ladder":
        rungs = (self.window, self.claimed, self.reminder, self.escalation, self.last_chance)
        if any(earlier <= later for earlier, later in pairwise(rungs)):
            raise ValueError("the hours must fall: window, claimed, reminder, escalation, last_chance")
        return self


def in_zone(moment: datetime, zone: str) -> datetime:
    """Return a moment on the clocks of a zone, daylight saving as it is on that day."""
    return moment.astimezone(find_zone(zone))


def write(moment: datetime, zone: str) -> str:
    """Write a moment for people: `3 December 2026 18:59 EST (23:59 UTC)`."""
    local = in_zone(moment, zone)
    said = f"{local.day} {local:%B %Y %H:%M %Z}"
    return said if local.tzname() == "UTC" else f"{said} ({moment:%H:%M} UTC)"
