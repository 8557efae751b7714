"""The shipped templates and a merchant's own, read from TOML files: one topic a file."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from disputes import toml_file
from disputes.errors import Invalid
from disputes.letter.templates import Template, Templates, Topic

SHIPPED = Path(__file__).parent / "shipped"
"""The folder of the shipped templates."""

SIGNED = "signed.toml"


def load_templates(own: Path | None = None) -> Templates:
    """Read the shipped templates, signed with the release, and those of a merchant's folder, unsigned.

    Raises `Invalid` with the file, the template and what is wrong with it.
    """
    shipped = Templates(topics=_read_folder(SHIPPED), signed=frozenset(read_signed().values()))
    if own is None:
        return shipped
    every = shipped.plus(_read_folder(own))
    for wrong in _find_clashes([template for topic in every.topics for template in topic.templates]):
        raise Invalid(f"The templates of {own.name} are wrong beside the shipped ones: {wrong}.")
    return every


def find_unreadable(own: Path) -> Iterator[str]:
    """Yield what is wrong with a merchant's folder in a sentence for each file, then with its files together."""
    broken = False
    for path in _list_files(own):
        try:
            _read_topic(path)
        except Invalid as wrong:
            broken = True
            yield str(wrong)
    try:
        if not broken:
            load_templates(own)
    except Invalid as wrong:
        yield str(wrong)


def read_signed(folder: Path = SHIPPED) -> dict[str, str]:
    """Return the digest of each template that was signed with the release, by its id."""
    title = f"The list of signed templates {SIGNED}"
    return toml_file.validate(toml_file.read(folder / SIGNED, title), dict[str, str], title)


def write_signed(templates: Templates) -> str:
    """Return the list of signed templates as TOML, of every template there is: what a release signs."""
    every: list[Template] = [template for topic in templates.topics for template in topic.templates]
    return "".join(f'"{template.id}" = "{template.digest}"\n' for template in sorted(every, key=lambda t: t.id))


def _read_folder(folder: Path) -> tuple[Topic, ...]:
    topics = tuple(map(_read_topic, _list_files(folder)))
    names = [topic.topic for topic in topics]
    twice = [f"two files are of the topic {name}" for name in names if names.count(name) > 1]
    clashes = _find_clashes([template for topic in topics for template in topic.templates])
    for wrong in (*twice, *clashes):
        raise Invalid(f"The templates of {folder.name} are wrong: {wrong}.")
    return tuple(sorted(topics, key=lambda topic: topic.order))


def _list_files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise Invalid(f"There is no folder {folder} of templates.")
    return sorted(path for path in folder.glob("*.toml") if path.name != SIGNED)


def _read_topic(path: Path) -> Topic:
    return toml_file.load(path, Topic, f"The templates {path.name}")


def _find_clashes(templates: Sequence[Template]) -> Iterator[str]:
    """Yield each id that is there twice, and each name that is in two topics: a letter cites either alone."""
    topics: dict[str, str] = {}
    seen: set[str] = set()
    for template in templates:
        if template.id in seen:
            yield f"{template.id} is there twice"
        if topics.setdefault(template.name, template.topic) != template.topic:
            yield f"{template.name} is in the topics {topics[template.name]} and {template.topic}"
        seen.add(template.id)
