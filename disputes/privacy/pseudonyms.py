"""Placeholders for people in what a model reads: `[NAME-1]`, `[EMAIL-1]`, `[ADDRESS-1]`, `[PHONE-1]`.

`[NAME-1.2]` is another way the same person is written, such as the first name alone. Money, dates, order and tracking
numbers stay. `QUOTE` stands for what looked like a placeholder before anything was hidden.

Phone numbers are found by shape and not by the `phonenumbers` library: without a country it misses national numbers,
with one it takes order numbers and amounts for phone numbers, and it takes some thirty times as long.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from disputes.evidence import Evidence
from disputes.privacy.person_patterns import Kind, PersonPattern, build_patterns

_PLACEHOLDER = re.compile(r"\[(?:NAME|EMAIL|PHONE|ADDRESS|QUOTE)-[0-9]+(?:\.[0-9]+)?\]")
_EMAIL = r"[\w.+'%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"
_LABELLED = "|".join(
    rf"(?<={word}[\s:])|(?<={word}:\s)" for word in "tel phone mobile cell call text sms fax at number".split()
)
_PHONES = (
    r"\(?\+\(?\d[\d\s().\u2010-\u2015/-]{5,22}\d",
    r"(?:1[\s.-])?\(?[2-9]\d{2}\)?[\s.-]{1,2}\d{3}[\s.-]\d{4}",
    r"(?<!\d\s)(?!\d{1,2}/\d{1,2}/\d)\(?0\d{1,4}\)?(?:[\s/-]{1,3}\d{2,5}){2,4}",
    rf"(?:{_LABELLED})\(?\d[\d\s().-]{{5,18}}\d",
)
_PHONE = rf"(?<![\w.:/+-])(?:{'|'.join(_PHONES)})(?![\w/-]|[.,:]\d)"


class Pseudonyms:
    """Hides the people of one case and shows them again: `show(hide(text)) == text`, whatever the text.

    It remembers each value that it hides, so hide and show with the same object; two objects over the same evidence
    start with the same placeholders.
    """

    def __init__(self, forms: Iterable[PersonPattern] = ()) -> None:
        self._numbers: dict[Kind, dict[str, int]] = defaultdict(dict)
        self._placeholders: dict[tuple[Kind, str], dict[str, str]] = defaultdict(dict)
        self._hidden: dict[str, str] = {}
        self._patterns = tuple(_ordered(tuple(forms)))
        self._pattern = re.compile("|".join(f"({form.pattern})" for form in self._patterns), re.IGNORECASE)
        for form in forms:
            self._placeholder(form.kind, form.key, form.written)

    @classmethod
    def over(cls, evidence: Evidence) -> "Pseudonyms":
        """Build the pseudonyms of all people in this evidence, those in its messages included."""
        pseudonyms = cls(tuple(build_patterns(evidence)))
        for fact in evidence.facts:
            if isinstance(fact.value, str):
                pseudonyms.hide(fact.value)
        return pseudonyms

    def hide(self, text: str) -> str:
        """Replace every name, e-mail, phone number and address by its placeholder."""
        return self._pattern.sub(self._replace, text)

    def show(self, text: str) -> str:
        """Replace every placeholder by what it stands for; one that stands for nothing stays as it is."""
        return _PLACEHOLDER.sub(lambda match: self._hidden.get(match[0], match[0]), text)

    def _replace(self, match: re.Match[str]) -> str:
        form, written = self._patterns[(match.lastindex or 1) - 1], match[0]
        return self._placeholder(form.kind, form.key or _key(form.kind, written), written)

    def _placeholder(self, kind: Kind, key: str, written: str) -> str:
        """Return the placeholder of this spelling, a new one when it is new."""
        number = self._numbers[kind].setdefault(key, len(self._numbers[kind]) + 1)
        placeholders = self._placeholders[kind, key]
        if written not in placeholders:
            placeholders[written] = (
                f"[{kind}-{number}.{len(placeholders) + 1}]" if placeholders else f"[{kind}-{number}]"
            )
            self._hidden[placeholders[written]] = written
        return placeholders[written]


def _ordered(forms: tuple[PersonPattern, ...]) -> Iterator[PersonPattern]:
    """Yield all patterns, first those that win where several match at one letter: an e-mail before a name in it."""
    yield PersonPattern("QUOTE", "", "", f"(?-i:{_PLACEHOLDER.pattern})")
    yield from (form for form in forms if form.kind == "EMAIL")
    yield PersonPattern("EMAIL", "", "", _EMAIL)
    yield from (form for form in forms if form.kind != "EMAIL")
    yield PersonPattern("PHONE", "", "", _PHONE)


def _key(kind: Kind, written: str) -> str:
    """Return what is the same however a value is written."""
    return re.sub(r"\D", "", written) if kind == "PHONE" else written.casefold()
