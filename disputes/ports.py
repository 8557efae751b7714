"""What the graph needs from the outside, as protocols. Adapters live in `tools/` and do not inherit."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Protocol

from pydantic import JsonValue

from disputes.case import Case, Opinion, Packet, Rebuttal, Sheet, Verdict
from disputes.dispute import Dispute
from disputes.docket import Bell, Brakes, Entry, Filing, Line, Message, Page, Person
from disputes.evidence import Evidence
from disputes.usage import Meter


class Clock(Protocol):
    """Tells the time, aware UTC."""

    def __call__(self) -> datetime:
        """Give the present moment."""
        ...


class Stripe(Protocol):
    """The Stripe API, for one key in one mode. Every call raises `TryAgain` or `Refused`, nothing else."""

    livemode: bool

    async def dispute(self, dispute_id: str, *, account: str | None = None) -> Dispute:
        """Read a dispute as it stands now."""
        ...

    async def upload(self, dispute: Dispute, name: str, data: bytes, *, key: str) -> str:
        """Upload one evidence file (PDF, JPEG or PNG bytes) and give its Stripe id."""
        ...

    async def stage(self, dispute: Dispute, packet: Packet, *, key: str) -> Dispute:
        """Write the packet with `submit=false` and give the dispute as Stripe holds it then."""
        ...

    async def enhance(self, dispute: Dispute, enhanced: dict[str, JsonValue], *, key: str) -> Dispute:
        """Write `enhanced_evidence` alone with `submit=false`: where it is refused, nothing else is lost with it."""
        ...

    async def submit(self, dispute: Dispute, *, key: str) -> Dispute:
        """Send what is staged to the bank. It cannot be taken back."""
        ...

    async def close(self, dispute: Dispute, *, key: str) -> Dispute:
        """Accept the loss. It cannot be taken back."""
        ...

    def hear(self, payload: bytes, signature: str | None) -> Bell | None:
        """Check a webhook's signature on its raw bytes and read the envelope; None when it is not about a dispute.

        Raises `Forged` for a bad, missing or old signature and `Invalid` for what is not an event.
        """
        ...

    async def missed(self, since: datetime) -> tuple[list[Bell], list[Bell]]:
        """Give the events of disputes since a moment, and a bell for each dispute created since; both oldest first."""
        ...


class Source(Protocol):
    """One outside system that knows facts about a dispute.

    `keys` are the kinds of fact it is asked by: as soon as one of them is known, and at once when there are none.
    """

    name: str
    keys: tuple[str, ...]

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:
        """Give what this system adds to what is known; what it cannot tell becomes a gap.

        Never raises for a missing record.
        """
        ...


class Storage(Protocol):
    """Keeps bytes out of the state and the database, under names nobody can guess."""

    async def keep(self, dispute_id: str, data: bytes) -> str:
        """Keep bytes and give their name; the same bytes of one dispute are kept once. Raises `TryAgain`."""
        ...

    async def read(self, name: str) -> bytes:
        """Give the bytes of a name. Raises `Invalid` when there are none, `TryAgain` when the storage is away."""
        ...

    async def forget(self, dispute_id: str) -> None:
        """Delete every file of a dispute; doing it twice changes nothing more. Raises `TryAgain`."""
        ...


class Printer(Protocol):
    """Renders exhibits."""

    async def render(self, sheet: Sheet) -> bytes:
        """Give the sheet as PDF bytes, the same bytes for the same sheet."""
        ...

    def pages(self, data: bytes) -> int:
        """Count the pages of a PDF."""
        ...


class Writer(Protocol):
    """Writes a rebuttal; the built-in writer and a model are both one."""

    name: str

    async def write(self, case: Case, *, meter: Meter, objections: Sequence[str] = ()) -> Rebuttal:
        """Write claims that cite fact ids. Raises `WriterFailed` when no usable letter came."""
        ...


class Reader(Protocol):
    """Reads what people wrote."""

    name: str

    async def read(self, case: Case, *, meter: Meter) -> Evidence:
        """Give facts whose values stand word for word in the case's messages. Raises `WriterFailed`."""
        ...


class Analyst(Protocol):
    """Has an opinion on what is claimed."""

    name: str

    async def judge(self, case: Case, *, meter: Meter) -> Opinion:
        """Give an opinion for people. Raises `WriterFailed`."""
        ...


class Docket(Protocol):
    """The system of record."""

    async def hear(self, bell: Bell) -> bool:
        """Keep one event; False when its id is already here. Durable when it returns."""
        ...

    async def unheard(self, *, before: datetime, limit: int = 100) -> list[Bell]:
        """Give events received before a moment that no run has handled, oldest first."""
        ...

    async def owed(self, *, before: datetime, limit: int = 100) -> list[tuple[str, str | None]]:
        """Give disputes, with their accounts, that an event or verdict from before a moment still waits for.

        In a parked case, a verdict from before it was parked waits for `rebut drive`, an event or a new verdict.
        """
        ...

    async def asked(self, dispute_id: str) -> bool:
        """Tell whether an event or a verdict of this dispute waits to be handled, as `owed` counts them."""
        ...

    async def heard(self, dispute_id: str, *, before: datetime) -> None:
        """Mark a dispute's events received up to a moment as handled."""
        ...

    def lease(self, dispute_id: str) -> AbstractAsyncContextManager[int | None]:
        """Hold a dispute alone: yields a fencing number that grows with every holder, or None when it is held."""
        ...

    async def entry(self, dispute_id: str) -> Entry | None:
        """Give one case, or None."""
        ...

    async def entries(
        self,
        *,
        status: str | None = None,
        queue: str | None = None,
        reason: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> Page:
        """List cases newest first; `status` is the case's state or Stripe's. Raises `Invalid` on a bad cursor."""
        ...

    async def keep(self, entry: Entry, *, fence: int | None = None) -> int:
        """Write a case whole and give its new version. Raises `LostLease` on an old fence."""
        ...

    async def about(self, person: str) -> list[str]:
        """Name the disputes of a person, by a Stripe customer id or an e-mail address, exactly."""
        ...

    async def erase(self, entry: Entry, *, fence: int) -> None:
        """Write what stays of an erased case, and empty its verdicts and messages. Raises `LostLease`."""
        ...

    async def intend(self, filing: Filing, *, fence: int | None = None, cap: int | None = None) -> Filing:
        """Write the intention to file, or give the row that is already there.

        Raises `LostLease` on an old fence, and `AskHuman` when a new automatic filing meets the brakes or would be
        more than `cap` a day; both are decided in one transaction, so no two workers pass the cap together.
        """
        ...

    async def filed(self, filing: Filing) -> None:
        """Write how a filing ended."""
        ...

    async def filings(self, dispute_id: str) -> list[Filing]:
        """Give every filing of a dispute."""
        ...

    async def brakes(self) -> Brakes:
        """Tell what holds back automatic filing now."""
        ...

    async def brake(self, wanted: Brakes) -> None:
        """Stop automatic filing, or let it go on."""
        ...

    async def watermark(self, name: str) -> datetime | None:
        """Tell up to which moment something was looked through, or None when it never was."""
        ...

    async def reach(self, name: str, at: datetime) -> None:
        """Move a watermark forward; never back."""
        ...

    async def decide(self, dispute_id: str, verdict: Verdict) -> None:
        """Keep a verdict on the version it names. Raises `Stale` when the case moved on or was decided already."""
        ...

    async def verdict(self, dispute_id: str) -> Verdict | None:
        """Give the verdict that waits to be applied, or None."""
        ...

    async def applied(self, dispute_id: str, version: int) -> None:
        """Mark a verdict as applied."""
        ...

    async def book(self, lines: Sequence[Line]) -> None:
        """Write ledger rows; a row whose dispute and kind are already here is left alone."""
        ...

    async def post(self, message: Message) -> bool:
        """Put a message in the outbox once per key; False when the key is already there."""
        ...

    async def due(self, now: datetime, *, limit: int = 20) -> list[Message]:
        """Give unsent messages whose time has come."""
        ...

    async def sent(self, key: str) -> None:
        """Mark a message as delivered."""
        ...

    async def unsent(self, key: str, *, error: str, again: datetime | None) -> None:
        """Note a failed delivery and when to try again; None gives up and keeps the error."""
        ...

    async def person(self, token: str) -> Person | None:
        """Tell who holds a token; only its hash is stored."""
        ...

    async def admit(self, person: Person, *, digest: str) -> None:
        """Let a person in by the SHA-256 of a token, in hex."""
        ...


class Queue(Protocol):
    """The nudge. Losing one loses nothing: the sweep rings again for every event no run has handled."""

    async def ring(self, dispute_id: str, *, account: str | None = None) -> None:
        """Ask a worker to look at a dispute soon. Raises `TryAgain` when the queue does not take it."""
        ...

    def toll(self, dispute_id: str, *, account: str | None = None) -> None:
        """Ask for the same without waiting, for who is waited for; never raises."""
        ...


class Courier(Protocol):
    """Delivers messages."""

    async def deliver(self, message: Message) -> None:
        """Send one message. Raises `TryAgain` when it did not arrive."""
        ...
