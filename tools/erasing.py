from datetime import datetime

from sqlalchemy import TextClause, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from disputes import erasing
from disputes.case import Verdict
from disputes.docket import Entry
from tools import cases, leases
from tools.tables import cases as kept
from tools.tables import messages, verdicts

_CUSTOMER = "cus_"
_NAMED = """EXISTS (SELECT 1 FROM jsonb_path_query(snapshot, '$.evidence.facts[*]') AS fact
WHERE starts_with(fact->>'source', :start))"""
_WRITTEN = """EXISTS (SELECT 1 FROM jsonb_path_query(snapshot, '$.evidence.facts[*]') AS fact
WHERE lower(fact->>'value') = :mail)
OR lower(snapshot#>>'{dispute,evidence,customer_email_address}') = :mail
OR lower(snapshot#>>'{evidence,history,disputed,customer_email_address}') = :mail"""


async def about(connection: AsyncConnection, person: str) -> list[str]:
    """Name the disputes of one person, by a Stripe customer id or an e-mail address and exactly; oldest first."""
    query = select(kept.c.dispute_id).where(_names(person.strip())).order_by(kept.c.received_at, kept.c.dispute_id)
    return list((await connection.execute(query)).scalars())


async def erase(connection: AsyncConnection, entry: Entry, *, fence: int, now: datetime) -> None:
    """Write what stays of a case, of its verdicts and of its messages. Raises `LostLease` on an old fence."""
    await leases.check(connection, entry.dispute_id, fence=fence)
    await cases.keep(connection, entry, now=now)
    await _verdicts(connection, entry.dispute_id)
    await _messages(connection, entry.dispute_id, now=now)


def _names(person: str) -> TextClause:
    if person.startswith(_CUSTOMER):
        return text(_NAMED).bindparams(start=f"stripe:customer/{person}:")
    return text(_WRITTEN).bindparams(mail=person.lower())


async def _verdicts(connection: AsyncConnection, dispute_id: str) -> None:
    rows = await connection.execute(select(verdicts).where(verdicts.c.dispute_id == dispute_id))
    for row in rows.mappings().all():
        if erasing.STEP not in row["verdict"]:
            one = (verdicts.c.dispute_id == dispute_id) & (verdicts.c.version == row["version"])
            left = erasing.verdict(Verdict.model_validate(row["verdict"]))
            await connection.execute(update(verdicts).where(one).values(verdict=left))


async def _messages(connection: AsyncConnection, dispute_id: str, *, now: datetime) -> None:
    """Empty every message of a dispute; one not sent yet is given up, since there is nothing left to send."""
    ours = func.split_part(messages.c.key, ":", 1) == dispute_id
    for row in (await connection.execute(select(messages).where(ours))).mappings().all():
        if set(row["body"]) == {erasing.STEP}:
            continue
        waits = row["sent_at"] is None and row["given_up_at"] is None
        ended = now if waits else row["given_up_at"]
        changes = {"body": {erasing.STEP: erasing.digest(row["body"])}, "error": "", "given_up_at": ended}
        await connection.execute(update(messages).where(messages.c.key == row["key"]).values(changes))
