"""The writers of an evaluation: code alone, or a model at an endpoint that chooses among the signed phrasings."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal

from agents.analyst import ModelAnalyst
from agents.llm import Prompt, connect
from agents.reader import ModelReader
from agents.writer import ModelWriter
from disputes.errors import Invalid
from evals.harness import Harness, build_harness

WriterKind = Literal["built-in", "model"]
WRITER_KINDS: tuple[WriterKind, ...] = ("built-in", "model")


@dataclass(frozen=True)
class WriterChoice:
    """The writer to evaluate, and the endpoint of its model."""

    kind: WriterKind = "built-in"
    model: str = ""
    base_url: str | None = None
    key: str = ""


@asynccontextmanager
async def open_harness(choice: WriterChoice) -> AsyncIterator[Harness]:
    """Yield the harness for a writer. Raises `NotConfigured` or `Invalid` when the writer cannot be used."""
    if choice.kind == "model":
        if not choice.base_url and not choice.key:
            raise Invalid("No model is configured: name --base-url, or set OPENAI_BASE_URL or OPENAI_API_KEY.")
        yield _with_model(replace(choice, key=choice.key or "none"))
    else:
        yield build_harness()


def _with_model(choice: WriterChoice) -> Harness:
    harness = build_harness()
    seconds = harness.policies["default"].model.seconds
    model = connect(name=choice.model, api_key=choice.key, base_url=choice.base_url, seconds=seconds)
    return replace(
        harness,
        writer=ModelWriter(model, Prompt.read("rebuttal")),
        reader=ModelReader(model, Prompt.read("evidence")),
        analyst=ModelAnalyst(model, harness.playbooks, Prompt.read("classifier")),
    )
