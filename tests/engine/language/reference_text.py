"""The prose of the reference of the language, in both languages, and its examples; the tables come from the registries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from engine.definitions import Text
from engine.language.checker import MAX_ITEMS
from engine.language.cost import LIST_LENGTH, MAX_COST
from engine.language.functions.function import MOST_REPEATED
from engine.language.literals import MAX_BUSINESS_DAYS, MAX_DURATION
from engine.language.problems import MAX_PROBLEMS
from engine.language.syntax import MAX_DEPTH, MAX_LENGTH, MAX_NODES
from engine.language.values import MAX_DIGITS, MAX_MONTHS, QUOTIENT_DIGITS

TITLE: Final = Text("# 表达式语言", "# The expression language")
OTHER_PAGE: Final = Text("[English](language.md)", "[中文](language.zh.md)")

INTRODUCTION: Final = Text(
    """规则、网关、表单、记录的条件，行权限、人群和列表筛选，都用这一种语言写。它有中文和英文两种写法，是同一棵树的两个样子，可以随时互换。
运行时不会出错：不对的地方在保存时就指出来，读不到的值就是*空*。本页由代码里的登记表生成，并由测试保证一致。
常见的错误和提示见 [language-mistakes.md](language-mistakes.md)。""",
    """One language for conditions of rules, gateways, forms and records, for permissions on rows, segments and filters of lists. It is written
in English or in Chinese; both are surfaces of one tree and change into one another. Nothing fails while it runs: what is wrong is said
when it is saved, and a value that cannot be read is *empty*. This page is written from the registries of the code; tests hold it to them.
What is told of mistakes is shown in [language-mistakes.md](language-mistakes.md).""",
)

#: What can be said, and what it means. Every example is checked against the entities of the vectors.
EXAMPLES: Mapping[str, Text] = {
    'status = "open" and amount > 100 CNY': Text("字段写键或名称；金额带币种", "fields by key or by label; amounts carry their currency"),
    '状态 = "处理中" 且 金额 > 100 元': Text("同一句的中文写法；选项写键或名称", "the same in Chinese; an option by its key or its label"),
    'status != "closed"': Text("相等认得空：没有状态的记录也算不等于", "equality knows empty: true for a record without a status"),
    "quantity > 3": Text("其他比较遇到空都不成立，所以 `非 (数量 > 3)` 成立", "every other comparison with empty is false, so `not (quantity > 3)` is then true"),
    "note is empty": Text("没有值、空文本、空列表都是空", "nothing, the empty text and the empty list are all empty"),
    'status in ["open", "triaged"]': Text("另有 `不属于`；右边也可以是列表字段", "`not in` likewise; a list field may stand on the right"),
    "due between 2026-01-01 and 2026-06-30": Text("两端都算在内", "both ends belong to it"),
    'title contains "refund"': Text("文本里有另一段文本，不分英文大小写", "a text in a text, ignoring the case of A to Z"),
    'tags contains any of ["vip", "heavy"]': Text("另有 `包含全部` 和 `不包含任一`", "also `all of` and `none of`"),
    "not (urgent or paid)": Text("`非` 就是反过来，真假只有两种", "`not` turns around; there are two truth values and no third"),
    "seen > now() - 2 hours": Text("日期时间加减时长", "date-times and lengths of time"),
    "due + 7 days < today()": Text("日期加减整天数仍是日期", "a date moved by whole days stays a date"),
    "due + 3 months": Text("月和年按日历算，月底不会越过", "months and years go by the calendar and stop at the end of a month"),
    "seen + 15 business minutes": Text("工作时间按公司日历算", "business time goes by the company's calendar"),
    "(customer.budget ?? 0 CNY) >= 5000 CNY": Text("经过引用读取；`??` 给空一个值", "through a reference; `??` gives a value for empty"),
    'if quantity > 10 then "many" else if quantity > 3 then "some" else "few" end': Text("多选一，结果是同一种值", "a choice between values of one kind"),
    "amount / quantity": Text("十进制小数，不用浮点数；除以零为空", "decimals, never floats; division by zero is empty"),
    "some line in lines satisfies line.price > 100 CNY": Text("列表里有一项满足；`所有` 是每一项都满足", "whether an item satisfies it; `every` asks it of all"),
    "count(lines where shipped and quantity > 1)": Text("筛选列表；字段直接写名称，项本身写 `item`（项）", "a list narrowed; the item's fields stand bare, the item itself is `item`"),
    "sum(lines.price)": Text("列表里每一项的字段", "a field of every item"),
    "highest((for line in lines return line.quantity * 2))": Text("逐项计算", "a value for every item"),
    'title & " / " & note': Text("连接文本；有空则为空", "texts joined; empty when one is"),
    "agent = me or team = me.department": Text("当前用户，用在筛选和记录的条件里", "the caller, in filters and conditions of records"),
}  # fmt: skip

#: Types: how a value is written, and what it is.
TYPES: Sequence[tuple[str, str, Text]] = (
    ("boolean", "true", Text("是或否", "yes or no")),
    ("text", '"refund"', Text("文本；引号可以是 \"…\"、'…' 或 “…”", "text; in \"…\", '…' or “…”")),
    ("number", "12.5", Text(f"十进制数，至多 {MAX_DIGITS} 位；`5%` 就是 0.05", f"a decimal of at most {MAX_DIGITS} digits; `5%` is 0.05")),
    ("money", "100 CNY", Text("金额和币种；币种不同不能混用；`元` 就是 CNY", "an amount and its currency; currencies do not mix; `元` is CNY")),
    ("date", "2026-11-23", Text("日期", "a day of the calendar")),
    ("time", "09:30", Text("一天里的时刻", "a time of day")),
    ("datetime", "2026-11-23T09:30:00+08:00", Text("日期和时刻；不写时差时按公司的时区", "a moment; without an offset it is read in the company's time zone")),
    ("duration", "2 hours", Text("固定时长；一天是 24 小时，一周是 7 天", "a fixed length; a day is 24 hours, a week 7 days")),
    ("period", "3 months", Text("日历上的月数或年数", "months or years of the calendar")),
    ("business", "3 business days", Text("工作日、工作小时或工作分钟；只写在 + 和 - 右边", "business days, hours or minutes; only right of + and -")),
    ("choice", '"open"', Text("一个选项，写它的键或名称", "one of the options, by key or by label")),
    ("reference", "customer", Text("指向一条记录；用点读它的字段", "points at a record; its fields follow after a dot")),
    ("list", '["a", "b"]', Text("同一种值的列表；列表里没有空，也没有列表", "values of one kind; it holds neither empty nor lists")),
    ("record", "lines", Text("子表的一行；用点读它的字段", "a row of a sub-table; its fields follow after a dot")),
    ("empty", "empty", Text("没有值", "no value")),
)  # fmt: skip

#: Operators from the loosest to the tightest.
OPERATORS: Sequence[tuple[str, str, Text]] = (
    ("or", "或", Text("有一个成立就成立", "true when one is")),
    ("and", "且", Text("都成立才成立", "true when all are")),
    ("not", "非", Text("反过来", "turns around")),
    ("= !=", "= !=", Text("相等、不等；空等于空；列表不能比较", "equal, not equal; empty equals empty; not for lists")),
    ("< <= > >=", "< <= > >=", Text("大小；遇到空不成立；不能连写", "order; false with empty; they do not chain")),
    ("in / not in", "属于 / 不属于", Text("是列表里的一项", "is an item of a list")),
    ("between … and …", "介于 … and …", Text("在两端之间，两端也算", "from one to the other, both included")),
    ("contains / any of / all of / none of", "包含 / 任一 / 全部 / 无一", Text("文本里有另一段文本，列表里有一项", "a text in a text, an item in a list")),
    ("is empty / is not empty", "为空 / 不为空", Text("没有值 / 有值", "has no value / has one")),
    ("some x in L satisfies C", "存在 x 属于 L 满足 C", Text("有一项满足；空列表不成立", "an item satisfies it; false of an empty list")),
    ("every x in L satisfies C", "所有 x 属于 L 满足 C", Text("每一项都满足；空列表成立", "all items do; true of an empty list")),
    ("+ - &", "+ - &", Text("加、减、连接文本；日期加减时长", "plus, minus, joins texts; moves dates and times")),
    ("* /", "* /", Text("乘、除", "times, divided by")),
    ("??", "??", Text("空时用右边的值", "the value on the right when the left is empty")),
    ("(L where C) / (L as x where C)", "(L 其中 C) / (L 记作 x 其中 C)", Text("满足条件的项；只写在括号里", "the items that satisfy it; in parentheses only")),
    ("(for x in L return E)", "(对 x 属于 L 取 E)", Text("每一项算出一个值；只写在括号里", "a value for each item; in parentheses only")),
    ("if C then A else B end", "如果 C 那么 A 否则 B 结束", Text("多选一；中间可以有 else if（否则如果）", "a choice; `else if` may stand between")),
)  # fmt: skip

LAWS: Sequence[Text] = (
    Text("条件不是成立就是不成立，没有第三种。`=` 和 `!=` 认得空；其他比较遇到空都不成立；`非` 只是反过来。", "A condition is true or false; there is no third value. `=` and `!=` know empty, every other comparison with empty is false, and `not` turns that around."),
    Text("计算遇到空，结果是空。除以零、读不到的值也是空，并在解释里提示。", "What is calculated with empty is empty. Division by zero and values that cannot be read are empty too, and an explanation says so."),
    Text(f"数是十进制的。四舍五入时一半进位远离零；除法算到 {QUOTIENT_DIGITS} 位；取余的符号随除数。", f"Numbers are decimals. A half is rounded away from zero; quotients have {QUOTIENT_DIGITS} digits; a remainder has the sign of the divisor."),
    Text("文本的长度按字符（码点）数；大小写只管英文字母；先后按码点。", "The length of a text counts code points; only A to Z have case; texts are ordered by code point."),
    Text("日期加月数不会越过月底：1 月 31 日加 1 个月是 2 月的最后一天。", "Months clamp: 31 January and one month is the last day of February."),
    Text("天数和月数按公司的时区数。`现在()` 在一次计算中始终相同。夏令时跳过的时刻按跳过之前的时差算，重复的时刻按后一个时差算。", "Days and months are counted in the company's time zone. `now()` is the same throughout an evaluation. A time that a clock change leaves out has the offset before it, a time that comes twice the offset after."),
    Text("字段改名不改变意思：保存的是字段的键，名称只是写法。", "A new label changes no meaning: what is stored are the keys of fields; labels are only how they are written."),
    Text("名称里有空格，或与语言的词相同，写在反引号里。`#` 后面是说明文字，会保留。", "A name that holds blanks, or is a word of the language, stands in backticks. `#` begins a comment, which is kept."),
)  # fmt: skip

#: Limits, and what they are.
LIMITS: Sequence[tuple[str, Text]] = (
    (f"{MAX_LENGTH:,}", Text("文本的字符数", "characters of a text")),
    (f"{MAX_DEPTH}", Text("嵌套的层数", "levels of nesting")),
    (f"{MAX_NODES:,}", Text("表达式的部分数", "parts of an expression")),
    (f"{MAX_ITEMS}", Text("写出的列表的项数", "items of a list that is written out")),
    (f"{MOST_REPEATED}", Text("可重复的参数的个数", "arguments of a parameter that repeats")),
    (f"{MAX_COST:,}", Text(f"计算步数的估计，每个列表按 {LIST_LENGTH} 项算", f"steps of an evaluation as estimated, lists counted as {LIST_LENGTH} items")),
    (f"{MAX_DIGITS}", Text("数的位数", "digits of a number")),
    (f"{MAX_DURATION.days:,}", Text("时长的天数", "days of a length of time")),
    (f"{MAX_MONTHS:,}", Text("月数", "months of a period")),
    (f"{MAX_BUSINESS_DAYS:,}", Text("工作日数", "business days")),
    (f"{MAX_PROBLEMS}", Text("一次指出的错误数", "mistakes told at once")),
)  # fmt: skip

#: Where a back end's functions can be used.
TARGETS: Mapping[str, Text] = {
    "python": Text("规则和流程", "rules and flows"),
    "sql": Text("筛选和权限", "filters and permissions"),
    "browser": Text("表单", "forms"),
}

RULE = """```
rule product_defect_post "A product with a defect"
  priority 50
  when social.post as p where p.channel = "weibo"
  if p.text contains any of keywords("products") and p.text contains any of keywords("defects")
  then create_ticket("Defect: {p.text}", priority: "high")
       stop
  else tag("chatter")
  limit 1 per person per 6 hours
end
```
"""

RULES: Final = Text(
    """`keywords`（词表）给出词表的名称，只能用在规则里。`where` 决定规则看不看这个事件；`if` 在 `then` 和 `else` 之间选择。规则按优先级从高到低
依次尝试；`stop` 使优先级更低的规则不再对同一事件触发。`limit` 和 `once` 按对象限制次数；所有动作都失败的一次不计入。
参数按顺序写，或写名称；其中的文本可以有 `{路径}`。`event` 和 `person` 总是有的。
规则能等什么、数什么、做什么，各有例子，见[规则语言](rules.zh.md)。
""",
    """`keywords` names a word list, and stands in rules only. `where` decides whether the rule looks at the event at all; `if` chooses between
`then` and `else`. Rules are tried from the highest priority down; `stop` keeps those of lower priority from firing on the same event.
`limit` and `once` hold a rule back per subject; a firing of which every action failed uses up neither.
Arguments stand in order or by name; text in them may hold `{paths}`. `event` and `person` are always there.
Everything that rules can wait for, count and do stands, with an example each, in [the rule language](rules.md).
""",
)
