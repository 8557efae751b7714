"""Denials that need no fact of their own: they lead the reader, or deny that something is missing. Pure."""

import re
from collections.abc import Sequence
from itertools import combinations

from disputes.evidence import Fact
from disputes.reading import addresses

_HARMLESS = re.compile(
    r"\bwe (?:do|did|have|can|could|need|would)(?: not|n't|not) (?:therefore )?(?:hide|conceal|deny|"
    r"dispute|contest|question|rely|claim|"
    r"say|suggest|assert|pretend|need|know|doubt|mean|square|reconcile|see|follow|repeat|quote|argue|"
    r"add|leave out|withhold)\b|"
    r"\b(?:nobody|no one|nothing) (?:should|need|has to|would)\b|\b(?:does|do|did) not (?:change|"
    r"alter|affect|matter|depend|contradict)\b|"
    r"\b(?:nothing|none) (?:of (?:this|that|it) )?(?:else|more|further|changes|contradicts|speaks)\b|"
    r"\bno (?:less|fewer|sooner|longer ago)\b|"
    r"\bnone other than\b|\bnot (?:by itself|yet|least|by chance|the point|at issue|in question|"
    r"in doubt)\b|\bcannot be (?:squared|reconciled|true|right)\b"
)
_ABSENT = re.compile(r"\s(?:\w{1,10}\s){0,5}?(?:missing|astray|lost|undelivered|absent|stranded)\b")
_ARRIVED = frozenset(
    "delivered_at every_parcel_arrived delivery_signature last_used_at usage_event service_date admits_receipt "
    "refund_amount".split()
)
_LEAD = 40
_ADDRESSES = frozenset("shipping_address billing_address delivery_place".split())


def is_harmless(negation: re.Match[str]) -> bool:
    """Check that a negation only leads the reader: `we do not hide`, `nobody should look for it`."""
    around = negation.string[max(0, negation.start() - _LEAD) : negation.end() + _LEAD]
    return any(negation[0] in match[0] for match in _HARMLESS.finditer(around))


def is_of_absence(behind: str, cited: Sequence[Fact]) -> bool:
    """Check that what is denied is itself an absence, such as `not missing`, and a cited fact has the thing."""
    return bool(_ABSENT.match(behind)) and any(fact.kind in _ARRIVED for fact in cited)


def have_two_addresses(cited: Sequence[Fact]) -> bool:
    """Check that the cited addresses are of two places, so that one is not the other."""
    places = [str(fact.value) for fact in cited if fact.kind in _ADDRESSES]
    return any(addresses.is_same(one, other) is False for one, other in combinations(places[:4], 2))
