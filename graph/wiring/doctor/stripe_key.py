"""What doctor says of the Stripe key: the mode it is of, and whether Stripe takes it."""

from disputes.errors import DisputeError, Invalid, Refused
from graph.wiring import settings
from graph.wiring.doctor import endpoints
from graph.wiring.doctor.finding import DoctorFinding
from graph.wiring.settings import Settings
from tools.stripe_api.gateway import StripeGateway


async def look(chosen: Settings, *, patience: float) -> list[DoctorFinding]:
    """Ask Stripe with the key, then for the webhook endpoints where the key is taken."""
    try:
        settings.require_stripe(chosen)
    except Invalid as missing:
        return [DoctorFinding(title="Stripe", text=str(missing), fine=False)]
    found = await _key(chosen)
    return [found, *(await endpoints.look(chosen, patience=patience) if found.fine else ())]


async def _key(chosen: Settings) -> DoctorFinding:
    key = chosen.stripe_key.get_secret_value() if chosen.stripe_key else ""
    gateway = StripeGateway(key, api_base=chosen.stripe_base)
    mode = "live" if gateway.livemode else "test"
    try:
        await gateway.dispute("du_rebut_doctor_asks")
    except Refused as refused:
        known = "No such dispute" in str(refused)
        state = "reachable" if known else f"the key is refused: {refused}"
        return DoctorFinding(title="Stripe", text=f"{mode} mode, {state}.", fine=known)
    except DisputeError as failed:
        return DoctorFinding(title="Stripe", text=f"{mode} mode, not reachable: {failed}", fine=False)
    finally:
        await gateway.aclose()
    return DoctorFinding(title="Stripe", text=f"{mode} mode, reachable.")
