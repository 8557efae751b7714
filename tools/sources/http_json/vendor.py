"""The format of a vendor's TOML file, described for people in `tools/sources/vendors/README.md`."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field, JsonValue, model_validator

from disputes import toml_file
from disputes.errors import Invalid
from disputes.evidence import kinds
from disputes.model import Strict
from tools.sources.http_json import template
from tools.sources.options import Offer

VENDORS = Path(__file__).parent.parent / "vendors"

_PARAMETER = re.compile(r"query\.[!-~]+|json(\.\w+)+")


def _expression(text: str) -> str:
    try:
        jmespath.compile(text)
    except JMESPathError as wrong:
        raise ValueError(f"{text!r} is not JMESPath: {str(wrong).splitlines()[0]}") from None
    return text


def _kind(text: str) -> str:
    if text not in kinds.KINDS:
        raise ValueError(f"{text} is not a kind of fact that disputes/evidence/kinds.py knows")
    return text


Expression = Annotated[str, AfterValidator(_expression)]
Kind = Annotated[str, AfterValidator(_kind)]
Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]


class AmountPaths(Strict):
    """The paths of an amount and its currency, and whether the figure counts minor or major units."""

    amount: Expression
    currency: Expression
    unit: Literal["major", "minor"]


class RepeatedFact(Strict):
    """Several facts of one kind in each record."""

    kind: Kind
    each: Expression = "@"
    value: Expression
    at: Expression | None = None
    ref: Expression | None = None


class EntityPart(Strict):
    """Parts of each record that are entities of their own, such as the parcels of an order, and their facts.

    `key` names each of them: the tracking number of a parcel.
    """

    sort: kinds.Sort
    each: Expression
    key: Expression
    facts: dict[Kind, Expression | AmountPaths]

    @model_validator(mode="after")
    def _check(self) -> "EntityPart":
        if strange := [kind for kind in self.facts if kinds.sort(kind) != self.sort]:
            raise ValueError(f"{', '.join(strange)} is no fact of a {self.sort}")
        return self


class Paging(Strict):
    """How the next page is requested, in one of four ways; `into` and `page` are parameters such as `query.page`."""

    cursor: Expression | None = None
    into: str = ""
    more: Expression | None = None
    link: bool = False
    url: Expression | None = None
    page: str = ""
    size: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _check(self) -> "Paging":
        if [bool(self.cursor), self.link, bool(self.url), bool(self.page)].count(True) != 1:
            raise ValueError("paging is one of cursor, link, url and page")
        parameter = self.into if self.cursor else self.page
        if (self.cursor or self.page) and not _PARAMETER.fullmatch(parameter):
            raise ValueError(f"{parameter!r} is not a spot such as query.page or json.variables.after")
        return self


class VendorRequest(Strict):
    """One request to a vendor, and how its answer is read."""

    name: Name
    needs: tuple[Name, ...] = Field(min_length=1)
    method: Literal["GET", "POST"] = "GET"
    path: str = Field(pattern=r"^(/\S*)?$")
    query: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    json_body: JsonValue = Field(default=None, alias="json")
    error: Expression | None = None
    each: Expression = "@"
    same: dict[Expression, Name] = Field(default_factory=dict)
    instead_of: Name | None = None
    next: Paging | None = None
    pages: int = Field(default=3, ge=1, le=10)
    absent: tuple[int, ...] = (404, 410)
    optional: bool = False
    facts: dict[Kind, Expression | AmountPaths] = Field(default_factory=dict)
    many: tuple[RepeatedFact, ...] = ()
    entities: tuple[EntityPart, ...] = Field(default=(), alias="entity")
    keys: dict[Name, Expression] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> "VendorRequest":
        unknown = set(self.same.values()) - set(self.needs)
        if unknown:
            raise ValueError(f"same names {', '.join(sorted(unknown))}, which the request does not need")
        for kind, place in self.facts.items():
            if (kinds.form(kind) == "money") != isinstance(place, AmountPaths):
                raise ValueError(
                    f"{kind} is {'money and needs' if isinstance(place, str) else 'no money, without'} a table"
                )
        return self


def _kinds_of(request: VendorRequest) -> Iterator[str]:
    yield from request.facts
    yield from (many.kind for many in request.many)
    yield from (kind for part in request.entities for kind in part.facts)


class BasicAuth(Strict):
    """User and password of HTTP basic authentication."""

    user: str
    password: str = ""


class VendorLogin(Strict):
    """How a token is fetched with the merchant's credentials; `token` is its path in the answer."""

    url: str
    form: dict[str, str]
    basic: BasicAuth | None = None
    token: Expression


class Vendor(Offer):
    """One vendor: its names and options, and its requests."""

    reviewed: date
    keys: tuple[Kind, ...] = Field(min_length=1)
    base: str
    headers: dict[str, str] = Field(default_factory=dict)
    basic: BasicAuth | None = None
    login: VendorLogin | None = None
    requests: tuple[VendorRequest, ...] = Field(alias="request", min_length=1)

    @model_validator(mode="after")
    def _check(self) -> "Vendor":
        for problem in (*self._unknown_names(), *self._unsafe_addresses()):
            raise ValueError(problem)
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of fact this vendor may add, in the order of the file."""
        kinds_of_requests = (k for r in self.requests for k in _kinds_of(r))
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
            if request.instead_of and request.instead_of not in earlier:
                yield f"{request.name} stands in for {request.instead_of}, which is no earlier request"
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

    def _has_pattern(self, name: str) -> bool:
        return name in self.options and bool(self.options[name].pattern)


def load(folder: Path = VENDORS) -> dict[str, Vendor]:
    """Read every vendor's file. Raises `Invalid` with one sentence that names the file and the place."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}


def read(path: Path) -> Vendor:
    """Read one vendor's file. Raises `Invalid` with one sentence that names the file and the place."""
    vendor = toml_file.load(path, Vendor, f"The vendor {path.name}")
    if vendor.name != path.stem:
        raise Invalid(f"The vendor {path.name} calls itself {vendor.name}.")
    return vendor
