"""The functions of the language: one list, by group."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definitions import Text
from engine.language.functions import business, choices, dates, decisions, lists, lookups, money, numbers, people, text
from engine.language.functions.function import EVERYWHERE, Function, Group, Parameter

#: The groups of the reference, in its order.
GROUPS: Mapping[str, Text] = {
    "text": Text("文本", "Text"),
    "number": Text("数字", "Numbers"),
    "money": Text("金额", "Money"),
    "date": Text("日期与时间", "Dates and times"),
    "business": Text("工作时间", "Business time"),
    "list": Text("列表", "Lists"),
    "lookup": Text("查找", "Lookups"),
    "decision": Text("决策表", "Decision tables"),
    "choice": Text("选项", "Choices"),
    "people": Text("人员与部门", "People and departments"),
}

FUNCTIONS: Group = (
    *text.FUNCTIONS, *numbers.FUNCTIONS, *money.FUNCTIONS, *dates.FUNCTIONS, *business.FUNCTIONS, *lists.FUNCTIONS,
    *lookups.FUNCTIONS, *decisions.FUNCTIONS, *choices.FUNCTIONS, *people.FUNCTIONS,
)  # fmt: skip

BY_KEY: Mapping[str, Function] = {function.key: function for function in FUNCTIONS}
BY_NAME: Mapping[str, Function] = {name: function for function in FUNCTIONS for name in function.names}

#: `keywords("list")` stands only after `contains`, so it is grammar of the checker and not a function with a value.
KEYWORDS_NAMES = frozenset({"keywords", "关键词", "词表"})

__all__ = [
    "BY_KEY",
    "BY_NAME",
    "EVERYWHERE",
    "FUNCTIONS",
    "GROUPS",
    "KEYWORDS_NAMES",
    "Function",
    "Group",
    "Parameter",
]
