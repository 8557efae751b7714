"""Every repository over one PostgreSQL."""

from sqlalchemy.ext.asyncio import AsyncEngine

from disputes.ports.clock import Clock
from disputes.repositories import Repositories
from tools.postgres.automation import PostgresAutomation
from tools.postgres.cards import PostgresCards
from tools.postgres.cases import PostgresCases
from tools.postgres.events import PostgresEvents
from tools.postgres.filings import PostgresFilings
from tools.postgres.last_chances import PostgresLastChances
from tools.postgres.leases import PostgresLeases
from tools.postgres.ledger import PostgresLedger
from tools.postgres.outbox import PostgresOutbox
from tools.postgres.permits import PostgresPermits
from tools.postgres.plans import PostgresPlans
from tools.postgres.stagings import PostgresStagings
from tools.postgres.template_signatures import PostgresTemplateSignatures
from tools.postgres.thread_keys import PostgresThreadKeys
from tools.postgres.unrecognised_events import PostgresUnrecognisedEvents
from tools.postgres.users import PostgresUsers
from tools.postgres.verdicts import PostgresVerdicts
from tools.postgres.watermarks import PostgresWatermarks


def postgres_repositories(engine: AsyncEngine, *, now: Clock) -> Repositories:
    """Return the repositories over a pool of connections; each call is one transaction, committed when it returns."""
    return Repositories(
        events=PostgresEvents(engine, now),
        unrecognised_events=PostgresUnrecognisedEvents(engine, now),
        leases=PostgresLeases(engine.url),
        cases=PostgresCases(engine, now),
        plans=PostgresPlans(engine, now),
        last_chances=PostgresLastChances(engine, now),
        cards=PostgresCards(engine),
        filings=PostgresFilings(engine, now),
        permits=PostgresPermits(engine, now),
        stagings=PostgresStagings(engine, now),
        automation=PostgresAutomation(engine, now),
        verdicts=PostgresVerdicts(engine, now),
        ledger=PostgresLedger(engine),
        outbox=PostgresOutbox(engine, now),
        users=PostgresUsers(engine, now),
        watermarks=PostgresWatermarks(engine),
        thread_keys=PostgresThreadKeys(engine),
        template_signatures=PostgresTemplateSignatures(engine, now),
    )
