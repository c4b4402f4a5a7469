"""Lookups of evaluations whose host cannot answer at once: what is asked is noted, answered together, and asked again.

lookups = Lookups()
while True:
    evaluate everything with Context(lookup=lookups)
    asked = lookups.take()
    if not asked: the values count
    for question in asked: lookups.answer(question, await ...)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.language.expression import Checked
from engine.language.functions import BY_KEY
from engine.language.tree import Node
from engine.language.types import BOOLEAN, Type

Record = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Question:
    """For the first record of an entity whose fields have these values, in their run-time forms."""

    entity: str
    fields: tuple[tuple[str, object], ...]

    def condition(self, types: Mapping[str, Type]) -> Checked:
        """What the record must meet; `types` are those of the entity's fields."""
        conditions = (
            Node("=", BOOLEAN, (Node("field", types[key], path=(key,)), Node("const", types[key], value=value)))
            for key, value in self.fields
        )
        return Checked(Node("and", BOOLEAN, tuple(conditions)))


class Lookups:
    """The lookup of a Context, which answers what it has been told and nothing else."""

    def __init__(self) -> None:
        self._answers: dict[Question, Record | None] = {}
        self._asked: dict[Question, None] = {}

    def __call__(self, entity: str, fields: Mapping[str, object]) -> Record | None:
        question = Question(entity, tuple(sorted(fields.items())))
        if question not in self._answers:
            self._asked[question] = None
        return self._answers.get(question)

    def take(self) -> tuple[Question, ...]:
        """What was asked since and could not be answered."""
        asked, self._asked = tuple(self._asked), {}
        return asked

    def answer(self, question: Question, record: Record | None) -> None:
        """The record, or that there is none."""
        self._answers[question] = record


def needs(trees: Iterable[Node]) -> frozenset[str]:
    """What the functions in trees need of the host."""
    calls = (node for tree in trees for node in tree.walk() if node.op == "call")
    return frozenset(need for node in calls if (need := BY_KEY[str(node.value)].needs) is not None)


def entities_of(tree: Node) -> Iterator[str]:
    """The entities in which records are looked up."""
    for node in tree.walk():
        if node.op == "call" and BY_KEY[str(node.value)].needs == "lookup":
            yield str(node.args[0].value)


def paths_behind(trees: Iterable[Node]) -> Mapping[str, frozenset[tuple[str, ...]]]:
    """By entity, the paths that are read of records looked up in it."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for node in (node for tree in trees for node in tree.walk() if node.op == "get"):
        for entity in entities_of(node.args[0]):
            found.setdefault(entity, set()).add(node.path)
    return {entity: frozenset(paths) for entity, paths in found.items()}
