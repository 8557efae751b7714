"""What the local servers of every tool have in common: their recorded shapes, their calls, and ways to fail."""

import copy
import json
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.tools.sources.vendor_server import ReceivedCall, Reply

FOLDER = Path(__file__).parents[3] / "recordings" / "cards"


class SeenCard(NamedTuple):
    """One card as a person sees it in the tool."""

    key: str
    title: str
    text: str
    closed: bool
    urgent: bool


@cache
def _recorded(name: str) -> str:
    return (FOLDER / f"{name}.json").read_text("utf-8")


def shapes_of(name: str) -> dict[str, Any]:
    shapes: dict[str, Any] = json.loads(_recorded(name))
    return shapes


@dataclass
class ToolServer:
    """A tool that holds cards; with `trouble` every call but that of the path `spared` gets that answer.

    With `losing` the answer of the next creation breaks off: it has happened, and the caller does not know.
    """

    name: str
    trouble: Reply | None = None
    losing: bool = False
    spared: str = ""
    calls: list[ReceivedCall] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.shapes = shapes_of(self.name)

    def __call__(self, call: ReceivedCall) -> Reply:
        self.calls.append(call)
        if self.trouble and call.path != self.spared:
            return self.trouble
        reply = self.answer(call)
        if self.losing and self.creates(call) and reply.status < 300:
            self.losing = False
            return replace(reply, cut=True)
        return reply

    def shape(self, name: str) -> Any:
        return copy.deepcopy(self.shapes[name])

    def recorded(self, name: str) -> Reply:
        """Return a recorded answer with its status and headers."""
        shape = self.shapes[name]
        return Reply(shape["status"], json.dumps(shape["body"]).encode(), shape.get("headers", {}))

    def answer(self, call: ReceivedCall) -> Reply:
        raise NotImplementedError

    def creates(self, call: ReceivedCall) -> bool:
        raise NotImplementedError

    def seen(self) -> list[SeenCard]:
        raise NotImplementedError

    def delete(self) -> None:
        """Delete every card, as a person does."""
        raise NotImplementedError


def ok(body: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(body).encode())
