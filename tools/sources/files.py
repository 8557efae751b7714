"""The merchant's own files: `<folder>/<order, payment or dispute>/<field of Stripe's>/<file>`."""

import asyncio
import hashlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from disputes import text
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.evidence import Evidence, Gap, Paper
from disputes.playbook import FILE_FIELDS
from disputes.ports import Storage
from tools import papers
from tools.sources import keys
from tools.sources.options import Offer, Option

LAID_OUT = "a folder laid out as `<order, payment or dispute>/<file field of Stripe's>/<file>`"
OFFER = Offer(
    name="files",
    title="Your files",
    adds="PDFs, pictures and texts of yours, behind the exhibit of their field",
    reference=("https://docs.stripe.com/disputes/best-practices",),
    options={"folder": Option(about=LAID_OUT)},
)
MOST = 20  # files of one field
FIELDS = sorted(FILE_FIELDS)


class FilesSource:
    """Takes the files of a case, checked, into the storage. What cannot be used is a gap that says why."""

    name = OFFER.name
    keys: tuple[str, ...] = ("charge_id", "order_id")

    def __init__(self, folder: Path, storage: Storage) -> None:
        self._folder, self._storage = folder, storage

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:
        """Look into the folder of each key there is; the dispute's own is one of them."""
        named = (dispute.id, *(value for kind in self.keys for value in keys.known(known, kind)))
        try:
            found = await asyncio.to_thread(lambda: [*_folders(self._folder, named)])
        except OSError:
            return Evidence(gaps=(_gap("the folder could not be read"),))
        evidence = Evidence()
        for place in found:
            evidence = evidence.plus(await self._taken(dispute, place))
        return evidence

    async def _taken(self, dispute: Dispute, place: Path) -> Evidence:
        field, held = place.name, await asyncio.to_thread(_files, place)
        shown = f"{text.line(place.parent.name, limit=80)}/{text.line(field, limit=80)}"
        if field not in FILE_FIELDS:
            return Evidence(gaps=(_gap(f"{shown} is named for no file field of Stripe's; {', '.join(FIELDS)} are."),))
        evidence = Evidence()
        for file in held[:MOST]:
            evidence = evidence.plus(await self._paper(dispute, file, f"{self.name}:{shown}"))
        if len(held) > MOST:
            evidence = evidence.plus(
                Evidence(gaps=(_gap(f"{shown} has {len(held)} files, of which {MOST} are used."),))
            )
        return evidence

    async def _paper(self, dispute: Dispute, file: Path, place: str) -> Evidence:
        name = text.line(file.name, limit=80)
        try:
            data = await asyncio.to_thread(_read, file)
            kept, pages = await asyncio.to_thread(papers.settle, name, data)
        except (Invalid, OSError) as failed:
            why = str(failed) if isinstance(failed, Invalid) else f"{name} could not be read."
            return Evidence(gaps=(_gap(why, place),))
        paper = Paper(
            field=file.parent.name,
            name=name,
            key=await self._storage.keep(dispute.id, kept),
            pages=pages,
            bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            source=f"{place}/{name}",
        )
        return Evidence(papers=(paper,))


def opened(options: Mapping[str, str], *, storage: Storage) -> FilesSource:
    """Give the source over its folder. Raises `Invalid` when there is none."""
    folder = Path(options["folder"]).expanduser()
    if not folder.is_dir():
        raise Invalid(f"{OFFER.setting('folder')} is wrong: there is no such folder.")
    return FilesSource(folder.resolve(), storage)


def _folders(root: Path, named: tuple[str, ...]) -> Iterator[Path]:
    """Give the folders of fields; a key is only ever a name inside the folder, and a link may not lead out of it."""
    for name in dict.fromkeys(named):
        case = root / name
        if name.startswith(".") or Path(name).name != name or not case.is_dir():
            continue
        yield from sorted(place for place in case.iterdir() if place.is_dir() and place.resolve().is_relative_to(root))


def _files(place: Path) -> list[Path]:
    shown = (file for file in place.iterdir() if file.is_file() and not file.name.startswith("."))
    return sorted((file for file in shown if file.resolve().parent == place.resolve()), key=_counted)


def _counted(file: Path) -> list[tuple[int, str]]:
    """Put `2 second` before `10 last`."""
    return [(int(part) if part.isdecimal() else -1, part) for part in re.split(r"(\d+)", file.name)]


def _read(file: Path) -> bytes:
    with file.open("rb") as held:
        return held.read(papers.BYTES + 1)


def _gap(why: str, place: str = OFFER.name) -> Gap:
    return Gap(name=OFFER.name, why=why, source=place)
