"""Whether two written addresses name one place: by house number, postcode, town, street and flat. Pure.

They are read without a gazetteer, so what is no clear agreement and no clear difference stays unknown.
"""

import re
from collections.abc import Iterable

from disputes.reading.address_parts import BOTH, COMPASS, STATES, Parts, parse, split_type
from disputes.reading.names import is_near

__all__ = ["Parts", "is_same", "is_same_area", "parse"]


def is_same(one: str, other: str) -> bool | None:
    """Check whether two addresses name one place.

    True when nothing differs and the house number agrees with the postcode, or with street and town. False when both
    state a part and it differs; a part that only one states differs from nothing. None when that is not enough to say.
    """
    ours, theirs = _align(parse(one), parse(other))
    house, postcode = _compare_houses(ours.house, theirs.house), _compare_codes(ours.postcode, theirs.postcode)
    street, town = _compare_streets(ours, theirs), _compare_places(ours, theirs)
    if False in (house, postcode, street, town, _compare_exactly(ours.flat, theirs.flat), _compare_land(ours, theirs)):
        return False
    return True if house and (postcode or (street and town)) else None


def is_same_area(one: str, other: str) -> bool | None:
    """Check whether two addresses lie in one town, where one of them may state no more than that.

    True when the town or the postcode agrees and neither differs; None when they share nothing to compare.
    """
    ours, theirs = _align(parse(one), parse(other))
    postcode, town = _compare_codes(ours.postcode, theirs.postcode), _compare_places(ours, theirs)
    if False in (postcode, town, _compare_land(ours, theirs)):
        return False
    return True if town or (ours.postcode and theirs.postcode) else None


def _align(one: Parts, other: Parts) -> tuple[Parts, Parts]:
    return _tighten(one, other), _tighten(other, one)


def _tighten(parts: Parts, other: Parts) -> Parts:
    """Split street and town that run together where the other's town shows how; two that are equal agree in both."""
    if parts.loose and parts.loose == other.loose:
        return parts.model_copy(update={"street": parts.loose, "places": (" ".join(parts.loose),)})
    for place in other.places:
        size = len(place.split())
        if parts.loose and " ".join(parts.loose[-size:]) == place:
            return parts.model_copy(update={"street": parts.loose[:-size], "places": (place,)})
    return parts


def _compare_exactly(one: str, other: str) -> bool | None:
    return one == other if one and other else None


def _compare_houses(one: str, other: str) -> bool | None:
    """Compare house numbers; of `12` beside `12a` or `12-14` nobody can tell."""
    near = any(re.fullmatch(rf"{re.escape(a)}([a-z]|bis|-.*)", b) for a, b in ((one, other), (other, one)))
    return None if near else _compare_exactly(one, other)


def _compare_codes(one: str, other: str) -> bool | None:
    """Compare postcodes; one that is the first part of the other, as `SW1A` is, does not differ from it."""
    part = one != other and (one.startswith(other) or other.startswith(one))
    return None if part else _compare_exactly(one, other)


def _compare_land(one: Parts, other: Parts) -> bool | None:
    """Compare countries and states; the `CA` of `TORONTO CA` was read as a state and may be the other's country."""
    country, state = _compare_exactly(one.country, other.country), _compare_exactly(one.state, other.state)
    taken = {one.state, other.state} & BOTH & {one.country, other.country}
    return False if country is False or (state is False and not taken) else country


def _compare_streets(one: Parts, other: Parts) -> bool | None:
    (ours, kind), (theirs, other_kind) = (split_type([*(parts.street or parts.loose)]) for parts in (one, other))
    if not ours or not theirs:
        return None
    if not (one.street and other.street):
        return None if set(ours) & set(theirs) else False
    if (kind and other_kind and kind != other_kind) or _compare_sides(ours, theirs) is False:
        return False
    return _compare_texts(ours, theirs)


def _compare_sides(one: list[str], other: list[str]) -> bool | None:
    """Compare points of the compass and other letters of streets: `King Street W` is no slip of `King Street E`."""
    ours, theirs = ({word for word in words if word in COMPASS or len(word) == 1} for words in (one, other))
    return ours == theirs if ours and theirs else None


def _compare_places(one: Parts, other: Parts) -> bool | None:
    """Compare towns: those of one are among the other's, with its districts; sharing a county alone says nothing."""
    ours, theirs = _read_towns(one, other), _read_towns(other, one)
    if not ours or not theirs:
        return None
    if ours & theirs:
        return True if ours <= theirs or theirs <= ours else None
    answers = [_compare_texts(a.split(), b.split()) for a in ours for b in theirs]
    return True if True in answers else None if None in answers else False


def _read_towns(parts: Parts, other: Parts) -> set[str]:
    """Return the towns; `New York` beside a town of the state of New York may be the state."""
    towns = set(map(_drop_state, parts.places))
    return {town for town in towns if parts.state or town in other.places or STATES.get(town, "-") != other.state}


def _drop_state(place: str) -> str:
    words = place.split()
    ends = (i for i in range(1, len(words)) if words[i:] and " ".join(words[i:]) in STATES)
    return " ".join(words[: next(ends, len(words))])


def _compare_texts(one: Iterable[str], other: Iterable[str]) -> bool | None:
    """Compare names word by word; None for one that is a part of the other or a slip of the finger apart."""
    ours, theirs = [*one], [*other]
    if "".join(ours) == "".join(theirs):
        return True
    if re.findall(r"\d+", " ".join(ours)) != re.findall(r"\d+", " ".join(theirs)):
        return False
    near = is_near("".join(ours), "".join(theirs))
    return None if near or set(ours) <= set(theirs) or set(theirs) <= set(ours) else False
