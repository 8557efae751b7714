"""Where our rows and Stripe differ. Pure; `jobs/worker/reconciliation.py` looks at every case each night."""

from collections.abc import Callable, Sequence
from datetime import datetime

from disputes import money
from disputes.dispute import Dispute
from disputes.lifecycle import FINAL, SMART_DISPUTES, arrival, is_left_to_stripe
from disputes.repositories.cases import CaseRecord
from disputes.repositories.filings import Filing

_WITH_THE_BANK = frozenset(("filed", "closed"))

_TERMS: dict[str, Callable[[Dispute], str]] = {
    "status": lambda dispute: _words(dispute.status),
    "reason": lambda dispute: _words(dispute.reason),
    "amount": lambda dispute: money.write(dispute.money),
    "deadline": lambda dispute: _moment(dispute.due_by),
}


def differences(record: CaseRecord, filings: Sequence[Filing], fresh: Dispute) -> tuple[str, ...]:
    """Return each difference between a case with its filings and the dispute as Stripe shows it now.

    Whole sentences for people, without customer text; none when all agree.
    """
    ended = _of_outcome(record, fresh)
    shown = _of_shown(record, fresh, but=("status",) if ended else ())
    return (
        *_of_sent(record, filings, fresh),
        *_of_arrived(record, filings, fresh),
        *ended,
        *shown,
        *_of_held(filings, fresh),
    )


def _of_sent(record: CaseRecord, filings: Sequence[Filing], fresh: Dispute) -> tuple[str, ...]:
    """Compare what was sent by our rows with a dispute that Stripe shows open; a later stage is open by right."""
    if not fresh.is_open or (record.case and record.case.dispute.stage != fresh.stage):
        return ()
    sent = _filing(filings, "submit", fresh.stage)
    if record.state == "filed" and arrival.judge(fresh, sent) == "missing":
        return ("The answer is filed here, and Stripe shows the dispute open without a submission.",)
    closed = _filing(filings, "close", fresh.stage)
    # An inquiry stays open after it was accepted: closing does not resolve one.
    if closed and closed.state == "done" and fresh.stage != "inquiry":
        return ("The loss is accepted here, and Stripe shows the dispute open.",)
    if record.outcome == SMART_DISPUTES and not is_left_to_stripe(fresh):
        return ("The answer is left to Stripe here, and Stripe shows that it does not answer by itself.",)
    return ()


def _of_arrived(record: CaseRecord, filings: Sequence[Filing], fresh: Dispute) -> tuple[str, ...]:
    """Compare an answer of ours that the bank has with rows that do not say so."""
    sent = _filing(filings, "submit", fresh.stage)
    if sent is None or arrival.judge(fresh, sent) != "ours":
        return ()
    if record.state not in _WITH_THE_BANK:
        return (f"The case is {record.state} here, and Stripe shows our answer to the {sent.stage} with the bank.",)
    if sent.state == "intended":
        return (f"Whether our answer to the {sent.stage} arrived is unknown here, and Stripe shows that it did.",)
    return ()


def _of_outcome(record: CaseRecord, fresh: Dispute) -> tuple[str, ...]:
    if record.outcome == fresh.status or not FINAL & {record.outcome, fresh.status}:
        return ()
    if record.outcome in FINAL:
        return (f"The case ended as {_words(record.outcome)} here, and Stripe says {_words(fresh.status)}.",)
    return (f"The case is {record.state} here without an outcome, and Stripe says {_words(fresh.status)}.",)


def _of_shown(record: CaseRecord, fresh: Dispute, *, but: Sequence[str]) -> tuple[str, ...]:
    """Compare what people see of the dispute in its case."""
    if record.case is None:
        return ()
    read = [(name, of(record.case.dispute), of(fresh)) for name, of in _TERMS.items() if name not in but]
    return tuple(f"The case shows the {name} {ours}, and Stripe says {now}." for name, ours, now in read if ours != now)


def _of_held(filings: Sequence[Filing], fresh: Dispute) -> tuple[str, ...]:
    """Compare what the bank holds with what we filed; where nothing arrived there is nothing to compare."""
    sent = _filing(filings, "submit", fresh.stage)
    if sent is None or sent.state != "done" or arrival.judge(fresh, sent) == "missing":
        return ()
    fields = arrival.differing(fresh, sent.contents)
    names = ", ".join(map(_words, fields))
    return (f"The bank holds something else than we filed for the {sent.stage}: {names}.",) if fields else ()


def _filing(filings: Sequence[Filing], action: str, stage: str) -> Filing | None:
    """Return the filing of a stage that was not refused."""
    fitting = (one for one in filings if (one.action, one.stage) == (action, stage) and one.state != "refused")
    return next(fitting, None)


def _moment(at: datetime | None) -> str:
    return f"{at:%d %B %Y %H:%M} UTC" if at else "none"


def _words(name: str) -> str:
    return name.replace("_", " ")
