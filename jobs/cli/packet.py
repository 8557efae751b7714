"""The packet of one case, written to a folder as it was or would be filed."""

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
INSIDE: dict[str, bool | dict[str, set[str]]] = {"sheets": True, "files": {"__all__": {"key"}}}


@dataclass(frozen=True)
class Written:
    """What was written, what to know about it, and whether it is the packet to the byte."""

    paths: tuple[Path, ...]
    told: tuple[str, ...]
    exact: bool


class _Listing(Value):
    """What an earlier packet's listing must say for its files to be taken as ours."""

    dispute_id: str
    filed: bool
    files: tuple[PacketFile, ...]


async def write(deps: Deps, dispute_id: str, folder: Path, *, account: str | None = None) -> Written:
    """Write `packet.json` and a PDF for each exhibit, readable by their owner alone.

    The packet is the one the records hold, or else one worked out now, of which nothing is kept. An earlier packet in
    the folder is replaced; a folder with anything else is left alone. Raises `Invalid` with one sentence, `TryAgain`.
    """
    record = await deps.cases.find(dispute_id)
    case = record.case if record and record.case and record.case.packet else None
    stands = f"the case is {record.state}" if record and case else "drafted just now, and kept nowhere"
    case = case or await draft.draft(deps, dispute_id, account=record.account if record else account)
    filed = await _is_filed(deps, case)
    packet = case.packet or Packet()
    found, lost = await _exhibits(deps, packet)
    paths = await asyncio.to_thread(_save, folder, _listing(case, packet, filed=filed), found)
    told = f"{dispute_id}: {'as it was filed' if filed else 'as it would be filed'}; {stands}."
    return Written(paths, (told, *lost, *([] if filed else preflight.check(packet, case.dispute))), not lost)


async def _is_filed(deps: Deps, case: Case) -> bool:
    """Tell whether this stage's answer was sent: a draft after an escalation is another packet than was filed."""
    sent = [filing for filing in await deps.filings.of(case.dispute.id) if filing.action == "submit"]
    return any(filing.state == "done" and filing.stage == case.dispute.stage for filing in sent)


def _listing(case: Case, packet: Packet, *, filed: bool) -> str:
    whole = {"dispute_id": case.dispute.id, "filed": filed, **packet.model_dump(mode="json", exclude=INSIDE)}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


async def _exhibits(deps: Deps, packet: Packet) -> tuple[Printed, tuple[str, ...]]:
    """Give the files to the byte, and a sentence for each that nobody kept and a newer Rebut prints otherwise."""
    found, lost = [], []
    for file in packet.files:
        try:
            found.append((file, await rendering.exhibit(deps, packet, file)))
        except Invalid as changed:
            lost.append(f"{changed} It is not written; Stripe has the earlier print.")
    return found, tuple(lost)


def _save(folder: Path, listing: str, printed: Printed) -> tuple[Path, ...]:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _empty(folder)
        files = {LISTING: listing.encode(), **{_name(file): data for file, data in printed}}
        return tuple(_put(folder / name, data) for name, data in files.items())
    except OSError as failed:
        raise Invalid(f"The packet cannot be written to {folder}: {failed.strerror}.") from failed


def _empty(folder: Path) -> None:
    """Take away an earlier packet, whose PDFs would be taken for parts of this one; raise `Invalid` for all else."""
    there, ours = list(folder.iterdir()), _listed(folder / LISTING)
    if any(path.name not in ours for path in there):
        raise Invalid(f"The folder {folder} holds other things than a packet; name an empty one with --out.")
    for path in there:
        path.unlink()


def _listed(path: Path) -> set[str]:
    """Name the files of the packet that a listing belongs to; none when it is no listing of ours."""
    try:
        earlier = _Listing.model_validate_json(path.read_bytes())
    except (FileNotFoundError, ValidationError):
        return set()
    return {LISTING, *(_name(file) for file in earlier.files)}


def _name(file: PacketFile) -> str:
    return re.sub(r"[^\w.-]+", "-", file.name)


def _put(path: Path, data: bytes) -> Path:
    path.touch(mode=0o600)
    path.write_bytes(data)
    return path
