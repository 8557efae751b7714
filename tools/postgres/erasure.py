"""What erasing a person's evidence changes in PostgreSQL."""

from sqlalchemy import TextClause, func, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from disputes.case import Verdict
from disputes.privacy import erasure
from tools.postgres.tables import cases, outbox, verdicts

_CUSTOMER = "cus_"
_NAMED = """EXISTS (SELECT 1 FROM jsonb_path_query(snapshot, '$.evidence.facts[*]') AS fact
WHERE starts_with(fact->>'source', :start))"""
_WRITTEN = """EXISTS (SELECT 1 FROM jsonb_path_query(snapshot, '$.evidence.facts[*]') AS fact
WHERE lower(fact->>'value') = :mail)
OR lower(snapshot#>>'{dispute,evidence,customer_email_address}') = :mail
OR lower(snapshot#>>'{evidence,history,disputed,customer_email_address}') = :mail"""


async def of_person(connection: AsyncConnection, person: str) -> list[str]:
    """Return the dispute ids of a person, by an exact Stripe customer id or e-mail address, oldest first."""
    query = select(cases.c.dispute_id).where(_names(person.strip())).order_by(cases.c.received_at, cases.c.dispute_id)
    return list((await connection.execute(query)).scalars())


async def empty(connection: AsyncConnection, dispute_id: str) -> None:
    """Empty a dispute's verdicts and messages, down to who decided what and hashes of the rest."""
    await _verdicts(connection, dispute_id)
    await _messages(connection, dispute_id)


def _names(person: str) -> TextClause:
    if person.startswith(_CUSTOMER):
        return text(_NAMED).bindparams(start=f"stripe:customer/{person}:")
    return text(_WRITTEN).bindparams(mail=person.lower())


async def _verdicts(connection: AsyncConnection, dispute_id: str) -> None:
    rows = await connection.execute(select(verdicts).where(verdicts.c.dispute_id == dispute_id))
    for row in rows.mappings().all():
        if erasure.ERASED not in row["verdict"]:
            one = (verdicts.c.dispute_id == dispute_id) & (verdicts.c.version == row["version"])
            left = erasure.redact_verdict(Verdict.model_validate(row["verdict"]))
            await connection.execute(update(verdicts).where(one).values(verdict=left))


async def _messages(connection: AsyncConnection, dispute_id: str) -> None:
    """Empty every message of a dispute; one not sent yet is given up, since there is nothing left to send."""
    ours = func.split_part(outbox.c.key, ":", 1) == dispute_id
    for row in (await connection.execute(select(outbox).where(ours))).mappings().all():
        if set(row["body"]) == {erasure.ERASED}:
            continue
        # What was not sent is neither tried nor listed any more.
        gone = {"gathered_into": erasure.ERASED, "parked_at": None} if row["sent_at"] is None else {}
        changes = {"body": {erasure.ERASED: erasure.hash_json(row["body"])}, "error": "", **gone}
        await connection.execute(update(outbox).where(outbox.c.key == row["key"]).values(changes))
