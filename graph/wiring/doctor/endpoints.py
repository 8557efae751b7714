"""What doctor says of the webhook endpoints that Stripe has for this account."""

from collections.abc import Iterator, Sequence

from disputes.errors import DisputeError, Refused
from graph.wiring import settings
from graph.wiring.doctor.finding import DoctorFinding
from graph.wiring.settings import Settings
from tools.stripe_api.endpoint_creation import EVENTS
from tools.stripe_api.endpoints import PINNED, ListedEndpoint, StripeEndpoints

TITLE = "Webhook endpoint"
PATH = "/webhooks/stripe"
_DISPUTE = "charge.dispute."
_ADD = "add one there or with `rebut init`"


async def look(chosen: Settings, *, patience: float) -> list[DoctorFinding]:
    """Read the endpoints of the account. A key that may not, or a Stripe that is away, is a remark."""
    key = chosen.stripe_key.get_secret_value() if chosen.stripe_key else ""
    endpoints = StripeEndpoints(key, api_base=chosen.stripe_base, timeout=patience)
    try:
        listed = await endpoints.all()
    except Refused:
        text = "the key may not read webhook endpoints, so nobody looked: give it read on Webhook Endpoints, or look"
        return [_note(f"{text} at them in Stripe's dashboard.")]
    except DisputeError as failed:
        return [_note(f"not looked at, since Stripe could not be asked: {failed}")]
    finally:
        await endpoints.aclose()
    return list(judge(listed, live=settings.is_live(chosen.stripe_key)))


def judge(listed: Sequence[ListedEndpoint], *, live: bool) -> Iterator[DoctorFinding]:
    """Say of each endpoint that leads to Rebut how it is; without any, what that means."""
    ours = [each for each in listed if each.url.partition("?")[0].rstrip("/").endswith(PATH)]
    if not ours:
        yield _none(live=live)
        return
    for each in ours:
        yield _describe(each)
    working = [each for each in ours if not each.disabled]
    yield from _missing(working)
    if working and not any(each.connected for each in working):
        yield DoctorFinding(title=TITLE, text="none for connected accounts; right unless you have a platform.")


def _none(*, live: bool) -> DoctorFinding:
    if live:
        text = f"Stripe has none whose URL ends in {PATH}: disputes are found late, by the sync alone; {_ADD}."
        return DoctorFinding(title=TITLE, text=text, fine=False)
    return _note(f"Stripe has none whose URL ends in {PATH}: right with `stripe listen`, otherwise {_ADD}.")


def _describe(endpoint: ListedEndpoint) -> DoctorFinding:
    if endpoint.disabled:
        text = f"{endpoint.url} is disabled, so Stripe sends nothing: enable it in Stripe's dashboard."
        return DoctorFinding(title=TITLE, text=text, fine=False)
    whose = " and ".join(
        words for words, there in (("this account", endpoint.own), ("connected accounts", endpoint.connected)) if there
    )
    version = _version(endpoint)
    other = bool(endpoint.version) and endpoint.version != PINNED
    return DoctorFinding(title=TITLE, text=f"{endpoint.url} gets events of {whose}; {version}.", remark=other)


def _version(endpoint: ListedEndpoint) -> str:
    if endpoint.thin:
        return f"thin payloads, which have no version; disputes are read in {PINNED}"
    if endpoint.version == PINNED:
        return f"snapshots in {PINNED}, as disputes are read"
    given = endpoint.version or "the account's default version"
    return f"snapshots in {given}, while disputes are read in {PINNED}; both are taken, and newer fields may be missing"


def _missing(working: Sequence[ListedEndpoint]) -> Iterator[DoctorFinding]:
    """Name the events that no endpoint of the own account gets, where one is there at all."""
    own = [each for each in working if each.own]
    lacking = [event for event in EVENTS if own and not any(each.hears(event) for each in own)]
    if disputes := [event for event in lacking if event.startswith(_DISPUTE)]:
        text = (
            f"Stripe does not send {', '.join(disputes)}: those disputes are found late. Enable them on the endpoint."
        )
        yield DoctorFinding(title=TITLE, text=text, fine=False)
    if others := [event for event in lacking if not event.startswith(_DISPUTE)]:
        text = f"Stripe does not send {', '.join(others)}, which may end or foretell a dispute; enable them too."
        yield _note(text)


def _note(text: str) -> DoctorFinding:
    return DoctorFinding(title=TITLE, text=text, remark=True)
