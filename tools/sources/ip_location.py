"""Country and network of the purchase's IP address, as a source: MaxMind DB files that the merchant points to."""

import asyncio
import ipaddress
import json
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from maxminddb import MODE_FILE, Reader
from pydantic import JsonValue

from disputes import text
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.evidence import Evidence, Gap, build_fact
from disputes.model import Value
from disputes.ports.clock import Clock
from disputes.ports.storage import Storage
from tools.sources import archive, values
from tools.sources.archive import Archive
from tools.sources.options import Offer, Option

OFFER = Offer(
    name="ip_location",
    title="Your IP database",
    adds="the country and the network of the purchase's IP address",
    reference=(
        "https://maxmind.github.io/MaxMind-DB/",
        "https://dev.maxmind.com/geoip/geolite2-free-geolocation-data/",
        "https://db-ip.com/db/lite.php",
        "https://ipinfo.io/developers/ipinfo-lite-database",
    ),
    options={
        "file": Option(about="the path of a .mmdb file that tells countries, networks or both", pattern=r".+\.mmdb"),
        "network_file": Option(
            about="the path of a second .mmdb file, which alone tells networks", pattern=r".+\.mmdb", default=""
        ),
    },
)
_ADDRESS, _COUNTRY, _NETWORK = "customer_ip", "ip_country", "ip_network"
_WORDS = {_COUNTRY: "country", _NETWORK: "network"}
_ALPHA_2 = re.compile(r"[A-Z]{2}")
_NO_COUNTRY = frozenset({"AP", "EU", "XX", "ZZ"})  # a region, or nobody knows
_COUNTRY_PATHS = (("country", "iso_code"), ("country_code",), ("country",))
_NETWORK_PATHS = (
    ("autonomous_system_organization",),
    ("traits", "autonomous_system_organization"),
    ("as_name",),
    ("asn",),
    ("autonomous_system_number",),
)
_SAMPLE = 500  # records looked at to learn what a database tells
_SECONDS_TO_STORE = 1.0
# The reader checks little, so a damaged file fails in as many ways as there are to decode it.
_DAMAGE = (OSError, RuntimeError, ValueError, TypeError, LookupError, ArithmeticError, MemoryError, struct.error)

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address


class IpDatabase(Value):
    """One file, the kinds of fact that are read from it, and its type and day of making, such as `DBIP/2026-11-01`."""

    path: Path
    tells: tuple[str, ...]
    edition: str


class _Answer(Value):
    """What a database holds of an address: its edition, the block of addresses, and the record or None."""

    edition: str
    block: str
    record: JsonValue


class IpLocationSource:
    """Looks the purchase's IP address up in files, off the event loop; what they do not hold is a gap.

    A file is opened for each question, so that one that was replaced by a newer edition needs no restart.
    """

    name = OFFER.name
    keys: tuple[str, ...] = (_ADDRESS,)

    def __init__(self, databases: tuple[IpDatabase, ...], *, now: Clock, storage: Storage | None = None) -> None:
        self._databases, self._now, self._storage = databases, now, storage
        self.offers = tuple(kind for database in databases for kind in database.tells)

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:
        """Return the country and the network of the one purchase's address, or why there are none."""
        asked = known.sole(_ADDRESS)
        if asked is None:
            return Evidence()
        try:
            address = _parse_public(str(asked.value))
        except ValueError as why:
            return Evidence(gaps=(_gap(_ADDRESS, f"was not asked: the purchase's IP address {why}"),))
        evidence = Evidence()
        async with archive.open_archive(self._storage, dispute.id) as answers:
            for database in self._databases:
                evidence = evidence.plus(await self._ask(database, address, answers))
            records = await answers.finish(seconds=_SECONDS_TO_STORE)
        return evidence.model_copy(update={"source_answers": records})

    async def _ask(self, database: IpDatabase, address: IpAddress, answers: Archive) -> Evidence:
        try:
            answer = await asyncio.to_thread(_look_up, database.path, address)
        except _DAMAGE:
            return Evidence(gaps=tuple(_gap(kind, "could not be read") for kind in database.tells))
        found = {kind: value for kind in database.tells if (value := _READERS[kind](answer.record))}
        missing = tuple(
            _gap(kind, f"has no {_WORDS[kind]} for the purchase's IP address", absent=True)
            for kind in database.tells
            if kind not in found
        )
        if not found:
            return Evidence(gaps=missing)
        source, now = f"{OFFER.name}:{answer.edition}", self._now()
        body: JsonValue = {"address": str(address), "block": answer.block, "record": answer.record}
        kept = {"record": await answers.put(source, body, at=now), "retrieved_at": now}
        facts = (build_fact(kind, value, source).model_copy(update=kept) for kind, value in found.items())
        return Evidence(facts=tuple(facts), gaps=missing)


def open_source(options: Mapping[str, str], *, now: Clock, storage: Storage | None = None) -> IpLocationSource:
    """Return the source over its files. Raises `Invalid` when one is missing, damaged, or tells nothing of use."""
    return IpLocationSource(open_databases(options), now=now, storage=storage)


async def check(options: Mapping[str, str]) -> str:
    """Return the editions that can be read, for people. Raises `Invalid` when one cannot."""
    databases = await asyncio.to_thread(open_databases, options)
    return " and ".join(database.edition.replace("/", " of ") for database in databases)


def open_databases(options: Mapping[str, str]) -> tuple[IpDatabase, ...]:
    """Return the databases that the options name. Raises `Invalid` with a sentence that names the setting."""
    if not options["network_file"]:
        return (_inspect(options["file"], "file", (_COUNTRY, _NETWORK)),)
    return (
        _inspect(options["file"], "file", (_COUNTRY,)),
        _inspect(options["network_file"], "network_file", (_NETWORK,)),
    )


def _inspect(path: str, option: str, wanted: tuple[str, ...]) -> IpDatabase:
    setting, file = OFFER.setting(option), Path(path).expanduser()
    if not file.is_file():
        raise Invalid(f"{setting} is wrong: there is no such file.")
    try:
        with Reader(file, MODE_FILE) as reader:
            edition = _edition(reader)
            records = [_as_json(record) for _, record in islice(reader, _SAMPLE)]
    except _DAMAGE as damage:
        raise Invalid(f"{setting} is wrong: the file cannot be read as a MaxMind database.") from damage
    tells = tuple(kind for kind in wanted if any(map(_READERS[kind], records)))
    if not tells:
        words = " nor ".join(_WORDS[kind] for kind in wanted)
        raise Invalid(f"{setting} is wrong: its database {edition} tells no {words} of an address.")
    return IpDatabase(path=file, tells=tells, edition=edition)


def _look_up(path: Path, address: IpAddress) -> _Answer:
    with Reader(path, MODE_FILE) as reader:
        edition = _edition(reader)
        if address.version > reader.metadata().ip_version:
            return _Answer(edition=edition, block="", record=None)
        record, length = reader.get_with_prefix_len(address)
    block = ipaddress.ip_network((address, length), strict=False)
    return _Answer(edition=edition, block=str(block), record=_as_json(record))


def _edition(reader: Reader) -> str:
    told = reader.metadata()
    made = datetime.fromtimestamp(told.build_epoch, UTC).date()
    return f"{text.line(str(told.database_type), limit=60) or 'mmdb'}/{made.isoformat()}"


def _as_json(record: object) -> JsonValue:
    plain: JsonValue = json.loads(json.dumps(record, default=str))
    return plain


def _parse_public(written: str) -> IpAddress:
    """Return an address of the public internet. Raises `ValueError` with the end of a sentence for all else."""
    try:
        parsed = ipaddress.ip_address(written.strip())
    except ValueError:
        raise ValueError("is malformed") from None
    address = (parsed.ipv4_mapped or parsed) if isinstance(parsed, ipaddress.IPv6Address) else parsed
    if not address.is_global or address.is_multicast:
        raise ValueError("is private or reserved")
    return address


def _read_country(record: JsonValue) -> str | None:
    """Return ISO 3166-1 alpha-2 in capitals, or None; a name and a region are none."""
    codes = (str(value).strip().upper() for value in _values_at(record, _COUNTRY_PATHS))
    return next((code for code in codes if _ALPHA_2.fullmatch(code) and code not in _NO_COUNTRY), None)


def _read_network(record: JsonValue) -> str | None:
    """Return the organisation that runs the network, or its number, as `AS15169`, where nobody names it."""
    for value in _values_at(record, _NETWORK_PATHS):
        written = values.parse(_NETWORK, f"AS{value}" if isinstance(value, int) else value)
        if isinstance(written, str) and any(map(str.isalnum, written)):
            return written
    return None


def _values_at(record: JsonValue, paths: tuple[tuple[str, ...], ...]) -> Iterator[str | int]:
    for path in paths:
        value = record
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        if isinstance(value, (str, int)) and not isinstance(value, bool):
            yield value


def _gap(kind: str, why: str, *, absent: bool = False) -> Gap:
    name = f"{OFFER.name} {kind}"
    return Gap(name=name, why=f"{OFFER.title} {why}.", source=OFFER.name, absent=absent)


_READERS: dict[str, Callable[[JsonValue], str | None]] = {_COUNTRY: _read_country, _NETWORK: _read_network}
