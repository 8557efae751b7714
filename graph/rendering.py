"""Exhibits printed, measured and made to fit, before a packet is shown or staged."""

import asyncio
import hashlib
from contextlib import suppress

from disputes.case import Packet, PacketFile, Sheet
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.packet import exhibits, preflight
from graph.wiring.deps import Deps

Printed = list[tuple[PacketFile, bytes]]


async def lay_out(deps: Deps, dispute: Dispute, packet: Packet) -> Packet:
    """Print the exhibits to learn their pages and bytes, and make the packet fit.

    Pictures lose quality while the bytes are too many; then exhibits are left out, the least worthy first. What is too
    big all the same is left so: `preflight.check` tells it. The bytes are printed again when they are filed.
    """
    printed = await print_all(deps, packet)
    measured = measure(packet, printed)
    while preflight.exceeds_bytes(measured) and (lighter := _pressed(measured)) != measured:
        printed = await print_all(deps, lighter)
        measured = measure(lighter, printed)
    fitting = preflight.fit(measured, dispute)
    fitting = fitting.model_copy(update={"unreadable": await _find_unreadable(deps, fitting)})
    return measure(fitting, await keep(deps, dispute, [one for one in printed if one[0] in fitting.files]))


async def _find_unreadable(deps: Deps, packet: Packet) -> tuple[str, ...]:
    found = [(sheet, await deps.renderer.unreadable(sheet)) for sheet in packet.sheets]
    return tuple(exhibits.describe_unreadable(sheet, missing) for sheet, missing in found if missing)


async def print_all(deps: Deps, packet: Packet) -> Printed:
    """Return each exhibit's file and bytes, the same bytes for the same packet."""
    return list(await asyncio.gather(*(_print(deps, sheet) for sheet in packet.sheets)))


async def keep(deps: Deps, dispute: Dispute, printed: Printed) -> Printed:
    """Store the files, where there is a storage, so that people see what was rendered and not a later rendering."""
    if deps.storage is None:
        return printed
    keys = [await deps.storage.keep(dispute.id, data) for _, data in printed]
    return [(file.model_copy(update={"key": key}), data) for key, (file, data) in zip(keys, printed, strict=True)]


async def exhibit(deps: Deps, packet: Packet, file: PacketFile) -> bytes:
    """Return the bytes of one file of a packet: as stored, or rendered anew.

    Raises `Invalid` when neither gives the bytes that the packet was made with, `TryAgain` when the storage is away.
    """
    if file.key and deps.storage is not None:
        with suppress(Invalid):
            return await deps.storage.read(file.key)
    sheet = next((sheet for sheet in packet.sheets if sheet.field == file.field), None)
    data = await deps.renderer.render(sheet) if sheet else b""
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise Invalid(f"{file.name} is printed otherwise now than when the packet was made.")
    return data


def measure(packet: Packet, printed: Printed) -> Packet:
    """Return the packet with the names, pages and bytes of its files."""
    return packet.model_copy(update={"files": tuple(file for file, _ in printed)})


def _pressed(packet: Packet) -> Packet:
    return packet.model_copy(update={"sheets": tuple(map(exhibits.compress, packet.sheets))})


async def _print(deps: Deps, sheet: Sheet) -> tuple[PacketFile, bytes]:
    data = await deps.renderer.render(sheet)
    name = f"{sheet.mark} {sheet.title}".lower().replace(" ", "-") + ".pdf"
    sha = hashlib.sha256(data).hexdigest()
    return PacketFile(field=sheet.field, name=name, pages=deps.renderer.pages(data), bytes=len(data), sha256=sha), data
