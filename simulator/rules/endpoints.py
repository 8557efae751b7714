"""Webhook endpoints that are made through the API; events are still delivered to the simulator's own one alone."""

import re
import secrets
import string
from urllib.parse import urlsplit

from simulator.errors import StripeError, invalid_parameter
from simulator.http.parameters import (
    BooleanParameter,
    HashParameter,
    JsonObject,
    ListParameter,
    MetadataParameter,
    TextParameter,
)
from simulator.session import Session
from simulator.state import Caller

CREATE_PARAMETERS = HashParameter(
    {
        "api_version": TextParameter(),
        "connect": BooleanParameter(),
        "description": TextParameter(),
        "enabled_events": ListParameter(TextParameter()),
        "expand": ListParameter(TextParameter()),
        "metadata": MetadataParameter(),
        "url": TextParameter(),
    },
    ("enabled_events", "url"),
)
MOST = 16
"""How many endpoints an account may have in each mode (docs.stripe.com/webhooks)."""
_EVENT = re.compile(r"\*|[a-z0-9_]+(\.[a-z0-9_]+)+")
_LOCAL = re.compile(r"localhost|127\.[\d.]+|::1|0\.0\.0\.0")
_ALPHABET = string.ascii_letters + string.digits


def create(session: Session, params: JsonObject, caller: Caller) -> JsonObject:
    """Make a webhook endpoint and return it with its signing secret, which no later answer holds."""
    _check_url(params["url"], caller)
    _check_events(params["enabled_events"])
    if len(session.store.list_objects("webhook_endpoint", caller)) >= MOST:
        mode = "live" if caller.livemode else "test"
        raise StripeError(f"You have reached the maximum of {MOST} {mode} webhook endpoints.")
    endpoint = session.store.put(_endpoint(session, params, caller))
    return {**endpoint, "secret": "whsec_" + "".join(secrets.choice(_ALPHABET) for _ in range(32))}


def _check_url(url: str, caller: Caller) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise invalid_parameter(
            "Invalid URL: An explicit scheme (such as https) must be provided.", "url", "url_invalid"
        )
    if _LOCAL.fullmatch(parts.hostname):
        raise invalid_parameter("Invalid URL: URL must be publicly accessible.", "url", "url_invalid")
    if caller.livemode and parts.scheme != "https":
        raise invalid_parameter("Invalid URL: Live webhook endpoints must be HTTPS.", "url", "url_invalid")


def _check_events(names: list[str]) -> None:
    if not names:
        raise invalid_parameter("Invalid array", "enabled_events")
    for index, name in enumerate(names):
        if not _EVENT.fullmatch(name):
            raise invalid_parameter(f"Invalid enabled_events[{index}]: {name} is no event type.", "enabled_events")


def _endpoint(session: Session, params: JsonObject, caller: Caller) -> JsonObject:
    owned = {"_account": caller.account} if caller.account else {}
    return owned | {
        "id": session.store.new_id("we"),
        "object": "webhook_endpoint",
        "api_version": params.get("api_version"),
        "application": "ca_simulated" if params.get("connect") else None,
        "created": session.store.seconds(),
        "description": params.get("description"),
        "enabled_events": params["enabled_events"],
        "livemode": caller.livemode,
        "metadata": params.get("metadata", {}),
        "status": "enabled",
        "url": params["url"],
    }
