"""What `rebut init` tries before it writes it down: a Stripe key, a webhook endpoint, a shop's token."""

from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import SecretStr

from disputes.dispute import Dispute
from disputes.errors import DisputeError, NotFound, Refused
from disputes.evidence import Evidence, Fact, build_fact, kinds
from disputes.model import Value
from tools.sources import catalog
from tools.sources.http_json.source import HttpJsonSource
from tools.sources.http_json.vendor import Vendor
from tools.sources.options import Offer
from tools.stripe_api.endpoint_creation import EVENTS, EndpointCreation, NewEndpoint
from tools.stripe_api.endpoints import StripeEndpoints
from tools.stripe_api.gateway import StripeGateway

PATIENCE = 5.0  # seconds
UNKNOWN = "990000000001"  # digits, as some shops look for no order under anything else

_NO_DISPUTE = Dispute(
    id="du_rebut_init_asks",
    status="needs_response",
    reason="general",
    amount=0,
    currency="usd",
    created=datetime.fromtimestamp(0, UTC),
)

__all__ = ["EVENTS", "NewEndpoint", "Offer", "Trial", "create_endpoint", "find_offers", "try_key", "try_source"]


class Trial(Value):
    """What a try came to, as a sentence that shows no secret; `sure` is False where a wrong value is not the cause."""

    works: bool
    text: str
    sure: bool = True


def find_offers() -> dict[str, Offer]:
    """Return every source that can be switched on, by its name. Raises `Invalid` when a vendor's file is wrong."""
    return catalog.offers()


async def try_key(key: SecretStr, *, base: str | None = None) -> Trial:
    """Ask Stripe for a dispute that does not exist; live or test mode is said whatever comes of it."""
    gateway = StripeGateway(key.get_secret_value(), api_base=base, timeout=PATIENCE)
    mode = f"it is of {'LIVE mode: real disputes, real money' if gateway.livemode else 'test mode'}."
    try:
        await gateway.dispute("du_rebut_init_asks")
    except NotFound:
        return Trial(works=True, text=f"Stripe takes the key; {mode}")
    except Refused as refused:
        return Trial(works=False, text=f"Stripe does not take the key to read disputes. {refused}")
    except DisputeError as failed:
        return Trial(works=False, text=f"Stripe could not be asked. {failed}", sure=False)
    finally:
        await gateway.aclose()
    return Trial(works=True, text=f"Stripe takes the key; {mode}")


async def create_endpoint(key: SecretStr, url: str, *, base: str | None = None) -> NewEndpoint | None:
    """Make a webhook endpoint with all the events that Rebut is told of; None where Stripe has one for this URL.

    Raises `Refused` when the key may not, and `TryAgain`.
    """
    creation = EndpointCreation(key.get_secret_value(), api_base=base)
    listing = StripeEndpoints(key.get_secret_value(), api_base=base)
    try:
        # A second one would have everything told twice.
        there = any(each.url == url and not each.disabled for each in await listing.all())
        return None if there else await creation.create(url)
    finally:
        await listing.aclose()
        await creation.aclose()


async def try_source(offer: Offer, given: Mapping[str, str], *, base: str = "") -> Trial:
    """Try a source with its options: its own check, and where the vendor can be asked, a question with no answer.

    `base` replaces the vendor's address, for a test's server.
    """
    try:
        options = offer.accept(given) or {}
        if isinstance(offer, Vendor):
            return await _ask(offer, options, base=base)
        state = await catalog.check(offer, options, seconds=PATIENCE)
    except DisputeError as wrong:
        return Trial(works=False, text=str(wrong))
    return Trial(works=True, text=f"{offer.title} is on, {state}.")


async def _ask(vendor: Vendor, options: Mapping[str, str], *, base: str) -> Trial:
    """Ask a vendor for a record that it does not have: to say so, it has to take the token."""
    source = HttpJsonSource(vendor, options, now=_now, seconds=PATIENCE, base=base)
    try:
        found = await source.gather(_NO_DISPUTE, Evidence(facts=tuple(map(_unknown, _asked_by(vendor)))))
    finally:
        await source.aclose()
    troubles = [gap.why for gap in found.gaps if not _is_absence(gap.why, vendor.title)]
    if not troubles:
        return Trial(works=True, text=f"{vendor.title} takes what it was given, and answers.")
    refused = "set SOURCES__" in troubles[0]
    return Trial(works=False, text=troubles[0], sure=refused)


def _asked_by(vendor: Vendor) -> tuple[str, ...]:
    """Return the kinds by which a vendor is asked, with all that its first request needs."""
    needed = (need for need in vendor.requests[0].needs if need in kinds.KINDS)
    return tuple(dict.fromkeys((*vendor.keys, *needed)))


def _is_absence(why: str, title: str) -> bool:
    return why.startswith((f"{title} has no ", f"{title} has records ", f"{title} was not asked: it needs "))


def _unknown(kind: str) -> Fact:
    """Return a fact of this kind about which no vendor has a record."""
    value = f"rebut-{UNKNOWN}@example.com" if "email" in kind else UNKNOWN
    return build_fact(kind, value, "init")


def _now() -> datetime:
    return datetime.now(UTC)
