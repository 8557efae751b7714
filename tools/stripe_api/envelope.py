"""The envelopes of Stripe's events: snapshots, which carry the object, and thin ones, which only name it."""

import json
import re
from datetime import UTC, datetime
from typing import Any

from disputes.dispute import parse_time
from disputes.errors import Invalid
from disputes.repositories.events import WebhookEvent

PROVIDER = "stripe"
"""The provider of every event from here, as the path of its webhooks names it."""

SNAPSHOT, THIN = "charge.dispute.", "v1.charge.dispute."
_TYPE = re.compile(r"(?:v1\.)?charge\.dispute\.[a-z_.]{1,80}")
_EVENT = re.compile(r"evt_[A-Za-z0-9_]{1,200}")
_DISPUTE = re.compile(r"(du|dp|pdp)_[A-Za-z0-9_]{1,200}")
_SAMPLE = re.compile(r"(du|dp)_0+")
_ACCOUNT = re.compile(r"acct_[A-Za-z0-9_]{1,200}")
_SOUND = re.compile("dispute|chargeback", re.IGNORECASE)


def parse(payload: bytes) -> dict[str, Any]:
    """Parse a body. Raises `Invalid` for what is no JSON object."""
    try:
        event = json.loads(payload.decode("utf-8"))
    except (ValueError, RecursionError) as wrong:
        raise Invalid("This is not readable JSON.") from wrong
    if not isinstance(event, dict):
        raise Invalid("This is not a Stripe event.")
    return event


def read(event: dict[str, Any], *, livemode: bool) -> WebhookEvent | None:
    """Read the envelope of a parsed event; None when it is not about a dispute of ours. Raises `Invalid`.

    An event of the other mode than `livemode` has the reason in `refused`, and nothing follows from it.
    """
    kind = event.get("type")
    if not isinstance(kind, str):
        raise Invalid("This is not a Stripe event.")
    if not kind.startswith((SNAPSHOT, THIN)):
        return None
    is_thin, live = kind.startswith(THIN), event.get("livemode") is True
    return WebhookEvent(
        provider=PROVIDER,
        id=_matched(_EVENT, event.get("id"), "event id"),
        type=_matched(_TYPE, kind, "event type"),
        dispute_id=_named_dispute(event) if is_thin else _carried_dispute(event),
        account=_account(event),
        livemode=live,
        created=_moment(event.get("created")) if is_thin else _created(event),
        refused=_refusal(event, live=live, livemode=livemode),
    )


def _refusal(event: dict[str, Any], *, live: bool, livemode: bool) -> str:
    if live != livemode:
        return _other_mode(live=live)
    sample = _SAMPLE.fullmatch(str(_hash(_hash(event, "data"), "object").get("id", "")))
    return "This is the dashboard's sample event, which is about no dispute." if sample else ""


def sounds_like_a_dispute(event: dict[str, Any]) -> bool:
    """Return whether an event may be about a dispute, by its type or by the object that it carries or names."""
    carried = _hash(_hash(event, "data"), "object")
    named = _hash(event, "related_object")
    words = (event.get("type"), carried.get("object"), named.get("type"))
    return any(isinstance(word, str) and _SOUND.search(word) for word in words)


def id_of(event: dict[str, Any]) -> str:
    """Return the event's id, or nothing where it has none of Stripe's form."""
    name = event.get("id")
    return name if isinstance(name, str) and _EVENT.fullmatch(name) else ""


def _hash(holder: dict[str, Any], name: str) -> dict[str, Any]:
    held = holder.get(name)
    return held if isinstance(held, dict) else {}


def _carried_dispute(event: dict[str, Any]) -> str:
    dispute = _hash(_hash(event, "data"), "object")
    if dispute.get("object") != "dispute":
        raise Invalid("This dispute event does not carry a dispute.")
    return _matched(_DISPUTE, dispute.get("id"), "dispute id")


def _named_dispute(event: dict[str, Any]) -> str:
    return _matched(_DISPUTE, _hash(event, "related_object").get("id"), "dispute id in related_object")


def _account(event: dict[str, Any]) -> str | None:
    """Return the connected account; a context may be a path through an organization, which names no account of ours."""
    if event.get("account") is not None:
        return _matched(_ACCOUNT, event["account"], "account")
    context = event.get("context")
    return None if context in (None, "") else _matched(_ACCOUNT, context, "context: it is not one account")


def _matched(form: re.Pattern[str], value: object, name: str) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise Invalid(f"This event has no usable {name}.")
    return value


def _created(event: dict[str, Any]) -> datetime:
    created = parse_time(event.get("created"))
    if created is None:
        raise Invalid("This event does not say when it was created.")
    return created


def _moment(written: object) -> datetime:
    """Read the ISO time of a thin event."""
    try:
        moment = datetime.fromisoformat(written) if isinstance(written, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise Invalid("This event does not say when it was created.")


def _other_mode(*, live: bool) -> str:
    theirs, ours = ("live", "test") if live else ("test", "live")
    return f"This event is from {theirs} mode, and the key is a {ours} key."
