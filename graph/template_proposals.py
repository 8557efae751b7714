"""Templates that a model proposes: written into a merchant's folder, where they wait for a signature."""

from pathlib import Path

from agents import proposals
from disputes import policy
from disputes.errors import Invalid, WriterFailed
from disputes.letter.templates import writing
from disputes.letter.templates.loading import load_templates
from disputes.letter.templates.proposals import Proposed, Subject, find_topics
from disputes.playbook.loading import load_playbooks
from disputes.policy.model_budget import Meter
from graph.wiring.models import open_proposer
from graph.wiring.settings import Settings


async def propose(settings: Settings, subject: Subject) -> Proposed:
    """Return what the rebuttal agent's model proposes, within what the policy allows it for one dispute.

    Raises `Invalid` for a reason or topic there is not, and `WriterFailed` with a sentence.
    """
    templates = load_templates(settings.templates)
    _check_reason(subject.reason)
    find_topics(subject, templates)
    rules = policy.load(settings.policy)
    proposer = open_proposer(settings, rules)
    try:
        return await proposals.propose(subject, templates, proposer, meter=Meter(rules.model))
    except WriterFailed as failed:
        raise WriterFailed(f"No template was proposed: {failed}.") from failed


def save(proposed: Proposed, settings: Settings, *, out: Path | None = None) -> list[Path]:
    """Return the files of the merchant's folder, or the one, to which the proposed templates were added, unsigned."""
    return [writing.add(template, require_folder(settings, out), out=out) for template in proposed.templates]


def require_folder(settings: Settings, out: Path | None = None) -> Path:
    """Return the folder of a merchant's own templates. Raises `Invalid` where there is none."""
    folder = out.parent if out else settings.templates
    if folder is None:
        raise Invalid("REBUT_TEMPLATES is not set: it names the folder of your own templates.")
    return folder


def _check_reason(reason: str) -> None:
    if reason not in (known := load_playbooks().by_reason):
        raise Invalid(f"{reason} is no reason with a playbook: {', '.join(sorted(known))}.")
