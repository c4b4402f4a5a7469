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
    ("SATISFIES", "satisfies 满足"), ("WHERE", "where 其中"), ("AS", "as 记作"), ("RETURN", "return 取"),
    ("WITHIN", "within 内于 在"), ("BY", "by 分组"), ("BASELINE", "baseline 基线"),
)  # fmt: skip

#: Words that rules reserve wherever a name could stand.
RULE_WORDS: Words = _dictionary(
    ("RULE", "rule 规则"),
    ("WHEN", "when 当"),
    ("FOLLOWED", "followed_by 随后 接着"),
    ("WITHOUT", "without 未发生 没有发生"),
    ("STOP", "stop 停止"),
    ("PER", "per 每位 每个 每 按"),
    ("", "次 times"),
)

#: Clauses of rules, whose words mean something only where what stands before is complete.
RULE_CLAUSES: Words = _dictionary(
    ("PRIORITY", "priority 优先级"),
    ("VALID", "valid 有效期"),
    ("PURPOSE", "purpose 用途"),
    ("CALENDAR", "calendar 日历"),
    ("EVERY", "every 每隔"),
    ("AT", "at 于"),
    ("FOR EACH", "对每个 对每位"),
    ("WATCH", "watch 监测"),
    ("CHANGES", "changes 变更 改变"),
    ("CHANGES TO", "变为 变更为 改为"),
    ("TO", "to 到 至"),
    ("DO", "do 执行"),
    ("LIMIT", "limit 限制"),
    ("ONCE", "once 仅一次"),
    ("QUIET", "quiet 免打扰"),
)

#: Words of rules that mean something only between what must stand before them (a symbol) and after them (a type of token).
RULE_ENTERS: Words = _dictionary(("ENTERS", "enters 进入"), ("EXITS", "exits leaves 离开"))
RULE_SEGMENT: Words = _dictionary(("SEGMENT", "segment 人群 分群"))
RULE_EACH: Words = _dictionary(("EACH", "each"))
RULE_FROM: Words = _dictionary(("FROM", "from 自 从"), ("TO", "to 到 至"))
RULE_LATER: Words = _dictionary(("AFTER", "after 等待"))
RULE_SPLIT: Words = _dictionary(("SPLIT", "split 分流"))
