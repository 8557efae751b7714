"""What doctor says of messages: where they go, what nobody hears, what is not signed, and what is parked."""

from collections.abc import AsyncIterator, Iterator, Sequence
from typing import get_args

from disputes.errors import DisputeError, Invalid
from disputes.messages.targets import Target
from disputes.repositories.outbox import NoteEvent
from graph.wiring import messaging
from graph.wiring.deps import utc
from graph.wiring.doctor.finding import DoctorFinding
from graph.wiring.settings import Settings
from tools.postgres.database import open_engine
from tools.postgres.outbox import count_parked

TITLE = "Messages"


async def look(chosen: Settings) -> AsyncIterator[DoctorFinding]:
    """Look at the settings of messages, and into the records where they can be reached. Sends nothing."""
    try:
        messaging.build_sender(chosen, now=utc).close()
    except Invalid as wrong:
        yield DoctorFinding(title=TITLE, text=str(wrong), fine=False)
        return
    targets = messaging.plain(chosen)
    yield _describe(chosen, targets)
    if chosen.handoff_url and not chosen.handoff_secrets:
        text = "REBUT_HANDOFF_SECRET is not set, so a receiver cannot tell a handoff from a forgery; set one."
        yield DoctorFinding(title="Handoffs", text=text, remark=True)
    for finding in judge(targets):
        yield finding
    async for finding in _parked(chosen):
        yield finding


def judge(targets: Sequence[Target]) -> Iterator[DoctorFinding]:
    """Name the events that no target hears, by the targets' events alone; nothing where each is heard."""
    unheard = [event for event in get_args(NoteEvent) if not any(_hears(target, event) for target in targets)]
    if unheard:
        text = f"no target hears {', '.join(unheard)}: such notes are in Rebut's own log alone; set NOTIFY__OPS__URL."
        yield DoctorFinding(title="Notes", text=text, remark=True)


def _hears(target: Target, event: NoteEvent) -> bool:
    return not target.events or event in target.events


def _describe(chosen: Settings, targets: Sequence[Target]) -> DoctorFinding:
    handoff = "handoffs go to REBUT_HANDOFF_URL" if chosen.handoff_url else "no handoff URL"
    notes = f"notes go to {', '.join(target.name for target in targets)}" if targets else "notes go to no target"
    boards = f"; cards go to {', '.join(chosen.cards)}" if chosen.cards else ""
    return DoctorFinding(title=TITLE, text=f"{handoff}; {notes}{boards}.")


async def _parked(chosen: Settings) -> AsyncIterator[DoctorFinding]:
    """Say how many messages are parked; what is wrong with the records themselves is said elsewhere."""
    if chosen.database_url is None:
        return
    try:
        async with open_engine(chosen.database_url.get_secret_value(), size=1) as engine:
            count = await count_parked(engine)
    except DisputeError:
        return
    if count:
        text = f"{count:,} could not be delivered and are tried no more: see `rebut messages`."
        yield DoctorFinding(title="Parked messages", text=text, remark=True)
