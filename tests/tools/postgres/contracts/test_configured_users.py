"""The users of the settings come and go with the settings; those of `rebut token` stay."""

import asyncio

from disputes.repositories import Repositories
from disputes.repositories.users import User
from tests.fakes import digest

ADA, BOB = User(name="Ada", role="reviewer"), User(name="Bob", role="viewer")


async def test_the_users_of_the_settings_hold_their_tokens(repositories: Repositories):
    await repositories.users.configure({digest("ada-token"): ADA, digest("bob-token"): BOB})
    assert await repositories.users.by_token("ada-token") == ADA
    assert await repositories.users.by_token("bob-token") == BOB


async def test_a_token_that_left_the_settings_is_gone(repositories: Repositories):
    await repositories.users.configure({digest("ada-token"): ADA, digest("bob-token"): BOB})
    await repositories.users.configure({digest("bob-token"): BOB})
    assert await repositories.users.by_token("ada-token") is None
    assert await repositories.users.by_token("bob-token") == BOB


async def test_settings_without_a_user_leave_none_of_an_earlier_setting(repositories: Repositories):
    await repositories.users.configure({digest("ada-token"): ADA})
    await repositories.users.configure({})
    assert await repositories.users.by_token("ada-token") is None


async def test_a_token_of_the_command_stays_whatever_the_settings_say(repositories: Repositories):
    await repositories.users.add(ADA, digest=digest("ada-token"))
    await repositories.users.configure({digest("bob-token"): BOB})
    await repositories.users.configure({})
    assert await repositories.users.by_token("ada-token") == ADA


async def test_a_new_token_of_the_same_person_ends_the_one_before(repositories: Repositories):
    await repositories.users.configure({digest("ada-token"): ADA})
    await repositories.users.configure({digest("ada-token-2"): ADA})
    assert await repositories.users.by_token("ada-token") is None
    assert await repositories.users.by_token("ada-token-2") == ADA


async def test_another_role_in_the_settings_counts_at_once(repositories: Repositories):
    await repositories.users.configure({digest("ada-token"): ADA})
    await repositories.users.configure({digest("ada-token"): ADA.model_copy(update={"role": "viewer"})})
    assert await repositories.users.by_token("ada-token") == User(name="Ada", role="viewer")


async def test_processes_that_start_at_once_may_name_the_people_in_any_order(repositories: Repositories):
    people = {digest(f"token-{number}"): User(name=f"person {number}", role="viewer") for number in range(12)}
    orders = (people, dict(reversed(people.items())))
    await asyncio.gather(*(repositories.users.configure(order) for order in orders))
    assert await repositories.users.by_token("token-7") == User(name="person 7", role="viewer")
