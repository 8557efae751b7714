"""What a letter says came before or after what, compared with the times on record. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from disputes.evidence import Evidence, Fact
from disputes.letter.grounding import moments
from disputes.letter.grounding.findings import Finding

# The words for an event, and the kinds of its time. The first word in a phrase is its event.
_EVENTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "disputed": (
        r"disput(?:e|ed)\b(?! (?:payment|charge|amount|transaction|order|item|purchase|goods))|chargeback",
        ("dispute_opened_at",),
    ),
    "refunded": (
        (
            r"refund(?:ed|s)?\b(?! polic)|credited back|(?:was|were|been|money|amount|sum) (?:returned|"
            r"credited|repaid|reimbursed|given back|sent back)"
        ),
        ("refunded_at", "other_refunded_at"),
    ),
    "cancelled": (r"cancell?(?:ed|ation)\b(?! polic)", ("canceled_at", "cancel_requested_at")),
    "delivered": (
        r"deliver(?:ed|y|ies)\b(?! (?:address|place|office))|arriv(?:ed|al)|received by|reached the|signed for",
        ("delivered_at", "other_delivered_at"),
    ),
    "shipped": (
        (
            r"shipp(?:ed|ing)\b(?! (?:address|cost|fee))|shipment|dispatch(?:ed)?|despatch(?:ed)?|handed "
            r"(?:over )?to the carrier|posted"
        ),
        ("shipped_at",),
    ),
    "accepted": (
        r"(?:accept(?:ed|ance)|agreed)\b[^,.;]{0,20}\bterms|terms (?:were|had been) accepted",
        ("terms_accepted_at",),
    ),
    "used": (
        (
            r"\b(?:last |first |latest )?(?:use|used|usage|login|logged in|signed in|accessed|access|session|"
            r"download(?:ed)?)\b"
        ),
        ("last_used_at", "usage_event"),
    ),
    "served": (r"service|session|appointment|performance", ("service_date",)),
    "started": (
        r"subscription (?:had )?(?:start|beg)\w{0,4}|signed up|start of the subscription",
        ("subscription_started_at",),
    ),
    "wrote": (
        (
            r"(?:customer|cardholder|buyer|he|she)\s(?:\w{1,12}\s)?(?:wrote|confirmed|thanked|e-?mailed|"
            r"replied|admitted|acknowledged)"
        ),
        ("customer_message", "admits_receipt", "admits_purchase", "admits_use"),
    ),
    "paid": (
        (
            r"paid\b|paying|settled|payment|charge[ds]?\b|purchase[ds]?\b|bought|order(?:ed)? (?:was |had "
            r"been )?placed|transaction"
        ),
        ("paid_at",),
    ),
}
KINDS = frozenset(kind for _, kinds in _EVENTS.values() for kind in kinds)
"""The kinds of the times of events."""

_PATTERNS = {name: re.compile(rf"\b(?:{words})", re.IGNORECASE) for name, (words, _) in _EVENTS.items()}
_CUE = re.compile(
    r"\b(?P<cue>before|prior to|ahead of|earlier than|preceded|precedes|preceding|after|following|later than|since|"
    r"followed|follows|subsequent to|once|until|only then|and then)\b",
    re.IGNORECASE,
)
_EARLIER = frozenset(
    "before,prior to,ahead of,earlier than,preceded,precedes,preceding,only then,and then,until".split(",")
)
_SENTENCE = re.compile(r"(?:[^.;!?\n]|[.](?=\S)){1,600}")
_PARTS = re.compile(r"[,:()]|\s(?:and|but|while|whereas|who|which|where)\s", re.IGNORECASE)
_BESIDE = 110


def read(text: str, cited: Sequence[Fact], evidence: Evidence) -> Iterator[Finding]:
    """Yield every `before` and `after` of a folded text between two events whose times say otherwise."""
    for sentence in _SENTENCE.finditer(text):
        for cue in _CUE.finditer(text, *sentence.span()):
            left, right = _split(sentence, cue)
            first, second = (left, right) if cue["cue"].lower() in _EARLIER else (right, left)
            if first and second and first != second and _is_contrary(first, second, cited, evidence):
                yield Finding(cue.start(), cue.end(), f"{first} before {second} is not what the times on record say")


def find_kinds(text: str) -> frozenset[str]:
    """Return the kinds of the times of all events that a text names."""
    return frozenset(kind for name, pattern in _PATTERNS.items() if pattern.search(text) for kind in _EVENTS[name][1])


def _split(sentence: re.Match[str], cue: re.Match[str]) -> tuple[str, str]:
    """Return the events on both sides of a cue; when it begins its sentence, the second is behind the comma."""
    text = cue.string
    behind = text[cue.end() : min(sentence.end(), cue.end() + _BESIDE)]
    before = text[max(sentence.start(), cue.start() - _BESIDE) : cue.start()]
    parts = _PARTS.split(behind)
    if not before.strip() and len(parts) > 1:
        return _find_first(parts[1]), _find_first(parts[0])
    pieces = [piece for piece in _PARTS.split(before) if _find_last(piece)]
    return (_find_last(pieces[-1]) if pieces else ""), _find_first(parts[0])


def _find_first(part: str) -> str:
    found = [(match.start(), name) for name, pattern in _PATTERNS.items() if (match := pattern.search(part))]
    return min(found)[1] if found else ""


def _find_last(part: str) -> str:
    found = [(match.start(), name) for name, pattern in _PATTERNS.items() for match in pattern.finditer(part)]
    return max(found)[1] if found else ""


def _is_contrary(first: str, second: str, cited: Sequence[Fact], evidence: Evidence) -> bool:
    """Check that no time of the first event lies before one of the second, where both have times."""
    earlier = _read_times(first, cited) or _read_times(first, evidence.facts)
    later = _read_times(second, cited) or _read_times(second, evidence.facts)
    return bool(earlier and later) and not any(a <= b for a in earlier for b in later)


def _read_times(event: str, facts: Iterable[Fact]) -> list[datetime]:
    own = (fact for fact in facts if fact.kind in _EVENTS[event][1])
    return [time for fact in own if (time := moments.read_own(fact))]
