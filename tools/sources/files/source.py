"""The merchant's own files: `<order, payment or dispute>/<field of Stripe's>/<file>`, in a folder or a bucket."""

import asyncio
import hashlib
import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from disputes import text
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.evidence import Attachment, Evidence, Gap
from disputes.playbook import FILE_FIELDS
from disputes.ports.storage import Storage
from tools.attachments import file
from tools.sources import keys
from tools.sources.files.bucket import BucketFiles
from tools.sources.files.folder import Folder
from tools.sources.files.location import FileEntry, FileLocation
from tools.sources.options import Offer, Option
from tools.storage import bucket

LAID_OUT = "a folder, or s3://bucket/prefix, laid out as `<order, payment or dispute>/<file field of Stripe's>/<file>`"
OFFER = Offer(
    name="files",
    title="Your files",
    adds="PDFs, pictures and texts of yours, behind the exhibit of their field",
    reference=("https://docs.stripe.com/disputes/best-practices",),
    options={
        "folder": Option(about=LAID_OUT),
        "endpoint": Option(
            about="the address of a storage that is not Amazon's", pattern=r"https?://[^/\s]+.*", default=""
        ),
        "access_key_id": Option(about="the key of the bucket, or unset for the machine's role", default=""),
        "secret_access_key": Option(about="its secret", secret=True, default=""),
        "region": Option(about="the region of the bucket", default=""),
    },
)
MOST = 20  # files of one field
FIELDS = sorted(FILE_FIELDS)


class FilesSource:
    """Takes the files of a case, checked, into the storage. What cannot be used is a gap that says why."""

    name = OFFER.name
    keys: tuple[str, ...] = ("charge_id", "order_id")

    def __init__(self, place: FileLocation, storage: Storage) -> None:
        self._place, self._storage = place, storage

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:
        """Look under each key there is; the dispute's own id is one of them."""
        told = (dispute.id, *(value for kind in self.keys for value in keys.known(known, kind)))
        named = [name for name in dict.fromkeys(told) if _is_name(name)]
        try:
            found = [spot for name in named for spot in await self._place.spots(name)]
        except OSError:
            return Evidence(gaps=(_gap("Your files could not be listed."),))
        evidence = Evidence()
        for (name, field), held in groupby(sorted(found, key=_counted), key=lambda spot: (spot.name, spot.field)):
            evidence = evidence.plus(await self._taken(dispute, f"{_short(name)}/{_short(field)}", [*held]))
        return evidence

    async def _taken(self, dispute: Dispute, shown: str, held: list[FileEntry]) -> Evidence:
        if held[0].field not in FILE_FIELDS:
            return Evidence(gaps=(_gap(f"{shown} is named for no file field of Stripe's; {', '.join(FIELDS)} are."),))
        evidence = Evidence()
        for spot in held[:MOST]:
            evidence = evidence.plus(await self._paper(dispute, spot, f"{self.name}:{shown}"))
        if len(held) > MOST:
            evidence = evidence.plus(
                Evidence(gaps=(_gap(f"{shown} has {len(held)} files, of which {MOST} are used."),))
            )
        return evidence

    async def _paper(self, dispute: Dispute, spot: FileEntry, place: str) -> Evidence:
        name = _short(spot.file)
        try:
            data = await self._place.read(spot, most=file.MAX_BYTES + 1)
            kept, pages = await asyncio.to_thread(file.prepare, name, data)
        except (Invalid, OSError) as failed:
            why = str(failed) if isinstance(failed, Invalid) else f"{name} could not be read."
            return Evidence(gaps=(_gap(why, place),))
        attachment = Attachment(
            field=spot.field,
            name=name,
            key=await self._storage.keep(dispute.id, kept),
            pages=pages,
            bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            source=f"{place}/{name}",
        )
        return Evidence(attachments=(attachment,))


def opened(options: Mapping[str, str], *, storage: Storage) -> FilesSource:
    """Give the source over its folder or bucket. Raises `Invalid` when there is none."""
    return FilesSource(place(options), storage)


async def trial(options: Mapping[str, str], *, seconds: float) -> None:
    """Raise `Invalid` when the folder or bucket cannot be listed."""
    found = await asyncio.to_thread(place, options)
    try:
        async with asyncio.timeout(seconds):
            await found.spots("rebut-doctor-asks")
    except OSError as failed:
        raise Invalid(f"{OFFER.setting('folder')} does not work: its files cannot be listed.") from failed


def place(options: Mapping[str, str]) -> FileLocation:
    """Give the folder or bucket that the options name. Raises `Invalid` when there is none; asks no bucket."""
    where, setting = options["folder"], OFFER.setting("folder")
    if "://" in where:
        given = {name: value for name, value in options.items() if value and name != "folder"}
        return BucketFiles(bucket(where, given, setting=setting))
    folder = Path(where).expanduser()
    if not folder.is_dir():
        raise Invalid(f"{setting} is wrong: there is no such folder.")
    return Folder(folder.resolve())


def _is_name(name: str) -> bool:
    """Tell whether a key is only ever a name inside the place."""
    return bool(name) and not name.startswith(".") and not set(name) & {"/", "\\", "\0"}


def _counted(spot: FileEntry) -> tuple[str, str, list[tuple[int, str]]]:
    """Put `2 second` before `10 last`."""
    parts = re.split(r"(\d+)", spot.file)
    return spot.name, spot.field, [(int(part) if part.isdecimal() else -1, part) for part in parts]


def _short(name: str) -> str:
    return text.line(name, limit=80)


def _gap(why: str, place: str = OFFER.name) -> Gap:
    return Gap(name=OFFER.name, why=why, source=place)
