"""What Stripe holds on an open dispute, by who put it there: Rebut, Stripe itself, or somebody else. Pure.

The dashboard, another app or Smart Disputes may write on a dispute before or while its case waits (reference, section
9). What is neither ours nor Stripe's own pre-fill is a person's, and only a person decides what becomes of it.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping

from pydantic import JsonValue

from disputes.dispute import Dispute
from disputes.model import Value

PREFILLED = frozenset(
    "billing_address customer_email_address customer_name customer_purchase_ip product_description "
    "shipping_address".split()
)
"""The fields that Stripe fills in by itself (reference, section 9)."""
APPEAL, ENHANCED, METHOD = "appeal", "enhanced_evidence", "intended_submission_method"
BESIDE = frozenset((APPEAL, ENHANCED, METHOD))
"""What stands on a dispute beside the fields of its evidence."""
ANSWERED_BY_STRIPE = frozenset(("smart_disputes", "prefer_smart_disputes"))
"""The submission methods under which something else than our answer may reach the bank (reference 1.9)."""


class TheirEvidence(Value):
    """One field that somebody filled outside Rebut: the text in it, or a file's id, with `title` to tell the file."""

    field: str
    value: str
    title: str = ""


class HeldEvidence(Value):
    """What stands on a dispute: by somebody else, in full; and the names of Stripe's own and of our fields."""

    theirs: tuple[TheirEvidence, ...] = ()
    prefilled: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()

    @property
    def their_values(self) -> dict[str, str]:
        """What somebody else put there, by field."""
        return {entry.field: entry.value for entry in self.theirs}


Staged = Mapping[str, Collection[str]]
"""The hashes of every value that Rebut ever wrote into a field of this dispute, by field."""


def sort(
    dispute: Dispute, staged: Staged, *, before: Dispute | None = None, known: HeldEvidence | None = None
) -> HeldEvidence:
    """Return what stands on a dispute, sorted by who put it there.

    `before` is the dispute as its case last saw it, `known` how that was sorted: what Stripe fills in by itself is its
    own until somebody changes it.
    """
    values, earlier = read(dispute), read(before) if before else {}
    ours = tuple(name for name, value in values.items() if hash_value(value) in staged.get(name, ()))
    # What we were about to write may never have arrived: then Stripe's own stands there as before.
    suspects = {*(known.their_values if known else ()), *(set(staged) - set(earlier))}
    suspects |= {name for name, value in earlier.items() if values.get(name, value) != value}
    # Stripe fills in earlier payments when a dispute begins; fields may follow.
    # At a new stage the method is the account's own again.
    begun = {ENHANCED, METHOD} if before and before.stage == dispute.stage else {ENHANCED}
    suspects |= begun - set(earlier) if before else set()
    theirs = [name for name in values if name not in ours and _is_theirs(name, dispute, suspects)]
    return HeldEvidence(
        theirs=tuple(TheirEvidence(field=name, value=values[name]) for name in theirs),
        prefilled=tuple(name for name in values if name not in {*ours, *theirs}),
        ours=ours,
    )


def read(dispute: Dispute) -> dict[str, str]:
    """Return what stands on a dispute by name: its evidence, or its appeal at that stage, and how it is answered."""
    if dispute.stage == "appeal":
        written = write_appeal(dispute.appeal.reason, dispute.appeal.files)
        return {APPEAL: written} if written else {}
    enhanced = write_enhanced(dispute.enhanced)
    method = dispute.submission_method or ""
    beside = {ENHANCED: enhanced, METHOD: method if method in ANSWERED_BY_STRIPE else ""}
    return {**dispute.evidence, **{name: value for name, value in beside.items() if value}}


def write_appeal(reason: str, files: Iterable[str]) -> str:
    """Return an appeal as one text: its reason, and the ids of its files."""
    return "\n".join((reason, *files))


def write_enhanced(enhanced: JsonValue) -> str:
    """Return enhanced evidence as JSON text, without what is empty; an empty text for none."""
    full = _without_empty(enhanced)
    return json.dumps(full, sort_keys=True, ensure_ascii=False) if full else ""


def hash_value(value: str) -> str:
    """Return the hash by which a value is known again."""
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _is_theirs(name: str, dispute: Dispute, suspects: set[str]) -> bool:
    """Return whether a value that is not ours is somebody's; an acknowledged fee is never Stripe's own doing."""
    if name == METHOD:
        # Before anybody touched the dispute, a preference is the account's own setting.
        return name in suspects or dispute.submission_method == "smart_disputes"
    if name == ENHANCED:
        return name in suspects or _acknowledges_fee(dispute.enhanced)
    return name not in PREFILLED or name in suspects


def _acknowledges_fee(enhanced: JsonValue) -> bool:
    if isinstance(enhanced, dict):
        return enhanced.get("fee_acknowledged") is True or any(map(_acknowledges_fee, enhanced.values()))
    return False


def _without_empty(value: JsonValue) -> JsonValue:
    if isinstance(value, dict):
        return {key: full for key, inner in value.items() if (full := _without_empty(inner))}
    if isinstance(value, list):
        return [full for inner in value if (full := _without_empty(inner))]
    return value
