"""Which templates there are and who signed them, for the API and the command line alike."""

from collections.abc import Sequence

from disputes.errors import Invalid
from disputes.letter.templates import Template, checks, register
from disputes.letter.templates.register import ListedTemplate
from disputes.repositories.template_signatures import TemplateSignature
from disputes.repositories.users import User
from graph.wiring.deps import Deps


async def list_templates(deps: Deps, *, reason: str = "") -> list[ListedTemplate]:
    """Return every template, or those for a reason, each with who signed it."""
    return list(register.list_templates(deps.templates, await read_signatures(deps), reason=reason))


async def read_signatures(deps: Deps) -> Sequence[TemplateSignature]:
    """Return every signature of an admin; the records are not asked where the release signed every template."""
    return await deps.template_signatures.all() if deps.templates.unsigned() else ()


def find(deps: Deps, template_id: str) -> Template | None:
    """Return the template of this id, signed or not, or None."""
    return next((template for template in register.every(deps.templates) if template.id == template_id), None)


def check(deps: Deps, template: Template, *, by: User | None) -> None:
    """Check that this user may sign this template. Raises `Invalid` for no admin, and for a template with problems."""
    if by is None or by.role != "admin":
        raise Invalid("Only an admin signs templates, and this token is no admin's.")
    if template.digest in deps.templates.signed:
        raise Invalid(f"{template.id} is signed with the release; there is nothing to sign.")
    for problem in checks.find_problems(template):
        raise Invalid(problem)


async def sign(deps: Deps, templates: Sequence[Template], *, by: User | None) -> list[TemplateSignature]:
    """Sign templates for an admin, all of them or none. Raises `Invalid` as `check` does."""
    for template in templates:
        check(deps, template, by=by)
    name = by.name if by else ""
    return [await deps.template_signatures.sign(template, by=name) for template in templates]
