"""What an answer must look like, with the reason where it does not; no reason repeats the answer."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from disputes.errors import Invalid
from graph.wiring.credentials import check_stripe_key, check_webhook_secret

PATH = "/webhooks/stripe"
_LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def check_key(text: str) -> str:
    """Return a Stripe key that can read disputes. Raises `Invalid` with what it is instead."""
    if text.startswith("pk_"):
        raise Invalid("That is the publishable key, which can read nothing: take the secret or a restricted one.")
    if text.startswith("whsec_"):
        raise Invalid("That is the signing secret of a webhook, not an API key: keys begin with sk_ or rk_.")
    return _agree(text, check_stripe_key)


def check_secret(text: str) -> str:
    """Return a webhook's signing secret. Raises `Invalid` with what it is instead."""
    if re.match(r"(sk|rk|pk)_", text):
        raise Invalid("That is an API key, not the signing secret of a webhook, which begins with whsec_.")
    if text.startswith("we_"):
        raise Invalid("That is the id of the endpoint: the dashboard shows its signing secret, whsec_..., beside it.")
    return _agree(text, check_webhook_secret)


def check_url(text: str) -> str:
    """Return the address that Stripe posts to, its path filled in. Raises `Invalid`."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.scheme not in {"http", "https"} or re.search(r"\s", text):
        raise Invalid(f"That is no address: it must be such as https://rebut.example.com{PATH}.")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise Invalid("The address must have no password, no ? and no # in it.")
    if host in _LOOPBACK:
        raise Invalid(f"Stripe cannot reach {host}: leave it empty, and take the secret that `stripe listen` prints.")
    return f"{parts.scheme}://{parts.netloc}{parts.path if parts.path.strip('/') else PATH}"


def check_reviewer(text: str) -> str:
    """Return a reviewer's name as REBUT_API_TOKENS can hold it. Raises `Invalid`."""
    if not re.fullmatch(r"[^:,\s][^:,]{0,79}", text):
        raise Invalid("A name has at most 80 characters, and no colon or comma.")
    return text


def _agree(text: str, check: Callable[[str], None]) -> str:
    """Return what start-up would take too. Raises `Invalid` with its reason."""
    try:
        check(text)
    except ValueError as wrong:
        raise Invalid(f"That cannot be used: {wrong}.") from None
    return text


def is_live(key: str) -> bool:
    """Return whether a key is of live mode."""
    return "_live_" in key
