"""What is wrong with a text, in words a person can act on: one table of messages, by code, in both languages."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.definitions import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: a stable `code`, the half-open span of characters it concerns, a sentence, and what would be legal."""

    code: str
    start: int
    end: int
    message: Text
    suggestions: tuple[str, ...] = ()


#: More mistakes than this are one mistake; the rest are not told.
MAX_PROBLEMS = 20


@dataclass(frozen=True, slots=True)
class Problems:
    """Why a text was refused."""

    problems: tuple[Problem, ...]

    def __str__(self) -> str:
        return "; ".join(f"{p.code} at {p.start}: {p.message.en}" for p in self.problems)


MESSAGES: Mapping[str, Text] = {
    "syntax": Text("这里看不懂：“{found}”", "“{found}” was not expected here"),
    "unexpected_end": Text("表达式没有写完", "the text ends too early"),
    "unknown_character": Text("这个字符不能用在这里：“{found}”", "the character “{found}” has no meaning here"),
    "double_equals": Text("相等只写一个等号：=", "equality is written with one sign: ="),
    "ampersands": Text("“并且”写作 and 或 且", "“and” is written as a word: and"),
    "bars": Text("“或者”写作 or 或 或者", "“or” is written as a word: or"),
    "exclamation": Text("“不是”写作 not，“不等于”写作 !=", "negation is written as a word: not"),
    "arrow": Text("大于等于写作 >=，小于等于写作 <=", "write >= or <=; => has no meaning"),
    "not_equal_sign": Text("不等于写作 !=", "“not equal” is written !="),
    "chained": Text("比较不能连着写；请写成 a < b and b < c", "comparisons cannot be chained; write a < b and b < c"),
    "full_width": Text("“{found}”是全角符号，请换成半角的 {ascii}", "“{found}” is a full-width sign; write {ascii}"),
    "missing_space": Text("“{found}”里好像少了空格：{split}", "a space seems to be missing in “{found}”: {split}"),
    "unclosed_text": Text("文本没有结束的引号", "the text has no closing quotation mark"),
    "unknown_name": Text("没有叫“{name}”的字段或变量", "nothing here is called “{name}”"),
    "unknown_member": Text("“{owner}”没有叫“{name}”的字段", "“{owner}” has no field called “{name}”"),
    "no_members": Text("“{owner}”是{type}，后面不能再跟字段", "“{owner}” is {type}; nothing can follow it"),
    "unknown_function": Text("没有叫“{name}”的函数", "no function is called “{name}”"),
    "argument_count": Text("{name} 的用法是 {usage}", "{name} is used as {usage}"),
    "type_mismatch": Text("这里要{expected}，写的是{found}", "this must be {expected}, not {found}"),
    "not_comparable": Text("{left}和{right}不能比较", "{left} and {right} cannot be compared"),
    "not_ordered": Text("{left}没有大小之分", "{left} has no order"),
    "no_operation": Text("{left} {operator} {right} 没有意义", "{left} {operator} {right} has no meaning"),
    "currency_mismatch": Text("币种不同：{left} 和 {right}", "the currencies differ: {left} and {right}"),
    "money_needs_currency": Text("金额要写币种，例如 {example}", "an amount needs its currency, for example {example}"),
    "unknown_option": Text("“{value}”不是这里的选项", "“{value}” is not one of the options"),
    "bad_id": Text("“{value}”不是记录的编号", "“{value}” is not the id of a record"),
    "bad_date": Text("“{value}”不是有效的日期", "“{value}” is not a date of the calendar"),
    "bad_time": Text("“{value}”不是有效的时刻", "“{value}” is not a time of day"),
    "branches_differ": Text("两个分支的类型不同：{left} 和 {right}", "the branches differ: {left} and {right}"),
    "items_differ": Text("列表里的类型不一致：{left} 和 {right}", "the items of the list differ: {left} and {right}"),
    "must_be_literal": Text("这里要直接写出值", "this must be a plain value"),
    "out_of_range": Text("超出允许的范围", "this is outside the allowed range"),
    "not_in_sql": Text("筛选里不能用{what}", "{what} cannot be used in a filter"),
    "only_in_rules": Text("{what}只能用在规则里", "{what} can be used in rules only"),
    "not_supported_yet": Text("还不支持“{what}”", "“{what}” is not supported yet"),
    "not_provided": Text("“{name}”只能用在{places}里", "“{name}” can be used in {places} only"),
    "all_of_words": Text(
        "词表只能用“包含”“包含任一”或“不包含任一”",
        "a word list goes with contains, contains any of and contains none of",
    ),
    "not_in_arithmetic": Text("“{what}”只能加在日期或时间上", "“{what}” can only be added to a date or a time"),
    "not_a_list": Text("“{what}”不是列表，不能逐项处理", "“{what}” is not a list that could be gone through"),
    "list_in_list": Text("列表里不能再放列表", "a list cannot hold lists"),
    "named_argument": Text("{name} 的参数不写名字", "the arguments of {name} have no names"),
    "too_many_items": Text("列表太长（最多 {limit} 项）", "the list is too long (at most {limit} items)"),
    "too_costly": Text(
        "这个表达式计算量太大，请减少列表的嵌套", "this is too costly to evaluate; nest fewer lists in one another"
    ),
    "too_large": Text("结果可能太长，请缩短", "the result could become too long; make it shorter"),
    "too_long": Text("文本太长（最多 {limit} 个字符）", "the text is too long (at most {limit} characters)"),
    "too_deep": Text("嵌套太深（最多 {limit} 层）", "the nesting is too deep (at most {limit} levels)"),
    "too_many_nodes": Text("表达式太大（最多 {limit} 个部分）", "the expression is too large (at most {limit} parts)"),
    "bad_template": Text("“{found}”这里的大括号没有写对", "the braces in “{found}” do not close"),
    "unknown_event": Text("没有叫“{name}”的事件", "no event is called “{name}”"),
    "unknown_action": Text("没有叫“{name}”的动作", "no action is called “{name}”"),
    "unknown_parameter": Text("动作 {action} 没有参数“{name}”", "the action {action} has no parameter “{name}”"),
    "missing_parameter": Text("动作 {action} 缺少参数“{name}”", "the action {action} needs the parameter “{name}”"),
    "repeated_parameter": Text("参数“{name}”写了两次", "the parameter “{name}” is given twice"),
    "too_many_arguments": Text("动作 {action} 没有这么多参数", "the action {action} does not take so many arguments"),
    "positional_after_named": Text("没有名字的参数要写在前面", "arguments without a name come before those with one"),
    "repeated_clause": Text("“{name}”只能写一次", "“{name}” can be written only once"),
    "name_taken": Text("“{name}”已经有别的意思了", "“{name}” already means something else"),
    "unknown_zone": Text("没有叫“{name}”的时区", "no time zone is called “{name}”"),
    "unknown_word_list": Text("没有叫“{name}”的词表", "no word list is called “{name}”"),
}


def problem(code: str, start: int, end: int, /, suggestions: Iterable[str] = (), **params: str | int | Text) -> Problem:
    """A problem whose message comes from the table; a parameter that is a Text is put in by language."""
    template = MESSAGES[code]
    zh = template.zh.format(**{k: v.zh if isinstance(v, Text) else v for k, v in params.items()})
    en = template.en.format(**{k: v.en if isinstance(v, Text) else v for k, v in params.items()})
    return Problem(code, start, max(end, start), Text(zh, en), tuple(suggestions))


def nearest(name: str, candidates: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The candidates that look most like `name`, best first."""
    folded = {c.lower(): c for c in candidates}
    close = difflib.get_close_matches(name.lower(), folded, n=count, cutoff=0.5)
    inside = [c for c in folded if len(name) > 1 and name.lower() in c and c not in close]
    return tuple(folded[c] for c in [*close, *inside][:count])
