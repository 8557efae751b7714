"""The keys by which sources are asked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, product

from disputes.evidence import Evidence

MOST = 5  # combinations of known keys that one question is asked for


def bindings(needs: Sequence[str], values: Callable[[str], Sequence[str]]) -> Iterator[Mapping[str, str]]:
    """Give each combination of the known values of what a question needs; none while one is unknown."""
    for combined in islice(product(*map(values, needs)), MOST):
        yield dict(zip(needs, combined, strict=True))


def known(evidence: Evidence, kind: str) -> tuple[str, ...]:
    """Give the different values that are on record for a kind, in the order of finding."""
    return tuple(dict.fromkeys(str(fact.value) for fact in evidence.of(kind) if fact.value != ""))
