"""What doctor says of models: which one serves which agent, and which prompts are the merchant's own."""

from collections.abc import Iterator

from graph.wiring.doctor.finding import DoctorFinding
from graph.wiring.models import find_own_prompts, has_model, name_models
from graph.wiring.settings import Settings


def look(chosen: Settings) -> Iterator[DoctorFinding]:
    """Say which models are configured, by agent where they differ, and which prompts are overridden."""
    yield _describe(chosen)
    if chosen.prompts is not None:
        yield _describe_prompts(chosen)


def _describe(chosen: Settings) -> DoctorFinding:
    if not has_model(chosen):
        return DoctorFinding(
            title="Model", text="none; the built-in writer composes letters (set OPENAI_API_KEY to use one)."
        )
    named = name_models(chosen)
    each = ", ".join(f"{model} for the {agent} agent" for agent, model in named.items())
    models = each if len(set(named.values())) > 1 else named["rebuttal"]
    return DoctorFinding(title="Model", text=f"{models} at {chosen.model_base or 'OpenAI'}; not called by this check.")


def _describe_prompts(chosen: Settings) -> DoctorFinding:
    if not (chosen.prompts and chosen.prompts.is_dir()):
        return DoctorFinding(title="Prompts", text=f"REBUT_PROMPTS names no folder: {chosen.prompts}.", fine=False)
    own = ", ".join(find_own_prompts(chosen))
    return DoctorFinding(title="Prompts", text=f"yours in place of the shipped ones: {own or 'none'}.")
