"""The key that seals threads is one for all processes."""

import asyncio

from disputes.repositories import Repositories


async def test_the_key_is_32_bytes_made_at_the_first_call_and_kept(repositories: Repositories):
    key = await repositories.thread_keys.read()
    assert len(key) == 32
    assert await repositories.thread_keys.read() == key


async def test_of_two_processes_that_make_a_key_at_once_both_get_the_same(repositories: Repositories):
    keys = await asyncio.gather(*(repositories.thread_keys.read() for _ in range(8)))
    assert {*keys} == {await repositories.thread_keys.read()}
