"""The agents' models: which model serves which agent, and each agent's prompt, which a merchant may override."""

from dataclasses import dataclass

from agents.analyst import ModelAnalyst
from agents.llm import Model, Prompt, connect
from agents.reader import ModelReader
from agents.writer import ModelWriter
from disputes.playbook import Playbooks
from disputes.policy import Policy
from disputes.policy.model_budget import Agent
from disputes.ports.models import Analyst, MessageReader, Writer
from graph.wiring.settings import Settings


@dataclass(frozen=True, kw_only=True)
class Models:
    """The agents that a model serves; None where no model is configured."""

    reader: MessageReader | None = None
    analyst: Analyst | None = None
    writer: Writer | None = None


def open_models(settings: Settings, rules: Policy, books: Playbooks) -> Models:
    """Return the agents' models at the configured endpoint; one connection for each different model."""
    if settings.model_key is None and settings.model_base is None:
        return Models()
    named: dict[Agent, str | None] = {
        "evidence": settings.model_evidence,
        "classifier": settings.model_classifier,
        "rebuttal": settings.model_rebuttal,
    }
    opened = {name: _connect(name, settings, rules) for name in {each or settings.model for each in named.values()}}
    chosen = {agent: opened[name or settings.model] for agent, name in named.items()}
    return Models(
        reader=ModelReader(chosen["evidence"], Prompt.read("evidence", settings.prompts)),
        analyst=ModelAnalyst(chosen["classifier"], books, Prompt.read("classifier", settings.prompts)),
        writer=ModelWriter(chosen["rebuttal"], Prompt.read("rebuttal", settings.prompts)),
    )


def _connect(name: str, settings: Settings, rules: Policy) -> Model:
    key = settings.model_key.get_secret_value() if settings.model_key else ""
    may = rules.model
    return connect(
        name=name, api_key=key or "none", base_url=settings.model_base, seconds=may.seconds, longest=may.answer
    )
