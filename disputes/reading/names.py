"""Names of people as carriers and shops write them: may the one who signed be the customer. Pure.

A signature is typed by a driver on a doorstep, so one wrong letter in a long name is no other name.
"""

import re
import unicodedata

_LETTERS = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ı": "i", "’": "'", "`": "'"})  # noqa: RUF001
_DIGRAPHS = re.compile(r"([aou])e")
_WORDS = re.compile(r"[^\W_]+")
_LONG = 7

_TITLES = frozenset(
    "mr mrs ms miss mx dr prof sir herr frau mme mlle jr sr ii iii iv family familie famille household signed by "
    "and und et van von der den de del della di da la le el al bin ten ter".split()
)
_OTHERS = frozenset(
    "neighbor neighbour neighbors neighbours nachbar nachbarin nachbarn voisin voisine buren buurman buurvrouw "
    "reception receptionist rezeption receptie concierge gardien desk frontdesk mailroom security guard doorman "
    "porter lobby leasing staff manager hausmeister superintendent caretaker warehouse".split()
)
_BLANKS = frozenset(
    "signature required not none null unknown waived file customer resident occupant recipient addressee consignee "
    "householder contactless covid left driver self same online release released exempt na nil empfanger "
    "unterschrift illegible unreadable front back side door porch doorstep mailbox letterbox garage".split()
)


def fold(text: str) -> str:
    """Return text without case and accents: `Straße` is `strasse`, `Zoë` is `zoe`."""
    # A letter of a fancy alphabet has a case only once it is a plain one.
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in folded if not unicodedata.combining(c)).translate(_LETTERS)


def split_words(text: str) -> list[str]:
    """Return the words of a text so that each spelling of one is the same: `Müller` as `Mueller`, `O'Neil` as `ONeil`.

    They are for comparing and not for showing: `queen` becomes `quen`.
    """
    return [_spell(word) for word in _find_words(text)]


def _find_words(text: str) -> list[str]:
    return _WORDS.findall(fold(text).replace("'", ""))


def is_near(one: str, other: str) -> bool:
    """Check whether two words are equal, however umlauts are spelled, or long and one slip of the finger apart."""
    return _spell(one) == _spell(other) or _is_slip(one, other) or _is_slip(_spell(one), _spell(other))


def _spell(word: str) -> str:
    return _DIGRAPHS.sub(r"\1", word)


def _is_slip(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _LONG or abs(len(one) - len(other)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, others = one[start:], other[start:]
    swapped = rest[:2] == others[:2][::-1] and rest[2:] == others[2:]
    return swapped or rest[1:] == others[1:] or rest[1:] == others or rest == others[1:]


def may_be_same(signer: str, *people: str) -> bool | None:
    """Check whether the one who signed may be one of these people or, by the surname, live with them.

    False for another full name, a neighbour or a reception; None when either side names nobody, as `XX` does.
    """
    named = [person for person in people if _split_name(person)]
    known = {word for person in named for word in _find_words(person)}
    written = set(_find_words(signer)) - known
    if not named or (written & _BLANKS and not written & _OTHERS):
        return None
    if written & _OTHERS:
        return False
    answers = [_compare(signer, person) for person in named]
    return True if True in answers else None if None in answers else False


def _compare(signer: str, person: str) -> bool | None:
    words = [word for word in _split_name(signer) if len(word) > 1 and len(set(word)) > 1]
    if not words:
        return None
    theirs = _split_name(person)
    joined = _is_among("".join(words), ["".join(theirs), _join_surname(person)])
    if joined or all(_is_among(word, theirs) for word in words):
        return _check_initials(signer, words, theirs)
    if _is_among(words[-1], theirs[-1:]):
        return True
    # `Martin Smith` may be a Smith or, surname first, one of James Martin's; the driver does not say which.
    unclear = any(_is_among(word, theirs[1:]) for word in words) or all(len(word) <= len("xx") for word in words)
    return None if unclear else False


def _check_initials(signer: str, words: list[str], theirs: list[str]) -> bool | None:
    """Return None for a given name alone whose second initial is another surname's: `Ada H.` beside Ada Lovelace."""
    initials = {word for word in _split_name(signer) if len(word) == 1}
    by_surname = any(_is_among(word, theirs[1:]) for word in words) or len(theirs) == 1
    fits = all(any(word.startswith(initial) for word in theirs) for initial in initials)
    return True if by_surname or fits else None


def _is_among(word: str, names: list[str]) -> bool:
    return any(is_near(word, name) for name in names)


def _split_name(name: str) -> list[str]:
    """Return the words of a name, the surname last; nothing of it that is a title, a particle or a number."""
    surname, _, given = name.partition(",")
    words = [word for word in _find_words(f"{given} {surname}") if word.isalpha()]
    return [word for word in words if word not in _TITLES]


def _join_surname(name: str) -> str:
    """Return all but the given name as one word, with its particles: `vandyke` of Anna van Dyke."""
    surname, _, given = name.partition(",")
    return "".join(_find_words(surname) if given else _find_words(surname)[1:])
