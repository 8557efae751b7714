"""Numbers that are written in groups, such as `1Z 999 AA1 01 2345 6784` or `+1 (503) 555-0147`. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence

from disputes.evidence import Fact
from disputes.evidence.kinds import KEYS, form
from disputes.letter.grounding import tokens
from disputes.letter.grounding.findings import Finding

_GROUPS = r"[\s().\-]{0,3}"
_MIN, _MAX = 5, 64  # letters and digits of a number that may be grouped
_POSTCODE = re.compile(
    r"\b(?:[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{4}\s?[A-Z]{2}|\d{5}(?:-?\d{4})?)\b",
    re.IGNORECASE,
)
_PLACES = frozenset("shipping_address billing_address delivery_place tracking_event other_description".split())
_ZIP, _ZIP_4 = 5, 9
_PHONE = re.compile(r"\+?\(?\d[\d().\s-]{6,24}\d")


def find_grouped(text: str, cited: Sequence[Fact]) -> Iterator[Finding]:
    """Yield each number of the cited facts that a folded text writes in other groups than they do."""
    for value in {value for fact in cited for value in _read_numbers(fact)}:
        plain = "".join(c for c in value if c.isalnum())
        if not _MIN <= len(plain) <= _MAX:
            continue
        pattern = _GROUPS.join(map(re.escape, plain))
        for match in re.finditer(rf"(?<![\w.])\+?\(?{pattern}(?!\w|[.-]\w)", text, re.IGNORECASE):
            if match[0].casefold() not in value.casefold():
                yield Finding(match.start(), match.end())
    yield from _find_postcodes(text, cited)


def _find_postcodes(text: str, cited: Iterable[Fact]) -> Iterator[Finding]:
    """Yield each postcode of a text that an address of the facts has in other groups, or longer."""
    values = (tokens.render_folded(fact) for fact in cited if fact.kind in _PLACES)
    codes = {_plain(code) for value in values for code in _POSTCODE.findall(value)}
    codes |= {code[:_ZIP] for code in codes if len(code) == _ZIP_4 and code.isdigit()}
    return (Finding(*match.span()) for match in _POSTCODE.finditer(text) if _plain(match[0]) in codes)


def _plain(code: str) -> str:
    return "".join(c for c in code.casefold() if c.isalnum())


def _read_numbers(fact: Fact) -> Iterator[str]:
    if fact.kind in KEYS:
        yield tokens.render_folded(fact)
    elif form(fact.kind) == "text":
        yield from _PHONE.findall(tokens.render_folded(fact))
