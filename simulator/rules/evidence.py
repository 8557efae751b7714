from simulator.fields import FILES, LONG_TEXT, SHORT_TEXT
from simulator.http.parameters import (
    BooleanParameter,
    ChoiceParameter,
    EitherParameter,
    HashParameter,
    ListParameter,
    Parameter,
    TextParameter,
    Thing,
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

SHAPE = HashParameter(
    {
        **dict.fromkeys(LONG_TEXT, TextParameter(20_000)),
        **dict.fromkeys(SHORT_TEXT, TextParameter(5_000)),
        **dict.fromkeys(FILES, TextParameter()),
        "enhanced_evidence": EitherParameter(_enhanced),
        "appeal": EitherParameter(HashParameter({"card": EitherParameter(_appeal)})),
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
