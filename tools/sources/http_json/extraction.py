"""From a vendor's records to facts, each with the place it was read at."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

from pydantic import JsonValue

from disputes import text
from disputes.evidence import Fact, FactValue, Gap, build_fact, kinds
from tools.sources import values
from tools.sources.http_json.answer import VendorAnswer, look, many
from tools.sources.http_json.vendor import Amount, Many, Request

_MOST = 100
_PLACE = 160
_KEY = 300
_REF = re.compile(r"[^\w.-]+")


class AnswerPage:
    """The records of one answer that are about the right order or customer, and how they are told apart."""

    def __init__(self, vendor: str, request: Request, answer: VendorAnswer, *, ref: str = "", begin: int = 0) -> None:
        self._vendor, self._request, self._answer = vendor, request, answer
        self._ref, self._begin = ref, begin
        self.records: list[JsonValue] = []
        self.total = 0

    def keep(self, bound: Mapping[str, str]) -> list[JsonValue]:
        """Keep the records whose fields equal what was asked for; a search also finds what merely looks like it."""
        same = self._request.same.items()
        found = many(self._request.each, self._answer.body)
        self.total = len(found)
        self.records = [r for r in found if all(equal(look(p, r), bound[name]) for p, name in same)]
        return self.records

    @property
    def name(self) -> str:
        """What was asked."""
        return self._request.name

    @property
    def proof(self) -> JsonValue:
        """The answer as far as it may be kept: whole, or its records of this case alone where it has others."""
        return self._answer.body if len(self.records) == self.total else list(self.records)

    def tell(self, now: datetime) -> Iterator[Fact | Gap]:
        """Give each kind's fact from the first record that has one, and every fact of which there are many."""
        for kind, place in self._request.facts.items():
            found = next((v for r in self.records if (v := _value(kind, place, r)) is not None), None)
            if found is not None:
                yield self._fact(kind, found, place if isinstance(place, str) else place.amount, now=now)
        for many_of in self._request.many:
            yield from self._several(many_of, now)

    def keys(self) -> dict[str, list[str]]:
        """Give the keys for later requests, each from every record."""
        found = {name: [look(place, r) for r in self.records] for name, place in self._request.keys.items()}
        return {name: [k for v in told for k in _keys(v)] for name, told in found.items()}

    def _several(self, wanted: Many, now: datetime) -> Iterator[Fact | Gap]:
        items = [item for record in self.records for item in many(wanted.each, record)]
        for number, item in enumerate(items[:_MOST], self._begin + 1):
            found = values.held(wanted.kind, look(wanted.value, item))
            if found is None:
                continue
            told = self._fact(wanted.kind, found, wanted.value, ref=_ref(wanted, item, number), now=now)
            at = values.moment(look(wanted.at, item)) if wanted.at else None
            yield told.model_copy(update={"at": at}) if isinstance(told, Fact) else told
        if len(items) > _MOST:
            why = f"{len(items) - _MOST} of {len(items)} are left out."
            yield Gap(name=wanted.kind, why=why, source=self._vendor)

    def _fact(self, kind: str, value: FactValue | datetime, place: str, *, now: datetime, ref: str = "") -> Fact | Gap:
        source = f"{self._vendor}:{self._request.name}:{text.line(place, limit=_PLACE)}"
        if values.is_ahead(kind, value, now):
            return Gap(name=kind, why=f"{kinds.label(kind)} names a time that has not come yet.", source=source)
        told = build_fact(kind, value, source, ref="/".join(filter(None, (self._vendor, self._ref, ref))))
        return told.model_copy(update={"retrieved_at": self._answer.at})


def equal(found: JsonValue, known: str) -> bool:
    """Tell whether a vendor's field is the known key: text without case, outer spaces and a leading `#`."""
    told = isinstance(found, (str, int)) and not isinstance(found, bool)
    return told and _plain(str(found)) == _plain(known) != ""


def _plain(written: str) -> str:
    return written.strip().removeprefix("#").casefold()


def _value(kind: str, place: str | Amount, record: JsonValue) -> FactValue | datetime | None:
    if isinstance(place, Amount):
        return values.amount(look(place.amount, record), look(place.currency, record), unit=place.unit)
    return values.held(kind, look(place, record))


def _keys(found: JsonValue) -> Iterator[str]:
    for each in found if isinstance(found, list) else [found]:
        told = str(each) if isinstance(each, (str, int)) and not isinstance(each, bool) else ""
        # A lone surrogate is no letter, and cannot stand in a URL.
        if told.isprintable() and 0 < len(told) <= _KEY:
            yield told


def _ref(wanted: Many, item: JsonValue, number: int) -> str:
    told = look(wanted.ref, item) if wanted.ref else None
    named = isinstance(told, (str, int)) and not isinstance(told, bool)
    return _REF.sub("-", str(told))[:64].strip("-") or str(number) if named else str(number)
