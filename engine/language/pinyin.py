"""Pinyin initials: `kh` finds 客户. From the order of GB 2312, whose first level is sorted by pinyin: no table of readings is needed."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache

#: The first character of each initial in the first level of GB 2312 (no syllable begins with i, u or v).
_FIRST = "啊芭擦搭蛾发噶哈击喀垃妈拿哦啪期然撒塌挖昔压匝"
_INITIALS = "abcdefghjklmnopqrstwxyz"
_STARTS = [int.from_bytes(character.encode("gb2312"), "big") for character in _FIRST]
#: The last character of the first level; the second is sorted by radical.
_LAST = int.from_bytes("座".encode("gb2312"), "big")


@lru_cache(maxsize=4096)
def initials(text: str) -> str:
    """The initials of a text's common characters, other characters as they are, in lower case: `客户VIP` is `khvip`."""
    return "".join(_initial(character) for character in text).lower()


def _initial(character: str) -> str:
    try:
        code = int.from_bytes(character.encode("gb2312"), "big")
    except UnicodeEncodeError:
        return character
    return _INITIALS[bisect_right(_STARTS, code) - 1] if _STARTS[0] <= code <= _LAST else character
