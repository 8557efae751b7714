"""Credentials that are plainly of another kind than the setting they stand in, told apart by their form. Pure."""

import base64
import binascii
import re

_KINDS = (
    ("sk_", "a secret API key"),
    ("rk_", "a restricted API key"),
    ("pk_", "a publishable key, which a browser uses"),
    ("whsec_", "a webhook secret"),
    ("acct_", "an account's id"),
    ("we_", "a webhook endpoint's id"),
    ("http", "a URL"),
)
_SAMPLE = re.compile(
    r"\.\.\.|\u2026|[<>]|^(?:whsec|[sr]k_(?:test|live))_(?:x{3,}|\*+|your\w*|changeme|secret|key)?$", re.IGNORECASE
)
_KEY = re.compile(r"(sk|rk)_(test|live)_\w+")
_SHORTEST, _LONGEST = 24, 64  # bytes
_WEBHOOK = re.compile(r"whsec_[A-Za-z0-9+/=_-]{1,500}")


def check_plain(value: str) -> None:
    """Raise `ValueError` for a value that still wears the quotes or the spaces of the file it was copied from."""
    if value != value.strip():
        raise ValueError("it begins or ends with a space or a line break; remove that")
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'`":
        raise ValueError("it stands in quotes, which are part of the value here; remove them")


def check_stripe_key(value: str) -> None:
    """Raise `ValueError` for what is no secret or restricted key of Stripe (https://docs.stripe.com/keys)."""
    _check(value, _KEY, "a secret or restricted key: sk_test_..., sk_live_..., rk_...", ("sk_", "rk_"))


def check_webhook_secret(value: str) -> None:
    """Raise `ValueError` for what is no signing secret of a webhook endpoint (https://docs.stripe.com/webhooks)."""
    _check(value, _WEBHOOK, "the signing secret of the endpoint: whsec_...", ("whsec_",))


def check_signing_secret(value: str) -> None:
    """Raise `ValueError` for what is no secret to sign handoffs with (Standard Webhooks: 24 to 64 bytes in base64)."""
    try:
        key = base64.b64decode(value.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not value.startswith("whsec_") or not _SHORTEST <= len(key) <= _LONGEST:
        raise ValueError(f"each secret is whsec_ and then {_SHORTEST} to {_LONGEST} random bytes in base64")


def check_redis_url(value: str) -> None:
    """Raise `ValueError` for the URL of a Sentinel or of several servers: Rebut calls one Redis, at one address."""
    scheme, _, rest = value.partition("://")
    if "sentinel" in scheme.lower():
        raise ValueError(
            "it names a Sentinel, which Rebut does not ask for the primary; put an address that always leads to the "
            "primary there"
        )
    if "," in rest.rpartition("@")[2].partition("/")[0] and scheme != "unix":
        raise ValueError("it names several servers, as for a Sentinel or a Cluster; Rebut works on a single Redis")


def _check(value: str, form: re.Pattern[str], right: str, own: tuple[str, ...]) -> None:
    check_plain(value)
    if _SAMPLE.search(value):
        raise ValueError(f"it is a placeholder, and has to be {right}")
    if form.fullmatch(value):
        return
    kind = next((name for start, name in _KINDS if value.startswith(start) and start not in own), "")
    raise ValueError(f"it is {kind}, and has to be {right}" if kind else f"it must be {right}")
