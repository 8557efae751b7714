"""Writes the packet of one case to a folder, as it was or would be filed."""

import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from disputes.case import Case, Packet, PacketFile
from disputes.errors import Invalid
from disputes.model import Value
from disputes.packet import preflight
from graph import draft, rendering
from graph.rendering import Printed
from graph.wiring.deps import Deps

LISTING = "packet.json"
NOT_LISTED: dict[str, bool | dict[str, set[str]]] = {"sheets": True, "files": {"__all__": {"key"}}}


@dataclass(frozen=True)
class WrittenPacket:
    """The paths that were written, sentences about them, and whether they are the packet to the byte."""

    paths: tuple[Path, ...]
    notes: tuple[str, ...]
    exact: bool


class _Listing(Value):
    """What the listing of an earlier packet must hold for its files to be replaced."""

    dispute_id: str
    filed: bool
    files: tuple[PacketFile, ...]


async def write(deps: Deps, dispute_id: str, folder: Path, *, account: str | None = None) -> WrittenPacket:
    """Write `packet.json` and a PDF for each exhibit, readable by their owner alone.

    The packet is the one in the database, or else one drafted now, of which nothing is stored. An earlier packet in
    the folder is replaced; a folder with anything else is left alone. Raises `Invalid` with one sentence, `TryAgain`.
    """
    record = await deps.cases.find(dispute_id)
    case = record.case if record and record.case and record.case.packet else None
    state = f"the case is {record.state}" if record and case else "drafted just now, and kept nowhere"
    case = case or await draft.draft(deps, dispute_id, account=record.account if record else account)
    filed = await _is_filed(deps, case)
    packet = case.packet or Packet()
    exhibits, lost = await _render_exhibits(deps, packet)
    paths = await asyncio.to_thread(_save, folder, _listing(case, packet, filed=filed), exhibits)
    note = f"{dispute_id}: {'as it was filed' if filed else 'as it would be filed'}; {state}."
    return WrittenPacket(paths, (note, *lost, *([] if filed else preflight.check(packet, case.dispute))), not lost)


async def _is_filed(deps: Deps, case: Case) -> bool:
    """Return whether this stage's answer was sent: a draft after an escalation is another packet than was filed."""
    filings = [filing for filing in await deps.filings.of(case.dispute.id) if filing.action == "submit"]
    return any(filing.state == "done" and filing.stage == case.dispute.stage for filing in filings)


def _listing(case: Case, packet: Packet, *, filed: bool) -> str:
    listing = {"dispute_id": case.dispute.id, "filed": filed, **packet.model_dump(mode="json", exclude=NOT_LISTED)}
    return json.dumps(listing, ensure_ascii=False, indent=2) + "\n"


async def _render_exhibits(deps: Deps, packet: Packet) -> tuple[Printed, tuple[str, ...]]:
    """Return the files to the byte, and a sentence for each that is not stored and is rendered otherwise now."""
    exhibits, lost = [], []
    for file in packet.files:
        try:
            exhibits.append((file, await rendering.exhibit(deps, packet, file)))
        except Invalid as changed:
            lost.append(f"{changed} It is not written; Stripe has the earlier print.")
    return exhibits, tuple(lost)


def _save(folder: Path, listing: str, exhibits: Printed) -> tuple[Path, ...]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_earlier(folder)
        files = {LISTING: listing.encode(), **{_name(file): data for file, data in exhibits}}
        return tuple(_write_private(folder / name, data) for name, data in files.items())
    except OSError as failed:
        raise Invalid(f"The packet cannot be written to {folder}: {failed.strerror}.") from failed


def _remove_earlier(folder: Path) -> None:
    """Remove an earlier packet, whose PDFs would be taken for parts of this one; raise `Invalid` for all else."""
    paths, removable = list(folder.iterdir()), _read_listed_names(folder / LISTING)
    if any(path.name not in removable for path in paths):
        raise Invalid(f"The folder {folder} holds other things than a packet; name an empty one with --out.")
    for path in paths:
        path.unlink()


def _read_listed_names(path: Path) -> set[str]:
    """Return the names of the files in a listing, with its own; none when it is no listing that Rebut wrote."""
    try:
        earlier = _Listing.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return set()
    return {LISTING, *(_name(file) for file in earlier.files)}


def _name(file: PacketFile) -> str:
    return re.sub(r"[^\w.-]+", "-", file.name)


def _write_private(path: Path, data: bytes) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(data)
    return path
