"""Which known values go together: a parcel's number and its carrier, a record's key and what it was asked by."""

import re
from collections.abc import Iterator, Mapping

from disputes.evidence import Fact, kinds
from disputes.evidence.entities import parcel_key
from disputes.reading.carrier_names import NAMES

_PARCEL, _NUMBER, _CARRIER = "parcel", "tracking_number", "carrier"
# A shop that writes `Standard Shipping` has not said which of them carries the parcel.
_CARRIERS = re.compile(
    rf"\b(?:{'|'.join((*NAMES, 'us mail', 'stamps', 'endicia', 'bring', 'ems', 'amazon'))})\b", re.IGNORECASE
)
_Row = Mapping[str, frozenset[str]]


class Origins:
    """Where the keys of earlier requests come from: with which known values, and with which other keys."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str], list[_Row]] = {}

    def note(self, keys: Mapping[str, list[str]], bound: Mapping[str, str]) -> None:
        """Remember the keys of one record, and the values that it was asked by."""
        row = {name: frozenset((value,)) for name, value in bound.items()}
        row |= {name: frozenset(values) for name, values in keys.items() if values}
        for name, values in keys.items():
            for value in values:
                self._rows.setdefault((name, value), []).append(row)

    def fit(self, bound: Mapping[str, str]) -> bool:
        """Check that each key was found together with the other values, or apart from all of their kinds."""
        return all(any(_fits(row, bound) for row in self._rows.get(key, [{}])) for key in bound.items())


def _fits(row: _Row, bound: Mapping[str, str]) -> bool:
    return all(value in row.get(name, (value,)) for name, value in bound.items())


def is_one_parcel(facts: tuple[Fact, ...], bound: Mapping[str, str]) -> bool:
    """Check that no two of the values belong to different parcels."""
    named = [names for kind, value in bound.items() if (names := _parcels(facts, kind, value))]
    return not named or bool(frozenset.intersection(*named))


def is_meant(facts: tuple[Fact, ...], only: Mapping[str, str], bound: Mapping[str, str]) -> bool:
    """Check the values against the patterns of their kinds: those given, else what is known of the same parcel.

    A kind of which nothing is known excludes nothing, and neither does a carrier that is a shop's own words for one.
    """
    return all(
        any(re.fullmatch(pattern, value.strip(), re.IGNORECASE) for value in values)
        for kind, pattern in only.items()
        if (values := _telling(kind, [bound[kind]] if kind in bound else list(_said(facts, kind, bound))))
    )


def _telling(kind: str, values: list[str]) -> list[str]:
    return [value for value in values if kind != _CARRIER or _CARRIERS.search(value)]


def _said(facts: tuple[Fact, ...], kind: str, bound: Mapping[str, str]) -> Iterator[str]:
    """Yield the values of a kind that are told of the parcel of the given values, or of no parcel in particular."""
    own = [names for name, value in bound.items() if (names := _parcels(facts, name, value))]
    for fact in facts:
        key = _key(fact)
        if fact.kind == kind and (not key or any(key in names for names in own)):
            yield str(fact.value)


def _parcels(facts: tuple[Fact, ...], kind: str, value: str) -> frozenset[str]:
    """Return the keys of the parcels of which a value is told; none where it is told of no parcel in particular."""
    if kinds.sort(kind) != _PARCEL:
        return frozenset()
    return frozenset(key for fact in facts if fact.kind == kind and str(fact.value) == value and (key := _key(fact)))


def _key(fact: Fact) -> str:
    key = fact.about.partition(":")[2]
    return key or (parcel_key(str(fact.value)) if fact.kind == _NUMBER else "")
