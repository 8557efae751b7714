from simulator.fields import FILES, LONG_TEXT, SHORT_TEXT
from simulator.shapes import Choice, Either, Flag, Hash, Many, Shape, Text, Thing

ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")
IDENTIFIERS = (
    "customer_account_id",
    "customer_device_fingerprint",
    "customer_device_id",
    "customer_email_address",
    "customer_purchase_ip",
    "product_description",
)

_optional = Either(Text())
_transaction: dict[str, Shape] = {
    **dict.fromkeys(IDENTIFIERS, _optional),
    "shipping_address": Hash(dict.fromkeys(ADDRESS, _optional)),
}
_ce3 = Hash(
    {
        "disputed_transaction": Hash({**_transaction, "merchandise_or_services": Choice(("merchandise", "services"))}),
        "prior_undisputed_transactions": Many(Hash({**_transaction, "charge": Text()}, ("charge",))),
    }
)
_fee = Hash({"fee_acknowledged": Flag()})
_enhanced = Hash({"visa_compelling_evidence_3": _ce3, "visa_compliance": _fee, "mastercard_compliance": _fee})
_appeal = Hash(
    {"reason_for_filing": Either(Text(20_000)), "supporting_files": Either(Many(Text()))},
)

SHAPE = Hash(
    {
        **dict.fromkeys(LONG_TEXT, Text(20_000)),
        **dict.fromkeys(SHORT_TEXT, Text(5_000)),
        **dict.fromkeys(FILES, Text()),
        "enhanced_evidence": Either(_enhanced),
        "appeal": Either(Hash({"card": Either(_appeal)})),
    }
)


def merge(current: Thing, sent: Thing) -> Thing:
    """Give the evidence with the sent keys changed and all others as they were; an empty string clears."""
    merged = {**current, **{key: value or None for key, value in sent.items()}}
    if "enhanced_evidence" in sent:
        merged["enhanced_evidence"] = _enhance(current["enhanced_evidence"] or {}, sent["enhanced_evidence"] or {})
    if "appeal" in sent:
        merged["appeal"] = _appealed(sent["appeal"])
    return merged


def filled(evidence: Thing) -> bool:
    """Say whether anything at all stands in the evidence."""
    return any(bool(value) for value in evidence.values())


def _enhance(current: Thing, sent: Thing) -> Thing:
    if not sent:
        return {}
    merged = {**current, **sent}
    ce3 = sent.get("visa_compelling_evidence_3")
    if ce3 is not None:
        before = current.get("visa_compelling_evidence_3") or {}
        merged["visa_compelling_evidence_3"] = _compelling({**before, **_whole(before, ce3)})
    return merged


def _whole(before: Thing, ce3: Thing) -> Thing:
    if "disputed_transaction" not in ce3:
        return ce3
    return {
        **ce3,
        "disputed_transaction": {**(before.get("disputed_transaction") or {}), **ce3["disputed_transaction"]},
    }


def _compelling(ce3: Thing) -> Thing:
    disputed = ce3.get("disputed_transaction")
    return {
        "disputed_transaction": _blank(disputed, {"merchandise_or_services": None}) if disputed else None,
        "prior_undisputed_transactions": [
            _blank(prior, {}) for prior in ce3.get("prior_undisputed_transactions") or []
        ],
    }


def _blank(transaction: Thing, more: Thing) -> Thing:
    empty: Thing = {**dict.fromkeys(IDENTIFIERS), "shipping_address": None, **more}
    whole = {**empty, **{key: value or None for key, value in transaction.items()}}
    if whole["shipping_address"]:
        whole["shipping_address"] = {**dict.fromkeys(ADDRESS), **whole["shipping_address"]}
    return whole


def _appealed(sent: object) -> Thing | None:
    card = sent.get("card") if isinstance(sent, dict) else None
    if not card:
        return None
    return {"card": {"reason_for_filing": None, "supporting_files": None, **{k: v or None for k, v in card.items()}}}
