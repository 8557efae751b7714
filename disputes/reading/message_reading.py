"""What a message says, by rules that people can read: `message_rules.toml`. Pure.

A sentence of which no rule is sure leaves the whole message unread, so that no message counts as understood in part.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from disputes.model import Value
from disputes.reading.message_rules import Party, compile_rules, listed, load, vocabulary

__all__ = ["LONGEST", "SHOWN", "Party", "Reading", "Statement", "load", "read"]

LONGEST = 2_000
SHOWN = 120

_LINE_WRAP = re.compile(r"(?<=[^\n]{50})(?<![.!?:])\n(?=[a-z0-9(])")
_ABBREVIATION = re.compile(
    r"\b(?:mr|mrs|ms|dr|st|approx|inc|ltd|e\.g|i\.e|a\.m|p\.m|no(?=\.\s*[#\d])|(?<=\bby )[a-z])\.(?=\s)", re.IGNORECASE
)
_SENTENCE = re.compile(r"\S[^\n]*?(?:[.!?]+[\"')\u201d]*(?=\s)|(?=\n)|\Z)")
_FORWARDED = re.compile(r"(?:On .{6,120} wrote:|-{3,} ?(?:Original|Forwarded) [Mm]essage ?-{3,}|_{10,})\Z")
_HEADER = re.compile(r"(?:From|To|Date|Sent|Cc):")
_NAME_LINE = re.compile(r"(?:[A-Z][\w'.&-]*|from|of|the|at|and|&|\||-|,|\s){1,8}")
_NAME_LINES, _RULE_OFF = 4, re.compile("--+|__+")
_SMALL_WORDS = frozenset("of and the for with in x by at from to de la du van von cm mm kg size qty num money".split())
_PLACEHOLDER = re.compile("_[a-z]+_")
_MIN_ENGLISH, _MIN_SENTENCE_ENGLISH, _MIN_WORDS = 0.12, 0.2, 10
_FEW, _LONGEST_FRAGMENT, _ALIKE = 5, 12, 0.87
_NO_NEWS, _FRAGMENT = "", "_"
_NAMELESS = {_NO_NEWS, _FRAGMENT}
_MARKS = " -,'/"
_STRANGE = re.compile(r"[^\w\s.,;:!?'\"()\[\]<>{}/\\&%+*#@=|~^$\u20ac\u00a3\u2013\u2014\u2026\u2022\u00b7-]")


class Statement(Value):
    """What a sentence says, by the name of its rule; its first and last character in the text (the last excluded)."""

    name: str
    start: int
    end: int
    against: bool


class Reading(Value):
    """A message's statements in their order, whether it was read in full, and why not as the end of a sentence.

    An unread one is in `doubt` where it may speak against the merchant: it is in another language, too long, or an
    unread sentence holds a word that admissions and complaints are made of.
    """

    statements: tuple[Statement, ...]
    read: bool
    why: str = ""
    doubt: bool = False


class _Sentence(NamedTuple):
    start: int
    end: int
    raw: str
    words: str
    quoted: bool


def read(text: str, *, by: Party) -> Reading:
    """Return what a party's message says; `read` is true only when rules cover every sentence of plain English.

    A sentence that speaks against the merchant has no other statements. What an unread message says is stated too, as
    far as its first 2,000 characters; words quoted from another message only where they speak against the merchant.
    Never raises.
    """
    sentences = tuple(_split(text))
    covered = [_cover(sentence, by) for sentence in sentences]
    signed = _find_signature(sentences)
    statements = tuple(statement for found in covered for statement in found or ())
    unread = [s for at, s in enumerate(sentences) if covered[at] is None and not _is_signature(s, at >= signed)]
    said = [s for at, s in enumerate(sentences) if not _is_signature(s, at >= signed)]
    fault = _find_fault(text, said)
    why = fault or (_describe(unread[0]) if unread else "")
    return Reading(statements=statements, read=not why, why=why, doubt=bool(fault) or any(map(_is_in_doubt, unread)))


def _split(text: str) -> Iterator[_Sentence]:
    """Yield the sentences; whatever joins lines or hides abbreviations keeps the length of the text."""
    joined = _LINE_WRAP.sub(" ", text[:LONGEST].replace("\r", " "))
    plain, forwarded = _ABBREVIATION.sub(lambda match: match[0].replace(".", " "), joined), False
    for match in _SENTENCE.finditer(plain):
        raw = match[0].rstrip()
        quoted = forwarded or _is_quoted(text, match.start())
        yield _Sentence(match.start(), match.start() + len(raw), raw, _fold(raw), quoted)
        forwarded = forwarded or bool(_FORWARDED.match(raw))


def _is_quoted(text: str, at: int) -> bool:
    """Check whether the line in which a sentence begins is one of another message."""
    return text[text.rfind("\n", 0, at) + 1 : at + 1].lstrip().startswith(">")


def _fold(raw: str) -> str:
    """Return a sentence in small letters without accents, contractions written out, links and numbers as one word."""
    apart = unicodedata.normalize("NFKD", raw.replace("\u2019", "'").replace("\u2018", "'").replace("\u00b4", "'"))
    words = "".join(c for c in apart if not unicodedata.combining(c)).lower()
    for pattern, plain in load().rewrites:
        words = re.sub(pattern, plain, words)
    words = "".join(c for c in words if c not in load().symbols)
    words = re.sub(r"[\"*<>{}\[\]#=|~^\\&+\u2022\u00b7]|^[\s>-]+", " ", words)
    return " ".join(re.sub(r"[.!?\u2026]+", " ", words).split())


def _cover(sentence: _Sentence, by: Party) -> tuple[Statement, ...] | None:
    """Return a sentence's statements; None when no rule is sure of it."""
    against = [rule.name for rule in compile_rules(by, against=True) if rule.finds(sentence.words)]
    if against:
        return _state(against, sentence, against=True)
    clauses = [_open(clause) for clause in listed("joints").split(sentence.words)]
    found = [_read_clause(clause, by) for clause in clauses if clause]
    # A customer's three words without a verb may well be a complaint, so they need company.
    lonely = by == "customer" and set(found) <= _NAMELESS
    fragments = " ".join(clause for clause, name in zip(filter(None, clauses), found, strict=True) if name == _FRAGMENT)
    numbered = by == "merchant" and _PLACEHOLDER.search(sentence.words)
    if fragments and (lonely or not (numbered or _is_title(fragments, sentence.raw))):
        return None
    strange = _STRANGE.search(sentence.words) or _is_misspelt(sentence.words) or _is_foreign(sentence.words)
    if None in found or sentence.quoted or strange:
        return None
    return _state((name for name in dict.fromkeys(found) if name and name not in _NAMELESS), sentence, against=False)


def _is_in_doubt(sentence: _Sentence) -> bool:
    """Check whether a sentence that no rule covers holds anything that complaints and admissions are made of."""
    words = sentence.words
    strange = _STRANGE.search(words) or _is_misspelt(words) or _is_foreign(words) or _is_in_other_language(words)
    return bool(sentence.quoted or strange or listed("suspicious").search(listed("harmless").sub(" _ ", words)))


def _is_in_other_language(words: str) -> bool:
    """Check for a sentence with hardly an English word; one of few words may be a name or a product."""
    said = re.findall(r"[^\W\d_]+", _PLACEHOLDER.sub(" ", words))
    return len(said) >= _FEW and _share(said) < _MIN_SENTENCE_ENGLISH


def _is_misspelt(words: str) -> bool:
    """Check for a word that is nearly, and not quite, one that speaks against the merchant."""
    plain = {word for word in re.findall("[a-z]+", words) if not listed("doubtful").fullmatch(word)}
    return any(difflib.get_close_matches(word, load().watched, 1, _ALIKE) for word in plain)


def _is_title(clauses: str, raw: str) -> bool:
    """Check that what only names things has capitals, as products, people and places have, or is a number."""
    capitals = _fold(" ".join(word for word in re.split(r"[\s(/-]+", raw) if not word[:1].islower()))
    return set(re.findall("[a-z]+", clauses)) <= set(re.findall("[a-z]+", capitals)) | _SMALL_WORDS


def _is_foreign(words: str) -> bool:
    return not vocabulary("foreign").isdisjoint(re.findall("[a-z']+", words))


def _state(names: Iterable[str], sentence: _Sentence, *, against: bool) -> tuple[Statement, ...]:
    return tuple(Statement(name=name, start=sentence.start, end=sentence.end, against=against) for name in names)


def _open(clause: str) -> str:
    """Return a clause without the words before it that change nothing."""
    bare = clause.strip(_MARKS)
    while match := listed("openers").match(bare):
        bare = bare[match.end() :].strip(_MARKS)
    return bare


def _read_clause(clause: str, by: Party) -> str | None:
    """Return the name of the rule that covers a clause, or what it is that needs none; None when nothing covers it."""
    rules = (rule.name for rule in compile_rules(by, against=False) if rule.begins(clause))
    if (name := next(rules, None)) or listed("doubtful").search(listed("harmless").sub(" _ ", clause)):
        return name
    if any(listed(name).fullmatch(clause) for name in ("no_news", "signs_off", "labels")):
        return _NO_NEWS
    # `1 x Blue tent` only names things: no verb, few words.
    named = clause.startswith("_num_ x ") or not listed("verbs").search(clause)
    return _FRAGMENT if named and len(clause.split()) <= _LONGEST_FRAGMENT else None


def _find_signature(sentences: tuple[_Sentence, ...]) -> int:
    """Return the position from which names are a signature: behind the sign-off, or among the last lines."""
    ruled = [at for at, sentence in enumerate(sentences) if at and _RULE_OFF.fullmatch(sentence.raw)]
    ends = [at for at, sentence in enumerate(sentences) if listed("signs_off").fullmatch(sentence.words.strip(" ,-"))]
    return min(*(found[0] for found in (ruled, ends) if found), len(sentences), max(len(sentences) - _NAME_LINES, 1))


def _is_signature(sentence: _Sentence, at_end: bool) -> bool:  # noqa: FBT001 (one private caller)
    if _FORWARDED.match(sentence.raw) or _HEADER.match(sentence.raw):
        return True
    named = at_end and _NAME_LINE.fullmatch(sentence.raw) and not listed("doubtful").search(sentence.words)
    return bool(named) and not listed("verbs").search(sentence.words)


def _find_fault(text: str, sentences: list[_Sentence]) -> str:
    """Return what keeps a text as a whole from being read, as the end of a sentence; empty when nothing does."""
    if not text.strip() or len(text) > LONGEST:
        return "is longer than 2,000 characters" if text.strip() else "is empty"
    shown = (_PLACEHOLDER.sub(" ", sentence.words) for sentence in sentences)
    words = [word for said in shown for word in re.findall(r"[^\W\d_]+", said)]
    foreign = any(c.isalpha() and "LATIN" not in unicodedata.name(c, "") for c in text if c not in "\u00aa\u00ba")
    if foreign or (len(words) >= _MIN_WORDS and _share(words) < _MIN_ENGLISH):
        return "is in another language"
    return "" if words else "holds no words"


def _share(words: list[str]) -> float:
    return sum(word in load().english for word in words) / max(len(words), 1)


def _describe(sentence: _Sentence) -> str:
    if _is_in_other_language(sentence.words):
        return "is in another language"
    shown = " ".join(sentence.raw.split())
    return f'holds a sentence that no rule reads: "{shown if len(shown) <= SHOWN else shown[:SHOWN] + "..."}"'
