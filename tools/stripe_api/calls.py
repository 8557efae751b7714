"""One call to Stripe: its options, its answer as plain data, its errors as ours."""

from collections.abc import Awaitable
from typing import Any

import stripe

from disputes import text
from disputes.errors import DisputeError, NotFound, Refused, SpentKey, TooLong, TryAgain

StripeJson = dict[str, Any]

_TEMPORARY = frozenset((408, 409, 425, 429))
_REFUSALS: dict[str, type[Refused]] = {
    "dispute_evidence_page_limit_exceeded": TooLong,
    "resource_missing": NotFound,
    "account_invalid": NotFound,
}


def connect(api_key: str, *, api_base: str | None, http: stripe.HTTPXClient) -> stripe.StripeClient:
    """Return the SDK's client for one key; `api_base` is another host for API and file calls, such as the simulator."""
    # The SDK would otherwise write a telemetry id into the user's configuration folder.
    stripe.enable_telemetry = False
    # One retry is safe: the SDK repeats a POST with the idempotency key it had.
    return stripe.StripeClient(
        api_key,
        http_client=http,
        base_addresses={"api": api_base, "files": api_base} if api_base else {},
        max_network_retries=1,
    )


def request_options(account: str | None, key: str | None = None) -> stripe.RequestOptions:
    """Return the options with the connected account and the idempotency key, where there are any."""
    options: stripe.RequestOptions = {}
    if account:
        options["stripe_account"] = account
    if key:
        options["idempotency_key"] = key
    return options


async def perform(call: Awaitable[stripe.StripeObject]) -> StripeJson:
    """Await a call and return plain data. Raises `TryAgain` when it may pass or is unknown, else `Refused`."""
    try:
        return (await call).to_dict(for_json=True)
    except stripe.StripeError as error:
        raise translate(error) from error
    except ValueError as error:
        raise Refused(f"The request to Stripe cannot be written: {type(error).__name__}.") from error


def translate(error: stripe.StripeError) -> DisputeError:
    """Return our error for Stripe's (reference 2.4, 2.5): 409, 429, 5xx and no answer may pass, other 4xx do not.

    A 5xx in Stripe's own form is stored there and repeated for the same idempotency key, so that key is spent.
    """
    status, body = error.http_status, _error_body(error)
    details = [f"{name} {text.line(body[name])}" for name in ("code", "param") if isinstance(body.get(name), str)]
    message = text.line(error.user_message or type(error).__name__).rstrip(".")
    sentence = f"{message} ({', '.join(details)})." if details else f"{message}."
    if isinstance(error, stripe.RateLimitError) or status is None or not _is_final(status):
        failed = status is not None and status >= _SERVER_ERROR and bool(body)
        return (SpentKey if failed else TryAgain)(f"Stripe did not take the call: {sentence}")
    kind = _REFUSALS.get(str(body.get("code")), Refused)
    return kind(f"Stripe refused: {sentence}")


_SERVER_ERROR = 500


def _is_final(status: int) -> bool:
    return 400 <= status < 500 and status not in _TEMPORARY  # noqa: PLR2004 - HTTP's own classes


def _error_body(error: stripe.StripeError) -> StripeJson:
    body = error.json_body
    details = body.get("error") if isinstance(body, dict) else None
    return details if isinstance(details, dict) else {}
