"""What a rule does: actions with their arguments, blocks for later, shares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from lark import Token

from engine.definitions import Text
from engine.language import BOOLEAN, DATETIME, TEXT, Checked, Type, record
from engine.language.names import find, surface
from engine.language.problems import nearest
from engine.language.stops import HOLE
from engine.language.syntax import Syntax, span
from engine.rules.model import MESSAGE, ActionSignature, After, Block, Call, Parameter, Share, Split, Statement, Stop
from engine.rules.pieces import expression, one, tokens_of, trees
from engine.rules.triggers import Triggered

if TYPE_CHECKING:
    from engine.rules.compile import Compiler

MAX_STATEMENTS = 50
#: The message that was sent, as the blocks after it know it.
MESSAGE_TYPE = record(
    {
        "id": TEXT.named(Text("编号", "ID")),
        "channel": TEXT.named(Text("渠道", "Channel")),
        "text": TEXT.named(Text("内容", "Text")),
        "status": TEXT.named(Text("状态", "Status")),
        "sent_at": DATETIME.named(Text("发送时间", "Sent at")),
        "read_at": DATETIME.named(Text("阅读时间", "Read at")),
    },
    Text("消息", "Message"),
)
#: What an argument of each type may look like, for what is suggested.
_SAMPLES: Mapping[str, str] = {
    "number": "1", "money": "1 CNY", "boolean": "true", "date": "today()", "datetime": "now()", "duration": "1 day",
    "reference": "person.owner",
}  # fmt: skip
_STATEMENTS = frozenset({"do", "after", "split", "stop"})
#: Words that an action can run together with where the parser takes both for its name.
_BEFORE_ACTIONS = ("否则", "那么", "执行", "停止")


class Statements:
    """Reads the blocks of one rule."""

    def __init__(self, compiler: Compiler, triggered: Triggered) -> None:
        self._compiler = compiler
        self._scope = triggered.scope
        self._alias = triggered.alias
        self._count = 0

    def block(self, syntax: Syntax, sent: bool = False) -> Block:
        """The statements of a branch, in their order. `sent` says that a message was sent before them."""
        found: list[Statement] = []
        for tree in trees(syntax):
            if tree.data not in _STATEMENTS:
                continue
            self._count += 1
            if self._count == MAX_STATEMENTS + 1:
                self._compiler.report(tree, "too_many_statements", limit=MAX_STATEMENTS)
            statement = self._statement(tree, sent)
            if statement is not None:
                found.append(statement)
                sent = sent or self._sends(statement)
        return tuple(found)

    def _sends(self, statement: Statement) -> bool:
        if not isinstance(statement, Call):
            return False
        signature = self._compiler.scope.actions.get(statement.action)
        return signature is not None and signature.sends

    def _statement(self, syntax: Syntax, sent: bool) -> Statement | None:
        if syntax.data == "stop":
            return Stop()
        if syntax.data == "after":
            return self._after(syntax, sent)
        if syntax.data == "split":
            return self._split(syntax, sent)
        return self._call(syntax, sent)

    def _after(self, syntax: Syntax, sent: bool) -> After:
        length = one(syntax, "length")
        assert length is not None, "the grammar gives the statement a length"
        conditions = [tree for tree in trees(syntax) if tree.data not in _STATEMENTS | {"length"}]
        condition = self._checked(conditions[0], BOOLEAN, sent) if conditions else None
        return After(self._compiler.length(length), condition, self.block(syntax, sent))

    def _split(self, syntax: Syntax, sent: bool) -> Split:
        path = one(syntax, "path")
        assert path is not None, "the grammar gives the statement a path"
        by = self._checked(path, None, sent)
        if not identifies(by.type):
            self._compiler.report(path, "not_countable_by")
        shares = tuple(self._share(tree, sent) for tree in trees(syntax) if tree.data == "share")
        if sum(share.percent for share in shares) > 100:
            self._compiler.report(syntax, "shares_over_100")
        if len({share.name for share in shares}) < len(shares):
            self._compiler.report(syntax, "share_repeated")
        return Split(by, shares)

    def _share(self, syntax: Syntax, sent: bool) -> Share:
        percent, name = tokens_of(syntax)[:2]
        number = Decimal(percent.rstrip("%"))
        if not 0 < number <= 100:
            self._compiler.report(percent, "shares_over_100")
        return Share(number, surface(name), self.block(syntax, sent))

    # -- actions

    def _call(self, syntax: Syntax, sent: bool) -> Call | None:
        token = tokens_of(syntax)[0]
        signature = action_named(surface(token), self._compiler.scope.actions)
        if token == HOLE:  # told already
            return None
        if signature is None:
            self._unknown(token)
            return None
        arguments = self._arguments(signature, trees(syntax), sent)
        for parameter in signature.parameters:
            if parameter.required and parameter.name not in arguments:
                self._missing(syntax, signature, parameter)
        return Call(signature.key, arguments)

    def _unknown(self, token: Token) -> None:
        name, actions = surface(token), self._compiler.scope.actions
        joined = (
            word for word in _BEFORE_ACTIONS if name.startswith(word) and action_named(name[len(word) :], actions)
        )
        word = next(joined, None)
        if word is None:
            self._compiler.report(token, "unknown_action", nearest(name, self._names()), name=name)
        else:
            meant = f"{word} {name[len(word) :]}"
            self._compiler.report(token, "missing_space", (meant,), found=name, split=meant)

    def _missing(self, syntax: Syntax, signature: ActionSignature, parameter: Parameter) -> None:
        written = self._compiler.text[slice(*span(syntax))]
        label = parameter.label.zh if parameter.label is not None else parameter.name
        name = self._compiler.said(parameter.name, label)
        sample = _SAMPLES.get((parameter.type.item or parameter.type).kind, '""')
        joint = "" if written.rstrip(" )").endswith("(") else ", "
        meant = f"{written[:-1]}{joint}{name}: {sample})"
        self._compiler.report(syntax, "missing_parameter", (meant,), action=signature.key, name=name)

    def _names(self) -> list[str]:
        actions = self._compiler.scope.actions
        return [*actions, *(each.label.zh for each in actions.values() if each.label is not None)]

    def _arguments(self, signature: ActionSignature, given: list[Syntax], sent: bool) -> dict[str, Checked]:
        found: dict[str, Checked] = {}
        named_before = False
        for index, argument in enumerate(given):
            equated = self._equated(signature, argument)
            if argument.data == "named":
                named_before = True
                self._named(signature, argument, found, sent)
            elif equated is not None:
                named_before = True
                self._bind(equated[0], equated[1], found, sent)
            elif named_before:
                self._compiler.report(argument, "positional_after_named")
            elif index >= len(signature.parameters):
                self._compiler.report(argument, "too_many_arguments", action=signature.key)
            else:
                self._bind(signature.parameters[index], argument, found, sent)
        return found

    def _equated(self, signature: ActionSignature, argument: Syntax) -> tuple[Parameter, Syntax] | None:
        """`priority = "high"`: a parameter with the sign of a comparison."""
        parts = trees(argument)
        if (
            argument.data != "compare"
            or [str(token) for token in tokens_of(argument)] != ["="]
            or parts[0].data != "path"
        ):
            return None
        steps = [surface(token) for token in tokens_of(parts[0])]
        parameter = parameter_named(steps[0], signature) if len(steps) == 1 else None
        if parameter is None or find(self._scope.variables, steps[0]) is not None:
            return None
        meant = f"{steps[0]}: {self._compiler.text[slice(*span(parts[1]))]}"
        self._compiler.report(argument, "parameter_colon", (meant,), meant=meant)
        return parameter, parts[1]

    def _named(self, signature: ActionSignature, argument: Syntax, found: dict[str, Checked], sent: bool) -> None:
        token = argument.children[0]
        assert isinstance(token, Token), "the grammar begins a named argument with its name"
        name = surface(token)
        if name == HOLE:  # told already
            return
        parameter = parameter_named(name, signature)
        if parameter is None and signature.open:
            parameter = Parameter(name, Type("unknown"))
        if parameter is None:
            known = [each.name for each in signature.parameters]
            labels = [each.label.zh for each in signature.parameters if each.label is not None]
            near = nearest(name, [*known, *labels])
            self._compiler.report(token, "unknown_parameter", near or known[:5], action=signature.key, name=name)
            parameter = parameter_named(near[0], signature) if near else None  # the rest is checked as if it was meant
        if parameter is None:
            return
        if parameter.name in found:
            self._compiler.report(token, "repeated_parameter", name=name)
        else:
            self._bind(parameter, expression(argument), found, sent)

    def _bind(self, parameter: Parameter, value: Syntax, found: dict[str, Checked], sent: bool) -> None:
        found[parameter.name] = self._checked(value, parameter.type, sent, templates=True)

    def _checked(self, syntax: Syntax, wanted: Type | None, sent: bool, templates: bool = False) -> Checked:
        scope = self._scope
        if sent:
            scope = replace(scope, variables={**scope.variables, MESSAGE: MESSAGE_TYPE})
        return self._compiler.checked(syntax, scope, wanted, templates=templates, trigger=self._alias)


def identifies(type: Type) -> bool:
    """Whether a value of the type is one thing that firings can be counted by: a record stands for its id."""
    return type.kind != "list" and (type.kind != "record" or "id" in type.fields)


def action_named(name: str, actions: Mapping[str, ActionSignature]) -> ActionSignature | None:
    """The action with a key or a label."""
    if name in actions:
        return actions[name]
    labelled = (each for each in actions.values() if each.label is not None and name in (each.label.zh, each.label.en))
    return next(labelled, None)


def parameter_named(name: str, signature: ActionSignature) -> Parameter | None:
    """The parameter of an action with a name or, when none has it, a label."""
    named = (each for each in signature.parameters if each.name == name)
    labelled = (
        each for each in signature.parameters if each.label is not None and name in (each.label.zh, each.label.en)
    )
    return next(named, None) or next(labelled, None)
