"""The one place where agents and tools meet: every port of a running Rebut, opened together."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from pydantic import SecretStr

from disputes import policy
from disputes.errors import Invalid
from disputes.letter.templates import Templates
from disputes.letter.templates.loading import load_templates
from disputes.messages.cards import Board
from disputes.messages.targets import Target
from disputes.playbook import Playbooks
from disputes.playbook.loading import load_playbooks
from disputes.policy import Policy
from disputes.policy.accounts import load_accounts, unsettled
from disputes.ports.clock import Clock
from disputes.ports.messages import MessageSender
from disputes.ports.models import Analyst, MessageReader, Writer
from disputes.ports.queue import JobQueue
from disputes.ports.rendering import ExhibitRenderer
from disputes.ports.sources import Source
from disputes.ports.storage import Storage
from disputes.ports.stripe import StripeApi
from disputes.ports.webhooks import Webhooks
from disputes.repositories import Repositories
from disputes.repositories.users import User, Users
from graph.wiring import messaging
from graph.wiring.files import open_storage
from graph.wiring.models import open_models
from graph.wiring.readiness import Readiness, parts
from graph.wiring.servers import Servers
from graph.wiring.settings import Settings, plain_options, require_stripe
from tools.pdf.renderer import PdfRenderer
from tools.postgres.database import migrate, open_engine
from tools.postgres.repositories import postgres_repositories
from tools.queue import open_queue
from tools.sources import catalog
from tools.sources.stripe.source import StripeSource
from tools.stripe_api.envelope import PROVIDER
from tools.stripe_api.gateway import StripeGateway
from tools.stripe_api.webhook import StripeWebhooks


@dataclass(frozen=True, kw_only=True)
class AccountSettings:
    """What belongs to one Stripe account: the merchant's policy with its words, and the sources of its evidence."""

    policy: Policy
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Deps(Repositories):
    """Everything a step may need: the repositories and every port. `templates` are those of letters.

    `policy` and `sources` are the own account's, `accounts` those of each connected one with settings, `unsettled` of
    any other. `reader`, `analyst` and `writer` are None without a model; without `storage` exhibits are rendered anew;
    without `readiness` only the records are tried. `targets` hear notes, `boards` hold queue cards, `url` is Rebut's
    own public address, empty where none is known.
    """

    stripe: StripeApi
    webhooks: Mapping[str, Webhooks]
    queue: JobQueue
    sources: tuple[Source, ...]
    renderer: ExhibitRenderer
    sender: MessageSender
    policy: Policy
    playbooks: Playbooks
    now: Clock
    templates: Templates = field(default_factory=load_templates)
    reader: MessageReader | None = None
    analyst: Analyst | None = None
    writer: Writer | None = None
    storage: Storage | None = None
    accounts: Mapping[str, AccountSettings] = field(default_factory=dict)
    readiness: Readiness | None = None
    targets: tuple[Target, ...] = ()
    boards: Mapping[str, Board] = field(default_factory=dict)
    url: str = ""
    unsettled: AccountSettings = field(default_factory=lambda: AccountSettings(policy=unsettled()))

    def account(self, account: str | None) -> AccountSettings:
        """Return what belongs to an account; None is the own one."""
        if account is None:
            return AccountSettings(policy=self.policy, sources=self.sources)
        return self.accounts.get(account, self.unsettled)


Options = Mapping[str, Mapping[str, SecretStr]]

STUDIO = User(name="studio", role="reviewer")
"""Who comes from LangGraph Studio's page, where `REBUT_STUDIO_OPEN` lets it in without a token."""
_NO_TOKEN = "0" * 64
"""A digest that no token has: who comes in without one is known by name alone."""

utc: Clock = partial(datetime.now, UTC)
"""The clock of this machine, aware UTC."""


@asynccontextmanager
async def open_deps(settings: Settings, servers: Servers, *, now: Clock = utc) -> AsyncIterator[Deps]:
    """Open every port. Raises `Invalid` with one sentence that names a wrong or missing setting."""
    rules = await asyncio.to_thread(policy.load, settings.policy)
    sellers = await asyncio.to_thread(load_accounts, settings.policy)
    books = await asyncio.to_thread(load_playbooks)
    require_stripe(settings)
    await migrate(servers.database_url)
    async with AsyncExitStack() as stack:
        engine = await stack.enter_async_context(open_engine(servers.database_url))
        gateway = StripeGateway(
            _plain(settings.stripe_key) or "",
            api_base=settings.stripe_base,
        )
        stack.push_async_callback(gateway.aclose)
        stored = postgres_repositories(engine, now=now)
        await _configure_users(stored.users, settings)
        secrets = tuple(secret.get_secret_value() for secret in settings.webhook_secrets)
        kept = await asyncio.to_thread(open_storage, settings)

        async def open_account(rules: Policy, given: Options) -> AccountSettings:
            opening = catalog.open_sources(plain_options(given), now=now, limits=rules.sources, storage=kept)
            others = await stack.enter_async_context(opening)
            own = StripeSource(gateway.lookups, metadata=rules.metadata, now=now, storage=kept)
            return AccountSettings(policy=rules, sources=(own, *others))

        sender = messaging.build_sender(settings, now=now)
        stack.callback(sender.close)
        own = await open_account(rules, settings.sources)
        named = {name: await open_account(sellers[name], options) for name, options in _by_account(settings, sellers)}
        yield Deps(
            **vars(stored),
            stripe=gateway,
            webhooks={PROVIDER: StripeWebhooks(secrets, livemode=gateway.livemode, now=now)},
            queue=await stack.enter_async_context(open_queue(servers.redis_url)),
            sources=own.sources,
            renderer=PdfRenderer(kept),
            sender=sender,
            targets=messaging.plain(settings),
            boards=await stack.enter_async_context(messaging.open_boards(settings, now=now)),
            url=settings.url,
            policy=rules,
            accounts=named,
            unsettled=await open_account(await asyncio.to_thread(unsettled), {}),
            playbooks=books,
            templates=await asyncio.to_thread(load_templates, settings.templates),
            now=now,
            **vars(open_models(settings, rules, books)),
            storage=kept,
            readiness=Readiness(parts(servers.redis_url, engine, kept)),
        )


def _by_account(settings: Settings, sellers: Mapping[str, Policy]) -> Iterator[tuple[str, Options]]:
    """Yield each connected account with the options of its sources. Raises `Invalid` for one without a table."""
    for account in settings.account_sources:
        if account not in sellers:
            raise Invalid(f"ACCOUNT__{account}__SOURCES__... has no table [account.{account}] in the policy.")
    for account in sellers:
        yield account, settings.account_sources.get(account, {})


async def _configure_users(users: Users, settings: Settings) -> None:
    """Let in whom the settings name, and nobody else that an earlier setting named; without any nothing changes."""
    named = {_digest(grant.token.get_secret_value()): grant.person for grant in settings.tokens}
    if settings.studio_open:
        named[_NO_TOKEN] = STUDIO
    if named:
        await users.configure(named)


def _digest(token: str) -> str:
    given = token.removeprefix("sha256:")
    return given if given != token else hashlib.sha256(token.encode()).hexdigest()


def _plain(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret else None
