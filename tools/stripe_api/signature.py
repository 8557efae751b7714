"""The signatures of Stripe's webhooks, and why one is not good (https://docs.stripe.com/webhooks#verify-manually)."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime

import stripe

from disputes.errors import Forged

TOLERANCE = 300
"""Seconds by which a signature's time may differ from now, either way."""
MOST_REWRITTEN = 65_536  # bytes: anybody may send a body that nobody signed, so little is spent on it
_LAST_SECOND = 253_402_300_799  # of the year 9999

_ENDPOINT = (
    "Every endpoint and event destination has a secret of its own, and so has `stripe listen`: "
    "compare STRIPE_WEBHOOK_SECRET with the one shown beside this endpoint's URL, in the same mode."
)


def verify(payload: bytes, signature: str | None, *, secrets: Sequence[str], now: datetime) -> None:
    """Check that one of the secrets signed within `TOLERANCE` of `now`. Raises `Forged`, which says why, otherwise."""
    signed_at = _read_time(signature)
    if not any(_is_signed(payload, signature, secret) for secret in secrets):
        raise _unsigned(payload, secrets)
    _check_time(signed_at, now.timestamp())


def find_rewriting(payload: bytes, signature: str | None, *, secrets: Sequence[str]) -> Forged | None:
    """Return what to say of a body that a secret did sign, before somebody parsed it and wrote it anew."""
    for original in _other_writings(payload):
        if any(_is_signed(original, signature, secret) for secret in secrets):
            return Forged(
                "The body was re-serialised on its way: it verifies as other JSON text of the same values. Hand over "
                "the raw bytes; a proxy or framework in between parses and rewrites them.",
                reason="body_rewritten",
            )
    return None


def _read_time(signature: str | None) -> int:
    if not signature:
        raise Forged(
            "There is no Stripe-Signature header: this is not from Stripe, or a proxy dropped the header.",
            reason="no_header",
        )
    items = [item.partition("=") for item in signature.split(",")]
    try:
        (signed_at,) = [int(value) for name, _, value in items if name == "t"]
    except ValueError:
        signed_at = -1
    if signed_at < 0 or not any(name == "v1" and value for name, _, value in items):
        raise Forged("The Stripe-Signature header cannot be read as t=...,v1=...", reason="header_unreadable")
    return min(signed_at, _LAST_SECOND)


def _is_signed(payload: bytes, signature: str | None, secret: str) -> bool:
    try:
        # The SDK reads the machine's clock and accepts times in the future, so the time is checked here.
        return bool(stripe.WebhookSignature.verify_header(payload, signature, secret, tolerance=None))
    except (stripe.SignatureVerificationError, UnicodeError, TypeError):
        return False


def _unsigned(payload: bytes, secrets: Sequence[str]) -> Forged:
    if not any(secrets):
        return Forged("No STRIPE_WEBHOOK_SECRET is set, so nothing can be verified.", reason="no_secret")
    try:
        payload.decode("utf-8")
    except UnicodeDecodeError:
        return Forged("The body is not UTF-8, as Stripe writes it: it was changed on its way.", reason="body_changed")
    tried = "None of the secrets signed" if len(secrets) > 1 else "The secret did not sign"
    return Forged(f"{tried} this body as it arrived. {_ENDPOINT}", reason="wrong_secret")


def _check_time(signed_at: int, now: float) -> None:
    apart = round(abs(signed_at - now))
    if abs(signed_at - now) <= TOLERANCE:
        return
    if signed_at > now:
        side = f"It was signed {apart} seconds after this machine's now: this machine's clock is behind, set it"
    else:
        side = f"It was signed {apart} seconds before this machine's now: its clock is ahead, or this was sent before"
    raise Forged(f"{side} (up to {TOLERANCE} seconds are taken).", reason="time", seconds=apart)


def _other_writings(payload: bytes) -> Iterator[bytes]:
    """Yield the usual texts of the same JSON values."""
    if len(payload) > MOST_REWRITTEN:
        return
    try:
        value = json.loads(payload)
        for is_ascii in (False, True):
            for indent, separators in ((2, None), (None, (",", ":")), (None, None), (4, None)):
                yield json.dumps(value, ensure_ascii=is_ascii, indent=indent, separators=separators).encode()
    except (ValueError, RecursionError):
        return
