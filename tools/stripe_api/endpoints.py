"""The webhook endpoints of an account, as Stripe lists them: those of v1, and the event destinations of v2."""

from collections.abc import Iterator, Mapping

import stripe

from disputes.errors import DisputeError
from disputes.model import Value
from tools.stripe_api.calls import StripeJson, connect, perform

PINNED = stripe.api_version
"""The version of the API that the SDK reads and writes."""
_MOST = 100  # of one page; Stripe lets an account have 16 in each mode


class ListedEndpoint(Value):
    """One endpoint. `version` is empty where events have the account's default, or are thin and have none.

    `events` are as v1 names them, also those of a thin one; `own` and `connected` say whose events come.
    """

    id: str
    url: str
    events: frozenset[str]
    version: str = ""
    thin: bool = False
    disabled: bool = False
    own: bool = True
    connected: bool = False

    def hears(self, event: str) -> bool:
        """Return whether events of this type are sent to it."""
        return "*" in self.events or event in self.events


class StripeEndpoints:
    """The webhook endpoints of one key's account, to look at."""

    def __init__(self, api_key: str, *, api_base: str | None = None, timeout: float = 20.0) -> None:
        self._http = stripe.HTTPXClient(timeout=timeout)
        client = connect(api_key, api_base=api_base, http=self._http)
        self._classic, self._destinations = client.v1.webhook_endpoints, client.v2.core.event_destinations

    async def aclose(self) -> None:
        """Close the connections."""
        await self._http.close_async()  # type: ignore[no-untyped-call]  # the SDK leaves it untyped

    async def all(self) -> tuple[ListedEndpoint, ...]:
        """Return each endpoint once. Raises `Refused` where the key may not list them, and `TryAgain`.

        Where only v2 may not be read, thin ones are left out.
        """
        found = {each.id: each for each in _classic(await perform(self._classic.list_async({"limit": _MOST})))}
        try:
            raw = await perform(self._destinations.list_async({"limit": _MOST, "include": ["webhook_endpoint.url"]}))
        except DisputeError:
            return tuple(found.values())
        # v2 tells of the same endpoint whose events it carries and how, so it wins.
        return tuple({**found, **{each.id: each for each in _destinations(raw)}}.values())


def _classic(listed: StripeJson) -> Iterator[ListedEndpoint]:
    for raw in _data(listed):
        connected = raw.get("application") is not None
        yield ListedEndpoint(
            id=str(raw.get("id")),
            url=str(raw.get("url")),
            events=frozenset(map(str, raw.get("enabled_events") or ())),
            version=raw.get("api_version") or "",
            disabled=raw.get("status") == "disabled",
            own=not connected,
            connected=connected,
        )


def _destinations(listed: StripeJson) -> Iterator[ListedEndpoint]:
    for raw in _data(listed):
        endpoint = raw.get("webhook_endpoint")
        sources = raw.get("events_from") or ["@self"]
        if isinstance(endpoint, Mapping) and endpoint.get("url"):
            yield ListedEndpoint(
                id=str(raw.get("id")),
                url=str(endpoint["url"]),
                events=frozenset(str(name).removeprefix("v1.") for name in raw.get("enabled_events") or ()),
                version=raw.get("snapshot_api_version") or "",
                thin=raw.get("event_payload") == "thin",
                disabled=raw.get("status") == "disabled",
                own="@self" in sources,
                connected="@accounts" in sources,
            )


def _data(listed: StripeJson) -> Iterator[StripeJson]:
    data = listed.get("data")
    yield from (raw for raw in data if isinstance(raw, dict)) if isinstance(data, list) else ()
