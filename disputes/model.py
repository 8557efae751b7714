"""The base of every value in the core."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value: equal by content, JSON on the wire, unknown keys ignored.

    Unknown keys are ignored because a run that slept for weeks may wake under newer code.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class Strict(BaseModel):
    """A frozen value read from a file people edit: an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
