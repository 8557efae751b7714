"""Who is LangGraph Studio's page in a browser on this machine, which cannot send a token (`REBUT_STUDIO_OPEN`)."""

import ipaddress
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope

ORIGIN = "https://smith.langchain.com"
HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
FORWARDED = frozenset({"forwarded", "via", "x-real-ip", "cf-connecting-ip", "true-client-ip"})


def is_studio(scope: Scope) -> bool:
    """Return whether a request without a token of Rebut's comes from this machine, from no page but Studio's.

    What a proxy forwarded is refused whoever it is for, since uvicorn may take the peer's address from such headers.
    `Host` must be this machine's own name, so that a page whose name was bound anew to 127.0.0.1 is refused too.
    """
    headers = Headers(scope=scope)
    return _has_no_token(headers) and _is_from_here(scope, headers) and _is_from_studio(headers)


def _has_no_token(headers: Headers) -> bool:
    # Studio may send what LangSmith knows it by; any other token must be a right one.
    return "authorization" not in headers or headers.get("x-auth-scheme") == "langsmith"


def _is_from_here(scope: Scope, headers: Headers) -> bool:
    forwarded = any(name in FORWARDED or name.startswith("x-forwarded-") for name in headers)
    hosts = headers.getlist("host")
    named = len(hosts) == 1 and _host(hosts[0]) in HOSTS
    return named and not forwarded and _is_loopback(scope.get("client"))


def _is_from_studio(headers: Headers) -> bool:
    origins = headers.getlist("origin")
    if not origins:
        # A page may ask for an image without an Origin, and cannot hide that it is another page.
        return headers.get("sec-fetch-site", "none") == "none"
    return origins == [ORIGIN]


def _host(header: str) -> str | None:
    try:
        return urlsplit(f"//{header}").hostname
    except ValueError:
        return None


def _is_loopback(client: tuple[str, int] | None) -> bool:
    try:
        address = ipaddress.ip_address(client[0] if client else "")
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback
