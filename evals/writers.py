"""Who writes: the built-in writer, a model at an endpoint, or the recorded answers served as one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Literal

from agents.analyst import ModelAnalyst
from agents.llm import connect
from agents.reader import ModelReader
from agents.writer import ModelWriter
from disputes.errors import Invalid
from evals import harness, recorded_letters
from evals.case import EvalCase
from evals.harness import Harness

Kind = Literal["built-in", "model", "recorded"]
KINDS: tuple[Kind, ...] = ("built-in", "model", "recorded")


@dataclass(frozen=True)
class WriterChoice:
    """Which writer is asked for, and where its model is."""

    kind: Kind = "built-in"
    model: str = ""
    base_url: str | None = None
    key: str = ""


@asynccontextmanager
async def opened(choice: WriterChoice) -> AsyncIterator[Harness]:
    """Give the stand for a writer. Raises `NotConfigured` or `Invalid` when it cannot be asked."""
    if choice.kind == "recorded":
        async with recorded_letters.served(recorded_letters.load()) as url:
            yield _with_model(WriterChoice("recorded", model="recorded", base_url=url, key="none"))
    elif choice.kind == "model":
        if not choice.base_url and not choice.key:
            raise Invalid("No model is configured: name --base-url, or set OPENAI_BASE_URL or OPENAI_API_KEY.")
        yield _with_model(replace(choice, key=choice.key or "none"))
    else:
        yield harness.build()


def fitting(choice: WriterChoice, cases: tuple[EvalCase, ...]) -> tuple[EvalCase, ...]:
    """Give the cases a writer can answer: all of them, or those of which an answer is recorded."""
    if choice.kind != "recorded":
        return cases
    held = recorded_letters.load()
    return tuple(case for case in cases if case.id in held)


def _with_model(choice: WriterChoice) -> Harness:
    ground = harness.build()
    model = connect(
        name=choice.model, api_key=choice.key, base_url=choice.base_url, seconds=ground.policy.model.seconds
    )
    return replace(
        ground,
        writer=ModelWriter(model, ground.books),
        reader=ModelReader(model),
        analyst=ModelAnalyst(model, ground.books),
    )
