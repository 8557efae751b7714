"""What the documents say is so: commands, settings, routes, tests, links and the picture."""

import re
import shlex
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import typer

from api.app import create
from graph import picture
from graph.wiring.deps import Deps, utc
from graph.wiring.settings import Settings
from jobs.cli.main import app
from jobs.cli.template_commands import TOKEN
from simulator.__main__ import _options
from tools.postgres.tables import metadata

ROOT = Path(__file__).parent.parent
PAGES = (
    "accounts",
    "architecture",
    "cards",
    "configuration",
    "deadlines",
    "doctor",
    "evals",
    "evidence",
    "going-live",
    "http",
    "messages",
    "models",
    "privacy",
    "shops",
    "studio",
    "templates",
    "upgrading",
    "webhooks",
)
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", *(f"docs/{name}.md" for name in PAGES))
MOST_LINES, MOST_TERMS = 150, 40
HOSTS = {
    "github.com",
    "docs.stripe.com",
    "semver.org",
    "jmespath.org",
    "shop.example",
    "{shop}.shop.example",
    "www.standardwebhooks.com",
    "127.0.0.1",
    "localhost",
    "<your host>",
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def section(name: str, title: str) -> str:
    found = re.search(rf"^## {title}$(.*?)(?=^## |\Z)", read(name), re.MULTILINE | re.DOTALL)
    assert found, f"{name} has no section {title}"
    return found[1]


def rows(text: str) -> list[str]:
    """The first cell of each row that names something in code."""
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def code(name: str) -> Iterator[str]:
    """Every line of a fenced block and every span of code."""
    text = read(name)
    for block in re.findall(r"^```\w*\n(.*?)^```", text, re.MULTILINE | re.DOTALL):
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL))


def prose(name: str) -> str:
    """A page without its code, in which the markup of templates looks like a link."""
    return re.sub(r"^```.*?^```|`[^`\n]+`", "", read(name), flags=re.MULTILINE | re.DOTALL)


def commands(name: str, program: str) -> Iterator[list[str]]:
    for line in code(name):
        words = re.sub(r"^\$ ", "", line).split("#")[0]
        if words.startswith((f"{program} ", f".venv/bin/{program} ")):
            yield shlex.split(words)[1:]


def variables() -> set[str]:
    """Every setting but those of the sources, which stand in docs/sources.md and docs/accounts.md."""
    named = {str(field.validation_alias) for field in Settings.model_fields.values()}
    return named - {"SOURCES", "ACCOUNT_SOURCES", "NOTIFY", "CARDS"}


def options(command: str) -> set[str]:
    if command == "simulator":
        return {option for action in _options()._actions for option in action.option_strings}
    found = typer.main.get_command(app).commands[command]  # type: ignore[attr-defined]
    each = [found, *getattr(found, "commands", {}).values()]
    return {option for one in each for parameter in one.params for option in parameter.opts}


def test_the_picture_is_that_of_the_compiled_graph():
    drawn = re.search(r"^```mermaid\n(.*?)^```", read("docs/studio.md"), re.MULTILINE | re.DOTALL)
    assert drawn
    assert drawn[1].rstrip() == picture.draw().rstrip()


@pytest.mark.process
def test_the_picture_is_drawn_with_no_setting_at_all():
    words = [sys.executable, "-m", "graph.picture"]
    drawn = subprocess.run(words, cwd=ROOT, env={}, capture_output=True, text=True, check=True)  # noqa: S603 - our own module
    assert drawn.stdout == picture.draw()


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_make_target_that_is_named_is_there(name):
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    named = {words[0] for words in commands(name, "make") if words}
    assert named <= targets
    assert name != "README.md" or {"demo", "test"} <= named


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_rebut_command_that_is_named_takes_the_options_it_is_given(name):
    known = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    known |= {group.name for group in app.registered_groups if isinstance(group.name, str)}
    for command, *words in commands(name, "rebut"):
        assert command in known
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert given <= options(command), command


def test_the_demo_takes_the_words_the_readme_hands_it():
    handed = re.findall(r'ARGS="?(--[^"`]+)', read("README.md").replace("\n", " "))
    given = {word for words in handed for word in words.split() if word.startswith("--")}
    assert {"--json", "--keep", "--policy"} <= given <= options("demo")


def test_settings_example_and_readme_name_the_same_variables():
    example = re.findall(r"^([A-Z_]+)=", read(".env.example"), re.MULTILINE)
    assert set(example) == variables() == set(rows(read("docs/configuration.md")))
    assert len(example) == len(set(example))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_variable_is_named_that_is_not_a_setting(name):
    named = set(re.findall(r"\b(?:(?:REBUT|STRIPE|OPENAI)_[A-Z_]+|[A-Z]+_URL)\b", read(name)))
    assert named <= variables() | {TOKEN}


def test_the_table_of_routes_is_that_of_the_api():
    @asynccontextmanager
    async def never() -> AsyncIterator[Deps]:
        raise AssertionError("nothing is opened to look at the routes")
        yield

    paths = create(never, now=utc).openapi()["paths"]
    served = {f"{method.upper()} {path}" for path, ways in paths.items() for method in ways}
    assert set(rows(read("docs/http.md"))) == served
    assert all(row.startswith(METHODS) for row in served)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_test_that_is_cited_is_there(name):
    for file, test in re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", read(name)):
        assert not test or re.search(rf"^(?:async )?def {test}\(", read(file), re.MULTILINE), f"{file}::{test}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_function_that_is_cited_is_there(name):
    for file, function in re.findall(r"`([\w/]+\.py): ([\w.]+)`", read(name)):
        for part in function.split("."):
            assert re.search(rf"\b(?:def|class) {part}\b|^{part} = ", read(file), re.MULTILINE), f"{file}: {part}"


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_file_that_is_named_is_there(name):
    for path in re.findall(r"`((?:\w+/)+[\w-]+\.(?:py|toml|md))`", read(name)):
        assert (ROOT / path).exists(), path


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_link_leads_somewhere(name):
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(name)):
        assert target.startswith("https://") or (ROOT / name).parent.joinpath(target).exists(), target


def test_every_table_of_the_records_is_described():
    text = read("docs/architecture.md")
    described = text.partition("PostgreSQL, the system of record")[2].partition("Redis:")[0]
    assert set(rows(described)) == set(metadata.tables)


@pytest.mark.parametrize("name", [*DOCUMENTS, ".env.example", "Makefile", "langgraph.json", "pyproject.toml"])
def test_nothing_of_a_machine_is_told(name):
    text = read(name)
    assert not re.findall(r"(?<![\w.:])/(?:home|root|tmp|work|Users|opt|var|mnt)/\S*", text)
    hosts = set(re.findall(r"https?://([^/:\s`\"']+)", re.sub(r"https://<your host>", "", text)))
    assert hosts <= HOSTS
    assert not re.findall(r"(?:index-url|index_url|simple/)\S*", text.replace("--no-emit-index-url", ""))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_secret_and_no_person_is_told(name):
    text = read(name)
    assert not re.findall(r"\b(?:sk|rk)_(?:live|test)_\w+|\bwhsec_\w+", text)
    assert {found.rpartition("@")[2].rstrip(".") for found in re.findall(r"[\w.+-]+@[\w-]+\.[\w.]+", text)} <= {
        "example.com"
    }


def test_the_readme_is_short_enough_to_be_read():
    assert len(read("README.md").splitlines()) <= MOST_LINES


def test_the_glossary_has_few_terms_and_each_once():
    terms = re.findall(r"^\| ([^|]+?) \|", section("docs/architecture.md", "Words"), re.MULTILINE)[2:]
    words = [word.strip() for term in terms for word in term.split(",")]
    assert 0 < len(terms) <= MOST_TERMS
    assert len(words) == len(set(words))


def test_a_page_that_is_there_is_looked_at():
    there = {path.stem for path in (ROOT / "docs").glob("*.md")}
    assert there - {"performance", "sources", "letters"} == set(PAGES)  # those are written by commands
