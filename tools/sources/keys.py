"""The keys by which sources look up a case."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product

from disputes.evidence import Evidence

MAX_COMBINATIONS = 5  # of known keys for which one query is made


def bindings(needs: Sequence[str], values: Callable[[str], Sequence[str]]) -> Iterator[Mapping[str, str]]:
    """Yield the first combinations of the known values of the needed keys; nothing while a key has no value."""
    return islice(combinations(needs, values), MAX_COMBINATIONS)


def combinations(needs: Sequence[str], values: Callable[[str], Sequence[str]]) -> Iterator[Mapping[str, str]]:
    """Yield every combination of the known values of the needed keys."""
    return (dict(zip(needs, combined, strict=True)) for combined in product(*map(values, needs)))


def values_of(evidence: Evidence, kind: str) -> tuple[str, ...]:
    """Return the distinct values of a kind of fact, in their order in the evidence."""
    return tuple(dict.fromkeys(str(fact.value) for fact in evidence.of(kind) if fact.value != ""))
