"""The merchant's own files as a source, in a folder or a bucket."""

import asyncio
import re
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path

from disputes import text
from disputes.dispute import FILE_FIELDS, Dispute
from disputes.errors import Invalid
from disputes.evidence import Evidence, Gap
from disputes.ports.storage import Storage
from tools.attachments import file, keeping
from tools.sources import keys
from tools.sources.files.bucket import BucketFiles
from tools.sources.files.folder import FolderFiles
from tools.sources.files.location import FileEntry, FileLocation
from tools.sources.options import Offer, Option
from tools.storage import bucket

LAYOUT = "a folder, or s3://bucket/prefix, laid out as `<order, payment or dispute>/<file field of Stripe's>/<file>`"
OFFER = Offer(
    name="files",
    title="Your files",
    adds="PDFs, pictures and texts of yours, behind the exhibit of their field",
    reference=("https://docs.stripe.com/disputes/best-practices",),
    options={
        "folder": Option(about=LAYOUT),
        "endpoint": Option(
            about="the address of a storage that is not Amazon's", pattern=r"https?://[^/\s]+.*", default=""
        ),
        "access_key_id": Option(about="the key of the bucket, or unset for the machine's role", default=""),
        "secret_access_key": Option(about="its secret", secret=True, default=""),
        "region": Option(about="the region of the bucket", default=""),
    },
)
MAX_FILES = 20  # files of one field
FIELDS = sorted(FILE_FIELDS)


class FilesSource:
    """Checks the files of a case and stores them as attachments. A file that cannot be used is a gap."""

    name = OFFER.name
    keys: tuple[str, ...] = ("charge_id", "order_id")
    offers: tuple[str, ...] = ()

    def __init__(self, location: FileLocation, storage: Storage) -> None:
        self._location, self._storage = location, storage

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:
        """Read the files under the dispute's id and under each known key."""
        candidates = (dispute.id, *(value for kind in self.keys for value in keys.values_of(known, kind)))
        names = [name for name in dict.fromkeys(candidates) if _is_name(name)]
        try:
            entries = [entry for name in names for entry in await self._location.list_files(name)]
        except OSError:
            return Evidence(gaps=(_gap("Your files could not be listed."),))
        evidence = Evidence()
        for (name, field), group in groupby(
            sorted(entries, key=_natural_order), key=lambda entry: (entry.name, entry.field)
        ):
            evidence = evidence.plus(await self._read_all(dispute, f"{_short(name)}/{_short(field)}", [*group]))
        return evidence

    async def _read_all(self, dispute: Dispute, label: str, entries: list[FileEntry]) -> Evidence:
        if entries[0].field not in FILE_FIELDS:
            return Evidence(gaps=(_gap(f"{label} is named for no file field of Stripe's; {', '.join(FIELDS)} are."),))
        evidence = Evidence()
        for entry in entries[:MAX_FILES]:
            evidence = evidence.plus(await self._read(dispute, entry, f"{self.name}:{label}"))
        if len(entries) > MAX_FILES:
            evidence = evidence.plus(
                Evidence(gaps=(_gap(f"{label} has {len(entries)} files, of which {MAX_FILES} are used."),))
            )
        return evidence

    async def _read(self, dispute: Dispute, entry: FileEntry, source: str) -> Evidence:
        name = _short(entry.file)
        try:
            data = await self._location.read(entry, limit=file.MAX_BYTES + 1)
            kept = await keeping.keep(
                self._storage, dispute.id, field=entry.field, name=name, data=data, source=f"{source}/{name}"
            )
        except (Invalid, OSError) as failed:
            why = str(failed) if isinstance(failed, Invalid) else f"{name} could not be read."
            return Evidence(gaps=(_gap(why, source),))
        return Evidence(attachments=(kept,))


def open_source(options: Mapping[str, str], *, storage: Storage) -> FilesSource:
    """Return the source over its folder or bucket. Raises `Invalid` when there is none."""
    return FilesSource(open_location(options), storage)


async def check(options: Mapping[str, str], *, seconds: float) -> None:
    """Raise `Invalid` when the folder or bucket cannot be listed."""
    files = await asyncio.to_thread(open_location, options)
    try:
        async with asyncio.timeout(seconds):
            await files.list_files("rebut-doctor-asks")
    except OSError as failed:
        raise Invalid(f"{OFFER.setting('folder')} does not work: its files cannot be listed.") from failed


def open_location(options: Mapping[str, str]) -> FileLocation:
    """Return the folder or bucket that the options name. Raises `Invalid` when there is none; calls no bucket."""
    where, setting = options["folder"], OFFER.setting("folder")
    if "://" in where:
        settings = {name: value for name, value in options.items() if value and name != "folder"}
        return BucketFiles(bucket(where, settings, setting=setting))
    folder = Path(where).expanduser()
    if not folder.is_dir():
        raise Invalid(f"{setting} is wrong: there is no such folder.")
    return FolderFiles(folder.resolve())


def _is_name(name: str) -> bool:
    """Check whether a key is a plain name that cannot lead out of the location."""
    return bool(name) and not name.startswith(".") and not set(name) & {"/", "\\", "\0"}


def _natural_order(entry: FileEntry) -> tuple[str, str, list[tuple[int, str]]]:
    """Return a sort key by which `2 second` comes before `10 last`."""
    parts = re.split(r"(\d+)", entry.file)
    return entry.name, entry.field, [(int(part) if part.isdecimal() else -1, part) for part in parts]


def _short(name: str) -> str:
    return text.line(name, limit=80)


def _gap(why: str, source: str = OFFER.name) -> Gap:
    return Gap(name=OFFER.name, why=why, source=source)
