"""Facts from the metadata that a merchant writes on Stripe's objects."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

from disputes import dispute, text
from disputes.evidence import Fact, FactValue, Gap, build_fact, kinds
from disputes.playbook import PRODUCTS
from disputes.reading.blank_values import says_nothing
from tools.sources import values
from tools.sources.stripe import shop_software
from tools.sources.stripe.payment_objects import PaymentObjects
from tools.sources.stripe.stripe_object import StripeObject

_PAST = frozenset("shipped_at delivered_at last_used_at terms_accepted_at cancel_requested_at".split())
_EPOCH_DIGITS = 9
_ORDER, _REFERENCE = "order_id", "payment_reference"
_MAX_TEXT = 2_000


def read(objects: PaymentObjects, mapping: Mapping[str, tuple[str, ...]], *, now: datetime) -> Iterator[Fact | Gap]:
    """Yield the facts in the payment's metadata; `mapping` names the keys of each kind of fact.

    A value that cannot be read, and a past event dated after `now`, becomes a gap.
    """
    for kind, keys in mapping.items():
        if match := find(objects.with_metadata, keys, kind):
            yield _fact(kind, *match, now)
    yield from _shop_reference(objects, mapping.get(_ORDER, ()))


def find(objects: Iterable[StripeObject], keys: tuple[str, ...], kind: str) -> tuple[str, str] | None:
    """Return the first text of a kind under one of these keys and its source, or None; objects go in order, then keys.

    What says nothing of its kind, as user 0 of a guest, is passed over.
    """
    for holder in objects:
        for key in keys:
            written = _value(holder, key, kind)
            if written and not (_is_blank(kind, written) or _is_reference(kind, holder, written)):
                return written, holder.source(f"metadata.{key}")
    return None


def _is_blank(kind: str, written: str) -> bool:
    # That a log names nobody says something of a use.
    return kind != "use_account" and kinds.form(kind) == "text" and says_nothing(kind, written)


def _is_reference(kind: str, holder: StripeObject, written: str) -> bool:
    return kind == _ORDER and shop_software.is_payment_reference(holder, written)


def _shop_reference(objects: PaymentObjects, keys: tuple[str, ...]) -> Iterator[Fact]:
    """Yield a shop's own id of the payment that stands where others have the order's number."""
    for holder in objects.with_metadata:
        for key in keys:
            if (written := _value(holder, key, _REFERENCE)) and shop_software.is_payment_reference(holder, written):
                yield build_fact(_REFERENCE, written, holder.source(f"metadata.{key}"))
                return


def _value(holder: StripeObject, key: str, kind: str) -> str:
    notes = holder.raw("metadata")
    value = notes.get(key) if isinstance(notes, dict) else None
    if not isinstance(value, str):
        return ""
    return text.key(value, kind) if kind in kinds.KEYS else text.clean(value.strip(), limit=_MAX_TEXT)


def _fact(kind: str, written: str, source: str, now: datetime) -> Fact | Gap:
    value = _parse(kind, written)
    if value is None:
        return Gap(
            name=kind, why=f"The metadata says {text.line(written, limit=40)!r}, which cannot be read.", source=source
        )
    if kind in _PAST and isinstance(value, date) and _is_ahead(value, now):
        return Gap(name=kind, why="The metadata names a time that has not come yet.", source=source)
    # A count of zero proves nothing for the merchant, and counts against it.
    if kind == "usage_count" and value == 0:
        return build_fact("used_never", value=True, source=source)
    return build_fact(kind, value, source)


def _is_ahead(value: date, now: datetime) -> bool:
    return value > now if isinstance(value, datetime) else value > (now + timedelta(days=1)).date()


def _parse(kind: str, written: str) -> FactValue | date | None:
    match kinds.form(kind):
        case "time":
            return values.parse_date(written) or parse_metadata_time(written)
        case "count":
            return int(written) if written.isascii() and written.isdigit() and len(written) < _EPOCH_DIGITS else None
        case "text" if kind == "product_type":
            return written.lower() if written.lower() in PRODUCTS else None
        case "text":
            return written if kind in kinds.MULTILINE | kinds.KEYS else text.line(written)
        case _:
            return None


def parse_metadata_time(written: str) -> datetime | None:
    """Read a time from ISO 8601 or epoch seconds; one without a zone is taken as UTC. None when it is neither."""
    if written.isascii() and written.isdigit() and len(written) >= _EPOCH_DIGITS:
        return dispute.parse_time(int(written))
    try:
        read_at = datetime.fromisoformat(written)
        return (read_at if read_at.tzinfo else read_at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
