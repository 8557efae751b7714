"""Whose packages are loaded."""

import pytest

from graph.wiring import doctor_packages
from graph.wiring.doctor_packages import PACKAGES


@pytest.mark.parametrize("name", PACKAGES)
def test_each_top_level_package_is_this_repositorys_own(name):
    assert doctor_packages.is_ours(name), f"{name} is loaded from {doctor_packages.where(name)}"


def test_every_folder_of_code_is_looked_at():
    folders = {path.parent.name for path in doctor_packages.ROOT.glob("*/__init__.py")}
    assert folders - {"tests", "benchmarks"} == set(PACKAGES)


def test_no_other_distribution_ships_one_of_them_here():
    assert doctor_packages.find_rivals() == []


def test_a_distribution_that_ships_one_too_is_named():
    owners = {"agents": ["rebut", "openai-agents"], "tools": ["rebut"]}
    assert doctor_packages.find_rivals(owners) == ["openai-agents also ships `agents`."]
