"""Stripe's limits on the evidence of a dispute: characters, bytes and pages."""

from math import ceil

from simulator.errors import StripeError, not_found
from simulator.fields import FILES, LONG_TEXT, SHORT_TEXT
from simulator.http.parameters import JsonObject
from simulator.state import Caller, Store

CHARACTERS = 150_000
BYTES = 4_750_000
PAGES = 49
MASTERCARD_PAGES = 19
CHARACTERS_PER_PAGE = 3_500


def check(store: Store, dispute: JsonObject, evidence: JsonObject, caller: Caller) -> None:
    """Raise `StripeError` for evidence over a limit of Stripe; called on every update, staged or submitted.

    The byte limit is measured (4.75 MB, the same file counted twice in two fields); the page estimate is ours, one page
    per 3,500 characters and per picture, because Stripe does not publish its formula.
    """
    length = count_characters(evidence)
    if length > CHARACTERS:
        raise StripeError(
            f"The combined character count of all evidence fields is {length}; the limit is {CHARACTERS}.",
            param="evidence",
        )
    files = evidence_files(store, evidence, caller)
    if sum(file["size"] for file in files) > BYTES:
        raise StripeError("The combined size of all evidence files must be less than 5 MB.", param="evidence")
    pages, limit = (
        ceil(length / CHARACTERS_PER_PAGE) + sum(file.get("_pages", 1) for file in files),
        page_limit(dispute),
    )
    if pages > limit:
        raise page_limit_error(f"The evidence is estimated at {pages} pages; this dispute allows {limit}.")


def page_limit_error(message: str = "The evidence is estimated at more pages than this dispute allows.") -> StripeError:
    """Return the error for evidence that would be compiled into too many pages (API 2026-09-30.endive)."""
    return StripeError(message, code="dispute_evidence_page_limit_exceeded", param="evidence")


def count_characters(evidence: JsonObject) -> int:
    """Count the characters of all evidence text."""
    texts = [evidence.get(name) for name in (*LONG_TEXT, *SHORT_TEXT)]
    texts.append(((evidence.get("appeal") or {}).get("card") or {}).get("reason_for_filing"))
    return sum(len(text) for text in texts if isinstance(text, str))


def evidence_files(store: Store, evidence: JsonObject, caller: Caller) -> list[JsonObject]:
    """Return the files the evidence names, one per use; raise `StripeError` for one this account cannot use."""
    references = [(f"evidence[{name}]", evidence[name]) for name in FILES if evidence.get(name)]
    appeal = ((evidence.get("appeal") or {}).get("card") or {}).get("supporting_files") or []
    references += [("evidence[appeal][card][supporting_files]", identity) for identity in appeal]
    return [evidence_file(store, identity, param, caller) for param, identity in references]


def evidence_file(store: Store, identity: str, param: str, caller: Caller) -> JsonObject:
    """Return one evidence file; raise a `StripeError` that names the parameter when there is none."""
    try:
        file = store.get("file", identity, caller, noun="file upload", param=param)
    except StripeError:
        error = not_found("file upload", identity, param)
        error.status = 400
        raise error from None
    if file["purpose"] != "dispute_evidence":
        raise StripeError(f"The file {identity} must have the purpose dispute_evidence.", param=param)
    return file


def page_limit(dispute: JsonObject) -> int:
    """Return the page limit of the dispute's network."""
    card = (dispute.get("payment_method_details") or {}).get("card") or {}
    return MASTERCARD_PAGES if (card.get("network") or card.get("brand")) == "mastercard" else PAGES
