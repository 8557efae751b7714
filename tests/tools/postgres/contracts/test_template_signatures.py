"""Signatures of templates: only an admin signs, and what is signed stays as it was signed."""

import pytest

from disputes.errors import Invalid
from disputes.repositories import Repositories
from disputes.repositories.users import User
from tests.fakes import NOON, FakeClock, digest
from tests.templates import AGAIN, a_template


@pytest.fixture
async def repositories(repositories: Repositories) -> Repositories:
    for name, role in (("Ada", "admin"), ("Ben", "admin"), ("Rui", "reviewer"), ("Vera", "viewer")):
        await repositories.users.add(User.model_validate({"name": name, "role": role}), digest=digest(name))
    return repositories


async def test_an_admin_signs_a_template_as_it_is(repositories: Repositories):
    signature = await repositories.template_signatures.sign(a_template(), by="Ada")
    assert (signature.template, signature.digest) == (a_template(), a_template().digest)
    assert (signature.by, signature.at) == ("Ada", NOON)
    assert await repositories.template_signatures.all() == [signature]
    assert await repositories.template_signatures.digests() == {a_template().digest}


@pytest.mark.parametrize("name", ["Rui", "Vera", "Nobody", ""])
async def test_whoever_is_no_admin_signs_nothing(repositories: Repositories, name: str):
    with pytest.raises(Invalid, match="is no admin"):
        await repositories.template_signatures.sign(a_template(), by=name)
    assert await repositories.template_signatures.digests() == frozenset()


async def test_who_is_an_admin_no_more_signs_no_more_and_what_was_signed_stays(repositories: Repositories):
    await repositories.template_signatures.sign(a_template(), by="Ada")
    await repositories.users.add(User(name="Ada", role="reviewer"), digest=digest("Ada"))
    with pytest.raises(Invalid, match="Ada is no admin"):
        await repositories.template_signatures.sign(a_template(version=2), by="Ada")
    assert await repositories.template_signatures.digests() == {a_template().digest}


async def test_signing_twice_is_once_and_the_first_stays(repositories: Repositories, clock: FakeClock):
    first = await repositories.template_signatures.sign(a_template(), by="Ada")
    clock.advance(seconds=60)
    assert await repositories.template_signatures.sign(a_template(), by="Ben") == first
    assert await repositories.template_signatures.all() == [first]


async def test_other_words_are_another_signature_the_oldest_first(repositories: Repositories, clock: FakeClock):
    await repositories.template_signatures.sign(a_template(), by="Ada")
    clock.advance(seconds=60)
    await repositories.template_signatures.sign(a_template(phrasings=(AGAIN,)), by="Ada")
    signed = await repositories.template_signatures.all()
    assert [signature.template.phrasings for signature in signed] == [a_template().phrasings, (AGAIN,)]
