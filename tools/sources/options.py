"""The options of a source, and the check of their values."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError, create_model

from disputes.errors import Invalid
from disputes.model import Strict

_VISIBLE = r"[!-~]([ -~]*[!-~])?"


class Option(Strict):
    """One setting of the merchant: what it must be, its pattern (a full match), and whether it is a secret.

    An option whose `default` is empty may stay empty.
    """

    about: str
    pattern: str = ""
    secret: bool = False
    default: str | None = None


class Offer(Strict):
    """A source that can be switched on: its names, what it adds, its documentation, its options."""

    name: str = Field(pattern="^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
    title: str
    adds: str
    reference: tuple[str, ...] = ()
    options: dict[str, Option] = Field(default_factory=dict)

    def setting(self, option: str) -> str:
        """Return the environment name of an option."""
        return f"SOURCES__{self.name}__{option}".upper()

    @property
    def required(self) -> tuple[str, ...]:
        """The options without a default."""
        return tuple(name for name, option in self.options.items() if option.default is None)

    def accept(self, settings: Mapping[str, str]) -> dict[str, str] | None:
        """Return every option's value, or None without any setting: the source is off.

        Raises `Invalid` with one sentence that names the setting and shows no value.
        """
        if not settings:
            return None
        missing = [name for name in self.required if name not in settings]
        if missing:
            beside = self.setting(next(iter(settings)))
            raise Invalid(f"{self.setting(missing[0])} is not set: {self.title} needs it beside {beside}.")
        try:
            model = _model(self).model_validate(dict(settings))
        except ValidationError as wrong:
            raise Invalid(self._error_sentence(wrong)) from None
        return {name: _plain(getattr(model, name)) for name in self.options}

    def _error_sentence(self, wrong: ValidationError) -> str:
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
    check = AfterValidator(partial(_check_pattern, pattern=option.pattern))
    annotated = Annotated[SecretStr, check] if option.secret else Annotated[str, check]
    if option.default == "":
        return annotated, Field(default=SecretStr("") if option.secret else "")
    return annotated, Field(default=... if option.default is None else option.default, validate_default=True)


def _check_pattern(value: str | SecretStr, *, pattern: str) -> str | SecretStr:
    # A value goes into a header, which can hold visible ASCII only.
    if not re.fullmatch(_VISIBLE, _plain(value)) or (pattern and not re.fullmatch(pattern, _plain(value))):
        raise ValueError("it has another form")
    return value


def _plain(value: str | SecretStr) -> str:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
