"""Chinese texts of the server are punctuated as Chinese is: no half-width comma, colon or semicolon between Chinese words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_HAN = "\u4e00-\u9fff"
#: Where a value goes in stands something that is read like a word.
_VALUE = "甲"
_IS_CHINESE = re.compile(f"[{_HAN}]")
_WRONG = re.compile(
    rf"[{_HAN}”’）)][,;:!?]\s?(?=[{_HAN}“‘（]|$)|(?!{_VALUE})[{_HAN}]\([{_HAN}]|[{_HAN}]\((?!{_VALUE})[{_HAN}]|^[,;:!?]\s?[{_HAN}]"
)
#: Words and patterns of the languages for rules and expressions, and examples written in them: no sentences.
_LANGUAGE = (
    "engine/language/civil.py", "engine/language/functions", "engine/language/glued.py", "engine/language/habits.py",
    "engine/language/literals.py", "engine/language/synonyms.py", "engine/rules/aggregates.py", "engine/rules/complete.py",
    "engine/rules/mending.py", "engine/rules/misplaced.py", "engine/rules/missing.py", "engine/rules/synonyms.py",
    "backend/metadata/uses.py", "backend/records/fields/texts.py",
)  # fmt: skip
#: What is quoted in a sentence as it is to be written.
_QUOTED = ("甲(金额: 订单.支付 7 天内)", "HMAC(密钥, 时间戳 + “.” + 原始内容)")


def test_no_sentence_mixes_the_punctuation_of_two_languages() -> None:
    wrong = [
        f"{path.relative_to(ROOT)}:{line}: {text}" for path in _modules() for line, text in _texts(path) if _mixes(text)
    ]
    assert wrong == []


def test_what_is_mixed_is_seen() -> None:
    for text in (
        "草稿太大,请删减",
        "签名无效:没有写字",
        "字段甲:甲不对",
        "只能一次;已触发",
        "分组(一)",
        ",至今",
        "动作甲:",
    ):
        assert _mixes(text), text
    for text in ("草稿太大，请删减", "签名无效：没有写字", "12:30 之后", "例如 a, b", "sha256=HMAC(x, y)"):
        assert not _mixes(text), text


def _modules() -> Iterator[Path]:
    for package in ("backend", "engine"):
        for path in sorted((ROOT / package).rglob("*.py")):
            if not str(path.relative_to(ROOT)).startswith(_LANGUAGE):
                yield path


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every text in a module but those for whoever reads it, with values in their places."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    said = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            said.add(id(node.value))
        elif isinstance(node, ast.JoinedStr):
            yield node.lineno, "".join(_part(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            yield node.lineno, re.sub(r"\{[^{}]*\}", _VALUE, node.value)


def _part(part: ast.expr) -> str:
    return part.value if isinstance(part, ast.Constant) and isinstance(part.value, str) else _VALUE


def _mixes(text: str) -> bool:
    for quoted in _QUOTED:
        text = text.replace(quoted, "")
    return bool(_IS_CHINESE.search(text.replace(_VALUE, "")) and _WRONG.search(text))
