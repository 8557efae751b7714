"""How a merchant's options become the headers of a call."""

import base64
from collections.abc import Iterator, Mapping

from tools.sources.http_json import template
from tools.sources.http_json.answer import look
from tools.sources.http_json.call import VendorCall
from tools.sources.http_json.client import VendorClient, VendorTrouble
from tools.sources.http_json.vendor import Login, Pair, Vendor


def headers(vendor: Vendor, options: Mapping[str, str], token: str) -> dict[str, str]:
    """Give the headers of every call; `token` is what a login gave."""
    filled = {name: template.plain(told, {**options, "login": token}) for name, told in vendor.headers.items()}
    return filled | ({"Authorization": _basic(vendor.basic, options)} if vendor.basic else {})


async def token(login: Login, options: Mapping[str, str], desk: VendorClient, *, url: str = "") -> str | VendorTrouble:
    """Fetch a token with the merchant's credentials, from `url` when one is given."""
    form = {name: template.plain(told, options) for name, told in login.form.items()}
    call = VendorCall("POST", url or template.plain(login.url, options), form=form)
    answer = await desk.ask(call, {"Authorization": _basic(login.basic, options)} if login.basic else {})
    if isinstance(answer, VendorTrouble):
        return answer
    found = look(login.token, answer.body)
    usable = isinstance(found, str) and found and found.isascii() and found.isprintable()
    return str(found) if usable else VendorTrouble("gave no token for the credentials")


def secrets(vendor: Vendor, options: Mapping[str, str]) -> Iterator[str]:
    """Give every form in which a vendor could repeat a secret that it was sent."""
    yield from (value for name, value in options.items() if vendor.options[name].secret)
    for pair in (vendor.basic, vendor.login.basic if vendor.login else None):
        if pair:
            yield _basic(pair, options).removeprefix("Basic ")


def _basic(pair: Pair, options: Mapping[str, str]) -> str:
    told = f"{template.plain(pair.user, options)}:{template.plain(pair.password, options)}"
    return "Basic " + base64.b64encode(told.encode()).decode()
