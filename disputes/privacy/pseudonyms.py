"""People as placeholders, for what a model reads: `[NAME-1]`, `[EMAIL-1]`, `[ADDRESS-1]`, `[PHONE-1]`.

`[NAME-1.2]` is another way the same person is written, such as the first name alone. Money, dates, order and tracking
numbers stay. `QUOTE` stands for what looked like a placeholder before anything was hidden.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from disputes.evidence import Evidence
from disputes.privacy.person_patterns import Kind, PersonPattern, known

_PLACE = re.compile(r"\[(?:NAME|EMAIL|PHONE|ADDRESS|QUOTE)-[0-9]+(?:\.[0-9]+)?\]")
_EMAIL = r"[\w.+'%-]{1,64}@(?:[\w-]{1,63}\.){1,8}[^\W\d_]{2,24}"
_SAID = "|".join(
    rf"(?<={word}[\s:])|(?<={word}:\s)" for word in "tel phone mobile cell call text sms fax at number".split()
)
_PHONES = (
    r"\(?\+\(?\d[\d\s().\u2010-\u2015/-]{5,22}\d",
    r"(?:1[\s.-])?\(?[2-9]\d{2}\)?[\s.-]{1,2}\d{3}[\s.-]\d{4}",
    r"(?<!\d\s)(?!\d{1,2}/\d{1,2}/\d)\(?0\d{1,4}\)?(?:[\s/-]{1,3}\d{2,5}){2,4}",
    rf"(?:{_SAID})\(?\d[\d\s().-]{{5,18}}\d",
)
_PHONE = rf"(?<![\w.:/+-])(?:{'|'.join(_PHONES)})(?![\w/-]|[.,:]\d)"


class Pseudonyms:
    """Hides the people of one case and shows them again: `show(hide(text)) == text`, whatever the text.

    It learns what it meets, so hide and show with the same one; over the same evidence two begin alike.
    """

    def __init__(self, forms: Iterable[PersonPattern] = ()) -> None:
        self._numbers: dict[Kind, dict[str, int]] = defaultdict(dict)
        self._written: dict[tuple[Kind, str], dict[str, str]] = defaultdict(dict)
        self._shown: dict[str, str] = {}
        self._ways = tuple(_ways(tuple(forms)))
        self._looked_for = re.compile("|".join(f"({way.pattern})" for way in self._ways), re.IGNORECASE)
        for form in forms:
            self._place(form.kind, form.key, form.written)

    @classmethod
    def over(cls, evidence: Evidence) -> "Pseudonyms":
        """Give the veil of all people in this evidence, those in its messages included."""
        veil = cls(tuple(known(evidence)))
        for fact in evidence.facts:
            if isinstance(fact.value, str):
                veil.hide(fact.value)
        return veil

    def hide(self, text: str) -> str:
        """Put a placeholder for every name, e-mail, phone number and address."""
        return self._looked_for.sub(self._hidden, text)

    def show(self, text: str) -> str:
        """Put back what the placeholders stand for; one that stands for nothing stays as it is."""
        return _PLACE.sub(lambda found: self._shown.get(found[0], found[0]), text)

    def _hidden(self, found: re.Match[str]) -> str:
        way, written = self._ways[(found.lastindex or 1) - 1], found[0]
        return self._place(way.kind, way.key or _same(way.kind, written), written)

    def _place(self, kind: Kind, key: str, written: str) -> str:
        """Give the placeholder of this writing, a new one when it is new."""
        number = self._numbers[kind].setdefault(key, len(self._numbers[kind]) + 1)
        places = self._written[kind, key]
        if written not in places:
            places[written] = f"[{kind}-{number}.{len(places) + 1}]" if places else f"[{kind}-{number}]"
            self._shown[places[written]] = written
        return places[written]


def _ways(forms: tuple[PersonPattern, ...]) -> Iterator[PersonPattern]:
    """Give all that is looked for, what goes first where several begin at one letter: an e-mail before a name in it."""
    yield PersonPattern("QUOTE", "", "", f"(?-i:{_PLACE.pattern})")
    yield from (form for form in forms if form.kind == "EMAIL")
    yield PersonPattern("EMAIL", "", "", _EMAIL)
    yield from (form for form in forms if form.kind != "EMAIL")
    yield PersonPattern("PHONE", "", "", _PHONE)


def _same(kind: Kind, written: str) -> str:
    """Fold what is the same however it is written."""
    return re.sub(r"\D", "", written) if kind == "PHONE" else written.casefold()
