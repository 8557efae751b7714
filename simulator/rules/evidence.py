"""The parameters of a dispute's evidence, and how an update is merged into it."""

from simulator.fields import FILES, LONG_TEXT, SHORT_TEXT
from simulator.http.parameters import (
    BooleanParameter,
    ChoiceParameter,
    EitherParameter,
    HashParameter,
    JsonObject,
    ListParameter,
    Parameter,
    TextParameter,
)

ADDRESS = ("city", "country", "line1", "line2", "postal_code", "state")
IDENTIFIERS = (
    "customer_account_id",
    "customer_device_fingerprint",
    "customer_device_id",
    "customer_email_address",
    "customer_purchase_ip",
    "product_description",
)

_optional = EitherParameter(TextParameter())
_transaction: dict[str, Parameter] = {
    **dict.fromkeys(IDENTIFIERS, _optional),
    "shipping_address": HashParameter(dict.fromkeys(ADDRESS, _optional)),
}
_ce3 = HashParameter(
    {
        "disputed_transaction": HashParameter(
            {**_transaction, "merchandise_or_services": ChoiceParameter(("merchandise", "services"))}
        ),
        "prior_undisputed_transactions": ListParameter(
            HashParameter({**_transaction, "charge": TextParameter()}, ("charge",))
        ),
    }
)
_fee = HashParameter({"fee_acknowledged": BooleanParameter()})
_enhanced = HashParameter({"visa_compelling_evidence_3": _ce3, "visa_compliance": _fee, "mastercard_compliance": _fee})
_appeal = HashParameter(
    {
        "reason_for_filing": EitherParameter(TextParameter(20_000)),
        "supporting_files": EitherParameter(ListParameter(TextParameter())),
    },
)

PARAMETERS = HashParameter(
    {
        **dict.fromkeys(LONG_TEXT, TextParameter(20_000)),
        **dict.fromkeys(SHORT_TEXT, TextParameter(5_000)),
        **dict.fromkeys(FILES, TextParameter()),
        "enhanced_evidence": EitherParameter(_enhanced),
        "appeal": EitherParameter(HashParameter({"card": EitherParameter(_appeal)})),
    }
)


def merge(current: JsonObject, sent: JsonObject) -> JsonObject:
    """Return the evidence with the sent keys changed and all others unchanged; an empty string clears a key."""
    merged = {**current, **{key: value or None for key, value in sent.items()}}
    if "enhanced_evidence" in sent:
        merged["enhanced_evidence"] = _merge_enhanced(
            (current["enhanced_evidence"] or {}) if sent["enhanced_evidence"] else {}, sent["enhanced_evidence"] or {}
        )
    if "appeal" in sent:
        merged["appeal"] = _complete_appeal(sent["appeal"])
    return merged


def has_any(evidence: JsonObject) -> bool:
    """Return whether any evidence field has a value."""
    return any(bool(value) for value in evidence.values())


def _merge_enhanced(current: JsonObject, sent: JsonObject) -> JsonObject:
    if not sent:
        return {}
    merged = {**current, **sent}
    ce3 = sent.get("visa_compelling_evidence_3")
    if ce3 is not None:
        stored = current.get("visa_compelling_evidence_3") or {}
        merged["visa_compelling_evidence_3"] = _complete_ce3({**stored, **_merge_disputed(stored, ce3)})
    return merged


def _merge_disputed(stored: JsonObject, ce3: JsonObject) -> JsonObject:
    if "disputed_transaction" not in ce3:
        return ce3
    return {
        **ce3,
        "disputed_transaction": {**(stored.get("disputed_transaction") or {}), **ce3["disputed_transaction"]},
    }


def _complete_ce3(ce3: JsonObject) -> JsonObject:
    disputed = ce3.get("disputed_transaction")
    return {
        "disputed_transaction": _with_all_keys(disputed, {"merchandise_or_services": None}) if disputed else None,
        "prior_undisputed_transactions": [
            _with_all_keys(prior, {}) for prior in ce3.get("prior_undisputed_transactions") or []
        ],
    }


def _with_all_keys(transaction: JsonObject, extra: JsonObject) -> JsonObject:
    empty: JsonObject = {**dict.fromkeys(IDENTIFIERS), "shipping_address": None, **extra}
    complete = {**empty, **{key: value or None for key, value in transaction.items()}}
    if complete["shipping_address"]:
        complete["shipping_address"] = {**dict.fromkeys(ADDRESS), **complete["shipping_address"]}
    return complete


def _complete_appeal(sent: object) -> JsonObject | None:
    card = sent.get("card") if isinstance(sent, dict) else None
    if not card:
        return None
    return {"card": {"reason_for_filing": None, "supporting_files": None, **{k: v or None for k, v in card.items()}}}
