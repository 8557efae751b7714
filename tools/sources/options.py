"""What a source needs from the merchant, and the model that holds the answers to it."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, create_model

from disputes.errors import Invalid
from disputes.model import Strict

_VISIBLE = r"[!-~]([ -~]*[!-~])?"


class Option(Strict):
    """One thing the merchant tells: what it must be, its pattern (matched whole), and whether it is a secret.

    A `default` that is empty may stay so.
    """

    about: str
    pattern: str = ""
    secret: bool = False
    default: str | None = None


class Offer(Strict):
    """A source as it is offered: its names, what it adds, the pages of its documentation, its options."""

    name: str = Field(pattern="^[a-z][a-z0-9]*$")
    title: str
    adds: str
    reference: tuple[str, ...] = ()
    options: dict[str, Option] = Field(default_factory=dict)

    def setting(self, option: str) -> str:
        """Give the name of an option in the environment."""
        return f"SOURCES__{self.name}__{option}".upper()

    @property
    def required(self) -> tuple[str, ...]:
        """The options without which the source is off."""
        return tuple(name for name, option in self.options.items() if option.default is None)

    def accept(self, given: Mapping[str, str]) -> dict[str, str] | None:
        """Give every option's value, or None when nothing is given: the source is off.

        Raises `Invalid` with one sentence that names the setting and tells no value.
        """
        if not given:
            return None
        missing = [name for name in self.required if name not in given]
        if missing:
            beside = self.setting(next(iter(given)))
            raise Invalid(f"{self.setting(missing[0])} is not set: {self.title} needs it beside {beside}.")
        try:
            held = _model(self).model_validate(dict(given))
        except ValidationError as wrong:
            raise Invalid(self._sentence(wrong)) from None
        return {name: _shown(getattr(held, name)) for name in self.options}

    def _sentence(self, wrong: ValidationError) -> str:
        first = wrong.errors(include_input=False)[0]
        name = str(first["loc"][0])
        if name not in self.options:
            known = ", ".join(map(self.setting, self.options))
            return f"{self.setting(name)} is unknown: {self.title} takes {known}."
        return f"{self.setting(name)} is wrong: it must be {self.options[name].about}."


def _model(offer: Offer) -> type[BaseModel]:
    fields: dict[str, Any] = {name: _field(option) for name, option in offer.options.items()}
    return create_model(f"{offer.title} options", __config__=ConfigDict(extra="forbid", frozen=True), **fields)


def _field(option: Option) -> tuple[object, object]:
    check = AfterValidator(partial(_matched, pattern=option.pattern))
    kept = Annotated[SecretStr, check] if option.secret else Annotated[str, check]
    if option.default == "":
        return kept, Field(default=SecretStr("") if option.secret else "")
    return kept, Field(default=... if option.default is None else option.default, validate_default=True)


def _matched(value: str | SecretStr, *, pattern: str) -> str | SecretStr:
    # Whatever a pattern lets through goes into a header, where only visible ASCII can stand.
    if not re.fullmatch(_VISIBLE, _shown(value)) or (pattern and not re.fullmatch(pattern, _shown(value))):
        raise ValueError("it has another form")
    return value


def _shown(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
