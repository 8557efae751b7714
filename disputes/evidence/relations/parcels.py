"""Whether every parcel of the disputed items arrived, with all that was disputed in it."""

import re
from collections.abc import Iterator

from disputes.evidence import Entity, Evidence, Relation
from disputes.evidence.relations.delivery import find_undone, sort_events
from disputes.evidence.relations.rules import relate
from disputes.reading.carrier_events import classify

_ROW = re.compile(r"\s*(?:(\d{1,4})\s*[x\u00d7]\s+)?(.+?)\s*(?:\([^()]*\))?\s*")
_SEPARATOR = re.compile(r"[;,\n]")


def find(evidence: Evidence) -> Iterator[Relation]:
    """Yield whether every parcel of the disputed items arrived; nothing where no parcel is on record."""
    parcels = tuple(parcel for parcel in evidence.entities("parcel") if ":" in parcel.name)
    if not parcels:
        return
    wanted = _read_rows(_disputed(evidence))
    concerned = _concerned(parcels, wanted)
    away = [parcel for parcel in concerned if not _arrived(parcel)]
    if away and (len(parcels) > 1 or find_undone(away[0])):
        names = ", ".join(_name(parcel) for parcel in away)
        yield _relate(
            False, f"Of {len(concerned)} parcels no lasting delivery is on record for {names}.", concerned, evidence
        )
    elif missing := _missing(wanted, concerned):
        yield _relate(False, f"No parcel on record holds {missing}.", concerned, evidence)
    elif away:
        yield _relate(None, "No delivery of the parcel is on record.", concerned, evidence)
    else:
        yield _relate(True, f"Of the {len(concerned)} parcels every one arrived.", concerned, evidence)


def _relate(answer: bool | None, why: str, parcels: tuple[Entity, ...], evidence: Evidence) -> Relation:
    kinds = ("delivered_at", "tracking_number", "parcel_items")
    facts = [fact for parcel in parcels for kind in kinds if (fact := parcel.get(kind))]
    return relate("every_parcel_arrived", answer, why, *facts, evidence.sole("disputed_items"))


def _name(parcel: Entity) -> str:
    return parcel.name.partition(":")[2]


def _arrived(parcel: Entity) -> bool:
    """Check that a parcel was delivered and stayed."""
    last = sort_events(parcel)[-1:]
    told = bool(parcel.of("delivered_at")) or any(classify(str(event.value)) == "delivered" for event in last)
    return told and find_undone(parcel) is None


def _disputed(evidence: Evidence) -> str:
    disputed = evidence.sole("disputed_items")
    if disputed:
        return str(disputed.value)
    if evidence.items:
        return "; ".join(f"{item.quantity} x {item.name}" for item in evidence.items)
    listed = evidence.sole("line_items")
    return str(listed.value) if listed else ""


def _concerned(parcels: tuple[Entity, ...], wanted: dict[str, int]) -> tuple[Entity, ...]:
    """Return the parcels that hold a disputed item; all of them where one does not say what it holds."""
    held = [_read_rows(str(fact.value)) if (fact := parcel.get("parcel_items")) else {} for parcel in parcels]
    if not wanted or not all(held):
        return parcels
    return tuple(p for p, rows in zip(parcels, held, strict=True) if any(map(wanted.__contains__, rows))) or parcels


def _missing(wanted: dict[str, int], parcels: tuple[Entity, ...]) -> str:
    """Return the first disputed item that the parcels do not hold in its number; empty where one does not say."""
    held: dict[str, int] = {}
    for parcel in parcels:
        fact = parcel.get("parcel_items")
        if fact is None:
            return ""
        for name, count in _read_rows(str(fact.value)).items():
            held[name] = held.get(name, 0) + count
    short = [name for name, count in wanted.items() if held.get(name, 0) < count]
    # Shops name items in two ways; only where the names agree in part is a missing one told.
    return short[0] if short and any(name in held for name in wanted) else ""


def _read_rows(written: str) -> dict[str, int]:
    """Return items by their name in lower case, with their number: `2 x Lamp (40.00 USD); Shade`."""
    rows: dict[str, int] = {}
    for part in _SEPARATOR.split(written):
        if match := _ROW.fullmatch(part):
            name = " ".join(match[2].casefold().split())
            rows[name] = rows.get(name, 0) + int(match[1] or 1)
    return rows
