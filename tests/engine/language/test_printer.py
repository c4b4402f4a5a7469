"""The canonical text: what it looks like, and that the checker reads it back as the same tree in either surface, under whatever
labels, comments included."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from engine.definitions import Option, Text
from engine.language import FUNCTIONS, Checked, Function, Node, Problems, Scope, Type, check, from_json
from engine.language.comments import comment_spans, comments_of
from engine.language.functions import BY_KEY, BY_NAME, Parameter
from engine.language.layout import WIDTH, columns
from engine.language.printer import print_tree
from engine.language.surfaces import Surface
from engine.language.types import BOOLEAN, NUMBER, TEXT, list_of, record, reference
from tests.engine.language.expressions import commented, written
from tests.engine.language.scopes import SCOPES
from tests.engine.language.vectors import GROUPS, Case

EVERYTHING = frozenset({"words", "lookup", "directory", "roles", "decisions"})
SCOPE = replace(SCOPES["ticket"].scope, provides=EVERYTHING)
SURFACES: tuple[Surface, Surface] = ("en", "zh")
TYPES = (
    "condition", "number", "condition", "money", "text", "condition", "date", "datetime", "condition", "duration", "list", "choice",
)  # fmt: skip


def read(text: str, scope: Scope = SCOPE, templates: bool = False) -> Checked:
    """The expression, which must be right."""
    found = check(text, scope, templates=templates)
    assert not isinstance(found, Problems), f"{text}\n{found}"
    return found


def reads_back(tree: Node, surface: Surface, scope: Scope, labels: bool) -> str:
    """The text, after the law was tried on it: the checker reads it back as the same tree, and it is printed the same again."""
    known = scope if labels else None
    text = print_tree(tree, surface, known)
    again = read(text, scope, templates=any(node.op == "template" for node in tree.walk())).tree
    assert again == tree, text
    assert list(comments_of(again)) == list(comments_of(tree)), text
    assert print_tree(again, surface, known) == text
    return text


def sample(seed: int) -> Checked:
    """A generated expression; every other one has comments."""
    text = written(seed, TYPES[seed % len(TYPES)], size=seed % 6)
    return read(commented(text, seed, count=1 + seed % 4) if seed % 2 else text)


@pytest.mark.parametrize("group", GROUPS)
def test_the_vectors_read_back(group: str) -> None:
    cases: Sequence[Case] = GROUPS[group]
    for number, case in enumerate(cases):
        scope = SCOPES[case.scope].scope
        reads_back(read(case.text, scope).tree, SURFACES[number % 2], scope, labels=bool(number // 2 % 2))


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.key)
def test_the_examples_of_functions_read_back(function: Function) -> None:
    for text in (text for example in function.examples for text in example):
        found = check(text, SCOPE)
        if isinstance(found, Problems):
            assert {problem.code for problem in found.problems} <= {"unknown_name", "unknown_member"}, (
                f"{text}: {found}"
            )
            continue
        for surface in SURFACES:
            reads_back(found.tree, surface, SCOPE, labels=True)


@pytest.mark.parametrize("start", range(0, 160, 40))
def test_generated_expressions_read_back(start: int) -> None:
    for seed in range(start, start + 40):
        found = sample(seed)
        reads_back(found.tree, SURFACES[seed // 2 % 2], SCOPE, labels=bool(seed // 4 % 2))
        stored = from_json(found.to_json()).tree
        assert stored == found.tree
        reads_back(stored, SURFACES[seed // 4 % 2], SCOPE, labels=bool(seed // 2 % 2))


#: Labels that must not be taken for something else.
AWKWARD = (
    "且", "and", "Some", "return", "any", "item", "项", "tag", "x", "line", "title", "name", "status", "price", "due date", " 金 额 ",
    "a.b", "a#b", "3 天", "7", "", "`x`", "“x”", '"x"', "两\n行", "open", "closed", "VIP", "today", "if", "当前状态", "等级", "x" * 60,
)  # fmt: skip


def relabelled(scope: Scope, draw: random.Random) -> Scope:
    """The scope with every label of a field and of an option renamed, some to what is awkward."""

    def label() -> Text:
        zh, en = (
            draw.choice(AWKWARD) if draw.random() < 0.5 else f"{sign}{draw.randrange(10**6)}" for sign in ("名", "n")
        )
        return Text(zh, en)

    def renamed(type: Type) -> Type:
        options = tuple(Option(option.key, label()) for option in type.options)
        fields = {key: renamed(field) for key, field in type.fields.items()}
        item = renamed(type.item) if type.item is not None else None
        return replace(type, label=label(), options=options, fields=fields, item=item)

    variables = {key: renamed(type) for key, type in scope.variables.items()}
    return replace(scope, variables=variables, records={key: renamed(type) for key, type in scope.records.items()})


@pytest.mark.parametrize("start", range(0, 80, 40))
def test_new_labels_change_no_meaning(start: int) -> None:
    for seed in range(start, start + 40):
        tree = sample(seed).tree
        reads_back(tree, SURFACES[seed % 2], relabelled(SCOPE, random.Random(seed)), labels=True)


FORMS: Sequence[tuple[str, str, str]] = [
    ("not (status = 'open')", 'Status != "Open"', '状态 != "处理中"'),
    ("not (status in ['open'])", 'Status not in ["Open"]', '状态 不属于 ["处理中"]'),
    ("((quantity)) >= 1 and quantity <= (3)", "Quantity between 1 and 3", "数量 介于 1 且 3"),
    ("not (quantity between 1 and 3)", "Quantity not between 1 and 3", "数量 不介于 1 且 3"),
    ("title = empty or not (note = empty)", "Title is empty or Note is not empty", "标题 为空 或 备注 不为空"),
    ("not title contains 'a'", 'Title not contains "a"', '标题 不包含 "a"'),
    ("not title contains any of ['a']", 'Title contains none of ["a"]', '标题 不包含任一 ["a"]'),
    ("title contains keywords('k')", 'Title contains any of keywords("k")', '标题 包含任一 关键词("k")'),
    ("not title contains all of tags", "not Title contains all of Tags", "非 标题 包含全部 标签"),
    ("(urgent and paid) or not (urgent or paid)", "Urgent and `Paid` or not (Urgent or `Paid`)".replace("`", ""), "加急 且 已付款 或 非 (加急 或 已付款)"),
    ("urgent and (paid and urgent)", "Urgent and (Paid and Urgent)", "加急 且 (已付款 且 加急)"),
    ("1 - (2 - 3) - 4 > 2 * (3 + rate)", "1 - (2 - 3) - 4 > 2 * (3 + Rate)", "1 - (2 - 3) - 4 > 2 * (3 + 费率)"),
    ("-(quantity + 1) * -2 = 12.5%", "-(Quantity + 1) * -2 = 0.125", "-(数量 + 1) * -2 = 0.125"),
    ("title + 'x' & note", 'Title & "x" & Note', '标题 & "x" & 备注'),
    ("(quantity ?? (rate ?? 1)) = 2", "Quantity ?? (Rate ?? 1) = 2", "数量 ?? (费率 ?? 1) = 2"),
    ("if urgent then 1 else (if paid then 2 else 3 end) end = 1", "if Urgent then 1 else if Paid then 2 else 3 end = 1", "如果 加急 那么 1 否则如果 已付款 那么 2 否则 3 结束 = 1"),
    ("3 days + due < seen", "Due + 3 days < `Seen at`", "到期日 + 3 天 < 查看时间"),
    ("due - 24 months > 2026-01-01 and pause < 7 天内", "Due - 2 years > 2026-01-01 and Pause < 7 days", "到期日 - 2 年 > 2026-01-01 且 暂停 < 7 天"),
    ("seen + 90 business minutes < 2026-11-23T09:00", "`Seen at` + 90 business minutes < 2026-11-23T09:00", "查看时间 + 90 工作分钟 < 2026-11-23T09:00"),
    ("2026-11-23 + 09:00 + 2 hours > seen", "2026-11-23T09:00 + 2 hours > `Seen at`", "2026-11-23T09:00 + 2 小时 > 查看时间"),
    ("has_reached(status, 'open')", 'has_reached(Status, "Open")', '已到(状态, "处理中")'),
    ("amount > 3元 and opens = 09:30:00", "Amount > 3 CNY and Opens = 09:30", "金额 > 3 元 且 开门 = 09:30"),
    ("lines.product.name contains title", "Lines.Product.Name contains Title", "明细.产品.名称 包含 标题"),
    ("(lines where price > 1 CNY and item.shipped) 为空", "(Lines where Price > 1 CNY and Shipped) is empty", "(明细 其中 单价 > 1 元 且 已发货) 为空"),
    ("length(tags where item != title) = 1", "length(Tags where item != Title) = 1", "长度(标签 其中 项 != 标题) = 1"),
    ("length((tags) as t where t = 'a') = 1", 'length(Tags as t where t = "a") = 1', '长度(标签 记作 t 其中 t = "a") = 1'),
    ("every `in` in tags satisfies `in` = 'a'", 'every `in` in Tags satisfies `in` = "a"', '所有 `in` 属于 标签 满足 `in` = "a"'),
    ("length(for l in lines return l.name) = 1", "length(for l in Lines return l.Name) = 1", "长度(对 l 属于 明细 取 l.品名) = 1"),
    ("now() > today() and true", "now() > today() and true", "现在() > 今天() 且 真"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "english", "chinese"), FORMS, ids=lambda text: text[:60])
def test_the_canonical_form(text: str, english: str, chinese: str) -> None:
    tree = read(text).tree
    assert reads_back(tree, "en", SCOPE, labels=True) == english
    assert reads_back(tree, "zh", SCOPE, labels=True) == chinese


def test_without_a_scope_names_are_keys() -> None:
    tree = read('状态 = "处理中" 且 (明细 其中 单价 > 1 元) 不为空').tree
    assert print_tree(tree, "en") == 'status = "open" and (lines where price > 1 CNY) is not empty'
    assert print_tree(tree, "zh") == 'status = "open" 且 (lines 其中 price > 1 元) 不为空'


def test_a_label_that_leads_elsewhere_is_not_used() -> None:
    """Inside `where` the fields of the item come first: an outer field is then called by what leads out to it."""
    name = SCOPE.variables["note"].named(Text("单价", "Price"))
    scope = replace(SCOPE, variables={**SCOPE.variables, "note": name})
    tree = read("note is empty and (lines where note is empty) is empty", scope).tree
    assert reads_back(tree, "en", scope, labels=True) == "Price is empty and (Lines where note is empty) is empty"


def test_two_options_of_one_label_are_called_by_key() -> None:
    options = (Option("a", Text("甲", "Same")), Option("b", Text("乙", "Same")), Option("c", Text("a", "C")))
    scope = Scope({"grade": Type("choice", options=options)})
    tree = read('grade in ["a", "b", "c"]', scope).tree
    assert reads_back(tree, "en", scope, labels=True) == 'grade in ["a", "b", "C"]'
    assert reads_back(tree, "zh", scope, labels=True) == 'grade 属于 ["甲", "乙", "c"]'


def test_branches_that_take_their_type_from_neighbours_stay_apart() -> None:
    """One chain would bring the inner literal to the type of the outer values, and read another tree, or none."""
    for text in (
        'if urgent then title else (if paid then status else "open" end) end',
        'if urgent then "x" else (if paid then title else status end) end',
        'if urgent then title else if paid then status else "z" end',
        "if urgent then due else (if paid then opened else seen end) end",
        "if urgent then seen else (if paid then opened else due end) end",
    ):
        reads_back(read(text).tree, "en", SCOPE, labels=False)


COMMENTS: Sequence[tuple[str, str]] = [
    ("# a\n#b\nurgent", "# a\n# b\nurgent"),
    ("urgent # a", "urgent\n# a"),
    ("urgent and # a\n paid # b", "urgent\n# a\nand paid\n# b"),
    ("urgent # a\nand paid", "urgent\n# a\nand paid"),
    ("( # a\n urgent and paid) or urgent", "# a\nurgent and paid or urgent"),
    ("urgent and ( # a\n paid or urgent)", "urgent\n# a\nand (paid or urgent)"),
    ("not # a\n status = 'open'", '# a\nstatus != "open"'),
    ("3 days + # a\n due > seen", "# a\ndue + 3 days > seen"),
    ("quantity >= 1 and # a\nquantity <= 3", "quantity >= 1\n# a\nand quantity <= 3"),
    ("quantity between # a\n1 and # b\n3", "quantity\n  # a\n  between 1\n  # b\n  and 3"),
    ("length( # a\ntags) between 1 and 2", "length(\n  # a\n  tags\n)\n  between 1\n  and 2"),
    ("length( # a\n tags) = # b\n 1", "length(\n  # a\n  tags\n)\n  # b\n  = 1"),
    (
        "if urgent then # a\n 1 else # b\n if paid then 2 else # c\n 3 end = 1",
        "if urgent then\n  # a\n  1\n# b\nelse if paid then\n  2\nelse\n  # c\n  3\nend\n  = 1",
    ),
    ("status in [\n'open', # the first\n'closed' # the last\n]", 'status in [\n  "open",\n  # the first\n  "closed"\n]\n# the last'),
    ('title = "a # b" # c', 'title = "a # b"\n# c'),
    ("#\nurgent", "#\nurgent"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "wanted"), COMMENTS, ids=lambda text: text[:40])
def test_comments_stand_before_what_they_are_about(text: str, wanted: str) -> None:
    tree = read(text).tree
    assert print_tree(tree, "en") == wanted
    for surface in SURFACES:
        reads_back(tree, surface, SCOPE, labels=True)


def test_comments_are_found_outside_texts_and_quoted_names() -> None:
    text = "\"#1\" & '#2\\'#' & “#3” & `#4` # five # 5\n# \n&#6"
    assert [(text[start:end], comment) for start, end, comment in comment_spans(text)] == [
        ("# five # 5", "five # 5"),
        ("# ", ""),
        ("#6", "6"),
    ]


def test_comments_are_stored() -> None:
    found = read("# why\nurgent # because\nand paid # end")
    stored = from_json(found.to_json())
    assert list(comments_of(stored.tree)) == [("why",), (), ("because",), ("end",)]


def test_a_comment_of_several_lines_ends_with_none_of_them() -> None:
    tree = replace(read("urgent").tree, comments=("a\nb",), trailing=("c\nfalse",))
    text = print_tree(tree, "en")
    assert text == "# a\n# b\nurgent\n# c\n# false"
    assert read(text).tree == tree


def test_long_expressions_break_over_lines() -> None:
    conditions = [f'title contains any of ["{"长" * 8}{number}", "{"词" * 9}{number}"]' for number in range(12)]
    joined = " and ".join(f"({condition} or {conditions[0]})" for condition in conditions)
    items = ", ".join(f'"{"x" * 20}{number}"' for number in range(12))
    for text in (joined, f"title in [{items}]", f"if {joined} then {' + '.join(['quantity'] * 30)} else 1 end"):
        tree = read(text).tree
        for surface in SURFACES:
            lines = reads_back(tree, surface, SCOPE, labels=True).split("\n")
            assert len(lines) > 1
            assert max(columns(line) for line in lines) <= WIDTH


def test_what_fits_stays_on_one_line() -> None:
    text = " and ".join(["urgent"] * 7) + " and quantity > 1." + "0" * 10
    assert columns(text) == WIDTH
    assert print_tree(read(text).tree, "en") == text
    assert "\n" in print_tree(read(text + "0").tree, "en")


def test_named_arguments_and_what_is_read_of_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Function(
        "pick", ("pick", "挑选"), "lookup", (Parameter("entity", ("text",), literal=True),), reference("customer"),
        Text("", ""), (), lambda *_: None, named=True,
    )  # fmt: skip
    everything = Function(
        "picked", ("picked", "都挑选"), "lookup", (), list_of(record({"price": NUMBER.named(Text("价", "Cost"))})), Text("", ""), (),
        lambda *_: None,
    )  # fmt: skip
    for function in (found, everything):
        monkeypatch.setitem(BY_KEY, function.key, function)
        for called in function.names:
            monkeypatch.setitem(BY_NAME, called, function)
    tree = read('pick("customer").region.name = title and picked().price contains quantity').tree
    assert reads_back(tree, "zh", SCOPE, labels=True) == '挑选("customer").地区.名称 = 标题 且 都挑选().价 包含 数量'
    assert (
        reads_back(tree, "en", SCOPE, labels=False)
        == 'pick("customer").region.name = title and picked().price contains quantity'
    )
    named = Node("named", TEXT, (read("(title ?? note) & # why\n note").tree,), "end")
    picked = tree.args[0].args[0].args[0]
    lines = print_tree(replace(picked, args=(*picked.args, named)), "en").split("\n")
    assert lines == ["pick(", '  "customer",', "  `end`:", "    title ?? note", "      # why", "      & note", ")"]


TEMPLATES = (
    '"您好，{customer.name}：{{请}} {title ?? \\"（无）\\"}"', '"{lines.name}"', '"{if urgent then 1 else 2 end}}}"', '"plain"',
    '"a\\nb {length(tags where item != \\"x\\")} c" & title',
)  # fmt: skip


@pytest.mark.parametrize("text", TEMPLATES)
def test_templates_read_back(text: str) -> None:
    tree = read(text, templates=True).tree
    for surface in SURFACES:
        for labels in (True, False):
            reads_back(tree, surface, SCOPE, labels)
    assert print_tree(tree, "en") == text


UNPRINTABLE: Sequence[Callable[[], Node]] = (
    lambda: Node("teleport", TEXT),
    lambda: Node("call", TEXT, (), "no_such_function"),
    lambda: Node("const", Type("record"), value="x"),
    lambda: Node("const", NUMBER, value="x"),
    lambda: Node("and", BOOLEAN, (Node("const", BOOLEAN, value=True),)),
    lambda: Node("=", BOOLEAN),
    lambda: Node("not", BOOLEAN),
    lambda: Node("and", BOOLEAN, (Node(">=", BOOLEAN), Node("<=", BOOLEAN))),
    lambda: Node("if", TEXT, (Node("field", TEXT, path=("a",)),)),
    lambda: Node("field", TEXT),
    lambda: Node("field", TEXT, path=("a`b",)),
    lambda: Node("field", TEXT, path=("a", "")),
    lambda: Node("get", TEXT, (Node("list", TEXT),), path=("a",)),
    lambda: Node("some", BOOLEAN, (Node("field", TEXT, path=("a",)), Node("const", BOOLEAN)), value=None),
)


@pytest.mark.parametrize("made", UNPRINTABLE)
def test_a_tree_that_no_text_gives_is_refused(made: Callable[[], Node]) -> None:
    with pytest.raises(ValueError, match=r"no text|cannot be written|constant|no function"):
        print_tree(made(), "en")
