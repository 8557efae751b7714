"""What a vendor's TOML file may say. `tools/sources/vendors/README.md` describes it for people."""

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
from disputes.evidence import kinds as facts
from disputes.model import Strict
from tools.sources.http_json import template
from tools.sources.options import Offer

VENDORS = Path(__file__).parent.parent / "vendors"

_SPOT = re.compile(r"query\.[!-~]+|json(\.\w+)+")


def _expression(written: str) -> str:
    try:
        jmespath.compile(written)
    except JMESPathError as wrong:
        raise ValueError(f"{written!r} is not JMESPath: {str(wrong).splitlines()[0]}") from None
    return written


def _kind(written: str) -> str:
    if written not in facts.KINDS:
        raise ValueError(f"{written} is not a kind of fact that disputes/evidence/kinds.py knows")
    return written


Expression = Annotated[str, AfterValidator(_expression)]
Kind = Annotated[str, AfterValidator(_kind)]
Name = Annotated[str, Field(pattern="^[a-z][a-z0-9_]*$")]


class Amount(Strict):
    """Where an amount stands, and whether its figure counts cents or whole units."""

    amount: Expression
    currency: Expression
    unit: Literal["major", "minor"]


class Many(Strict):
    """Several facts of one kind in each record."""

    kind: Kind
    each: Expression = "@"
    value: Expression
    at: Expression | None = None
    ref: Expression | None = None


class Next(Strict):
    """How the next page is asked for, in one of four ways; `into` and `page` are spots such as `query.page`."""

    cursor: Expression | None = None
    into: str = ""
    more: Expression | None = None
    link: bool = False
    url: Expression | None = None
    page: str = ""
    size: int = Field(default=1, ge=1)

    @model_validator(mode="after")
    def _sound(self) -> "Next":
        if [bool(self.cursor), self.link, bool(self.url), bool(self.page)].count(True) != 1:
            raise ValueError("paging is one of cursor, link, url and page")
        spot = self.into if self.cursor else self.page
        if (self.cursor or self.page) and not _SPOT.fullmatch(spot):
            raise ValueError(f"{spot!r} is not a spot such as query.page or json.variables.after")
        return self


class Request(Strict):
    """One question to a vendor, and how its answer is read."""

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
    next: Next | None = None
    pages: int = Field(default=3, ge=1, le=10)
    absent: tuple[int, ...] = (404, 410)
    optional: bool = False
    facts: dict[Kind, Expression | Amount] = Field(default_factory=dict)
    many: tuple[Many, ...] = ()
    keys: dict[Name, Expression] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _sound(self) -> "Request":
        strange = set(self.same.values()) - set(self.needs)
        if strange:
            raise ValueError(f"same names {', '.join(sorted(strange))}, which the request does not need")
        for kind, place in self.facts.items():
            if (facts.form(kind) == "money") != isinstance(place, Amount):
                raise ValueError(
                    f"{kind} is {'money and needs' if isinstance(place, str) else 'no money, without'} a table"
                )
        return self


class Pair(Strict):
    """A user and a password of HTTP basic authentication."""

    user: str
    password: str = ""


class Login(Strict):
    """How a token is fetched with the merchant's credentials; `token` finds it in the answer."""

    url: str
    form: dict[str, str]
    basic: Pair | None = None
    token: Expression


class Vendor(Offer):
    """One vendor: who it is, what it needs, what it is asked."""

    reviewed: date
    keys: tuple[Kind, ...] = Field(min_length=1)
    base: str
    headers: dict[str, str] = Field(default_factory=dict)
    basic: Pair | None = None
    login: Login | None = None
    requests: tuple[Request, ...] = Field(alias="request", min_length=1)

    @model_validator(mode="after")
    def _sound(self) -> "Vendor":
        for problem in (*self._strangers(), *self._loose()):
            raise ValueError(problem)
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of fact this vendor may add, in the order of the file."""
        found = (k for r in self.requests for k in (*r.facts, *(many.kind for many in r.many)))
        return tuple(dict.fromkeys(found))

    def _strangers(self) -> Iterator[str]:
        """Name what stands in a template, a need or an alternative and is given by nothing before it."""
        given = set(facts.KINDS)
        earlier: set[str] = set()
        for request in self.requests:
            yield from (f"{request.name} needs {n}, which nothing gives" for n in request.needs if n not in given)
            named = template.names((request.path, request.query, request.json_body))
            known = {*request.needs, *self.options}
            yield from (f"{request.name} names {{{n}}} without needing it" for n in named - known)
            if request.instead_of and request.instead_of not in earlier:
                yield f"{request.name} stands in for {request.instead_of}, which is no earlier request"
            given |= set(request.keys)
            earlier.add(request.name)

    def _loose(self) -> Iterator[str]:
        """Name what would let an option lead a request, with its token, to another host."""
        yield from (f"the option {n} in base has no pattern" for n in template.names(self.base) if not self._tight(n))
        if not self.base.startswith("https://") and not re.match(r"\{\w+\}", self.base):
            yield "base does not begin with https:// or with an option that does"
        if self.login and template.names(self.login.url) - {n for n in self.options if self._tight(n)}:
            yield "the login's url names an option without a pattern"

    def _tight(self, name: str) -> bool:
        return name in self.options and bool(self.options[name].pattern)


def load(folder: Path = VENDORS) -> dict[str, Vendor]:
    """Read every vendor's file. Raises `Invalid` with one sentence that names the file and the spot."""
    return {path.stem: read(path) for path in sorted(folder.glob("*.toml"))}


def read(path: Path) -> Vendor:
    """Read one vendor's file. Raises `Invalid` with one sentence that names the file and the spot."""
    vendor = toml_file.load(path, Vendor, f"The vendor {path.name}")
    if vendor.name != path.stem:
        raise Invalid(f"The vendor {path.name} calls itself {vendor.name}.")
    return vendor
