"""What can be refused about standing agents.

| status | code | when |
| --- | --- | --- |
| 422 | `agent.own` | somebody as their own agent |
| 422 | `agent.inactive` | a person who cannot sign in |
| 422 | `agent.window` | a window that ends before it begins, or is over |
| 409 | `agent.not_begun` | open tasks for an agent whose time has not begun, or is over |
| 409 | `agent.already` | the same agent in the same window and flows |
| 409 | `agent.cycle` | the agent's agents lead back |
| 409 | `agent.chain_too_long` | agents of agents, more than three in a row |
| 403 | `agent.not_standing` | somebody acts as an agent whose time is over |
"""

from __future__ import annotations

from backend.errors import Conflict, Forbidden, Invalid


class OwnAgent(Invalid):
    """An agent is somebody else."""

    code = "agent.own"
    zh, en = "不能委托给自己", "Nobody can be their own agent"


class AgentInactive(Invalid):
    """Whoever cannot sign in can neither act nor be acted for."""

    code = "agent.inactive"
    zh, en = "{name}已停用，不能参与委托", "{name} is disabled and cannot take part in this"


class WindowInvalid(Invalid):
    """The window must end after it begins, and not be over."""

    code = "agent.window"
    zh, en = (
        "委托的结束时间必须晚于开始时间，并且晚于现在",
        "The window must end after it begins, and not be over already",
    )


class NotBegun(Conflict):
    """Whoever does not stand for somebody now gets nothing of theirs."""

    code = "agent.not_begun"
    zh, en = (
        "代理尚未开始或已经结束，不能用于未办任务",
        "The agent's time has not begun or is over: open tasks stay as they are",
    )


class AgentAlready(Conflict):
    """The two stand so already."""

    code = "agent.already"
    zh, en = "{agent}在这段时间内已经是{principal}的代理人", "{agent} is already the agent of {principal} in this time"


class AgentCycle(Conflict):
    """A task would come back to whom it started with."""

    code = "agent.cycle"
    zh, en = "委托会成环：{chain}", "The agents would form a circle: {chain}"


class ChainTooLong(Conflict):
    """An agent's agent's agent is the last."""

    code = "agent.chain_too_long"
    zh, en = "委托链最多{limit}级：{chain}", "Agents of agents end after {limit}: {chain}"


class NotStanding(Forbidden):
    """Whoever acts for somebody must be their agent at that moment."""

    code = "agent.not_standing"
    zh, en = "您对{principal}的代理已经结束", "You are no longer the agent of {principal}"
