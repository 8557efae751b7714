"""The system of record: one repository an aggregate, each a protocol beside the values it stores.

Every call raises `TryAgain` when the database fails, and works again once it is back.
"""

from dataclasses import dataclass

from disputes.repositories.automation import Automation
from disputes.repositories.cards import Cards
from disputes.repositories.cases import Cases
from disputes.repositories.events import Events
from disputes.repositories.filings import Filings
from disputes.repositories.last_chances import LastChances
from disputes.repositories.leases import Leases
from disputes.repositories.ledger import Ledger
from disputes.repositories.outbox import Outbox
from disputes.repositories.permits import Permits
from disputes.repositories.plans import Plans
from disputes.repositories.stagings import Stagings
from disputes.repositories.template_signatures import TemplateSignatures
from disputes.repositories.thread_keys import ThreadKeys
from disputes.repositories.unrecognised_events import UnrecognisedEvents
from disputes.repositories.users import Users
from disputes.repositories.verdicts import Verdicts
from disputes.repositories.watermarks import Watermarks


@dataclass(frozen=True, kw_only=True)
class Repositories:
    """Every repository, over one database."""

    events: Events
    unrecognised_events: UnrecognisedEvents
    leases: Leases
    cases: Cases
    plans: Plans
    last_chances: LastChances
    cards: Cards
    filings: Filings
    permits: Permits
    stagings: Stagings
    automation: Automation
    verdicts: Verdicts
    ledger: Ledger
    outbox: Outbox
    users: Users
    watermarks: Watermarks
    thread_keys: ThreadKeys
    template_signatures: TemplateSignatures
