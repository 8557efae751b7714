from math import ceil

from simulator.errors import StripeError, missing
from simulator.fields import FILES, LONG_TEXT, SHORT_TEXT
from simulator.http.parameters import Thing
from simulator.state import Caller, Store

CHARACTERS = 150_000
BYTES = 4_750_000
PAGES = 49
MASTERCARD_PAGES = 19
CHARACTERS_PER_PAGE = 3_500


def check(world: Store, dispute: Thing, evidence: Thing, caller: Caller) -> None:
    """Refuse evidence over a limit of Stripe; called on every update, staged or submitted.

    The byte limit is measured (4.75 MB, the same file counted twice in two fields); the page estimate is ours, one page
    per 3,500 characters and per picture, because Stripe does not publish its formula.
    """
    length = characters(evidence)
    if length > CHARACTERS:
        raise StripeError(
            f"The combined character count of all evidence fields is {length}; the limit is {CHARACTERS}.",
            param="evidence",
        )
    used = uploads(world, evidence, caller)
    if sum(file["size"] for file in used) > BYTES:
        raise StripeError("The combined size of all evidence files must be less than 5 MB.", param="evidence")
    pages, most = ceil(length / CHARACTERS_PER_PAGE) + sum(file.get("_pages", 1) for file in used), allowed(dispute)
    if pages > most:
        raise too_long(f"The evidence is estimated at {pages} pages; this dispute allows {most}.")


def too_long(message: str = "The evidence is estimated at more pages than this dispute allows.") -> StripeError:
    """Give the refusal of evidence that would be compiled into too many pages (API 2026-09-30.endive)."""
    return StripeError(message, code="dispute_evidence_page_limit_exceeded", param="evidence")


def characters(evidence: Thing) -> int:
    """Count the characters of all evidence text."""
    texts = [evidence.get(name) for name in (*LONG_TEXT, *SHORT_TEXT)]
    texts.append(((evidence.get("appeal") or {}).get("card") or {}).get("reason_for_filing"))
    return sum(len(text) for text in texts if isinstance(text, str))


def uploads(world: Store, evidence: Thing, caller: Caller) -> list[Thing]:
    """Give the files the evidence names, one per use; refuses what is no evidence file of this account."""
    named = [(f"evidence[{name}]", evidence[name]) for name in FILES if evidence.get(name)]
    appeal = ((evidence.get("appeal") or {}).get("card") or {}).get("supporting_files") or []
    named += [("evidence[appeal][card][supporting_files]", identity) for identity in appeal]
    return [upload(world, identity, param, caller) for param, identity in named]


def upload(world: Store, identity: str, param: str, caller: Caller) -> Thing:
    """Give one evidence file, or refuse the parameter that names it."""
    try:
        file = world.get("file", identity, caller, noun="file upload", param=param)
    except StripeError:
        refusal = missing("file upload", identity, param)
        refusal.status = 400
        raise refusal from None
    if file["purpose"] != "dispute_evidence":
        raise StripeError(f"The file {identity} must have the purpose dispute_evidence.", param=param)
    return file


def allowed(dispute: Thing) -> int:
    """Give the page limit of the dispute's network."""
    card = (dispute.get("payment_method_details") or {}).get("card") or {}
    return MASTERCARD_PAGES if (card.get("network") or card.get("brand")) == "mastercard" else PAGES
