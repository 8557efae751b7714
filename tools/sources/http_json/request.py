"""One request of a vendor's TOML file: what is asked, and how the answer is read."""

import re
from collections.abc import Iterator
from typing import Annotated, Literal

from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, Field, JsonValue, model_validator

from disputes.dispute import FILE_FIELDS
from disputes.evidence import kinds
from disputes.model import Strict
from tools.sources.http_json.answer import find_unknown_functions

_PARAMETER = re.compile(r"query\.[!-~]+|json(\.\w+)+")


def _expression(text: str) -> str:
    try:
        unknown = find_unknown_functions(text)
    except JMESPathError as wrong:
        raise ValueError(f"{text!r} is not JMESPath: {str(wrong).splitlines()[0]}") from None
    if unknown:
        raise ValueError(f"{text!r} uses {', '.join(unknown)}, which is no function of JMESPath or of Rebut")
    return text


def _kind(text: str) -> str:
    if text not in kinds.KINDS:
        raise ValueError(f"{text} is not a kind of fact that disputes/evidence/kinds.py knows")
    return text


def _file_field(text: str) -> str:
    if text not in FILE_FIELDS:
        raise ValueError(f"{text} is no file field of a Stripe dispute")
    return text


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error:
        raise ValueError(f"{text!r} is no regular expression") from None
    return text


Expression = Annotated[str, AfterValidator(_expression)]
Kind = Annotated[str, AfterValidator(_kind)]
Pattern = Annotated[str, AfterValidator(_pattern)]
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
    facts: dict[Kind, Expression | AmountPaths] = Field(default_factory=dict)
    many: tuple[RepeatedFact, ...] = ()

    @model_validator(mode="after")
    def _check(self) -> "EntityPart":
        if strange := [kind for kind in self.kinds if kinds.sort(kind) != self.sort]:
            raise ValueError(f"{', '.join(strange)} is no fact of a {self.sort}")
        return self

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind of fact that a part may hold."""
        return (*self.facts, *(many.kind for many in self.many))


class Owner(Strict):
    """Where a record says whose it is: the customer's e-mail, and the payment, by Stripe's id or by the shop's own.

    `required` takes a record only by its payment, as among all orders of one customer.
    """

    email: Expression | None = None
    charge: Expression | None = None
    reference: Expression | None = None
    required: bool = False


class Document(Strict):
    """A file in the answer that becomes an attachment: `data` is Base64 in a record, or without it the whole answer."""

    field: Annotated[str, AfterValidator(_file_field)]
    name: str = Field(pattern=r"^[\w .-]+\.\w+$")
    data: Expression | None = None


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
    base: str = Field(default="", pattern=r"^(https://[\w./-]+[^/])?$")
    path: str = Field(pattern=r"^(/\S*)?$")
    query: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    json_body: JsonValue = Field(default=None, alias="json")
    error: Expression | None = None
    busy: Expression | None = None
    each: Expression = "@"
    same: dict[Expression, Name] = Field(default_factory=dict)
    differs: dict[Expression, Name] = Field(default_factory=dict)
    only: dict[Kind, Pattern] = Field(default_factory=dict)
    owner: Owner | None = None
    instead_of: tuple[Name, ...] = ()
    next: Paging | None = None
    pages: int = Field(default=3, ge=1, le=10)
    total: Expression | None = None
    absent: tuple[int, ...] = (404, 410)
    optional: bool = False
    facts: dict[Kind, Expression | AmountPaths] = Field(default_factory=dict)
    many: tuple[RepeatedFact, ...] = ()
    entities: tuple[EntityPart, ...] = Field(default=(), alias="entity")
    documents: tuple[Document, ...] = Field(default=(), alias="document")
    keys: dict[Name, Expression] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> "VendorRequest":
        for field, named in (("same", self.same), ("differs", self.differs)):
            if unknown := set(named.values()) - set(self.needs):
                raise ValueError(f"{field} names {', '.join(sorted(unknown))}, which the request does not need")
        for kind, place in self.facts.items():
            if (kinds.form(kind) == "money") != isinstance(place, AmountPaths):
                raise ValueError(
                    f"{kind} is {'money and needs' if isinstance(place, str) else 'no money, without'} a table"
                )
        if self.is_file and (len(self.documents) > 1 or self.facts or self.many or self.entities or self.keys):
            raise ValueError("an answer that is a file has nothing else in it")
        return self

    @property
    def is_file(self) -> bool:
        """Whether the whole answer is a file."""
        return any(document.data is None for document in self.documents)

    @property
    def kinds(self) -> Iterator[str]:
        """Every kind of fact that the answer may hold."""
        yield from self.facts
        yield from (many.kind for many in self.many)
        yield from (kind for part in self.entities for kind in part.kinds)
