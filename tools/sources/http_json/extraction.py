"""Reads facts and keys from a vendor's records."""

import itertools
import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime

from pydantic import JsonValue

from disputes import text
from disputes.evidence import Fact, FactValue, Gap, build_fact, kinds
from disputes.evidence.entities import parcel_key
from disputes.reading.blank_values import says_nothing
from tools.sources import values
from tools.sources.http_json.answer import VendorAnswer, search, search_all
from tools.sources.http_json.ownership import OwnPayment, Verdict
from tools.sources.http_json.request import AmountPaths, EntityPart, RepeatedFact, VendorRequest
from tools.sources.http_json.vendor import Vendor

_MAX_ITEMS = 100
_MAX_PATH = 160
_MAX_KEY = 300
_PARCEL, _NUMBER = "parcel", "tracking_number"
_TOLD_BY_OTHERS = frozenset(("order", "subscription"))
_REF = re.compile(r"[^\w.-]+")


class AnswerPage:
    """The records of one answer that belong to the case; `ref` and `begin` make their fact ids unique."""

    def __init__(
        self, vendor: Vendor, request: VendorRequest, answer: VendorAnswer, *, ref: str = "", begin: int = 0
    ) -> None:
        self._vendor, self._nothing, self._request, self._answer = vendor.name, vendor.nothing, request, answer
        self._ref, self._begin = ref, begin
        self._bound: Mapping[str, str] = {}
        self.records: list[JsonValue] = []
        self.rejected: list[Verdict] = []
        self.total = 0

    def select(self, bound: Mapping[str, str], own: OwnPayment) -> list[JsonValue]:
        """Keep and return the records whose fields equal the keys, and that are not another payment's or customer's.

        A search also finds records that only look alike. `rejected` says why the others were left out.
        """
        request, owner = self._request, self._request.owner
        self._bound = bound
        records = search_all(self._request.each, self._answer.body)
        self.total = len(records)
        found = [
            record
            for record in records
            if all(_has(path, record, bound[name]) for path, name in request.same.items())
            and not any(_has(path, record, bound[name]) for path, name in request.differs.items())
        ]
        verdicts: list[Verdict] = [own.judge(owner, r) if owner else "ours" for r in found]
        self.records = [r for r, verdict in zip(found, verdicts, strict=True) if verdict == "ours"]
        self.rejected = [verdict for verdict in verdicts if verdict != "ours"]
        return self.records

    @property
    def unread(self) -> int:
        """How many records the vendor says that it has beyond those in this answer."""
        total = search(self._request.total, self._answer.body) if self._request.total else None
        count = values.parse("usage_count", total)
        return max(int(str(count)) - self._begin - self.total, 0) if count else 0

    @property
    def name(self) -> str:
        """The name of the request."""
        return self._request.name

    @property
    def body(self) -> JsonValue:
        """The answer as far as it may be stored: whole, or only the records of this case where it has others."""
        return self._answer.body if len(self.records) == self.total else list(self.records)

    def facts(self, now: datetime) -> Iterator[Fact | Gap]:
        """Yield each kind's fact from the first record that has one, each parcel's from its own record, and all others.

        Those are every repeated fact, and the facts of every part of a record that is an entity of its own.
        """
        for kind, path in self._request.facts.items():
            found = [(r, v) for r in self.records if (v := self._value(kind, path, r)) is not None]
            for record, value in found if kinds.sort(kind) == _PARCEL else found[:1]:
                written = path if isinstance(path, str) else path.amount
                yield self._fact(kind, value, written, now=now, of=self._parcel(kind, record))
        for repeated in self._request.many:
            for number, record in enumerate(self.records):
                of = self._parcel(repeated.kind, record)
                yield from self._repeated_facts(repeated, record, now, begin=self._begin + number, of=of)
        for part in self._request.entities:
            yield from self._part_facts(part, now)

    def _parcel(self, kind: str, record: JsonValue) -> str:
        """Return the key of the parcel that a record is about, which only its tracking number is.

        Carriers use a number again, so a second record of one number is another parcel.
        """
        if kinds.sort(kind) != _PARCEL:
            return ""
        key = self._number(record)
        earlier = itertools.takewhile(lambda other: other is not record, self.records)
        same = sum(self._number(other) == key for other in earlier)
        return f"{key}-{same + 1}" if key and same else key

    def _number(self, record: JsonValue) -> str:
        path = self._request.facts.get(_NUMBER)
        number = search(path, record) if isinstance(path, str) else None
        return parcel_key(str(number)) if number else parcel_key(self._bound.get(_NUMBER, ""))

    def _part_facts(self, part: EntityPart, now: datetime) -> Iterator[Fact | Gap]:
        items = [(item, record) for record in self.records for item in search_all(part.each, record)][:_MAX_ITEMS]
        for number, (item, record) in enumerate(items, 1):
            of = self._part_key(part, item, number, of_many=len(items) > 1)
            for kind, path in part.facts.items():
                if (value := self._value(kind, path, item, of=record)) is not None:
                    yield self._fact(kind, value, path if isinstance(path, str) else path.amount, now=now, of=of)
            for repeated in part.many:
                yield from self._repeated_facts(repeated, item, now, of=of)

    def _part_key(self, part: EntityPart, item: JsonValue, number: int, *, of_many: bool) -> str:
        """Return what names a part; one that nothing names is told apart by its place, unless it is the only one.

        The only order or subscription in the first answer is the one that others tell of as well.
        """
        key = search(part.key, item)
        named = str(key) if isinstance(key, (str, int)) and not isinstance(key, bool) else ""
        if part.sort in _TOLD_BY_OTHERS and not of_many and not self._ref:
            return ""
        named = parcel_key(named) if part.sort == _PARCEL else named
        return named or (f"{self._vendor}{number}".upper() if of_many else "")

    def read_keys(self) -> list[dict[str, list[str]]]:
        """Return the keys for later requests, those of each record by themselves."""
        paths = self._request.keys.items()
        return [{name: list(_keys(search(path, record))) for name, path in paths} for record in self.records]

    def _repeated_facts(
        self, repeated: RepeatedFact, record: JsonValue, now: datetime, *, of: str, begin: int = 0
    ) -> Iterator[Fact | Gap]:
        items = search_all(repeated.each, record)
        for number, item in enumerate(items[:_MAX_ITEMS], begin * _MAX_ITEMS + 1):
            value = self._value(repeated.kind, repeated.value, item)
            if value is None:
                continue
            ref = _ref(repeated, item, number)
            fact = self._fact(repeated.kind, value, repeated.value, ref=ref, now=now, of=of)
            at = values.parse_time(search(repeated.at, item)) if repeated.at else None
            yield fact.model_copy(update={"at": at}) if isinstance(fact, Fact) else fact
        if len(items) > _MAX_ITEMS:
            why = f"{len(items) - _MAX_ITEMS} of {len(items)} are left out."
            yield Gap(name=repeated.kind, why=why, source=self._vendor)

    def _value(
        self, kind: str, path: str | AmountPaths, record: JsonValue, *, of: JsonValue = None
    ) -> FactValue | date | None:
        """Return what a path finds in the form of its kind; None for nothing, and for what says nothing.

        A part's currency may stand in the record it is a part of.
        """
        if isinstance(path, AmountPaths):
            currency = search(path.currency, record) or search(path.currency, of)
            return values.parse_amount(search(path.amount, record), currency, unit=path.unit)
        value = values.parse(kind, search(path, record))
        if not isinstance(value, str):
            return value
        blank = value.casefold() in map(str.casefold, self._nothing.get(kind, ())) or says_nothing(kind, value)
        return None if blank else value

    def _fact(  # noqa: PLR0913 - all but three by keyword
        self, kind: str, value: FactValue | date, path: str, *, now: datetime, ref: str = "", of: str = ""
    ) -> Fact | Gap:
        source = f"{self._vendor}:{self._request.name}:{text.line(path, limit=_MAX_PATH)}"
        if values.is_ahead(kind, value, now):
            return Gap(name=kind, why=f"{kinds.label(kind)} names a time that has not come yet.", source=source)
        whole = "/".join(filter(None, (self._vendor, self._ref, ref)))
        # An entity's key says of which it is, so the vendor is named only where one has several facts of a kind.
        fact = build_fact(kind, value, source, ref="" if of and not ref else whole, of=of)
        return fact.model_copy(update={"retrieved_at": self._answer.at})


def is_equal(field: JsonValue, known: str) -> bool:
    """Check whether a vendor's field is the known key, without case, outer spaces and a leading `#`."""
    is_text = isinstance(field, (str, int)) and not isinstance(field, bool)
    return is_text and _plain(str(field)) == _plain(known) != ""


def _has(path: str, record: JsonValue, known: str) -> bool:
    """Check whether what a path finds is the known key, or a list that it is in."""
    return any(is_equal(value, known) for value in search_all(path, record))


def _plain(written: str) -> str:
    return written.strip().removeprefix("#").casefold()


def _keys(raw: JsonValue) -> Iterator[str]:
    for each in raw if isinstance(raw, list) else [raw]:
        key = str(each) if isinstance(each, (str, int)) and not isinstance(each, bool) else ""
        # A lone surrogate is not printable, and cannot be part of a URL.
        if key.isprintable() and 0 < len(key) <= _MAX_KEY:
            yield key


def _ref(repeated: RepeatedFact, item: JsonValue, number: int) -> str:
    ref = search(repeated.ref, item) if repeated.ref else None
    is_text = isinstance(ref, (str, int)) and not isinstance(ref, bool)
    return _REF.sub("-", str(ref))[:64].strip("-") or str(number) if is_text else str(number)
