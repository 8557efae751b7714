"""Who did what: who signed, who is the customer, who else took part. Each has to be the one that facts name. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from disputes.evidence import Evidence, Fact
from disputes.evidence.kinds import form, label
from disputes.letter.grounding import tokens
from disputes.letter.grounding.findings import Finding

_CUSTOMER = r"(?:customer|cardholder|buyer|purchaser|recipient|addressee|client|he|she|they)"
_OTHERS = (
    "concierge reception receptionist neighbour neighbor neighbors neighbours porch doorstep mailbox letterbox locker "
    "garage lobby mailroom roommate flatmate housemate spouse wife husband partner colleague coworker doorman porter "
    "landlord relative family household guard friend child son daughter mother father parent brother sister manager "
    "assistant secretary caretaker janitor tenant employee agent representative minor stranger thief"
).split()
_SIGNED = (
    re.compile(
        rf"\bsign(?:ed|ature)\b(?:\sfor)?(?:\sit)?\s(?:by|of)\s(?:the\s|its\s)?(?P<who>{_CUSTOMER})\b", re.IGNORECASE
    ),
    re.compile(
        (
            rf"\b(?P<who>{_CUSTOMER})\s(?:\w{{2,12}}ly\s|has\s|had\s|also\s|then\s|himself\s|herself\s"
            rf")?signed(?!\s(?:in|up|on|out))\b"
        ),
        re.IGNORECASE,
    ),
    re.compile(r"\b(?P<who>customer|cardholder|buyer|recipient)'s\s(?:own\s)?signature\b", re.IGNORECASE),
)
_NAME = r"(?P<name>[A-Z][\w.'\u2019-]*(?:\s[A-Z][\w.'\u2019-]*){0,3})"
# A name beside a role, and the kinds that name who has it.
_NAMED: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = (
    (
        re.compile(rf"\b[Ss]ign(?:ed|ature)\b(?:\sfor)?\s(?:by|of|as)\s{_NAME}"),
        ("delivery_signature", "tracking_event"),
    ),
    (
        re.compile(
            rf"{_NAME},?\s(?:has\s|had\s|who\s|himself\s|herself\s|personally\s|also\s|then\s){{0,2}}signed\s(?!in\b|up\b|on\b)"
        ),
        ("delivery_signature", "tracking_event", "usage_event"),
    ),
    (
        re.compile(
            rf"\b(?:[Cc]ustomer|[Cc]ardholder|[Bb]uyer|[Pp]urchaser)(?:'s\sname\sis|\sis|,)?\s{_NAME}(?=[\s"
            rf",.]|$)"
        ),
        ("customer_name",),
    ),
    (
        re.compile(
            rf"{_NAME},?\s(?:has\s|had\s|then\s|also\s)?(?:received|collected|accepted\sdelivery|took\sdelivery|got|picked\sup)\b"
        ),
        (
            "delivery_signature",
            "shipping_name",
            "tracking_event",
            "customer_message",
            "admits_receipt",
            "signed_by_customer",
        ),
    ),
    (re.compile(rf"\b(?:paid|bought|purchased|ordered|placed)\sby\s{_NAME}"), ("customer_name",)),
    (
        re.compile(rf"{_NAME},?\s(?:has\s|had\s|then\s|also\s)?(?:paid|bought|ordered|placed|purchased)\b"),
        ("customer_name",),
    ),
    (
        re.compile(rf"\b(?:[Rr]ecipient|[Aa]ddressee|[Aa]ddressed\sto)(?:\sis|,)?\s{_NAME}(?=[\s,.]|$)"),
        ("shipping_name", "customer_name", "shipping_address"),
    ),
)
_RECEIVED = re.compile(
    rf"\b{_CUSTOMER}\s(?:has\s|had\s|then\s|also\s)?(?:received|took\sdelivery|collected|accepted\sdelivery|got)\b|"
    rf"\b(?:received|collected|accepted|taken)\sby\s(?:the\s)?{_CUSTOMER}\b",
    re.IGNORECASE,
)
_IN_PERSON = re.compile(r"\b(?:in person|personally|himself|herself|themselves)\b", re.IGNORECASE)
_BY_HAND = re.compile(
    r"\b(?:sign\w{0,6}|receiv\w{0,3}|accept\w{0,3}|collect\w{0,3}|took|handed|deliver\w{0,3}|picked|met|opened|kept)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(r"[.;:!?](?:\s|$)")
_LOOK_AROUND = 60
_OTHER = re.compile(rf"\b(?:{'|'.join(_OTHERS)})s?\b", re.IGNORECASE)


def read(text: str, cited: Sequence[Fact], evidence: Evidence) -> Iterator[Finding]:
    """Yield every part of a folded text that gives a role to somebody whom no fact gives it."""
    if not _is_signed_by_customer(cited, evidence):
        yield from _find_signing(text)
        if any(fact.kind == "delivery_signature" for fact in evidence.facts) and not _is_signed_by_customer(
            evidence.facts, evidence
        ):
            for match in _RECEIVED.finditer(text):
                yield Finding(*match.span(), f"somebody else signed, so no fact says {match[0]!r}")
    words = _collect_words(cited)
    for match in _OTHER.finditer(text):
        if match[0].casefold().removesuffix("s") not in words and match[0].casefold() not in words:
            yield Finding(*match.span(), f"no fact that is cited names a {match[0]}", undecidable=True)
    yield from _check_names(text, cited)


def _find_signing(text: str) -> Iterator[Finding]:
    """Yield every part that says that the customer signed or took something with their own hands."""
    own_hands = (match for match in _IN_PERSON.finditer(text) if _BY_HAND.search(_find_clause(match)))
    for match in (*(match for pattern in _SIGNED for match in pattern.finditer(text)), *own_hands):
        what = match[0].strip()
        yield Finding(match.start(), match.end(), f"no fact says {what!r}: who signed is not known as the customer")


def _find_clause(match: re.Match[str]) -> str:
    before = _CLAUSE_END.split(match.string[max(0, match.start() - _LOOK_AROUND) : match.start()])[-1]
    return before + _CLAUSE_END.split(match.string[match.end() : match.end() + _LOOK_AROUND])[0]


def _check_names(text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each name beside a role that facts of other kinds hold, and none of that role."""
    on_record = _collect_words(cited)
    for pattern, kinds in _NAMED:
        own = [fact for fact in cited if fact.kind in kinds]
        for match in pattern.finditer(text):
            name = [word for word in tokens.split_words(match["name"]) if word in on_record]
            people = _collect_words(fact for fact in cited if fact.kind in _PEOPLE)
            if people.intersection(name) and not any(_may_be(name, fact) for fact in own):
                what = f"no fact that is cited gives this name its role: {match[0]}"
                yield Finding(*match.span("name"), what, undecidable="customer_message" in kinds)


def _may_be(name: Sequence[str], fact: Fact) -> bool:
    """Check that a fact names this person: it shares a word, and no first name or initial of it is another's."""
    words = tokens.split_words(tokens.render_folded(fact))
    if not set(name) & set(words):
        return False
    others = [word for word in words if word not in name]
    left = [word for word in name if word not in words]
    return not left or not others or any(a.startswith(b) or b.startswith(a) for a in left for b in others)


_PEOPLE = frozenset("customer_name shipping_name delivery_signature tracking_event delivery_place".split())


def _is_signed_by_customer(cited: Sequence[Fact], evidence: Evidence) -> bool:
    """Check that the customer signed: a flag says so, or the signature bears the family name of the customer."""
    if any(fact.kind == "signed_by_customer" for fact in cited):
        return True
    names = [tokens.split_words(str(fact.value)) for fact in evidence.facts if fact.kind == "customer_name"]
    signed = [fact for fact in cited if fact.kind == "delivery_signature"]
    if any(
        name and name[-1] in tokens.split_words(str(fact.value)) and _may_be(name, fact)
        for name in names
        for fact in signed
    ):
        return True
    family = {name[-1] for name in names if name}
    return bool(family & _collect_words(fact for fact in cited if fact.kind == "tracking_event"))


def _collect_words(facts: Iterable[Fact]) -> set[str]:
    """Return the words of these facts; those of a flag are its label's."""
    texts = (label(fact.kind) if form(fact.kind) == "flag" else tokens.render_folded(fact) for fact in facts)
    return {word for text in texts for word in tokens.split_words(text)}
