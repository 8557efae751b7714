"""The harness in which a case is played: the real playbooks, policy and PDF renderer over the facts of one case.

There is no database, no queue and no network: using a port that a letter does not need raises `Invalid`.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from disputes import evidence, playbook, policy
from disputes.case import BUILT_IN
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.evidence import Evidence, FactValue, build_fact
from disputes.letter.templates import Templates
from disputes.letter.templates.loading import load_templates
from disputes.playbook.loading import load_playbooks
from disputes.ports.models import Analyst, MessageReader, Writer
from disputes.ports.rendering import ExhibitRenderer
from disputes.repositories.automation import AutomationSwitch
from evals.case import NOW, CaseFact, EvalCase
from graph.wiring.deps import Deps
from tools.pdf.renderer import PdfRenderer
from tools.sources import values


class CaseSource:
    """A source with the facts of one case, each cleaned as those of any other source."""

    name = "case"
    keys: tuple[str, ...] = ()
    offers: tuple[str, ...] = ("customer_message", "merchant_message")

    def __init__(self, case: EvalCase) -> None:
        self._records = case.records

    async def gather(self, dispute: Dispute, known: Evidence) -> Evidence:  # noqa: ARG002 - as the port wants it
        """Return every fact, system by system, so that systems may disagree."""
        gathered = Evidence()
        for system in dict.fromkeys(record.system for record in self._records):
            facts = (_fact(record) for record in self._records if record.system == system)
            gathered = gathered.plus(Evidence(facts=tuple(fact for fact in facts if fact)))
        return gathered


def _fact(record: CaseFact) -> evidence.Fact | None:
    value = _value(record)
    source = f"{record.system}:case:{record.kind}"
    if value is None:
        return None
    at = values.parse_time(record.at) if record.at else None
    return build_fact(record.kind, value, source, ref=record.ref, of=record.of).model_copy(update={"at": at})


def _value(record: CaseFact) -> FactValue | date | None:
    if isinstance(record.value, dict):
        return values.parse_amount(record.value.get("amount"), record.value.get("currency"), unit="minor")
    return values.parse(record.kind, record.value)


class _AutomationRunning:
    """A kill switch that never stops automation."""

    async def read(self, account: str | None = None) -> AutomationSwitch:  # noqa: ARG002 - as the protocol has it
        """Return a switch that stops nothing."""
        return AutomationSwitch()


@dataclass(frozen=True)
class _UnavailablePort:
    """A port that must not be used: every attribute raises `Invalid`."""

    port: str

    def __getattr__(self, name: str) -> object:
        """Raise `Invalid`, with the names of the port and of the attribute."""
        raise Invalid(f"An evaluation has no {self.port}, and {name} was asked of it.")


@dataclass(frozen=True)
class Harness:
    """The parts of Rebut that are the same for every case; without a `writer` the built-in one writes."""

    policies: dict[str, policy.Policy]
    playbooks: playbook.Playbooks
    templates: Templates
    renderer: ExhibitRenderer
    writer: Writer | None = None
    reader: MessageReader | None = None
    analyst: Analyst | None = None

    @property
    def name(self) -> str:
        """The name of the writer."""
        return self.writer.name if self.writer else BUILT_IN

    def deps(self, case: EvalCase) -> Deps:
        """Return the ports for one case."""
        available = {
            "automation": _AutomationRunning(),
            "sources": (CaseSource(case),),
            "renderer": self.renderer,
            "policy": self.policies[case.policy],
            "playbooks": self.playbooks,
            "templates": self.templates,
            "now": now,
            "writer": self.writer,
            "reader": self.reader,
            "analyst": self.analyst,
            "storage": None,
        }
        unavailable: dict[str, Any] = {port.name: _UnavailablePort(port.name) for port in fields(Deps)}
        return Deps(**unavailable | available)


def now() -> datetime:
    """Return the time at which all cases are evaluated, in UTC."""
    return NOW


def build_harness(writer: Writer | None = None) -> Harness:
    """Build the harness for a writer, with the shipped policies; None is the built-in writer."""
    policies = {name: policy.load(name) for name in policy.SHIPPED}
    return Harness(
        policies=policies, playbooks=load_playbooks(), templates=load_templates(), renderer=PdfRenderer(), writer=writer
    )
