"""Model ports over an endpoint: reader, analyst and writer."""

from typing import Any

from agents.analyst import ModelAnalyst
from agents.llm import Prompt, connect
from agents.reader import ModelReader
from agents.writer import ModelWriter
from tests.builders import BOOKS


def connect_ports(url: str, *, name: str = "small", seconds: float = 60.0, longest: int = 8_000) -> dict[str, Any]:
    """Return reader, analyst and writer, as `Deps` takes them."""
    model = connect(name=name, api_key="k", base_url=url, seconds=seconds, longest=longest)
    return {
        "reader": ModelReader(model, Prompt.read("evidence")),
        "analyst": ModelAnalyst(model, BOOKS, Prompt.read("classifier")),
        "writer": ModelWriter(model, Prompt.read("rebuttal")),
    }
