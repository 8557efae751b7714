"""What a person's verdict does with fields that somebody filled outside Rebut: kept, or replaced by ours. Pure.

Without a verdict that says so field by field nothing of theirs is filed, mixed with ours or overwritten.
"""

from collections.abc import Collection, Iterator, Mapping

from disputes.case import Choice, Packet
from disputes.held_evidence import APPEAL, BESIDE, ENHANCED, METHOD, HeldEvidence
from disputes.packet import preflight


def check(held: HeldEvidence, choices: Mapping[str, Choice]) -> Iterator[str]:
    """Yield each reason why these choices do not say what becomes of everything, in sentences."""
    values = held.their_values
    if unknown := sorted(set(choices) - set(values)):
        yield f"{', '.join(unknown)}: nobody filled this outside Rebut."
    if open_fields := [name for name in values if name not in choices]:
        named = ", ".join(open_fields)
        yield f"Somebody filled {named} on this dispute outside Rebut; the verdict must say of each: keep or replace."
    if choices.get(METHOD) == "keep":
        yield "Stripe is set to answer this dispute by itself; replace that, or leave the answer to Stripe."


def check_edit(written: Collection[str], choices: Mapping[str, Choice]) -> Iterator[str]:
    """Yield a sentence for each field that an edit writes and a choice keeps as it stands."""
    for name in sorted(name for name in written if choices.get(name) == "keep"):
        yield f"{name} is both edited and kept as somebody else wrote it; say replace, or leave the edit out."


def decide(packet: Packet, held: HeldEvidence, choices: Mapping[str, Choice]) -> Packet:
    """Return the packet without ours where theirs is kept, and with an empty text where theirs goes and ours is none.

    An exhibit of ours leaves the letter's list with its field; an appeal of theirs is kept or replaced as a whole.
    """
    kept = {name: value for name, value in held.their_values.items() if choices.get(name) == "keep"}
    replaced = [name for name in held.their_values if choices.get(name) == "replace"]
    if APPEAL in kept:
        return packet.model_copy(update={"fields": {}, "files": (), "sheets": (), "kept": kept})
    left = preflight.drop(packet, frozenset(kept), why="Left out, since what stands there is kept")
    fields = {name: text for name, text in left.fields.items() if name not in kept}
    filled = {*fields, *(sheet.field for sheet in left.sheets)}
    emptied = {name: "" for name in replaced if name not in filled | BESIDE}
    return left.model_copy(
        update={
            "fields": {**fields, **emptied},
            "enhanced": {} if ENHANCED in kept else left.enhanced,
            "kept": kept,
            "replaced": tuple(name for name in replaced if name in BESIDE),
        }
    )


def caution(held: HeldEvidence) -> str:
    """Return why such a dispute is left to a person; empty where nobody else wrote on it."""
    if not held.theirs:
        return ""
    named = ", ".join(entry.field.replace("_", " ") for entry in held.theirs)
    return f"Somebody filled {named} on this dispute outside Rebut; a person says what is kept and what is replaced."
