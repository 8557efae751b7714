"""One Stripe dispute as a value, parsed from Stripe's object."""

import re
from datetime import UTC, datetime
from typing import Literal

from pydantic import Field, JsonValue

from disputes import funds, text
from disputes.errors import Invalid
from disputes.json_fields import is_amount, read_hash, read_list, read_number, read_text, read_words
from disputes.model import Value
from disputes.money import Money

Stage = Literal["inquiry", "chargeback", "compliance", "appeal"]

_YEAR_10000 = 253_402_300_800
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]{1,254}")

_FILE = re.compile(r"file_[A-Za-z0-9]{1,64}")

FILE_FIELDS = frozenset(
    "cancellation_policy customer_communication customer_signature duplicate_charge_documentation receipt "
    "refund_policy service_documentation shipping_documentation uncategorized_file".split()
)
"""The fields of Stripe's evidence that hold the id of a file (reference 1.3)."""
OPEN = frozenset(("needs_response", "warning_needs_response", "appeal_needs_response"))
BANK_RETURNS = frozenset(
    "bank_cannot_process check_returned customer_initiated debit_not_authorized incorrect_account_details "
    "insufficient_funds".split()
)


class Eligibility(Value):
    """Stripe's answer on one kind of enhanced evidence: a status such as `qualified`, and actions still required."""

    status: str
    required_actions: tuple[str, ...] = ()


class Appeal(Value):
    """An appeal as stored at Stripe: its text, and the ids of its files in order (reference 1.8)."""

    reason: str = ""
    files: tuple[str, ...] = ()


class Dispute(Value):
    """One Stripe dispute as last read. Amounts in minor units, times aware UTC.

    `value` is the amount withdrawn, in the account's own currency, where Stripe states it (balance transactions, or the
    charge's exchange rate), else None; `reinstated` is what came back of it, whatever the status. `refunded` and
    `captured` are what the charge says went back and was taken, None where Stripe did not send the charge; what was
    authorised and never captured is in neither. `captured` is None too where the charge is in another currency than the
    dispute. `presentment` is what the customer saw and paid for the whole payment, where that is another currency than
    the charge's. `enhanced` is `evidence.enhanced_evidence`, its texts cleaned.
    """

    id: str
    account: str | None = None
    livemode: bool = False
    status: str
    reason: str
    amount: int
    currency: str
    value: Money | None = None
    reinstated: Money | None = None
    refunded: int | None = None
    captured: int | None = None
    presentment: Money | None = None
    created: datetime
    due_by: datetime | None = None
    charge: str | None = None
    payment_intent: str | None = None
    method: str = "card"
    network: str | None = None
    network_code: str | None = None
    case_type: str | None = None
    submissions: int = 0
    staged: bool = False
    past_due: bool = False
    refundable: bool = False
    eligible: tuple[str, ...] = ()
    submission_method: str | None = None
    evidence: dict[str, str] = Field(default_factory=dict)
    enhanced: dict[str, JsonValue] = Field(default_factory=dict)
    eligibility: dict[str, Eligibility] = Field(default_factory=dict)
    appeal: Appeal = Appeal()

    @property
    def money(self) -> Money:
        """The disputed amount in the currency of the charge."""
        return Money(amount=self.amount, currency=self.currency)

    @property
    def stage(self) -> Stage:
        """The stage of this dispute; each stage takes one submission (reference 1.2, 2.2)."""
        if self.status.startswith("warning_"):
            return "inquiry"
        if self.status.startswith("appeal_"):
            return "appeal"
        compliance = self.case_type == "compliance" or self.reason == "noncompliant"
        return "compliance" if compliance or self._needs_fee else "chargeback"

    @property
    def _needs_fee(self) -> bool:
        return bool({"visa_compliance", "mastercard_compliance"} & set(self.eligible))

    @property
    def is_open(self) -> bool:
        """Whether Stripe waits for an answer."""
        return self.status in OPEN


def parse(raw: dict[str, JsonValue], *, account: str | None = None) -> Dispute:
    """Parse a Stripe dispute object; unknown values are accepted.

    Raises `Invalid` when it is not a dispute, or names no amount or currency: a guess could make it be filed
    automatically.
    """
    dispute_id, currency = _id(raw, "id"), read_text(raw, "currency")
    if raw.get("object") != "dispute" or dispute_id is None:
        raise Invalid("This is not a Stripe dispute object.")
    if currency is None or not is_amount(raw.get("amount")):
        raise Invalid(f"The dispute {dispute_id} names no amount and currency.")
    details, method = read_hash(raw, "evidence_details"), read_hash(raw, "payment_method_details")
    kind, charge = read_text(method, "type") or "card", read_hash(raw, "charge")
    card = read_hash(method, kind)
    return Dispute(
        id=dispute_id,
        account=account,
        livemode=raw.get("livemode") is True,
        status=read_text(raw, "status") or "unknown",
        reason=read_text(raw, "reason") or "general",
        amount=read_number(raw, "amount"),
        currency=currency.lower(),
        value=funds.find_withdrawn(raw),
        reinstated=funds.find_reinstated(raw),
        refunded=funds.find_refunded(charge),
        captured=_captured(charge, currency),
        presentment=funds.find_presentment(charge, read_hash(raw, "payment_intent")),
        created=parse_time(raw.get("created")) or datetime.fromtimestamp(0, UTC),
        due_by=parse_time(details.get("due_by")),
        charge=_id(raw, "charge"),
        payment_intent=_id(raw, "payment_intent"),
        method=kind,
        network=read_text(card, "network") or read_text(card, "brand"),
        network_code=read_text(card, "network_reason_code") or read_text(card, "reason_code"),
        case_type=read_text(card, "case_type"),
        submissions=read_number(details, "submission_count"),
        staged=details.get("has_evidence") is True,
        past_due=details.get("past_due") is True,
        refundable=raw.get("is_charge_refundable") is True,
        eligible=read_words(raw, "enhanced_eligibility_types"),
        submission_method=read_text(raw, "intended_submission_method"),
        evidence=_texts(read_hash(raw, "evidence")),
        enhanced={
            key: _cleaned(value) for key, value in read_hash(read_hash(raw, "evidence"), "enhanced_evidence").items()
        },
        eligibility=_eligibility(read_hash(details, "enhanced_eligibility")),
        appeal=_appeal(read_hash(read_hash(read_hash(raw, "evidence"), "appeal"), "card")),
    )


def parse_time(seconds: JsonValue) -> datetime | None:
    """Parse Stripe's epoch seconds into aware UTC; null, 0 and anything invalid give None."""
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds < _YEAR_10000:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def _captured(charge: dict[str, JsonValue], currency: str) -> int | None:
    same = (read_text(charge, "currency") or currency).lower() == currency.lower()
    return funds.find_captured(charge) if same else None


def _texts(evidence: dict[str, JsonValue]) -> dict[str, str]:
    texts = {key: value for key, value in evidence.items() if isinstance(value, str) and value}
    return {
        text.line(key): _file_id(value) if key in FILE_FIELDS else text.clean(value, name=key)
        for key, value in texts.items()
    }


def _file_id(value: str) -> str:
    """Return the id of a file as it is: its digits may look like a card number, and masked it would name no file."""
    return value if _FILE.fullmatch(value) else text.clean(value)


def _cleaned(value: JsonValue, name: str = "") -> JsonValue:
    if isinstance(value, dict):
        return {text.line(key): _cleaned(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_cleaned(inner, name) for inner in value]
    if isinstance(value, str):
        return text.clean(value, name=name)
    return value if isinstance(value, bool) else None


def _eligibility(kinds: dict[str, JsonValue]) -> dict[str, Eligibility]:
    answers = {text.line(kind): read_hash(kinds, kind) for kind in kinds}
    return {
        kind: Eligibility(status=status, required_actions=read_words(answer, "required_actions"))
        for kind, answer in answers.items()
        if (status := read_text(answer, "status"))
    }


def _appeal(card: dict[str, JsonValue]) -> Appeal:
    reason = card.get("reason_for_filing")
    files = tuple(_file_id(file) for file in read_list(card, "supporting_files") if isinstance(file, str))
    return Appeal(reason=text.clean(reason) if isinstance(reason, str) else "", files=files)


def _id(raw: dict[str, JsonValue], key: str) -> str | None:
    """Return an id, or that of an expanded object; None for what cannot be an id."""
    value = read_hash(raw, key).get("id", raw.get(key))
    return value if isinstance(value, str) and _ID.fullmatch(value) else None
