"""Which sources of evidence there are, and which of them are on."""

from disputes.model import Value
from graph.wiring.settings import Settings
from tools.sources import catalog
from tools.sources.http_json.vendor import Vendor
from tools.sources.options import Offer

STRIPE = Offer(
    name="stripe",
    title="Stripe",
    adds="the payment, the customer, other payments, refunds, checkout, subscriptions, your metadata",
    reference=("https://docs.stripe.com/api/disputes",),
)


class SourceStatus(Value):
    """One source as `rebut sources` shows it; `missing` names the settings that would switch it on."""

    name: str
    title: str
    adds: str
    on: bool
    missing: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()


def listed(settings: Settings) -> list[SourceStatus]:
    """Return every source, those that are on first. Raises `Invalid` when a vendor's file is wrong."""
    missing = () if settings.stripe_key else ("STRIPE_SECRET_KEY",)
    stripe = _listed(STRIPE, on=not missing, missing=missing)
    others = [_listed(o, on=o.name in settings.sources, missing=_settings(o)) for o in catalog.offers().values()]
    return [stripe, *sorted(others, key=lambda source: not source.on)]


def _listed(offer: Offer, *, on: bool, missing: tuple[str, ...]) -> SourceStatus:
    return SourceStatus(
        name=offer.name,
        title=offer.title,
        adds=offer.adds,
        on=on,
        missing=() if on else missing,
        reference=offer.reference,
    )


def _settings(offer: Offer) -> tuple[str, ...]:
    """Return the settings that switch a source on; of a login and a token, those of the login."""
    login = offer.login.options if isinstance(offer, Vendor) and offer.login else set()
    return tuple(offer.setting(name) for name in offer.options if name in {*offer.required, *login})
