"""Exhibits printed, measured and made to fit, before a packet is shown or staged."""

import hashlib

from disputes import exhibits, preflight
from disputes.case import Packet, PacketFile, Sheet
from disputes.dispute import Dispute
from graph.deps import Deps

Printed = list[tuple[PacketFile, bytes]]


async def lay_out(deps: Deps, dispute: Dispute, packet: Packet) -> Packet:
    """Print the exhibits to learn their pages and bytes, and make the packet fit.

    Pictures lose quality while the bytes are too many; then exhibits are left out, the least worthy first. What is too
    big all the same is left so: `preflight.check` tells it. The bytes are printed again when they are filed.
    """
    measured = measure(packet, await print_all(deps, packet))
    while preflight.is_heavy(measured) and (lighter := _pressed(measured)) != measured:
        measured = measure(lighter, await print_all(deps, lighter))
    return preflight.fit(measured, dispute)


async def print_all(deps: Deps, packet: Packet) -> Printed:
    """Give each exhibit's file and bytes, the same bytes for the same packet."""
    return [await _print(deps, sheet) for sheet in packet.sheets]


def measure(packet: Packet, printed: Printed) -> Packet:
    """Give the packet with the names, pages and bytes of its files."""
    return packet.model_copy(update={"files": tuple(file for file, _ in printed)})


def _pressed(packet: Packet) -> Packet:
    return packet.model_copy(update={"sheets": tuple(map(exhibits.press, packet.sheets))})


async def _print(deps: Deps, sheet: Sheet) -> tuple[PacketFile, bytes]:
    data = await deps.printer.render(sheet)
    name = f"{sheet.mark} {sheet.title}".lower().replace(" ", "-") + ".pdf"
    sha = hashlib.sha256(data).hexdigest()
    return PacketFile(field=sheet.field, name=name, pages=deps.printer.pages(data), bytes=len(data), sha256=sha), data
