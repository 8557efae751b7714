"""How `rebut init` asks: in a terminal, or nobody, where flags have to say it all."""

import getpass
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from disputes.errors import Invalid
from jobs.cli.terminal import write_line

TRIES = 3
_QUOTES = "'\"`"


@dataclass(frozen=True)
class Question:
    """One thing to know: what is asked, the flag that says it too, and whether nobody may look on.

    Without a `default` there has to be an answer. `given` is what flags, files or the environment said.
    """

    prompt: str
    flag: str
    secret: bool = False
    default: str | None = None
    given: str = ""


class Questions(Protocol):
    """Somebody who can be asked and told; told sentences show no secret."""

    def tell(self, sentence: str, *, style: str = "") -> None:
        """Show a sentence."""

    def ask(self, question: Question) -> str:
        """Return an answer, the default where there is none. Raises `Invalid` that names the flag."""

    def confirm(self, prompt: str, *, flag: str, default: bool) -> bool:
        """Return yes or no."""

    @property
    def again(self) -> int:
        """How often a wrong answer is asked again."""


class Terminal:
    """A person at a terminal."""

    again = TRIES - 1

    def tell(self, sentence: str, *, style: str = "") -> None:
        """Show a sentence."""
        write_line(sentence, style=style)

    def ask(self, question: Question) -> str:
        """Ask until there is an answer, or the default is taken by an empty one; secrets are not echoed."""
        hint = f" [{question.default}]" if question.default else ""
        for _ in range(TRIES):
            prompt = f"{question.prompt}{hint}: "
            if answer := (getpass.getpass(prompt) if question.secret else input(prompt)).strip():
                return answer
            if question.default is not None:
                return question.default
        raise Invalid(f"Nothing was answered, so nothing was written; {question.flag} says it too.")

    def confirm(self, prompt: str, *, flag: str, default: bool) -> bool:  # noqa: ARG002 - a flag is for where nobody is asked
        """Ask for yes or no; an empty answer is the default."""
        answer = input(f"{prompt} [{'Y/n' if default else 'y/N'}]: ").strip().lower()
        return answer.startswith("y") if answer else default


class Nobody:
    """No terminal: defaults hold, and what has none is missing."""

    again = 0

    def tell(self, sentence: str, *, style: str = "") -> None:
        """Show a sentence."""
        write_line(sentence, style=style)

    def ask(self, question: Question) -> str:
        """Return the default. Raises `Invalid` that names the flag."""
        if question.default is None:
            raise Invalid(f"There is no terminal to ask in: give {question.flag}.")
        return question.default

    def confirm(self, prompt: str, *, flag: str, default: bool) -> bool:
        """Return yes only where that is the default. Raises `Invalid` that names the flag."""
        if not default:
            raise Invalid(f"There is no terminal to ask in: give {flag} to say yes to: {prompt}")
        return default


def settle(questions: Questions, question: Question, check: Callable[[str], str]) -> str:
    """Return the first answer that the check takes, as the check returns it; a wrong one is asked again, with why.

    Raises `Invalid` with the last reason once it was asked often enough.
    """
    answer = question.given or questions.ask(question)
    for _ in range(questions.again):
        try:
            return check(bare(answer))
        except Invalid as wrong:
            questions.tell(str(wrong), style="red")
        answer = questions.ask(question)
    return check(bare(answer))


def bare(answer: str) -> str:
    """Return an answer without outer spaces. Raises `Invalid` for one in quotes, or on several lines."""
    plain = answer.strip()
    if plain and (plain[0] in _QUOTES or plain[-1] in _QUOTES):
        raise Invalid("It stands in quotes: give it without them.")
    if not plain.isprintable():
        raise Invalid("It has characters that cannot be seen: give it on one line.")
    return plain
