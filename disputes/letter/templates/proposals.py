"""What a model proposes for the templates: what it may see, and the template that code makes of a phrasing. Pure.

It sees no case: only a reason, a product, the kinds of fact there are and the present phrasings of some topics.
"""

from collections.abc import Iterator, Sequence

from pydantic import JsonValue, ValidationError

from disputes.errors import Invalid
from disputes.evidence.kinds import ADVERSE, KINDS, NEUTRAL
from disputes.letter.templates import Template, Templates, Topic, checks
from disputes.letter.templates.markup import Predicate, Sentence, Slot, Words
from disputes.letter.templates.register import every
from disputes.model import Value
from disputes.playbook.point import PRODUCTS, Product


class Subject(Value):
    """What phrasings are asked for: a reason, one topic or every one, and one product or every one."""

    reason: str
    topic: str = ""
    product: Product | None = None


class Backing(Value):
    """Words of a phrasing and the kinds that have to back them."""

    words: str
    kinds: tuple[str, ...]


class RefusedPhrasing(Value):
    """A phrasing that is not offered for signing, and why."""

    name: str
    phrasing: str
    why: str


class Proposed(Value):
    """The templates that passed both checks, which nobody signed, and the phrasings that did not."""

    templates: tuple[Template, ...] = ()
    refused: tuple[RefusedPhrasing, ...] = ()


def describe(subject: Subject, templates: Templates) -> dict[str, JsonValue]:
    """Return what a model sees of a subject. Raises `Invalid` where there is no such topic."""
    told = {name: kind for name, kind in KINDS.items() if name not in ADVERSE | NEUTRAL}
    return {
        "reason": subject.reason,
        "products": list(find_products(subject)),
        "kinds": [{"kind": name, "what": kind.words, "form": kind.form} for name, kind in told.items()],
        "topics": [_describe(topic, subject) for topic in find_topics(subject, templates)],
    }


def find_topics(subject: Subject, templates: Templates) -> list[Topic]:
    """Return the topics of a subject. Raises `Invalid` where there is none of its name."""
    chosen = [topic for topic in templates.topics if subject.topic in {"", topic.topic}]
    if not chosen:
        names = ", ".join(topic.topic for topic in templates.topics)
        raise Invalid(f"There is no topic {subject.topic}; there are {names}.")
    return chosen


def find_products(subject: Subject) -> tuple[Product, ...]:
    """Return the products of a subject."""
    return (subject.product,) if subject.product else PRODUCTS


def _describe(topic: Topic, subject: Subject) -> JsonValue:
    fitting: list[JsonValue] = [
        {"name": template.name, "phrasings": list(template.phrasings)}
        for template in newest(topic.templates)
        if not template.reasons or subject.reason in template.reasons
        if set(template.products) & set(find_products(subject))
    ]
    return {"topic": topic.topic, "templates": fitting}


def newest(templates: Sequence[Template]) -> tuple[Template, ...]:
    """Return of each name the highest version, signed or not."""
    return tuple({each.name: each for each in sorted(templates, key=lambda each: each.version)}.values())


def build(name: str, topic: str, phrasing: str, subject: Subject, templates: Templates) -> Template:
    """Return the template that a phrasing makes: the next version of its name's with this one alone, or a new one.

    Raises `Invalid` with what is wrong with it.
    """
    if topic not in {each.topic for each in find_topics(subject, templates)}:
        raise Invalid(f"There is no topic {topic} among those asked for.")
    present = next((each for each in newest(tuple(every(templates))) if each.name == name), None)
    if present and present.topic != topic:
        raise Invalid(f"{name} is a template of the topic {present.topic}.")
    changed = {"phrasings": (phrasing,), "version": present.version + 1 if present else 1}
    kept = present.model_dump() if present else _begin(name, topic, subject)
    try:
        template = Template.model_validate({**kept, **changed})
    except ValidationError as error:
        raise Invalid(f"{error.errors()[0]['msg'].removeprefix('Value error, ')}.") from error
    for problem in [*checks.find_problems(template), *(_compare(present, template) if present else ())]:
        raise Invalid(problem)
    return template


def _begin(name: str, topic: str, subject: Subject) -> dict[str, object]:
    """Return what a new template is made of: it is for what was asked for alone."""
    return {"name": name, "topic": topic, "reasons": (subject.reason,), "products": find_products(subject)}


def _compare(present: Template, template: Template) -> Iterator[str]:
    """Yield that a new phrasing needs other facts than the present ones, beside which it would not say the same."""
    wanted, needed = set(present.sentences[0].required), set(template.sentences[0].required)
    if template.phrasings[0] in present.phrasings:
        yield "It is there already."
    if wanted != needed:
        yield f"It needs {_name(needed)}, and the present phrasings need {_name(wanted)}."


def _name(kinds: set[str]) -> str:
    return ", ".join(sorted(kinds)) or "nothing"


def join(templates: Sequence[Template], present: Templates) -> Iterator[Template]:
    """Yield the templates of one phrasing each joined by name; a next version keeps the present phrasings as well."""
    known = {template.name: template for template in newest(tuple(every(present)))}
    for name in dict.fromkeys(template.name for template in templates):
        own = [template for template in templates if template.name == name]
        before = known[name].phrasings if name in known else ()
        phrasings = tuple(dict.fromkeys((*before, *(each.phrasings[0] for each in own))))
        yield Template.model_validate({**own[0].model_dump(), "phrasings": phrasings})


def find_backings(template: Template) -> list[Backing]:
    """Return each predicate of the first phrasing with its kinds, and last the whole of it with all of its kinds."""
    sentence = template.sentences[0]
    predicates = [Backing(words=node.text, kinds=node.kinds) for node in sentence.nodes if isinstance(node, Predicate)]
    return [*predicates, Backing(words=_show(sentence), kinds=sentence.kinds)]


def _show(sentence: Sentence) -> str:
    """Return a phrasing as one text, its alternatives apart, with the kinds in place of values."""
    parts = (
        " / ".join("".join(map(_show_node, nodes)) for nodes in alternatives) for _, alternatives in sentence.parts
    )
    return "".join(parts)


def _show_node(node: Words | Slot | Predicate) -> str:
    return f"<{' to '.join(node.kinds)}>" if isinstance(node, Slot) else node.text
