"""Cards as rows of a CSV file, in a folder or a bucket."""

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from obstore.exceptions import (
    AlreadyExistsError,
    BaseError,
    PermissionDeniedError,
    PreconditionError,
    UnauthenticatedError,
)
from obstore.store import LocalStore, S3Store

from disputes.errors import Invalid, Refused, TryAgain
from disputes.messages.card import Card
from disputes.ports.clock import Clock
from tools.messages.cards import text
from tools.messages.cards.csv_table import Table
from tools.messages.cards.options import QUEUES, CardOffer
from tools.sources.options import Option
from tools.storage import bucket

if TYPE_CHECKING:  # these are only there for type checkers
    from obstore import PutMode

OFFER = CardOffer(
    name="csv",
    title="CSV file",
    adds="a row in a CSV file for each case",
    options={
        "file": Option(
            about="the path of a file that ends in .csv, in a folder that is there, or s3://bucket/prefix/name.csv",
            pattern=r".+\.csv",
        ),
        "endpoint": Option(
            about="the address of a storage that is not Amazon's", pattern=r"https?://[^/\s]+.*", default=""
        ),
        "access_key_id": Option(about="the key of the bucket, or unset for the machine's role", default=""),
        "secret_access_key": Option(about="its secret", secret=True, default=""),
        "region": Option(about="the region of the bucket", default=""),
        "queues": QUEUES,
    },
)
SETTING = OFFER.setting("file")


class Place(NamedTuple):
    """Where the file is; `folder` is empty for a bucket."""

    store: LocalStore | S3Store
    name: str
    folder: Path | None


class CsvFile:
    """Keeps each card as one row, which stays when the card is closed; the id of a card is its key.

    The file is written as a whole and put in place at once, so that a reader sees it before or after, never between.
    Columns that people add stay. `seconds` is the limit of reading it, and of writing it.
    """

    def __init__(self, place: Place, *, seconds: float) -> None:
        self._place, self._seconds = place, seconds
        self._lock = asyncio.Lock()

    async def write(self, card: Card, *, known: str | None) -> str:
        """Write a card as `CardBoard` promises; the key alone finds it."""
        del known
        cells = dict(zip(text.COLUMNS, text.row(card), strict=True))
        try:
            async with self._lock:
                with _locked(self._place.folder) if self._place.folder else nullcontext():
                    return card.key if await self._write(cells, create=card.state == "open") else ""
        except (PermissionDeniedError, UnauthenticatedError, PermissionError, FileNotFoundError):
            why = "it is not there, or this access may not write it"
            raise Refused(f"The place of the CSV file refused the card: {why}. Check {SETTING} and its key.") from None
        except (AlreadyExistsError, PreconditionError):
            raise TryAgain("The CSV file was changed at this very moment; the card is written again.") from None
        except (BaseError, OSError):  # a timeout is an OSError as well
            raise TryAgain("The CSV file could not be read or written for now; the card is written again.") from None

    async def _write(self, cells: dict[str, str], *, create: bool) -> bool:
        data, mode = await self._read()
        table = Table.read(data, setting=SETTING)
        if not table.put(cells, create=create):
            return False
        async with asyncio.timeout(self._seconds):
            await self._place.store.put_async(self._place.name, table.written(), mode=mode)
        return True

    async def _read(self) -> "tuple[bytes, PutMode]":
        """Return the file, empty when there is none, and the way of writing that fails when it changed since."""
        local = self._place.folder is not None
        try:
            async with asyncio.timeout(self._seconds):
                stored = await self._place.store.get_async(self._place.name)
                data = bytes(await stored.bytes_async())
        except FileNotFoundError:
            return b"", "overwrite" if local else "create"
        return data, "overwrite" if local else {"e_tag": stored.meta["e_tag"]}


@asynccontextmanager
async def open_board(
    options: Mapping[str, str], *, now: Clock, seconds: float, base: str = ""
) -> AsyncIterator[CsvFile]:
    """Yield the board of a file; `base` is another endpoint of its bucket. Raises `Invalid` for no such place."""
    del now
    yield CsvFile(await asyncio.to_thread(_open_place, options, base), seconds=seconds)


def _open_place(options: Mapping[str, str], base: str) -> Place:
    where = options["file"]
    if "://" in where:
        url, _, name = where.rpartition("/")
        names = ("endpoint", "access_key_id", "secret_access_key", "region")
        settings = {option: options[option] for option in names if options[option]}
        return Place(bucket(url, settings | ({"endpoint": base} if base else {}), setting=SETTING), name, None)
    path = Path(where).expanduser().absolute()
    if not path.parent.is_dir():
        raise Invalid(f"{SETTING} is wrong: there is no such folder for the file.")
    return Place(LocalStore(path.parent), path.name, path.parent)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Hold the folder, so that no other process of Rebut writes the file. Raises `TryAgain` when one does."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise TryAgain("Another process is writing the CSV file; the card is written again.") from None
    finally:
        os.close(descriptor)
