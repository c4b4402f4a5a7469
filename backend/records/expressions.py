"""Expressions as the API shows and takes them: problems, completions, explanations, texts and trees."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import AfterValidator

from backend.errors import Invalid
from engine.definitions import Text
from engine.language import Checked, Explanation, Item, Node, Part, Problem, Problems, Scope, Warning, check, from_json
from engine.language import print as print_tree
from engine.language.cost import LIST_LENGTH, cost_problems
from engine.language.syntax import MAX_DEPTH, MAX_LENGTH, MAX_NODES
from engine.language.tree import VERSION
from engine.language.values import json_value

#: A typed tree is deeper than its text, by what the checker writes in.
_DEEPEST = 3 * MAX_DEPTH
_LARGEST = 3 * MAX_NODES
#: Characters of the texts in it, together.
_LONGEST = 2 * MAX_LENGTH
#: Bytes of a tree, or of the values that an expression is evaluated on.
_MOST_BYTES = 1_000_000
#: Of a list in an explanation so many items are shown.
_SHOWN = 100


def _writable(document: dict[str, Any]) -> dict[str, Any]:
    try:
        size = len(json.dumps(document, ensure_ascii=False).encode())
    except (UnicodeEncodeError, RecursionError) as error:
        raise ValueError("it holds half a character, or is nested too deeply") from error
    if size > _MOST_BYTES:
        raise ValueError(f"it is larger than {_MOST_BYTES} bytes")
    return document


#: A JSON object that can be written again, and is not too large to be worked on.
Document = Annotated[dict[str, Any], AfterValidator(_writable)]


def cost_of(checked: Checked, values: Mapping[str, Any]) -> list[Problem]:
    """Why evaluating the expression would take long, its lists being as long as those in the values can make them."""
    splits = any(node.op == "call" and node.value == "split" for node in checked.tree.walk())
    longest = max(
        (len(each) for each in _within(values) if isinstance(each, list | str if splits else list)), default=0
    )
    return cost_problems(checked.tree, longest) if longest > LIST_LENGTH else []


def _within(values: Any) -> Iterator[Any]:
    """The values, and all that is inside them."""
    waiting = [values]
    while waiting:
        value = waiting.pop()
        yield value
        waiting.extend(value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ())


def problem_json(problem: Problem) -> dict[str, Any]:
    """A problem of a text: a code, the span of characters, sentences, what would be legal."""
    return {
        "code": problem.code,
        "start": problem.start,
        "end": problem.end,
        "message": sentence(problem.message),
        "suggestions": list(problem.suggestions),
    }


def sentence(text: Text) -> dict[str, str]:
    """A sentence in both languages."""
    return {"zh": text.zh, "en": text.en}


def completion_json(item: Item) -> dict[str, Any]:
    """One thing that may be written."""
    return {
        "label": item.label,
        "insert": item.insert,
        "kind": item.kind,
        "type": item.type.code() if item.type is not None else None,
        "detail": sentence(item.detail) if item.detail is not None else None,
        "doc": sentence(item.doc) if item.doc is not None else None,
    }


def text_json(tree: Node, scope: Scope) -> dict[str, str]:
    """The canonical text in both languages. Raises Invalid for a tree that no text gives."""
    try:
        return {"zh": print_tree(tree, "zh", scope), "en": print_tree(tree, "en", scope)}
    except (ValueError, KeyError, IndexError, TypeError, AssertionError) as error:
        raise Invalid(path="json", reason=f"no text gives this tree: {error}") from error


def explanation_json(checked: Checked, explanation: Explanation) -> dict[str, Any]:
    """The value, the value of every part, what could not be read, and why a condition does not hold."""
    return {
        "value": json_value(checked.type, explanation.value),
        "part": _part_json(explanation.part),
        "warnings": [_warning_json(warning) for warning in explanation.warnings],
        "why_not": [sentence(reason) for reason in explanation.why_not],
    }


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "text": part.text,
        "start": part.node.start,
        "end": part.node.end,
        "type": part.node.type.code(),
        "value": _shown(json_value(part.node.type, part.value)),
        "parts": [_part_json(each) for each in part.parts],
    }


def _shown(value: Any) -> Any:
    return value[:_SHOWN] if isinstance(value, list) else value


def _warning_json(warning: Warning) -> dict[str, Any]:
    return {"code": warning.code, "start": warning.start, "end": warning.end, "message": sentence(warning.message)}


def tree_of(json: Mapping[str, Any], scope: Scope) -> Node | Problems:
    """The tree of a document in which parts may be texts; the problems of the first text that is not right. Raises Invalid."""
    _within_limits(json)
    try:
        found = _without_texts(json, scope)
        return found if isinstance(found, Problems) else from_json({"v": VERSION, **found}).tree
    except (ValueError, KeyError, IndexError, TypeError, AssertionError) as error:
        raise Invalid(path="json", reason=f"not a typed tree: {error}") from error


def _within_limits(document: Mapping[str, Any]) -> None:
    waiting: list[tuple[Any, int]] = [(document, 1)]
    count = characters = 0
    while waiting:
        node, depth = waiting.pop()
        count += 1
        characters += len(str(node.get("text", ""))) if isinstance(node, Mapping) and node.get("op") == "text" else 0
        if depth > _DEEPEST or count > _LARGEST or characters > _LONGEST:
            raise Invalid(path="json", reason="the tree is too large")
        args = node.get("args") if isinstance(node, Mapping) else None
        waiting.extend((arg, depth + 1) for arg in args if isinstance(args, list)) if args else None


def _without_texts(json: Mapping[str, Any], scope: Scope) -> dict[str, Any] | Problems:
    if json.get("op") == "text":
        found = check(str(json.get("text", "")), scope)
        return found if isinstance(found, Problems) else found.to_json()
    args = []
    for arg in json["args"] if isinstance(json.get("args"), list) else ():
        if not isinstance(arg, Mapping):
            raise ValueError("an operand must be an object")
        made = _without_texts(arg, scope)
        if isinstance(made, Problems):
            return made
        args.append(made)
    return {**json, "args": args}
