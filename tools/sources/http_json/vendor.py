"""The format of a vendor's TOML file, described for people in `tools/sources/vendors/README.md`."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from pydantic import Field, JsonValue, model_validator

from disputes import toml_file
from disputes.errors import Invalid
from disputes.evidence import kinds
from disputes.model import Strict
from tools.sources.http_json import template
from tools.sources.http_json.request import Expression, Kind, VendorRequest
from tools.sources.options import Offer

VENDORS = Path(__file__).parent.parent / "vendors"
_MERGED = frozenset(("json", "variables", "query", "owner"))  # tables of a request that one like it says in part


class BasicAuth(Strict):
    """User and password of HTTP basic authentication."""

    user: str
    password: str = ""


class VendorLogin(Strict):
    """How a token is fetched with the merchant's credentials; `token` is its path in the answer.

    `option` is the option of a merchant who has a token already: where it is set, nobody logs in.
    """

    url: str
    form: dict[str, str] = Field(default_factory=dict)
    json_body: JsonValue = Field(default=None, alias="json")
    basic: BasicAuth | None = None
    token: Expression
    option: str = ""

    @property
    def options(self) -> set[str]:
        """The names of the options that it takes to log in."""
        basic = (self.basic.user, self.basic.password) if self.basic else ()
        return template.find_names((self.form, self.json_body, basic))


class Vendor(Offer):
    """One vendor: its names and options, and its requests.

    `api` is the version of its interface that is spoken, `reviewed` when the documentation was read, and `checked` when
    the file was last held against an answer of the real system; None for never. `nothing` lists values that say
    nothing, by kind.
    """

    api: str = Field(min_length=1)
    reviewed: date
    checked: date | None = None
    keys: tuple[Kind, ...] = Field(min_length=1)
    base: str
    headers: dict[str, str] = Field(default_factory=dict)
    basic: BasicAuth | None = None
    login: VendorLogin | None = None
    nothing: dict[Kind, tuple[str, ...]] = Field(default_factory=dict)
    requests: tuple[VendorRequest, ...] = Field(alias="request", min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _inherit(cls, raw: Any) -> Any:  # noqa: ANN401 - what stands in the file, of whatever shape
        """Fill each request that is `like` an earlier one with what it does not say itself."""
        requests = raw.get("request") if isinstance(raw, dict) else None
        if not isinstance(requests, list) or not all(isinstance(request, dict) for request in requests):
            return raw
        whole: dict[object, dict[str, Any]] = {}
        for request in requests:
            own = {name: value for name, value in request.items() if name != "like"}
            whole[request.get("name")] = _merge(whole.get(request.get("like"), {}), own)
        unknown = [r["like"] for r in requests if "like" in r and r["like"] not in whole]
        if unknown:
            raise ValueError(f"a request is like {unknown[0]}, which is none")
        return {**raw, "request": list(whole.values())} if len(whole) == len(requests) else raw

    @model_validator(mode="after")
    def _check(self) -> "Vendor":
        for problem in (*self._unknown_names(), *self._unsafe_addresses(), *self._unknown_token()):
            raise ValueError(problem)
        return self

    def accept(self, settings: Mapping[str, str]) -> dict[str, str] | None:
        """Return every option's value, or None without any setting: the source is off.

        Raises `Invalid` with one sentence that names the setting and shows no value.
        """
        options = super().accept(settings)
        if options and self.login and self.login.option and not options[self.login.option]:
            absent = [name for name in self.options if name in self.login.options and not options[name]]
            if absent:
                both = " and ".join(self.setting(name) for name in self.options if name in self.login.options)
                token = self.setting(self.login.option)
                raise Invalid(f"{self.setting(absent[0])} is not set: {self.title} needs {both}, or {token}.")
        return options

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of fact this vendor may add, in the order of the file."""
        kinds_of_requests = (k for r in self.requests for k in r.kinds)
        return tuple(dict.fromkeys(kinds_of_requests))

    def _unknown_names(self) -> Iterator[str]:
        """Yield a problem for each name in a template, need or alternative that nothing before it gives."""
        given = set(kinds.KINDS)
        earlier: set[str] = set()
        for request in self.requests:
            yield from (f"{request.name} needs {n}, which nothing gives" for n in request.needs if n not in given)
            names = template.find_names((request.path, request.query, request.json_body))
            known = {*request.needs, *self.options}
            yield from (f"{request.name} names {{{n}}} without needing it" for n in names - known)
            strange = [name for name in request.instead_of if name not in earlier]
            yield from (f"{request.name} stands in for {name}, which is no earlier request" for name in strange)
            given |= set(request.keys)
            earlier.add(request.name)

    def _unsafe_addresses(self) -> Iterator[str]:
        """Yield a problem for each way in which an option could lead a request with its token to another host."""
        yield from (
            f"the option {n} in base has no pattern" for n in template.find_names(self.base) if not self._has_pattern(n)
        )
        if not self.base.startswith("https://") and not re.match(r"\{\w+\}", self.base):
            yield "base does not begin with https:// or with an option that does"
        if self.login and template.find_names(self.login.url) - {n for n in self.options if self._has_pattern(n)}:
            yield "the login's url names an option without a pattern"

    def _unknown_token(self) -> Iterator[str]:
        if self.login and self.login.option and self.login.option not in self.options:
            yield f"the login's option {self.login.option} is no option"

    def _has_pattern(self, name: str) -> bool:
        return name in self.options and bool(self.options[name].pattern)


def _merge(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Return a table with another's values over its own, table by table."""
    merged = dict(base)
    for name, value in own.items():
        both = isinstance(value, dict) and isinstance(merged.get(name), dict) and name in _MERGED
        merged[name] = _merge(merged[name], value) if both else value
    return merged


def load(folder: Path = VENDORS) -> dict[str, Vendor]:
    """Read every vendor's file. Raises `Invalid` with one sentence that names the file and the place."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}


def read(path: Path) -> Vendor:
    """Read one vendor's file. Raises `Invalid` with one sentence that names the file and the place."""
    vendor = toml_file.load(path, Vendor, f"The vendor {path.name}")
    if vendor.name != path.stem:
        raise Invalid(f"The vendor {path.name} calls itself {vendor.name}.")
    return vendor
