"""What is told of each mistake, by code, in both languages: plain sentences for people who write conditions."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definitions import Text

MESSAGES: Mapping[str, Text] = {
    "syntax": Text("这里看不懂：“{found}”", "“{found}” does not fit here"),
    "unexpected_end": Text(
        "“{found}”后面还缺内容，表达式没有写完", "the text stops after “{found}”; something must follow"
    ),
    "nothing_written": Text("还没有写内容", "nothing is written yet"),
    "unknown_character": Text("“{found}”这个符号没有用处，请删掉", "“{found}” has no meaning here; take it out"),
    "unwritable_character": Text(
        "“{found}”这个看不见的字符不能用，请删掉", "the invisible character “{found}” cannot be used; take it out"
    ),
    "invisible_character": Text("这里有看不见的字符，请删掉", "an invisible character stands here; take it out"),
    "double_equals": Text("相等只写一个等号：=", "equality is written with one sign: ="),
    "ampersands": Text("“并且”要写成文字：and 或 且", "“and” is written as a word: and"),
    "bars": Text("“或者”要写成文字：or 或 或者", "“or” is written as a word: or"),
    "exclamation": Text("“不是”要写成文字：not 或 非", "“not” is written as a word: not"),
    "arrow": Text("请写 {meant}", "write {meant}"),
    "not_equal_sign": Text("不等于写作 !=", "“not equal” is written !="),
    "assignment": Text("这里是比较，不是赋值，只写一个等号：=", "this compares and assigns nothing; write ="),
    "in_sign": Text("属于写作 in 或 属于", "membership is written as a word: in"),
    "chained": Text("大小不能连着比较，请写成 {meant}", "comparisons cannot be chained; write {meant}"),
    "full_width": Text("“{found}”是全角符号，请换成半角的 {ascii}", "“{found}” is a full-width sign; write {ascii}"),
    "missing_space": Text("“{found}”里少了空格，请写成：{split}", "spaces are missing in “{found}”; write: {split}"),
    "other_quotes": Text("文本要放在同一种引号里：{meant}", "a text stands between two equal quotation marks: {meant}"),
    "unclosed_text": Text("文本没有结束的引号", "this text has no closing quotation mark"),
    "unclosed_name": Text("名称没有结束的反引号 `", "this name has no closing backtick `"),
    "trailing_sign": Text("末尾不要写“{found}”", "no “{found}” is needed at the end"),
    "date_form": Text("日期写成 {meant}", "a date is written {meant}"),
    "date_and_time": Text("日期和时刻之间写字母 T：{meant}", "a letter T stands between date and time: {meant}"),
    "time_form": Text("时刻写成 {meant}", "a time is written {meant}"),
    "money_form": Text("金额写成数字加币种：{meant}", "an amount is a number and then its currency: {meant}"),
    "large_number": Text("数字要完整写出：{meant}", "write the number in full: {meant}"),
    "unit_form": Text("请写成 {meant}", "write {meant}"),
    "whole_period": Text("月数要是整数，例如 18 个月", "months are counted whole, for example 18 months"),
    "unknown_unit": Text("“{found}”不是单位", "“{found}” is not a unit"),
    "percent_form": Text("百分号紧跟在数字后面：{meant}", "the percent sign stands right behind the number: {meant}"),
    "underscores": Text("数字里不能有下划线：{meant}", "numbers hold no underscores: {meant}"),
    "exponent": Text("数字要完整写出：{meant}", "write the number in full: {meant}"),
    "leading_point": Text("小数点前面要写 0：{meant}", "a digit must stand before the point: {meant}"),
    "thousands": Text("数字里不写千位分隔的逗号：{meant}", "numbers are written without commas: {meant}"),
    "braces": Text("字段直接写名称：{meant}", "a field is written by its name alone: {meant}"),
    "word_operator": Text("“{found}”要写成 {meant}", "“{found}” is written {meant} here"),
    "sql_like": Text("请写成：{meant}", "write: {meant}"),
    "function_form": Text("请写成：{meant}", "write: {meant}"),
    "method": Text("函数写在前面，值放在括号里：{meant}", "write what is asked of the value like this: {meant}"),
    "called_if": Text("“如果”要用文字写完：{meant}", "a choice is written in words: {meant}"),
    "called_logic": Text("“{found}”写在两个条件之间：{meant}", "“{found}” stands between the conditions: {meant}"),
    "list_in_parentheses": Text("列表用方括号：{meant}", "a list stands in square brackets: {meant}"),
    "ternary": Text("请用文字写出选择：{meant}", "a choice is written in words: {meant}"),
    "modulo_sign": Text("求余数写成 {meant}", "the remainder is written {meant}"),
    "power_sign": Text("乘方写成 {meant}", "a power is written {meant}"),
    "comment_sign": Text("说明文字以 # 开头", "comments begin with #"),
    "spaced_name": Text(
        "名称里有空格，要放在反引号里：`{found}`", "this name holds blanks, so it stands in backticks: `{found}`"
    ),
    "reserved_name": Text(
        "“{found}”也是语言里的词；指字段时放在反引号里：`{found}`",
        "“{found}” is also a word of the language; as a field it stands in backticks: `{found}`",
    ),
    "joining_comma": Text(
        "条件之间要写 and（且）或 or（或者），不用“{found}”", "conditions are joined by and / or, not by “{found}”"
    ),
    "extra_comma": Text("这个“{found}”多余，请删掉", "this “{found}” is one too many; take it out"),
    "unmatched_bracket": Text("这个“{found}”没有对应的左括号", "no bracket is opened for this “{found}”"),
    "mismatched_bracket": Text(
        "前面打开的是“{found}”，不能用“{closed}”结束",
        "the bracket opened before is “{found}”, so “{closed}” cannot close it",
    ),
    "unclosed_bracket": Text("这个括号“{found}”没有结束", "this bracket “{found}” is never closed"),
    "empty_brackets": Text("括号里还没有内容", "there is nothing between these brackets"),
    "missing_then": Text("“如果”的条件后面要写 then（那么）", "after the condition of if comes then"),
    "missing_else": Text(
        "“如果”还要写出 else（否则）的值；没有就写 empty（空）",
        "an if also needs else; write else empty when there is no other value",
    ),
    "missing_end": Text("“如果”最后要写 end（结束）", "an if ends with the word end"),
    "missing_end.rule": Text("规则最后要写 end（结束）", "a rule ends with the word end"),
    "nothing_before": Text("“{found}”前面缺少内容", "something is missing before “{found}”"),
    "nothing_behind": Text("“{found}”后面缺少内容", "something is missing after “{found}”"),
    "repeated_word": Text("“{found}”写了两次", "“{found}” is written twice"),
    "missing_operator": Text(
        "“{before}”和“{found}”之间缺少 and、or 或 = 这样的词或符号",
        "a word or sign such as and, or, = is missing between “{before}” and “{found}”",
    ),
    "unknown_name": Text("这里没有叫“{name}”的字段", "there is no field called “{name}” here"),
    "unknown_member": Text("“{owner}”没有叫“{name}”的字段", "“{owner}” has no field called “{name}”"),
    "no_members": Text(
        "“{owner}”是{type}，后面不能再跟“.{name}”", "“{owner}” is {type}, so “.{name}” cannot follow it"
    ),
    "property": Text("“{name}”写成函数：{meant}", "“{name}” is asked with a function: {meant}"),
    "other_value": Text("“{name}”在这里写成 {meant}", "“{name}” is written {meant} here"),
    "text_without_quotes": Text(
        "文本和选项要放在引号里：{meant}", "texts and options stand in quotation marks: {meant}"
    ),
    "function_without_call": Text(
        "“{name}”是函数，后面要有括号：{usage}", "“{name}” is a function and needs parentheses: {usage}"
    ),
    "field_called": Text(
        "“{name}”是字段，不是函数，后面不要括号", "“{name}” is a field, not a function; leave out the parentheses"
    ),
    "unknown_function": Text("没有叫“{name}”的函数", "no function is called “{name}”"),
    "other_function": Text("“{name}”在这里写成 {meant}", "“{name}” is written {meant} here"),
    "conditional_function": Text(
        "先用 where（其中）筛选列表，再求{name}：{meant}", "narrow the list with where, then take {name}: {meant}"
    ),
    "argument_count": Text("{name} 要这样用：{usage}", "{name} is used like this: {usage}"),
    "type_mismatch": Text("这里要{expected}，写的却是{found}", "this must be {expected}, but it is {found}"),
    "type_mismatch.what": Text(
        "这里要一个条件（是或否），“{what}”却是{found}",
        "a condition (yes or no) is needed here, but “{what}” is {found}",
    ),
    "not_comparable": Text("{left}和{right}不能比较", "{left} and {right} cannot be compared"),
    "list_ordered": Text(
        "“{what}”是列表，有多个值；先取其中一个，例如最高、最低或合计",
        "“{what}” is a list; take one value of it, such as the highest, lowest or sum",
    ),
    "in_text": Text("要问文本里有没有另一段文本，写成 {meant}", "to ask whether a text holds another, write {meant}"),
    "only_after_contains": Text(
        '“{what}”只能写在“包含”后面，例如 标题 包含 {what}("…")',
        '“{what}” stands only after contains, as in title contains {what}("…")',
    ),
    "between_and": Text("between（介于）要有两个值，中间写 and", "between takes two values with and between them"),
    "missing_satisfies": Text(
        "{found} 的列表后面要写 satisfies（满足）和条件", "after the list of {found} come satisfies and a condition"
    ),
    "in_brackets": Text("这里要加括号：({meant})", "this must stand in parentheses: ({meant})"),
    "not_comparable.meant": Text(
        "这里要{right}，不是{left}，请写成 {meant}", "this must be {right}, not {left}; write {meant}"
    ),
    "out_of_range.most": Text("最多 {most}", "at most {most} is possible"),
    "out_of_range.low": Text("这里要 {low} 到 {high} 的整数", "this must be a whole number from {low} to {high}"),
    "out_of_range.shortest": Text(
        "这段文本要有 {shortest} 到 {longest} 个字符", "this text must have {shortest} to {longest} characters"
    ),
    "list_compared": Text(
        "“{what}”是列表，里面有没有某一项要用 {meant}", "“{what}” is a list; to ask what it holds, write {meant}"
    ),
    "lists_compared": Text(
        "列表不能用 = 比较，请用 contains all of（包含全部）", "lists are not compared with =; use contains all of"
    ),
    "not_ordered": Text("{left}没有大小之分，只能用 = 或 !=", "{left} has no order; only = and != can be used"),
    "length_needs_unit": Text("要写出单位，例如 {meant}", "say of what: a length of time is written {meant}"),
    "text_of_value": Text("要先用 to_text 把{found}变成文本", "turn {found} into a text first, with to_text"),
    "no_operation": Text(
        "{left}和{right}之间不能用 {operator}", "{operator} cannot be used between {left} and {right}"
    ),
    "currency_mismatch": Text(
        "币种不同（{left} 和 {right}），要先用 convert 换算",
        "the currencies differ ({left} and {right}); change one with convert first",
    ),
    "money_needs_currency": Text("金额要写币种，例如 {example}", "an amount needs its currency, for example {example}"),
    "unknown_option": Text("“{value}”不是这里的选项", "“{value}” is not one of the options"),
    "bad_id": Text(
        "“{value}”不是记录的编号；要按名称比较，请写出它的字段，例如“.name”",
        "“{value}” is not the id of a record; to compare by name, name its field, such as “.name”",
    ),
    "bad_date": Text("日历里没有“{value}”这一天", "there is no “{value}” in the calendar"),
    "bad_time": Text("一天里没有“{value}”这个时刻", "there is no “{value}” in a day"),
    "branches_differ": Text(
        "两种结果要是同一种值，这里是{left}和{right}",
        "both results must be of one kind, but they are {left} and {right}",
    ),
    "items_differ": Text(
        "放在一起的值要是同一种，这里有{left}和{right}",
        "values that stand together must be of one kind, but there are {left} and {right}",
    ),
    "must_be_literal": Text(
        "这里要直接写出值，不能用字段或计算", "write the value itself here, not a field or a calculation"
    ),
    "out_of_range": Text("这个值超出了允许的范围", "this value is outside what is allowed"),
    "not_in_sql": Text("筛选里不能用{what}", "{what} cannot be used in a filter"),
    "not_in_arithmetic": Text(
        "“{what}”只能加到日期或时间上，或从中减去", "“{what}” can only be added to or taken from a date or a time"
    ),
    "all_of_words": Text(
        "词表不能和“包含全部”一起用，请用“包含任一”",
        "a word list cannot be used with contains all of; use contains any of",
    ),
    "not_a_list": Text("“{what}”不是列表，不能逐项查看", "“{what}” is not a list, so it has no items to go through"),
    "named_argument": Text("{name} 的括号里直接写值，不写名称", "values are given to {name} without names"),
    "too_many_items": Text("列表太长，最多 {limit} 项", "the list is too long; at most {limit} items"),
    "too_costly": Text(
        "要算的太多：列表套列表的层数太多，请拆开",
        "this takes too much work: too many lists go through one another; split it up",
    ),
    "too_large": Text(
        "结果可能太长，请缩短文本或减少相乘", "the result could become too long; shorten the texts or multiply less"
    ),
    "too_long": Text("内容太长，最多 {limit} 个字符", "the text is too long; at most {limit} characters"),
    "too_deep": Text(
        "括号、条件或计算一层接一层太多了，最多 {limit} 层",
        "too much stands inside one another or in one calculation; at most {limit} levels",
    ),
    "too_many_nodes": Text(
        "内容太多，最多 {limit} 个部分，请拆成几个", "the expression has too many parts; at most {limit}; split it up"
    ),
    "bad_template": Text("“{found}”里的大括号没有成对", "the braces in “{found}” do not pair up"),
    "only_in_rules": Text("{what}只能用在规则里", "{what} can be used in rules only"),
    "not_provided": Text("“{name}”只能用在{places}里", "“{name}” can be used in {places} only"),
    "list_in_list": Text("列表里不能再放列表", "a list cannot hold lists"),
    "unnamed_argument": Text("这里要写出字段名：{usage}", "the field must be named here: {usage}"),
    "unknown_table": Text("没有叫“{name}”的决策表", "no decision table is called “{name}”"),
    "unknown_input": Text("决策表“{table}”没有输入“{name}”", "the decision table “{table}” has no input “{name}”"),
    "unnamed_input": Text("这里要写出输入的名称：{usage}", "the input must be named here: {usage}"),
    "missing_input": Text("决策表“{table}”还要给出输入“{name}”", "the decision table “{table}” also needs “{name}”"),
    "unknown_entity": Text("没有叫“{name}”的数据", "no kind of record is called “{name}”"),
    "not_searched": Text(
        "不能按“{name}”查找：它有多个值", "records cannot be found by “{name}”: it holds several values"
    ),
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
    "unknown_calendar": Text("没有叫“{name}”的工作日历", "no business calendar is called “{name}”"),
    "unknown_quiet": Text("没有叫“{name}”的免打扰时段", "no quiet period is called “{name}”"),
    "unknown_segment": Text("没有叫“{name}”的人群", "no segment is called “{name}”"),
    "unknown_aggregate": Text("没有叫“{name}”的统计", "no aggregate is called “{name}”"),
    "window_outside_rules": Text(
        "只有规则的条件里可以统计以往的事件", "past events can be counted in the conditions of rules only"
    ),
    "window_misplaced": Text(
        "这里不能统计事件，请放到规则的“如果”里", "events cannot be counted here; do it in the rule's “if”"
    ),
    "window_without_event": Text(
        "括号里要写一种事件，例如 订单.支付 其中 …",
        "an event is expected in the parentheses, such as order.paid where …",
    ),
    "event_outside_window": Text(
        "“记作”只能用在统计的事件后面，例如 计数(… 记作 x 其中 … 7 天内)",
        "“as” can stand only after an event that is counted, such as count(… as x where … within 7 days)",
    ),
    "not_of_the_past": Text(
        "{what}不能用来查以往的事件，请放到规则的“如果”里",
        "{what} cannot be asked of past events; put it into the rule's “if”",
    ),
    "window_business": Text(
        "这里的时间要用日历时间，不能用工作时间", "calendar time is expected here, not business time"
    ),
    "spike_needs_baseline": Text("突增要写基线，例如 基线 7 天", "a spike needs a baseline, such as baseline 7 days"),
    "baseline_without_spike": Text("只有突增可以写基线", "only a spike has a baseline"),
    "spike_fixed": Text("突增的时间和基线要用天、小时或分钟", "a spike is measured in days, hours or minutes"),
    "baseline_too_short": Text(
        "基线不能比统计的时间短", "the baseline cannot be shorter than the time that is counted"
    ),
    "too_many_windows": Text("一条规则最多 {limit} 个统计", "a rule can have at most {limit} aggregates"),
    "value_not_wanted": Text("{name} 数的是事件，不需要写值", "{name} counts events and takes no value"),
    "value_wanted": Text(
        "{name} 要写出统计什么，例如 {name}(金额: 订单.支付 7 天内)",
        "{name} needs what it adds up, such as {name}(amount: order.paid within 7 days)",
    ),
    "value_of_other_type": Text("{name} 不能用于{found}", "{name} cannot be used with {found}"),
    "window_key_unknown": Text(
        "规则的事件没有“{name}”，不知道要统计谁的",
        "the rule's event has no “{name}”, so it is not known whose events to count",
    ),
    "window_key_type": Text(
        "“{name}”在两边的类型不同，不能按它统计",
        "“{name}” is of another type on the other side, so events cannot be counted by it",
    ),
    "no_time": Text("时间长度要大于零", "the length of time must be more than nothing"),
    "else_without_if": Text("没有“如果”就没有“否则”", "there is no else without an if"),
    "valid_backwards": Text("有效期的结束早于开始", "the rule would end before it begins"),
    "not_countable_by": Text("这里要写一个值，不能是列表", "one value is expected here, not several"),
    "without_not_last": Text("“未发生”只能是最后一步", "without can only be the last step"),
    "too_many_links": Text("最多 {limit} 步", "at most {limit} steps can follow"),
    "not_constant": Text("这里要写一个固定的值", "a fixed value is expected here"),
    "at_without_days": Text("写了时刻，间隔就要是整天", "with a time of day the rule runs every so many whole days"),
    "every_business": Text(
        "这里可以用天、小时、分钟、月或 1 个工作日", "days, hours, minutes, months or 1 business day are expected here"
    ),
    "too_often": Text("间隔至少 1 分钟", "a rule can run once a minute at most"),
    "nothing_watched": Text(
        "监测的条件里没有统计，例如 计数(…) >= 20", "nothing is counted in what is watched, such as count(…) >= 20"
    ),
    "set_not_in_sql": Text(
        "{what}不能用来挑选记录，请放到规则的“如果”里", "{what} cannot choose the records; put it into the rule's “if”"
    ),
    "too_many_statements": Text("一条规则最多 {limit} 个动作", "a rule can do at most {limit} things"),
    "shares_over_100": Text("各份之和不能超过 100%", "the shares cannot be more than 100 % together"),
    "share_repeated": Text("两份同名", "two shares have the same name"),
    "misspelt": Text(
        "“{found}”在这里没有意思，是不是“{meant}”？", "“{found}” means nothing here; did you mean “{meant}”?"
    ),
    "missing_then.rule": Text("要做什么的前面写 {meant}", "before what is done comes {meant}"),
    "missing_do": Text("要做什么的前面写 {meant}", "before what is done comes {meant}"),
    "missing_end.block": Text(
        "“{block}”这一段最后要写 end（结束）", "what begins with “{block}” ends with the word end"
    ),
    "missing_rule": Text(
        "规则以 rule（规则）和名称开头，例如 {meant}", "a rule begins with rule and its name, such as {meant}"
    ),
    "missing_name": Text("规则要有名称，例如 {meant}", "the rule needs a name, such as {meant}"),
    "missing_trigger": Text(
        "“{found}”前面要写规则等什么，例如 当 订单.支付",
        "before “{found}” the rule says what it waits for, such as when order.paid",
    ),
    "missing_event": Text(
        "“{found}”后面要写一种事件，例如 订单.支付", "after “{found}” comes an event, such as order.paid"
    ),
    "missing_each": Text("这里要写对哪些记录，例如 {meant}", "say for which records, such as {meant}"),
    "missing_within": Text("要写多长时间以内，例如 {meant}", "say within which time, such as {meant}"),
    "missing_length": Text("要写多长时间，例如 {meant}", "say how long, such as {meant}"),
    "missing_number": Text("要写出数字：{meant}", "write the number: {meant}"),
    "limit_count": Text("要写最多几次，例如 {meant}", "say how often at most, such as {meant}"),
    "limit_subject": Text("要写每位谁，例如 每位 客户", "say for whom, such as per person"),
    "limit_per": Text("时间前面要写 {meant}", "{meant} stands before the length of time"),
    "limit_length": Text("限制要写在多长时间里，例如 {meant}", "a limit says within which time, such as {meant}"),
    "missing_subject": Text("要写每位谁，例如 {meant}", "say for whom, such as {meant}"),
    "missing_percent": Text("份额写成百分数：{meant}", "a share is written as a percentage: {meant}"),
    "missing_shares": Text("分流要写出各份，例如 50% A: …", "a split needs its shares, such as 50% A: …"),
    "missing_colon": Text("份额的名称后面要有冒号", "a colon stands behind the name of a share"),
    "share_name": Text("每一份要有名称，例如 50% A: …", "a share needs a name, such as 50% A: …"),
    "call_brackets": Text("动作的内容放在括号里", "what an action is given stands in parentheses"),
    "missing_by": Text("统计谁的，要写 {meant}", "whose events are counted is said with {meant}"),
    "priority_number": Text("优先级是数字，例如 {meant}", "a priority is a number, such as {meant}"),
    "header_place": Text("“{found}”写在“当”前面", "“{found}” stands before when"),
    "tail_place": Text("“{found}”写在要做什么的后面", "“{found}” stands after what is done"),
    "one_event": Text(
        "一条规则等一种事件；另一种事件请另写规则，先后发生用 followed_by（随后）",
        "a rule waits for one event; write another rule for the other, or followed_by for one after the other",
    ),
    "extra_when": Text("“{meant}”前面不写“{found}”", "“{found}” is not needed before “{meant}”"),
    "else_before_then": Text("“{found}”写在 then（那么）和要做的事后面", "“{found}” comes after then and what is done"),
    "one_then": Text(
        "“{found}”只写一次，要做的事一个接一个写在它后面",
        "“{found}” is written once; what is done stands behind it, one after the other",
    ),
    "unfinished_rule": Text(
        "“{found}”后面还缺内容，规则没有写完，例如 {meant}",
        "the rule stops after “{found}”; something must follow, such as {meant}",
    ),
    "one_else": Text("只能有一个 else（否则）", "there can be only one else"),
    "extra_end": Text("规则前面已经结束，请删掉这个“{found}”", "the rule has ended already; take this “{found}” out"),
    "one_rule": Text("这里只写一条规则，另一条请分开写", "one rule is written here; write the other by itself"),
    "behind_end": Text("规则在“{found}”前面已经结束", "the rule has ended before “{found}”"),
    "extra_word": Text(
        "动作一个接一个写，中间不写“{found}”", "actions stand one after the other, without “{found}” between them"
    ),
    "unsayable": Text(
        "这条规则换一种语言写不出来：其中有名称在那种语言里另有所指",
        "this rule cannot be written in that language: a name in it means something else there",
    ),
    "field_of_event": Text("“{name}”是事件的字段，请写成 {meant}", "“{name}” is a field of the event; write {meant}"),
    "parameter_colon": Text("参数用冒号：{meant}", "a parameter is given with a colon: {meant}"),
}
