"""The shipped templates and a merchant's own, read from TOML files: one topic a file."""

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
    return shipped.plus(_read_folder(own)) if own else shipped


def read_signed(folder: Path = SHIPPED) -> dict[str, str]:
    """Return the digest of each template that was signed with the release, by its id."""
    title = f"The list of signed templates {SIGNED}"
    return toml_file.validate(toml_file.read(folder / SIGNED, title), dict[str, str], title)


def write_signed(templates: Templates) -> str:
    """Return the list of signed templates as TOML, of every template there is: what a release signs."""
    every: list[Template] = [template for topic in templates.topics for template in topic.templates]
    return "".join(f'"{template.id}" = "{template.digest}"\n' for template in sorted(every, key=lambda t: t.id))


def _read_folder(folder: Path) -> tuple[Topic, ...]:
    files = sorted(path for path in folder.glob("*.toml") if path.name != SIGNED)
    topics = tuple(toml_file.load(path, Topic, f"The templates {path.name}") for path in files)
    ids = [template.id for topic in topics for template in topic.templates]
    if twice := [name for name in ids if ids.count(name) > 1]:
        raise Invalid(f"The templates of {folder.name} are wrong: {twice[0]} is there twice.")
    return tuple(sorted(topics, key=lambda topic: topic.order))
