"""The words of the language, in English and Chinese: the one dictionary from a written word to grammar symbols.

A word may stand for several symbols (`不属于` is `NOT IN`) or for none (a measure word such as `次`).
"""

from __future__ import annotations

from collections.abc import Mapping

Words = Mapping[str, tuple[str, ...]]


def _dictionary(*entries: tuple[str, str]) -> Words:
    words: dict[str, tuple[str, ...]] = {}
    for symbols, surfaces in entries:
        for surface in surfaces.split():
            words[surface] = tuple(symbols.split())
    return words


EXPRESSION_WORDS: Words = _dictionary(
    ("AND", "and 且 并且 而且"),
    ("OR", "or 或 或者"),
    ("NOT", "not 非 不"),
    ("IN", "in 属于"),
    ("NOT IN", "不属于"),
    ("BETWEEN", "between 介于"),
    ("NOT BETWEEN", "不介于"),
    ("IS", "is 是 为"),
    ("EMPTY", "empty 空"),
    ("IS EMPTY", "为空 是空"),
    ("IS NOT EMPTY", "不为空 非空"),
    ("CONTAINS", "contains 包含"),
    ("NOT CONTAINS", "不包含"),
    ("CONTAINS ANY OF", "包含任一 包含任意"),
    ("CONTAINS ALL OF", "包含全部"),
    ("CONTAINS NONE OF", "不包含任一 不包含任意"),
    ("IF", "if 如果"),
    ("THEN", "then 那么 则"),
    ("ELSE", "else 否则"),
    ("ELSEIF", "否则如果"),
    ("END", "end 结束"),
    ("TRUE", "true 真"),
    ("FALSE", "false 假"),
)

#: Words that mean something only right after CONTAINS, so that fields may bear these names elsewhere.
AFTER_CONTAINS: Words = _dictionary(
    ("ANY", "any 任一 任意"), ("ALL", "all 全部"), ("NONE", "none 无一"), ("OF", "of 的")
)

#: Words that mean something only right before a name, where no name could stand by itself.
BEFORE_NAME: Words = _dictionary(("SOME", "some 存在"), ("EVERY", "every 所有 每一"), ("FOR", "for 对"))

#: Words that mean something only right after an operand, where no name could stand.
AFTER_OPERAND: Words = _dictionary(
    ("SATISFIES", "satisfies 满足"), ("WHERE", "where 其中"), ("AS", "as 记作"), ("RETURN", "return 取")
)

RULE_WORDS: Words = _dictionary(
    ("RULE", "rule 规则"),
    ("PRIORITY", "priority 优先级"),
    ("WHEN", "when 当"),
    ("AS", "as 记作"),
    ("WHERE", "where 其中"),
    ("STOP", "stop 停止"),
    ("LIMIT", "limit 限制"),
    ("ONCE", "once 仅一次"),
    ("PER", "per 每位 每个 每 按"),
    ("", "次 times"),
)

#: Clauses of the full rule language that this version refuses by name instead of misreading them.
LATER_WORDS: Words = _dictionary(
    ("SEQUENCE", "followed_by 随后 接着 without 未发生 within 内于"),
    ("SCHEDULE", "every 每天 for 对"),
    ("WATCH", "watch 监测 changes 变更 enters 进入 exits 离开 segment 人群"),
    ("CLAUSE", "valid 有效期 purpose 用途 quiet 免打扰 let 令"),
    ("STEP", "after 等待 split 分流"),
    ("CONDITION", "matches 匹配"),
)
