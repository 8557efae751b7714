"""Patterns for the names, e-mails and addresses of the people of a case, as its texts may write them."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal, NamedTuple

from disputes.ce3.payment import ADDRESS_LINES, Payment
from disputes.evidence import Evidence

Kind = Literal["NAME", "EMAIL", "PHONE", "ADDRESS", "QUOTE"]

_NAMES = ("customer_name", "shipping_name", "delivery_signature")
_EMAILS = ("customer_email", "receipt_email")
_ADDRESSES = ("billing_address", "shipping_address")
_MAX_PARTS, _MAX_CHARACTERS = 12, 300
# What stands where a name should be, and what stands in many names.
_NOT_NAMES = frozenset(
    "al and apt at back box by company corp customer da de del der desk di do dock dos door du el front gmbh "
    "guest home inc la le left llc ltd mail mailbox mr mrs ms neighbor neighbour none of office on porch "
    "reception recipient resident side signature signed the und unknown van von".split()
)
# Words that are names too are one only when they begin like one.
_WORDS = frozenset(
    "abe art august bell best bill black blue booth brown case chance chase christian church cook crisp cross day "
    "dean dick don drew english faith field fish ford forest frank gay glass gold good grace grant gray green "
    "hall hand harmony hill hope hunter iris ivy jack joy june king lane law little long love mark martin mason "
    "may miles mill miller moon moore north olive page park parks pat penny pierce pool post price rain ray rich "
    "rob robin rose ruby rusty sandy sky smart snow star stone summer sunny sweet tanner wall ward warren waters "
    "west will wish wood wolf young april".split()
)
_TRANSCRIBED = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "ł": "l"}
# Nothing here is ever tried in two ways, or a hostile name would take hours.
_MARKS = "[\u0300-\u036f]*+"
_QUOTES = "'\u2018\u2019\u02bc`"
_DASHES = "-\u2010\u2011"
_LETTER = r"[^\W\d_]"


class PersonPattern(NamedTuple):
    """One way a known value may be written; `key` is the same for all forms of one value."""

    kind: Kind
    key: str
    written: str
    pattern: str


def build_patterns(evidence: Evidence) -> Iterator[PersonPattern]:
    """Yield every form of every e-mail, address and name on record: whole values first, then their parts.

    Patterns are meant for `re.IGNORECASE`.
    """
    names = [_form("NAME", value) for value in _texts(evidence, _NAMES) if _words(value)]
    places = [_form("ADDRESS", value) for value in _places(evidence)]
    yield from (_form("EMAIL", value) for value in _mails(evidence) if "@" in value)
    yield from (*places, *names)
    for place in places:
        yield from (_form("ADDRESS", piece, of=place) for piece in _pieces(place.written))
    for name in names:
        yield from (_form("NAME", part, of=name) for part in _parts(name.written))


def _texts(evidence: Evidence, kinds: Iterable[str]) -> Iterator[str]:
    facts = chain.from_iterable(map(evidence.of, kinds))
    yield from filter(None, (str(fact.value).strip()[:_MAX_CHARACTERS] for fact in facts))


def _mails(evidence: Evidence) -> Iterator[str]:
    yield from _texts(evidence, _EMAILS)
    yield from (payment.customer_email_address.strip()[:_MAX_CHARACTERS] for payment in _payments(evidence))


def _places(evidence: Evidence) -> Iterator[str]:
    yield from _texts(evidence, _ADDRESSES)
    for payment in _payments(evidence):
        lines = (str(getattr(payment.shipping_address, line)).strip() for line in ADDRESS_LINES)
        yield from filter(None, [", ".join(filter(None, lines))[:_MAX_CHARACTERS]])


def _payments(evidence: Evidence) -> tuple[Payment, ...]:
    return (evidence.history.disputed, *evidence.history.priors) if evidence.history else ()


def _form(kind: Kind, written: str, *, of: PersonPattern | None = None) -> PersonPattern:
    return PersonPattern(
        kind, of.key if of else written.casefold(), written, _pattern(written, strict=_strict(kind, written))
    )


def _strict(kind: Kind, written: str) -> bool:
    short = written.isascii() and len(written) < len("Ana")
    return kind == "NAME" and (short or written.casefold() in _WORDS)


def _words(name: str) -> list[str]:
    """Return the words of a name that name somebody."""
    words = [word.strip("._") for word in re.split(r"[\s,;/()&+]+", name)]
    return [word for word in words if len(word) > 1 and word.casefold() not in _NOT_NAMES and re.search(_LETTER, word)]


def _parts(name: str) -> Iterator[str]:
    words = _words(name)[:_MAX_PARTS]
    halves = chain.from_iterable(re.split(rf"[{_DASHES}.]", word) for word in words)
    parts = dict.fromkeys((*words, *(half for half in halves if _words(half))))
    yield from (part for part in parts if part != name)


def _pieces(address: str) -> Iterator[str]:
    """Yield the street, with and without its number, the city and the code, but not the country, which comes last."""
    pieces = [piece.strip() for piece in re.split(r"[,;\n]", address) if piece.strip()][:_MAX_PARTS]
    street = re.sub(r"^\d+\w?\s+|\s+\d+\s?\w?$", "", pieces[0]) if pieces else ""
    parts = dict.fromkeys((*pieces[: max(1, len(pieces) - 1)], street))
    yield from (piece for piece in parts if piece != address and len(piece) > (2 if piece.isdigit() else 3))


def _pattern(written: str, *, strict: bool) -> str:
    """Match a value however its spaces, case and accents are written; a `strict` one only with a capital."""
    value = unicodedata.normalize("NFC", written)
    if strict:
        pattern = f"(?-i:{re.escape(value[:1].upper() + value[1:].lower())}|{re.escape(value.upper())})"
    else:
        pattern = "".join(_letter(part) for part in re.findall(rf"[\s,;]+|[{_QUOTES}]+|.", value))
    return f"{_before(value[0])}{pattern}{_after(value[-1])}"


def _letter(part: str) -> str:
    if re.match(r"[\s,;]", part):
        return r"[\s,;]++"
    if part[0] in _QUOTES:
        return f"[{_QUOTES}]*+"
    if part in _DASHES:
        return rf"[{_DASHES}\s]"
    if unicodedata.combining(part):
        return ""
    low = part.lower()
    plain = unicodedata.normalize("NFKD", low)[0]
    spellings = dict.fromkeys((low, _TRANSCRIBED.get(low, low), plain))
    return f"(?>{'|'.join(map(re.escape, spellings))}){_MARKS}" if part.isalpha() else re.escape(part)


def _before(first: str) -> str:
    if first.isdigit():
        return r"(?<!\d)"
    return f"(?<!{_LETTER})" if _cased(first) else ""


def _after(last: str) -> str:
    if last.isdigit():
        return r"(?!\d)"
    # A German genitive has no apostrophe.
    return f"(?=s?(?!{_LETTER}))" if _cased(last) else ""


def _cased(letter: str) -> bool:
    return letter.upper() != letter.lower()
