"""Whether what was sold was used after the payment, from where it was bought, and whether it worked."""

import ipaddress
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from disputes.evidence import Entity, Evidence, Fact, Relation, read_time, render
from disputes.evidence.relations.rules import CLOCKS, has_instant, instant, lies_before, relate, span
from disputes.evidence.timespans import is_before

BEFORE, IN_VAIN = "used_before_only", "used_in_vain"
_FAILED = re.compile(
    r"\b(fail\w*|denied|declined|rejected|invalid|incorrect|wrong|(?<!without )(?<!no )error(?!-free)|"
    r"blocked|locked|timed? ?out|"
    r"aborted|unsuccessful\w*|refused|forbidden|expired|could not|cannot|(?:could|did|ca)n.t|did not|unable|"
    r"unauthori[sz]ed|revoked|suspended|disabled|interrupted|no access|"
    r"not (?:found|successful|allowed|permitted|authori[sz]ed|completed|available))\b"
    # A figure alone may be a lesson or a size: it is a status where one stands.
    r"|(?:\b(?:http\S*|status|code|response|returned|log ?in|sign ?in|auth\w*|request|(?:get|post|put) \S+)\W{1,3}"
    r"|[-=]> ?|\(|^)[45]0\d\b(?! ?\w)",
    re.IGNORECASE,
)
_ELEMENTS = {
    "use_ip": ("customer_ip",),
    "use_device": ("device_id", "device_fingerprint"),
    "use_account": ("account_id", "customer_email"),
}


def find(evidence: Evidence) -> Iterator[Relation]:
    """Yield whether it was used after the payment, and by whom."""
    paid, uses = evidence.sole("paid_at"), evidence.entities("use")
    last = evidence.sole("last_used_at")
    if paid is None or not (uses or last):
        return
    later = [use for use in uses if _is_later(use, paid)]
    worked = [use for use in later if not has_failed(use)]
    yield _after(paid, last, uses, later, worked)
    if worked:
        yield _from_purchase(evidence, worked)


def has_failed(use: Entity) -> bool:
    """Check whether an attempt failed: its system says so, or its text does."""
    return bool(use.of("use_failed")) or any(_FAILED.search(str(event.value)) for event in use.of("usage_event"))


def false_kind(relation: Relation) -> str:
    """Return the adverse kind of a false `used_after_charge`: used only before the payment, or only in vain."""
    return IN_VAIN if relation.why.startswith("Every attempt") else BEFORE


def _is_later(use: Entity, paid: Fact) -> bool:
    at = _find_time(use)
    return at is not None and is_before(span(paid), instant(at), tolerance=CLOCKS) is True and at > read_time(paid)


def _after(
    paid: Fact, last: Fact | None, uses: Sequence[Entity], later: Sequence[Entity], worked: Sequence[Entity]
) -> Relation:
    events = [event for use in uses for event in use.of("usage_event")]
    if worked:
        event = worked[0].of("usage_event")[0]
        return relate("used_after_charge", True, "A use that worked lies after the payment.", last, event, paid)
    tried = [use for use in later or uses if not _is_earlier(use, paid)]
    if tried and all(map(has_failed, tried)):
        facts = [fact for use in tried for fact in use.facts]
        why = f"Every attempt to use it after the payment failed: {render(facts[-1])}."
        return relate("used_after_charge", False, why, *facts[:3], paid)
    if last is not None:
        answer = _lies_after(last, paid)
        why = f"The last use was on {render(last)} and the payment on {render(paid)}."
        return relate("used_after_charge", answer, why, last, paid)
    before = all(_is_earlier(use, paid) for use in uses)
    return relate(
        "used_after_charge", False if before else None, "No use after the payment is on record.", *events[:3], paid
    )


def _is_earlier(use: Entity, paid: Fact) -> bool:
    at = _find_time(use)
    return at is not None and is_before(span(paid), instant(at), tolerance=CLOCKS) is False


def _find_time(use: Entity) -> datetime | None:
    return max((event.at for event in use.of("usage_event") if event.at), default=None)


def _lies_after(last: Fact, paid: Fact) -> bool | None:
    """Return whether the last use lies after the payment; clocks may be an hour apart."""
    if not (has_instant(last) and has_instant(paid)):
        return lies_before(paid, last)
    before = read_time(paid) - read_time(last)
    return None if timedelta() <= before < CLOCKS else before < CLOCKS


def _from_purchase(evidence: Evidence, worked: Sequence[Entity]) -> Relation:
    answers = [_compare(evidence, use) for use in worked]
    compared = [fact for use in worked for kind in _ELEMENTS if (fact := use.get(kind))]
    bought = [fact for kinds in _ELEMENTS.values() for kind in kinds if (fact := evidence.sole(kind))]
    if True in answers:
        why = "It was used from the address, the device or the account of the purchase."
        return relate("used_from_purchase", True, why, *compared[:3], *bought)
    if compared and False in answers:
        why = f"It was used from {', '.join(dict.fromkeys(map(render, compared)))}, and bought from elsewhere: "
        return relate("used_from_purchase", False, f"{why}{', '.join(map(render, bought))}.", *compared[:3], *bought)
    unnamed = [fact for use in worked if (fact := use.get("use_unnamed"))]
    if len(unnamed) == len(worked):
        return relate("used_from_purchase", False, "The log of use names nobody who used it.", *unnamed[:3], *bought)
    return relate("used_from_purchase", None, "Nothing tells from where it was used.", *compared[:3], *bought)


def _compare(evidence: Evidence, use: Entity) -> bool | None:
    """Return whether a use is the buyer's: an account alone is not where a device is another one."""
    same = {kind: _is_same(evidence, use, kind) for kind in _ELEMENTS}
    if same["use_ip"] or same["use_device"]:
        return True
    if same["use_account"]:
        return same["use_device"] is not False
    return False if False in same.values() else None


def _is_same(evidence: Evidence, use: Entity, kind: str) -> bool | None:
    fact = use.get(kind)
    bought = [str(other.value) for name in _ELEMENTS[kind] if (other := evidence.sole(name))]
    answers = [_is_equal(str(fact.value), value) for value in bought] if fact else []
    return True if True in answers else False if answers and None not in answers else None


def _is_equal(one: str, other: str) -> bool | None:
    """Compare two addresses, devices or accounts; an e-mail address and a number say nothing of each other."""
    ours, theirs = _read_ip(one), _read_ip(other)
    if isinstance(ours, ipaddress.IPv6Address) and isinstance(theirs, ipaddress.IPv6Address):
        # A device changes the last half of its address by itself, so two in one network may be one.
        near = ours.packed[:8] == theirs.packed[:8]
        return True if ours == theirs else None if near else False
    if ours and theirs:
        return None if ours.version != theirs.version else ours == theirs
    return one.strip().casefold() == other.strip().casefold() if ("@" in one) == ("@" in other) else None


def _read_ip(written: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(written.strip())
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
