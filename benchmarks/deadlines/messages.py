"""What must hold of the alerts and messages of half a year."""

from datetime import datetime, timedelta

from benchmarks.deadlines.evidence import SWEEP, Evidence
from disputes.lifecycle.plan import CONTACT
from disputes.repositories.cases import DECIDED

HIGH_VALUE = "high-value-escalation"


SHORT = timedelta(hours=12)
UNREAD = 90.0
"""Seconds from when Stripe is back until a case is read that an outage parked before that: one sync, and its tries."""


def high_value_cases_alert_after_four_hours(at: Evidence) -> list[str]:
    """Name each high-value case that nobody touched for four hours without an alert, or that had one all the same."""
    bad = []
    for dispute_id, record in at.database.cases.items():
        known = at.stripe.disputes[dispute_id]
        until = record.received_at + timedelta(hours=4)
        if at.lane(known).queue != HIGH_VALUE or known.stage == "appeal":
            continue
        alerts = [moment for moment, message in at.told.get(dispute_id, ()) if f":{CONTACT}:" in message.key]
        bad += _judge_alert(at, dispute_id, until, alerts)
    return bad


def _judge_alert(at: Evidence, dispute_id: str, until: datetime, alerts: list[datetime]) -> list[str]:
    due = at.stripe.disputes[dispute_id].due_by
    if at.acted(dispute_id, until):
        # Where less than so long is left, or was before the date moved, four hours shrink with the rest of the ladder.
        short = dispute_id in at.played.scenario.moved or (due is not None and due - until < SHORT)
        return [f"{dispute_id} was touched and told of at {alerts[0]}"] if alerts and not short else []
    if not at.state(dispute_id, until) or at.decided(dispute_id, until):
        return []
    first = min(alerts, default=None)
    looked = first or at.played.end
    late = at.seconds_up(dispute_id, until, looked, known=at.planned(dispute_id))
    ended = first is None and at.decided(dispute_id, until + timedelta(minutes=1))
    return [] if late <= SWEEP or ended else [f"{dispute_id} was touched by nobody until {until}, told of at {first}"]


def what_is_due_within_a_day_alerts_at_once(at: Evidence) -> list[str]:
    """Name each case that waited with less than a day left and had no urgent message at once."""
    return [said for dispute_id in at.database.cases if (said := _judge_urgency(at, dispute_id))]


def _judge_urgency(at: Evidence, dispute_id: str) -> str:
    due, states = at.stripe.disputes[dispute_id].due_by, at.database.states[dispute_id]
    # One that is parked after it was decided needs no answer as far as anybody knows.
    ended = next((one for one, state in states if state in DECIDED), at.played.end)
    waits = next((one for one, state in states if state == "waiting" or (state == "parked" and one < ended)), None)
    if due is None or waits is None or dispute_id in at.played.scenario.moved:
        return ""
    since = max(waits, due - timedelta(hours=24))
    if (
        since >= due
        or since > at.played.end - timedelta(hours=1)
        or at.state(dispute_id, since + timedelta(seconds=SWEEP)) not in {"waiting", "parked"}
    ):
        return ""
    told = [moment for moment in at.urgent(dispute_id) if moment >= since - timedelta(hours=1)]
    over = [moment for moment, state in states if moment >= since and state in DECIDED]
    late = at.seconds_up(dispute_id, since, min((*told, *over, due)), known=at.read(dispute_id))
    # Until what happens is known of a case that an outage parked unread, a look at Stripe each minute has to succeed.
    unread = not any(state == "waiting" for moment, state in states if moment <= since)
    allowed = SWEEP + (UNREAD if unread else 0)
    return f"{dispute_id} waits since {waits}, due {due}, first urgent message {told[:1]}" if late > allowed else ""


def none_is_lost(at: Evidence) -> list[str]:
    """Every message was delivered, gathered into a digest that was, or taken back by a decision or a newer draft."""
    bad = []
    for key, (moment, message) in at.database.told.items():
        if not _arrived(at, key) and not _is_excused(at, key, message.dispute_id, moment):
            row = at.database.outbox.get(key)
            bad.append(
                f"{key} of {moment}: {'gone' if row is None else (row.due, row.parked, row.error, row.gathered)}"
            )
    return bad


def _arrived(at: Evidence, key: str) -> bool:
    row = at.database.outbox.get(key)
    digest = row.gathered if row else ""
    sent = at.played.rebut.targets.sent
    logged = row is not None and row.message.target == "log" and not row.undelivered
    return key in sent or logged or bool(digest and _arrived(at, digest))


def _is_excused(at: Evidence, key: str, dispute_id: str, moment: datetime) -> bool:
    row = at.database.outbox.get(key)
    if row is None:
        back = at.database.taken_back.get(key)
        newer = back and any(m > moment for m, other in at.told[dispute_id] if ":waiting:" in other.key)
        return back is not None and (at.decided(dispute_id, back) or bool(newer) or _is_new_draft(key, back))
    parked = row.parked is not None and not row.message.standing
    return parked or moment > at.played.end - timedelta(hours=1) or _is_addressed(row.message.target)


def _is_new_draft(key: str, back: datetime) -> bool:
    return ":waiting:" in key and bool(back)


def _is_addressed(target: str) -> bool:
    return not target


def none_is_delivered_twice(at: Evidence) -> list[str]:
    """No target was given one key twice: none here loses an answer."""
    sent = at.played.rebut.targets.sent.items()
    return [
        f"{key} at {[one.at for one in rows]}" for key, rows in sent if len(rows) > 1 and rows[0].message.kind != "card"
    ]
