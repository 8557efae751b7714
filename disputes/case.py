"""Everything known about a dispute at one moment: assessment, rebuttal, packet, route, verdict and the case."""

from datetime import datetime
from typing import Literal

from pydantic import Field, JsonValue

from disputes.ce3.findings import Ce3Finding
from disputes.dispute import Dispute
from disputes.errors import Invalid
from disputes.evidence import Attachment, Evidence
from disputes.evidence.contradictions import Contradiction
from disputes.evidence.kinds import ADVERSE
from disputes.held_evidence import HeldEvidence
from disputes.model import Value
from disputes.playbook import Layout
from disputes.playbook.criteria import Answered
from disputes.policy.deadlines import Chosen
from disputes.policy.model_budget import Usage
from disputes.siblings import Sibling

BUILT_IN = "built-in"
"""The writer that is no model."""

Action = Literal["submit", "review", "accept", "smart_disputes", "record"]
Decision = Literal["approve", "edit", "reject", "accept_loss", "smart_disputes", "redraft"]
Choice = Literal["keep", "replace"]
"""What becomes of a field that somebody filled outside Rebut."""


class ConfidenceFactor(Value):
    """One part of the confidence, and why it has its size."""

    name: str
    value: float
    why: str


class Hold(Value):
    """What of the evidence leaves a case to a person: the `kind` of adverse fact, and why, in a sentence."""

    kind: str
    why: str


class Opinion(Value):
    """A model's opinion on what is claimed; it changes neither confidence nor route.

    `admits` are the customer's own words, `by` the model's name, `note` why there is no opinion.
    """

    claim: str = ""
    sub_reason: str | None = None
    admits: tuple[str, ...] = ()
    answer: str = ""
    by: str = ""
    note: str = ""


class Assessment(Value):
    """What the customer really claims and how well the evidence answers it.

    `confidence` is 0 to 1 and uncalibrated: a rule's opinion, not a win probability. `parts` explain it. `proven` and
    `missing` name points and gaps, `fatal` the gaps that lose the case, `adverse` the ids of facts against us.
    `decided` is False while the playbook has points that can win alone and none of them is proven. `holds` leave the
    case to a person whatever the confidence.
    """

    claim: str
    answer: str
    playbook: str
    sub_reason: str | None = None
    confidence: float
    calibrated: bool = False
    parts: tuple[ConfidenceFactor, ...] = ()
    proven: tuple[str, ...] = ()
    decided: bool = True
    missing: tuple[str, ...] = ()
    contradictions: tuple[Contradiction, ...] = ()
    fatal: tuple[str, ...] = ()
    adverse: tuple[str, ...] = ()
    holds: tuple[Hold, ...] = ()
    opinion: Opinion | None = None

    @property
    def harms(self) -> tuple[ConfidenceFactor, ...]:
        """The parts that adverse facts took from the confidence."""
        return tuple(part for part in self.parts if part.name in ADVERSE)


class Claim(Value):
    """One sentence of the letter and the ids of the facts it cites.

    Sentences of one `paragraph`, counted from 1, stand together; 0 stands alone. `topic` and `template` are what code
    rendered it from, with the number of the phrasing, as `delivered@1/0`; one that a person wrote has none. `fields`
    are Stripe text fields that repeat it, `attested_by` is who answers for what no rule can judge in it.
    """

    text: str
    facts: tuple[str, ...] = ()
    paragraph: int = 0
    topic: str = ""
    template: str = ""
    fields: tuple[str, ...] = ()
    attested_by: str = ""


class Rebuttal(Value):
    """The letter as claims. `notes` say what was cut or failed.

    `writer` is `built-in`, the name of the model that chose among signed phrasings, or of the person who edited.
    `unmade` names proven points that an answer needs and the letter leaves out. `draft` is a model's free draft in its
    own words: it is shown to a reviewer, marked as such, and never filed by itself. `criteria` are the questions of the
    bank, answered or open.
    """

    claims: tuple[Claim, ...] = ()
    writer: str = BUILT_IN
    notes: tuple[str, ...] = ()
    unmade: tuple[str, ...] = ()
    draft: tuple[Claim, ...] = ()
    criteria: tuple[Answered, ...] = ()


class Section(Value):
    """One part of an exhibit: a quoted text, or rows of cells. Without `heads` a row is a label and a value."""

    title: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    text: str = ""


class Sheet(Value):
    """One exhibit to render for one Stripe file field: rows of label and value, sections, and attachments after them.

    A `required` one is never left out. `mark` is its heading, such as `Exhibit A`, and `layout` names the template.
    `compression` is how much pictures are compressed, 0 to 3.
    """

    field: str
    title: str
    mark: str
    rows: tuple[tuple[str, str], ...]
    required: bool = False
    layout: Layout = "record"
    about: str = ""
    sections: tuple[Section, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    compression: int = 0


class PacketFile(Value):
    """One file of the packet; `file` is Stripe's id once uploaded, `key` its name in the storage (empty without)."""

    field: str
    name: str
    pages: int = 0
    bytes: int = 0
    sha256: str = ""
    file: str | None = None
    key: str = ""


class Packet(Value):
    """Everything sent to Stripe: text fields, files, and the sheets the files are rendered from, most valuable first.

    `left_out` lists in sentences which exhibits were left out, to make the packet fit or by a person. `enhanced` is
    Stripe's `enhanced_evidence`, sent in a call of its own after the rest; `ce3` is one sentence on whether Compelling
    Evidence 3.0 applies, and `findings` are the data it lacked. `kept` is what somebody put on the dispute outside
    Rebut and a person keeps: it is not sent, and has to stand there as it was shown. `replaced` names what goes.
    `unreadable` lists in sentences which exhibits show characters by their numbers, for want of a font.
    """

    fields: dict[str, str] = Field(default_factory=dict)
    files: tuple[PacketFile, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    fee_acknowledged: bool = False
    left_out: tuple[str, ...] = ()
    enhanced: dict[str, JsonValue] = Field(default_factory=dict)
    ce3: str = ""
    findings: tuple[Ce3Finding, ...] = ()
    kept: dict[str, str] = Field(default_factory=dict)
    replaced: tuple[str, ...] = ()
    unreadable: tuple[str, ...] = ()


class Route(Value):
    """The next action for a case, its review queue and why. `reasons` are whole sentences for people.

    `tell` asks for a message to people; `outcome` is the ledger entry of a dispute that is over, else empty.
    `last_chance` is what was tried at the last chance before the deadline, None before that; `policy` is the title of
    the policy that the router decided by.
    """

    action: Action
    queue: str = ""
    reasons: tuple[str, ...] = ()
    senior: bool = False
    legal: bool = False
    tell: bool = False
    urgent: bool = False
    outcome: str = ""
    last_chance: Chosen | None = None
    policy: str = ""


class Verdict(Value):
    """A person's decision, who took it and when, and the case version it was taken on.

    `without` names the exhibits, by Stripe's file field, that are left out of the filing. `theirs` says of each field
    that somebody filled outside Rebut whether it is kept or replaced.
    """

    decision: Decision
    note: str = ""
    letter: tuple[Claim, ...] | None = None
    fields: dict[str, str] = Field(default_factory=dict)
    fee_acknowledged: bool = False
    without: tuple[str, ...] = ()
    theirs: dict[str, Choice] = Field(default_factory=dict)
    by: str = ""
    at: datetime | None = None
    version: int = 0


class Case(Value):
    """All that is known about one dispute at one moment; `usage` lists every model call, all drafts together.

    `held` is what stands on the dispute at Stripe by whom, `siblings` are the other disputes of its payment.
    """

    dispute: Dispute
    held: HeldEvidence = HeldEvidence()
    siblings: tuple[Sibling, ...] = ()
    evidence: Evidence = Evidence()
    assessment: Assessment | None = None
    rebuttal: Rebuttal | None = None
    packet: Packet | None = None
    route: Route | None = None
    usage: tuple[Usage, ...] = ()

    @property
    def draft(self) -> Packet:
        """The packet. Raises `Invalid` before one was built."""
        if self.packet is None:
            raise Invalid(f"The case {self.dispute.id} has no packet.")
        return self.packet
