"""The headers of a call, and the token of a login."""

import base64
from collections.abc import Iterator, Mapping

from tools.sources.http_json import template
from tools.sources.http_json.answer import search
from tools.sources.http_json.call import VendorCall
from tools.sources.http_json.client import VendorClient, VendorTrouble
from tools.sources.http_json.vendor import BasicAuth, Vendor, VendorLogin


def headers(vendor: Vendor, options: Mapping[str, str], token: str) -> dict[str, str]:
    """Return the headers of every call; `token` is what a login gave."""
    filled = {name: template.fill_options(text, {**options, "login": token}) for name, text in vendor.headers.items()}
    return filled | ({"Authorization": _basic(vendor.basic, options)} if vendor.basic else {})


async def token(
    login: VendorLogin, options: Mapping[str, str], client: VendorClient, *, url: str = ""
) -> str | VendorTrouble:
    """Return the merchant's token, or one fetched with the credentials, from `url` when given; or why there is none."""
    if login.option and options[login.option]:
        return options[login.option]
    form = {name: template.fill_options(text, options) for name, text in login.form.items()}
    body = template.fill_json(login.json_body, options)
    call = VendorCall("POST", url or template.fill_options(login.url, options), json=body, form=form)
    answer = await client.ask(call, {"Authorization": _basic(login.basic, options)} if login.basic else {})
    if isinstance(answer, VendorTrouble):
        return answer
    value = search(login.token, answer.body)
    usable = isinstance(value, str) and value and value.isascii() and value.isprintable()
    return str(value) if usable else VendorTrouble("gave no token for the credentials")


def secrets(vendor: Vendor, options: Mapping[str, str]) -> Iterator[str]:
    """Yield every form in which a vendor could repeat a secret that it was sent."""
    yield from (value for name, value in options.items() if vendor.options[name].secret)
    for pair in (vendor.basic, vendor.login.basic if vendor.login else None):
        if pair:
            yield _basic(pair, options).removeprefix("Basic ")


def _basic(pair: BasicAuth, options: Mapping[str, str]) -> str:
    text = f"{template.fill_options(pair.user, options)}:{template.fill_options(pair.password, options)}"
    return "Basic " + base64.b64encode(text.encode()).decode()
