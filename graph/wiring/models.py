"""The agents' models: which model serves which agent, and each agent's prompt, which a merchant may override."""

from dataclasses import dataclass

from agents.analyst import ModelAnalyst
from agents.llm import PROMPTS, Model, Prompt, connect
from agents.proposals import Proposer
from agents.reader import ModelReader
from agents.writer import ModelWriter
from disputes.errors import Invalid, NotConfigured
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
    """Return the agents' models at the configured endpoint; one connection for each different model.

    Raises `Invalid` where the folder of prompts is not there.
    """
    if settings.prompts is not None and not settings.prompts.is_dir():
        raise Invalid(f"REBUT_PROMPTS is wrong: there is no folder {settings.prompts}.")
    if not has_model(settings):
        return Models()
    named = name_models(settings)
    opened = {name: _connect(name, settings, rules) for name in set(named.values())}
    chosen = {agent: opened[name] for agent, name in named.items()}
    return Models(
        reader=ModelReader(chosen["evidence"], Prompt.read("evidence", settings.prompts)),
        analyst=ModelAnalyst(chosen["classifier"], books, Prompt.read("classifier", settings.prompts)),
        writer=ModelWriter(chosen["rebuttal"], Prompt.read("rebuttal", settings.prompts)),
    )


def open_proposer(settings: Settings, rules: Policy) -> Proposer:
    """Return who proposes templates, with the model of the rebuttal agent. Raises `NotConfigured` without one."""
    if not has_model(settings):
        raise NotConfigured("No model is configured: set OPENAI_API_KEY or OPENAI_BASE_URL to have templates proposed.")
    asked = (Prompt.read("rebuttal", settings.prompts, name=name) for name in ("proposal", "entailment"))
    return Proposer(_connect(name_models(settings)["rebuttal"], settings, rules), *asked)


def has_model(settings: Settings) -> bool:
    """Return whether a model is configured."""
    return settings.model_key is not None or settings.model_base is not None


def name_models(settings: Settings) -> dict[Agent, str]:
    """Return the name of the model that serves each agent."""
    return {
        "evidence": settings.model_evidence or settings.model,
        "classifier": settings.model_classifier or settings.model,
        "rebuttal": settings.model_rebuttal or settings.model,
    }


def find_own_prompts(settings: Settings) -> list[str]:
    """Return the names of the shipped prompt files that a merchant's folder overrides."""
    own = settings.prompts
    return sorted(path.name for path in PROMPTS.glob("*.md") if (own / path.name).exists()) if own else []


def _connect(name: str, settings: Settings, rules: Policy) -> Model:
    key = settings.model_key.get_secret_value() if settings.model_key else ""
    may = rules.model
    return connect(
        name=name, api_key=key or "none", base_url=settings.model_base, seconds=may.seconds, longest=may.answer
    )
