"""A written address taken apart: house, street, flat, postcode, town, state and country. Pure.

It is read without a gazetteer, by the shapes of numbers and the words of `address_words.toml`.
"""

import re
from pathlib import Path

from disputes import toml_file
from disputes.model import Strict, Value
from disputes.reading.names import fold, split_words


class AddressWords(Strict):
    """Groups of spellings, and regular expressions; the file explains them."""

    countries: tuple[str, ...]
    states: tuple[str, ...]
    types: tuple[str, ...]
    spellings: tuple[str, ...]
    postcodes: tuple[str, ...]
    spots: tuple[str, ...]
    lone_spots: tuple[str, ...]
    floors: tuple[str, ...]
    flat: str


def _spell(groups: tuple[str, ...]) -> dict[str, str]:
    """Return each spelling of the groups, folded, with the first of its group."""
    split = ([" ".join(split_words(word.replace("_", " "))) for word in group.split()] for group in groups)
    return {spelling: group[0] for group in split for spelling in group}


_BOOK = toml_file.load(Path(__file__).parent / "address_words.toml", AddressWords, "The list address_words.toml")
_COUNTRY, STATES, _TYPE, SPELLINGS = map(_spell, (_BOOK.countries, _BOOK.states, _BOOK.types, _BOOK.spellings))
_LED_BY = frozenset(split_words("rue avenue boulevard chemin quai route allee place"))
_LEADING = frozenset(spelling for spelling, kind in _TYPE.items() if kind in _LED_BY)
_DROPPED = frozenset("the de la du des le les den d l no nr city ku shi cedex".split())
_NAMED_FOR = _DROPPED | {"new", "south", "street", "st", "road", "rd", "ave", "avenue"}
_COMPOUND = re.compile(r"\b([a-z]{3,})(strasse|str|weg|platz|gasse|alle|straat|laan|gracht|plein|kade)\b")
BOTH, COMPASS = frozenset(("ca", "de", "nl")), frozenset("n s e w ne nw se sw".split())

_SPOT = re.compile(rf"\b({'|'.join(_BOOK.spots)})\b|^({'|'.join(_BOOK.lone_spots)})$")
_FLOOR, _FLAT = re.compile("|".join(_BOOK.floors)), re.compile(_BOOK.flat)
_LONGEST, _POSTCODES = 500, tuple(map(re.compile, _BOOK.postcodes))
_DIGITS = re.compile(r"(?<![\w/-])(?:[a-z]{1,2}-)?(\d{5}|\d{4})(?:-?\d{4})?(?![\w/-])")
_HOUSE = re.compile(r"(?<![\w/-])(\d+(?:[/-]\d+)*(?:[a-z]|bis)?|\d+[a-z]?-\d+[a-z]?)(?![\w/-])")
_CANADIAN, _PREFIXED, _LONGEST_ROW = re.compile(r"[a-z]\d[a-z]\d[a-z]\d"), re.compile(r"(\d+)-(\d+)"), 20


class Parts(Value):
    """An address taken apart, folded for comparing; what it does not state is empty.

    `loose` is street and town run together, of a text that does not show where one ends. `places` is the town, with
    districts and counties where they are written.
    """

    house: str = ""
    street: tuple[str, ...] = ()
    flat: str = ""
    postcode: str = ""
    places: tuple[str, ...] = ()
    state: str = ""
    country: str = ""
    loose: tuple[str, ...] = ()


def parse(text: str) -> Parts:
    """Take an address of one line apart; never raises, and what is no address has no parts; reads 500 letters."""
    plain = _tidy(text)
    flat = _FLAT.search(plain)
    country, plain = _take_country(_FLAT.sub(",", plain))
    postcode, plain = _take_postcode(plain)
    plain = re.sub(r"(?<=[a-z] )(\d+) (\d{1,3})(?= *(?:,|$))", r"\1-\2", plain)
    state, segments = _take_state(_split_segments(plain))
    at = _find_street(segments)
    house, street, rest = _split_street(segments[at]) if at is not None else ("", [], [])
    start, after = (at, segments[at + 1 :]) if at is not None else (0, segments)
    towns = [words for words in (rest, *map(_read_place, after)) if words] or [*map(_read_place, segments[:start])]
    unclear = not towns and len(street) > 1 and (street[0] in _LEADING or not split_type(street)[1])
    house, unit = _split_unit(house, postcode, leads=at is not None and segments[at].startswith(house))
    return Parts(
        house=house,
        street=() if unclear else tuple(street),
        flat=re.sub(r"\W", "", flat[1]) if flat else unit,
        postcode=postcode,
        places=tuple(" ".join(words) for words in towns if words),
        state=state,
        country=country,
        loose=tuple(street) if unclear else (),
    )


def _tidy(text: str) -> str:
    plain = fold(re.sub("[\n\r;|()]", ",", text[:_LONGEST]).replace("½", " 1/2")).replace("–", "-")  # noqa: RUF001
    plain = re.sub(r"(?<=\b[a-z])\.(?=[a-z]\b)", "", plain)
    plain = re.sub(r"\b[dl]'|'", "", plain).replace(".", " ")
    plain = re.sub(r"\bp ?o box\b|\bpostfach\b", "pobox ", " ".join(plain.split()))
    plain = re.sub(r"\b(?:highway|hwy|route|rte) (\d+)\b", r"highway\1", plain)
    plain = re.sub(r"(\d+) ?-?chome[ -]?", r"\1-", plain)
    plain = re.sub(r"(\d) 1/2\b", r"\1h", re.sub(r"(\d) (bis)\b", r"\1\2", plain))
    plain = re.sub(r"(?<=[a-z] )(\d+) ([a-z])(?= *(?:,|$)| +\d)", r"\1\2", plain)
    plain = _FLOOR.sub(",", re.sub(r"\b(no|nr) ?(?=\d)", "", plain))
    segments = (segment.strip(" -") for segment in plain.split(","))
    return ",".join(s for s in segments if s and (re.search(r"\d", s) or not _SPOT.search(s)))


def _take_country(plain: str) -> tuple[str, str]:
    head, _, last = plain.rpartition(",")
    code = " ".join(split_words(last))
    if code in BOTH and head:
        return _read_both(code, head, plain)
    if code in _COUNTRY:
        return _COUNTRY[code], head
    words = last.split()
    for count in range(min(4, len(words) - 1), 0, -1):
        name, before = " ".join(split_words(" ".join(words[-count:]))), words[-count - 1]
        clear = name not in STATES | SPELLINGS or before in STATES or before[-1:].isdigit()
        if name in _COUNTRY and clear and before not in _NAMED_FOR:
            return _COUNTRY[name], plain[: plain.rindex(words[-count])]
    return "", plain


def _read_both(code: str, head: str, plain: str) -> tuple[str, str]:
    """Read a last `CA`, `DE` or `NL`, a country's code and a state's; drop it when nothing tells which."""
    shape = {"ca": r"[a-z]\d[a-z] ?-?\d[a-z]\d", "nl": r"\d{4} ?[a-z]{2}\b", "de": r"\b\d{5}\b"}[code]
    if re.search(shape, head) or re.search(rf"[, ]({'|'.join(k for k in STATES if len(k) <= len('nsw'))})$", head):
        return code, head
    return "", plain if re.search(r"\b\d{5}\b", head) else head


def _take_postcode(plain: str) -> tuple[str, str]:
    for pattern in _POSTCODES:
        if found := [*pattern.finditer(plain)]:
            return _read_code(found[-1][0]), _cut(plain, found[-1])
    numbers = [found for found in _DIGITS.finditer(plain) if not _is_house(plain, found)]
    return (numbers[-1][1], _cut(plain, numbers[-1])) if numbers else ("", plain)


def _cut(plain: str, found: re.Match[str]) -> str:
    town = "dublin" if found[0].startswith("dublin") else ""
    return f"{plain[: found.start()]},{town},{plain[found.end() :]}"


def _read_code(written: str) -> str:
    """Return a postcode without spaces; `Dublin 2` is `d02`, the first part of an Eircode."""
    if written.startswith("dublin "):
        return f"d{written.removeprefix('dublin '):0>2}"
    return re.sub(r"\W", "", written.removeprefix("nl-"))


def _is_house(plain: str, found: re.Match[str]) -> bool:
    """Check whether a number of four or five digits stands where a house number does."""
    head, tail = plain[: found.start()], plain[found.end() :]
    before, after = _read_words(head.rpartition(",")[2]), _read_words(tail.partition(",")[0])
    if before:
        return before[-1] in _TYPE and not any(word.isdigit() for word in before) and len(found[1]) < len("62704")
    others = re.search(r"\b\d{1,4}[a-z]?\b", head + tail)
    if any(word in _TYPE for word in after[1:]) or after[:1] == ["broadway"]:
        return not others
    return not head and "," in tail and not others and (not after or len(found[1]) < len("62704"))


def _split_segments(plain: str) -> list[str]:
    """Return the segments between commas, a lone house number with the street beside it."""
    segments: list[str] = []
    for segment in filter(None, map(str.strip, plain.split(","))):
        if segments and (_HOUSE.fullmatch(segment) or (len(segments) == 1 and _HOUSE.fullmatch(segments[0]))):
            segments[-1] += f" {segment}"
        elif not re.search(r"^(co|county) |\bcounty$", segment):
            segments.append(segment)
    return segments


def _take_state(segments: list[str]) -> tuple[str, list[str]]:
    words = _read_words(segments[-1]) if segments else []
    whole, last = " ".join(words), words[-1] if words else ""
    before = len(segments) - any(map(_HOUSE.search, segments[:-1]))
    if whole in STATES and (len(whole) <= len("nsw") or before > 1):
        return STATES[whole], segments[:-1]
    typed = last in _TYPE and not any(word in _TYPE for word in words[1:-1])
    if len(words) > 1 and last in STATES and len(last) <= len("nsw") and not typed:
        return STATES[last], [*segments[:-1], segments[-1].rpartition(" ")[0]]
    return "", segments


def _find_street(segments: list[str]) -> int | None:
    numbered = (i for i, segment in enumerate(segments) if _HOUSE.search(segment))
    typed = (i for i, segment in enumerate(segments) if split_type(_read_words(segment))[1])
    return next(numbered, next(typed, None))


def _split_street(segment: str) -> tuple[str, list[str], list[str]]:
    """Return the house number, the words of the street, and those of the town that follow in the same segment."""
    found = [*_HOUSE.finditer(segment)]
    if not found:
        return "", *_split_town(_read_words(segment))
    house = found[0] if not found[0].start() else found[-1]
    before, after = _read_words(segment[: house.start()]), _read_words(segment[house.end() :])
    # A house has a name before its number: `rose cottage 3 church road`.
    if before and not (any(word in _TYPE for word in after[1:]) and not split_type(before)[1]):
        return house[0], before, after
    return house[0], *_split_town(after)


def _split_town(words: list[str]) -> tuple[list[str], list[str]]:
    """Split `oak street springfield` after the street's type; the words of one that shows no end are all street."""
    end = next((i for i, word in enumerate(words) if i and word in _TYPE), None)
    if end is None or words[0] in _LEADING:
        return words, []
    while words[end + 1 : end + 2] and _is_part(words, end + 1):
        end += 1
    return words[: end + 1], words[end + 1 :]


def _is_part(words: list[str], at: int) -> bool:
    """Check whether the word after a street's type belongs to it: `queens square drive`, `main street nw`."""
    last = at == len(words) - 1
    return words[at] in COMPASS or (words[at] in _TYPE and (last or words[at] != "st"))


def split_type(words: list[str]) -> tuple[list[str], str]:
    """Return a street's name and its type, which may lead, end, or stand before a point of the compass."""
    if len(words) > 1 and words[0] in _LEADING and words[-1] not in _TYPE:
        return words[1:], _TYPE[words[0]]
    at = next((i for i in range(len(words) - 1, 0, -1) if words[i] in _TYPE), None)
    if at is None or not all(word in SPELLINGS for word in words[at + 1 :]):
        return words, ""
    return words[:at] + words[at + 1 :], _TYPE[words[at]]


def _split_unit(house: str, postcode: str, *, leads: bool) -> tuple[str, str]:
    """Split `3/12 George St`, which is flat 3 of 12, `Wiedner Str. 12/3`, and a Canadian `1204-340 King St`."""
    prefixed = _PREFIXED.fullmatch(house) if leads and _CANADIAN.fullmatch(postcode) else None
    # `12-14` is a row of houses.
    if prefixed and not 0 < int(prefixed[2]) - int(prefixed[1]) < _LONGEST_ROW:
        return prefixed[2], prefixed[1]
    first, _, second = house.partition("/")
    return (second, first) if second and leads else (first, re.sub(r"\W", "", second))


def _read_words(text: str) -> list[str]:
    """Return the words of a street or town in one spelling, a compound as its stem and type, articles left out."""
    words = [word for word in split_words(text) if word not in _DROPPED]
    split = _COMPOUND.sub(r"\1 \2", " ".join(words)).split()
    return [SPELLINGS.get(word, word) for word in split]


def _read_place(segment: str) -> list[str]:
    return [word for word in _read_words(segment) if not word.isdigit()]
