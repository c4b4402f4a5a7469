"""What people do with their part of a task beside deciding, by the words of flows.md: facts added to the board, or reasons why not.

A command that breaks several rules may be refused for any of them, so a refusal is a set of codes.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tests.approval_oracle.signing import (
    ADDED,
    AFTER,
    ALONGSIDE,
    BEFORE,
    DELEGATE,
    ESCALATED,
    FOUND,
    SIGNING,
    Board,
    Part,
)

#: Operations that put somebody beside a part, and as what.
ADDS: Mapping[str, str] = {"add_before": BEFORE, "add_after": AFTER, "add_alongside": ALONGSIDE}


class Denied(Exception):
    """The command is against the rules: the engine must refuse it with one of these codes."""

    def __init__(self, *codes: str) -> None:
        self.codes = frozenset(codes)
        super().__init__(" or ".join(sorted(codes)))


def operate(board: Board, granted: Collection[str], user: str, operation: str, users: tuple[str, ...]) -> str | None:
    """Do it. `granted` are the operations that the node allows. Returns for whom, where it is an agent. Raises Denied, and then nothing has
    changed."""
    if operation == "claim":
        claim(board, user)
    elif operation == "release":
        release(board, user)
    elif operation == "escalate":
        _escalate(board, users)
    elif operation == "reassign":
        _reassign(board, user, users[0])
    elif operation == "remove":
        return remove(board, granted, user, users)
    else:
        return with_part(board, granted, user, operation, users)
    return None


def touched(board: Board) -> bool:
    """Whether somebody has done something with an open task."""
    signed = any((part.sign and not part.automatic) or part.gone or part.former for part in board.parts)
    brought = any(part.kind in (*ADDED, DELEGATE) for part in board.parts)
    return signed or brought or board.claimed is not None


def _escalate(board: Board, users: tuple[str, ...]) -> None:
    left = [part for part in board.parts if not part.sign and not part.gone]
    there = {user for part in left for user in (part.user, *part.agents)}
    board.parts += [Part(user, ESCALATED) for user in users if user not in there]


def _reassign(board: Board, user: str, to: str) -> None:
    """Somebody in charge gives a part to another, whether its turn has come or not; of several one whose turn it is."""
    mine = [i for i, part in enumerate(board.parts) if part.user == user and not part.sign and not part.gone]
    if not mine:
        raise Denied(*_standing(board, user))
    if to == user:
        raise Denied("task.already_in")
    _transfer(board, min(mine, key=lambda i: not board.is_open(i)), to)


def _standing(board: Board, user: str) -> list[str]:
    """Why somebody without an open part cannot act."""
    mine = [i for i, part in enumerate(board.parts) if user in (part.user, *part.agents)]
    if not mine:
        was_mine = any(user in part.former for part in board.parts)
        return ["task.already_handled"] if was_mine else ["task.not_yours"]
    taken = board.claimed is not None and all(board.slot(i) != board.slot(board.claimed) for i in mine)
    if taken or not any(board.is_waiting(i) or board.is_open(i) for i in mine):
        return ["task.already_handled"]
    return ["task.not_yet"]


def mine(board: Board, user: str) -> int:
    """The part with which somebody acts."""
    mine = board.open_for(user)
    if not mine:
        raise Denied(*_standing(board, user))
    return mine[0]


def claim(board: Board, user: str) -> None:
    mine = board.open_for(user)
    codes = [] if mine else _standing(board, user)
    if board.rules.mode != "claim" or (mine and board.parts[mine[0]].kind != FOUND):
        codes.append("task.not_allowed")
    if codes:
        raise Denied(*codes)
    board.acts(mine[0])
    board.claimed = mine[0]


def release(board: Board, user: str) -> None:
    mine = board.open_for(user)
    if not mine or board.claimed is None or board.claimed != mine[0]:
        raise Denied("task.not_claimed", *([] if mine else _standing(board, user)))
    board.acts(mine[0])
    board.claimed = None


def named(board: Board, users: tuple[str, ...]) -> int | None:
    """The part that is meant where a person is named: the latest, one that is not signed before one that is."""
    found = [i for i, part in enumerate(board.parts) if part.user in users and not part.gone]
    return max(found, key=lambda i: (board.parts[i].sign is None, i), default=None)


def remove(board: Board, granted: Collection[str], user: str, users: tuple[str, ...]) -> str | None:
    codes = [] if "remove" in granted else ["task.not_allowed"]
    target = named(board, users)
    if target is None:
        raise Denied("task.not_removable", "task.users_invalid", *codes)
    part = board.parts[target]
    adder = board.parts[part.parent] if part.parent is not None else None
    if part.kind not in ADDED or part.sign or adder is None or user not in (adder.user, *adder.agents):
        raise Denied("task.not_removable", *codes)
    going = [i for i, each in enumerate(board.parts) if _under(board, i, target) and not each.sign and not each.gone]
    left = [i for i, each in enumerate(board.parts) if each.kind in SIGNING and not each.sign and not each.gone]
    if not set(left) - set(going):
        codes.append("task.last_signer")
    if codes:
        raise Denied(*codes)
    for index in going:
        board.parts[index].gone = "removed"
    return None if user == adder.user else adder.user


def _under(board: Board, index: int, top: int) -> bool:
    parent = board.parts[index].parent
    return index == top or (parent is not None and _under(board, parent, top))


def with_part(board: Board, granted: Collection[str], user: str, operation: str, users: tuple[str, ...]) -> str | None:
    codes = [] if operation in granted else ["task.not_allowed"]
    codes += _wrong_users(users, operation)
    try:
        index = mine(board, user)
    except Denied as denied:
        raise Denied(*codes, *denied.codes) from None
    if codes:
        raise Denied(*codes)
    part = board.parts[index]
    if operation in (*ADDS, "delegate") and part.kind not in SIGNING:
        codes.append("task.not_allowed")
    codes += _present(board, index, operation, users)
    codes += ["task.already_in"] if user in users else []
    if codes:
        raise Denied(*codes)
    principal = None if user == part.user else part.user
    board.acts(index)
    if board.rules.mode == "claim" and board.claimed is None and board.parts[board.slot(index)].kind != ESCALATED:
        board.claimed = board.slot(index)
    if operation == "transfer":
        _transfer(board, index, users[0])
    elif operation == "delegate":
        board.parts.append(Part(users[0], DELEGATE, index))
    else:
        board.parts += [Part(each, ADDS[operation], index) for each in users]
    return principal


def _wrong_users(users: tuple[str, ...], operation: str) -> list[str]:
    single = operation in ("transfer", "delegate")
    wrong = not users or len(set(users)) < len(users) or (single and len(users) > 1)
    return ["task.users_invalid"] if wrong else []


def _present(board: Board, index: int, operation: str, users: tuple[str, ...]) -> list[str]:
    """Nobody is asked twice in the same place, nor by themselves."""
    kind = ADDS.get(operation)
    there: list[int] = []
    if kind == ALONGSIDE:
        there = _beside(board, index)
    elif kind is not None:
        there = [i for i, p in enumerate(board.parts) if p.kind == kind and p.parent == index and not p.gone]
    present = {board.parts[index].user, *(board.parts[i].user for i in there)}
    return ["task.already_in"] if present & set(users) else []


def _beside(board: Board, index: int) -> list[int]:
    return board.standing(*board.stands(index)) if board.parts[index].kind in SIGNING else []


def _transfer(board: Board, index: int, user: str) -> None:
    part = board.parts[index]
    _, host = board.stands(index)
    candidates = [] if board.rules.mode == "sequence" and host is None else _beside(board, index)
    if part.kind != ALONGSIDE and part.parent is not None:
        candidates.append(part.parent)
    unsigned = [
        i for i in candidates if board.parts[i].user == user and not board.parts[i].sign and not board.parts[i].gone
    ]
    if not unsigned:
        for child in (p for p in board.parts if p.parent == index and p.kind == DELEGATE and not p.sign):
            child.gone = "moved"
        for child in (p for p in board.parts if p.parent == index and p.kind == DELEGATE and p.sign):
            child.followed = True  # it was asked by whoever had the part
        part.former += (part.user, *part.agents)
        part.user, part.agents, part.only_agents = user, (), False
        return
    heir = unsigned[0]
    if heir != part.parent:
        board.parts[heir].weight += part.weight
        board.parts[heir].veto = board.parts[heir].veto or part.veto
    part.gone = "moved"
    for child in (p for p in board.parts if p.parent == index and p.kind in ADDED and p is not board.parts[heir]):
        child.parent = heir
    board.claimed = heir if board.claimed == index else board.claimed
