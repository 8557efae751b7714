"""The base classes of every value in the core: `Value` and `Strict`."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A frozen value: equal by content, JSON on the wire, unknown keys ignored.

    Unknown keys are ignored because a run may wait for weeks and resume under newer code.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")


class Strict(BaseModel):
    """A frozen value read from a file people edit: an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
