"""Templates for tests, and a merchant's folder that holds some."""

from pathlib import Path
from typing import Any

from disputes.letter.templates import Template, Templates
from disputes.letter.templates.loading import load_templates

ARRIVED = "The parcel [was delivered](delivered_at) on {delivered_at:day}."
AGAIN = "On {delivered_at:day} the parcel [was delivered](delivered_at)."


def a_template(**changes: Any) -> Template:
    """Return a template of the merchant's own, of a shipped topic."""
    plain = {"name": "arrived", "version": 1, "topic": "delivery", "phrasings": (ARRIVED, AGAIN)}
    return Template.model_validate({**plain, **changes})


def a_folder(path: Path, *, name: str = "arrived", version: int = 1, phrasings: tuple[str, ...] = (ARRIVED,)) -> Path:
    """Return a folder to whose file of deliveries a template was added."""
    path.mkdir(exist_ok=True)
    file = path / "delivery.toml"
    head = file.read_text("utf-8") if file.exists() else 'topic = "delivery"\n'
    texts = ", ".join(f"'{phrasing}'" for phrasing in phrasings)
    rows = f'[[template]]\nname = "{name}"\nversion = {version}\nphrasings = [{texts}]\n'
    file.write_text(f"{head}\n{rows}", "utf-8")
    return path


def with_own(path: Path, **changes: Any) -> Templates:
    """Return the shipped templates with one of a merchant's folder."""
    return load_templates(a_folder(path, **changes))
