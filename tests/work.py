"""How much work a function does on a text, counted and not timed: a busy machine changes nothing."""

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from itertools import pairwise
from re import _compiler, _parser  # type: ignore[attr-defined]  # the parser of `re` itself

Next = Callable[[int], int | None]
Matcher = Callable[[int, Next], int | None]
SMALL = 250
MOST = 2_000_000


def calls(function, *values):
    """Count the calls a function makes, in Python and in C."""
    return _profiled(function, *values)[0]


def assert_proportional(function: Callable[[str], object], unit: str, tail: str = "") -> None:
    """Check that twice the text is twice the work: the calls of a function, and the steps of each pattern it uses."""
    texts = [unit * (size // len(unit)) + tail for size in (SMALL, 2 * SMALL, 4 * SMALL)]
    function(texts[0])  # what is cached is built before it is counted
    counted, patterns = zip(*(_profiled(function, text) for text in texts), strict=True)
    _assert_line(counted, f"{function} over {unit!r}")
    for pattern in set.intersection(*patterns):  # a pattern built of the text itself is another one each time
        assert_linear(pattern, texts)


def assert_linear(pattern: re.Pattern[str], texts: Iterable[str]) -> None:
    """Check that a pattern takes steps in proportion to these texts, each twice as long as the one before."""
    _assert_line([steps(pattern, text) for text in texts], pattern.pattern)


def steps(pattern: re.Pattern[str], text: str, most: int = MOST) -> int:
    """Count the steps in which a backtracking engine such as `re` finds every match; raise when it takes too many."""
    engine = _engine(pattern)
    assert list(engine.spans(text, most)) == [match.span() for match in pattern.finditer(text)]
    return engine.count


def _assert_line(counted, what: str) -> None:
    first, second = (after - before for before, after in pairwise(counted))
    assert second <= 2.5 * first + 100, f"The work grows faster than the text: {counted} for {what}"


def _profiled(function, *values):
    count, patterns = 0, set()

    def tick(_, event, called):
        nonlocal count
        count += event in {"call", "c_call"}
        if event == "c_call" and isinstance(owner := getattr(called, "__self__", None), re.Pattern):
            patterns.add(owner)

    sys.setprofile(tick)
    try:
        function(*values)
    finally:
        sys.setprofile(None)
    return count, patterns


class Engine:
    """A regular expression engine that tries what `re` tries, in its order, and counts."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.text, self.most, self.count = "", 0, 0
        self.groups: dict[int, str] = {}
        self._match = self._sequence(_parser.parse(pattern.pattern, pattern.flags), pattern.flags)

    def spans(self, text: str, most: int) -> Iterator[tuple[int, int]]:
        """Yield where each match stands."""
        self.text, self.most, self.count, at = text, most, 0, 0
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(100_000)
        try:
            while at <= len(self.text):
                end = self._match(at, _end)
                if end is not None:
                    yield at, end
                at = at + 1 if end is None or end == at else end
        finally:
            sys.setrecursionlimit(limit)

    def _step(self, count: int = 1) -> None:
        self.count += count
        if self.count > self.most:
            raise AssertionError(f"More than {self.most} steps over {len(self.text)} characters.")

    def _sequence(self, nodes, flags: int) -> Matcher:
        matchers = [self._matcher(node, flags) for node in nodes]

        def match(at: int, then: Next, place: int = 0) -> int | None:
            if place == len(matchers):
                return then(at)
            return matchers[place](at, lambda to: match(to, then, place + 1))

        return matchers[0] if len(matchers) == 1 else match

    def _matcher(self, node, flags: int) -> Matcher:
        name, value = str(node[0]), node[1]
        if _is_letter(node):
            return self._letter(_one_letter(node, flags))
        if name == "AT":
            return self._at(_compiled(node, flags))
        build: Callable[[object, int], Matcher] = getattr(self, f"_{name.lower()}")
        return build(value, flags)

    def _letter(self, fits: Callable[[str], bool]) -> Matcher:
        def match(at: int, then: Next) -> int | None:
            self._step()
            return then(at + 1) if at < len(self.text) and fits(self.text[at]) else None

        return match

    def _at(self, place: re.Pattern[str]) -> Matcher:
        def match(at: int, then: Next) -> int | None:
            self._step()
            return then(at) if place.match(self.text, at) else None

        return match

    def _branch(self, value, flags: int) -> Matcher:
        ways = [(self._sequence(way, flags), _opening(way, flags)) for way in value[1]]

        @cache
        def fitting(letter: str) -> list[Matcher]:
            return [way for way, opens in ways if opens(letter)]

        def match(at: int, then: Next) -> int | None:
            self._step()
            tried = fitting(self.text[at : at + 1])
            return next((end for way in tried if (end := way(at, then)) is not None), None)

        return match

    def _subpattern(self, value, flags: int) -> Matcher:
        group, added, removed, nodes = value
        inner = self._sequence(nodes, (flags | added) & ~removed)

        def match(at: int, then: Next) -> int | None:
            def close(to: int) -> int | None:
                before = dict(self.groups)
                self.groups[group] = self.text[at:to]
                end = then(to)
                self.groups = self.groups if end is not None else before
                return end

            return inner(at, close)

        return inner if group is None else match

    def _groupref(self, group: int, flags: int) -> Matcher:
        def match(at: int, then: Next) -> int | None:
            self._step()
            written = self.groups.get(group)
            return then(at + len(written)) if written and self.text.startswith(written, at) else None

        return match

    def _atomic_group(self, nodes, flags: int) -> Matcher:
        inner = self._sequence(nodes, flags)
        return lambda at, then: None if (end := inner(at, _end)) is None else then(end)

    def _assert(self, value, flags: int) -> Matcher:
        look = self._look(value, flags)
        return lambda at, then: then(at) if look(at) else None

    def _assert_not(self, value, flags: int) -> Matcher:
        look = self._look(value, flags)
        return lambda at, then: None if look(at) else then(at)

    def _look(self, value, flags: int) -> Callable[[int], bool]:
        direction, nodes = value
        inner, back = self._sequence(nodes, flags), nodes.getwidth()[0] if direction < 0 else 0
        return lambda at: at >= back and inner(at - back, _end) is not None

    def _max_repeat(self, value, flags: int) -> Matcher:
        low, high, nodes = value
        return self._run(low, high, nodes, flags) if _is_one_letter(nodes) else self._loop(low, high, nodes, flags)

    def _min_repeat(self, value, flags: int) -> Matcher:
        low, high, nodes = value
        return self._loop(low, high, nodes, flags, lazy=True)

    def _possessive_repeat(self, value, flags: int) -> Matcher:
        inner = self._max_repeat(value, flags)
        return lambda at, then: None if (end := inner(at, _end)) is None else then(end)

    def _run(self, low: int, high: int, nodes, flags: int) -> Matcher:
        fits = _one_letter(nodes[0], flags)

        def match(at: int, then: Next) -> int | None:
            last = min(len(self.text), at + high)
            end = next((to for to in range(at, last) if not fits(self.text[to])), last)
            self._step(end - at + 1)
            ends = (self._try(to, then) for to in range(end, at + low - 1, -1))
            return next((found for found in ends if found is not None), None)

        return match

    def _try(self, at: int, then: Next) -> int | None:
        self._step()
        return then(at)

    def _loop(self, low: int, high: int, nodes, flags: int, *, lazy: bool = False) -> Matcher:
        inner = self._sequence(nodes, flags)

        def match(at: int, then: Next, times: int = 0) -> int | None:
            self._step()
            more = partial(inner, at, lambda to: match(to, then, times + 1) if to != at or times < low else None)
            if times < low:
                return more()
            if lazy:
                return end if (end := then(at)) is not None or times == high else more()
            return end if times < high and (end := more()) is not None else then(at)

        return match


@cache
def _engine(pattern: re.Pattern[str]) -> Engine:
    return Engine(pattern)


def _end(at: int) -> int:
    return at


def _is_letter(node) -> bool:
    return str(node[0]) in {"LITERAL", "NOT_LITERAL", "ANY", "IN"}


def _is_one_letter(nodes) -> bool:
    return len(nodes) == 1 and _is_letter(nodes[0])


def _opening(nodes, flags: int) -> Callable[[str], bool]:
    """Return whether a way may begin with a letter: `re` looks at that too before it tries it."""
    return _one_letter(nodes[0], flags) if len(nodes) and _is_letter(nodes[0]) else lambda _: True


def _one_letter(node, flags: int) -> Callable[[str], bool]:
    pattern = _compiled(node, flags)
    return cache(lambda letter: pattern.match(letter) is not None)


def _compiled(node, flags: int) -> re.Pattern[str]:
    state = _parser.State()
    state.flags, state.str = flags, ""
    return _compiler.compile(_parser.SubPattern(state, [node]), flags)  # type: ignore[no-any-return]
