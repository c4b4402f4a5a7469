"""The running text of docs/flow-format.md, part by part, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from engine.definitions import Text


def _file(name: str) -> str:
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


PARTS: Mapping[str, Text] = {
    "introduction": Text(
        """# 流程格式

给写模板的人：流程文件里能写什么，每种节点做什么。每种节点有一个可以直接用的例子；例子都由测试检查并运行过，下面的“→”是运行后停在哪里。英文版：[flow-format.md](flow-format.md)。

用 `weft template validate` 检查整个应用；在界面上画流程时，同样的检查边画边做，问题标在节点上。""",
        """# The format of flows

For template authors: what may stand in a flow's file, and what each type of node does. Every type has an example to take as it is; a test checks and runs each of them, and what follows the
arrows below is where the instance stood then. In Chinese: [flow-format.zh.md](flow-format.zh.md).

`weft template validate` checks a whole app; while you draw a flow in the browser the same check is made all the time, and shows each problem at its node.""",
    ),
    "document": Text(
        """## 文件

一个流程一个文件，放在应用的 `flows/` 里，文件名就是 `key`。JSON Schema 是 `engine/definitions/flow.schema.json`。

- `kind`: `"flow"`；`schema`: `2`（旧的 1 会自动升级）
- `key`: 流程的名称，发布后不改；`label`、`description`: `{"zh", "en"}`
- `entity`: 流程关于哪种记录
- `variables`: 流程自己带的值，每个有 `key`、`type`（字段的标量类型，或 `tags`、`multi_choice`）、`label`，以及 `entity`（引用）、`currency`（金额）、`default`；表单中同名的值会放进来
- `nodes`、`edges`: 见下；编号用字母、数字、`_`、`.`、`-`，不超过 100 个字符，发布后不改
- `withdraw`: 发起人什么时候可以撤回，见[审批](#审批)
- `layout`: 节点编号 → `x`、`y`（中心）、`width`、`height`；只管画图
- `extensions`: 导入 BPMN 时带来、这里不执行的内容

连线（`edges`）有 `id`、`source`、`target`、`label`；从活动和排他、包容、复杂网关出来的可以有条件 `when`，一条可以是 `default`。活动的出口：没有条件的都走，有条件的成立才走，一条都不走时走默认。""",
        """## The document

One flow a file, in the app's `flows/`, named after its `key`. Its JSON Schema is `engine/definitions/flow.schema.json`.

- `kind`: `"flow"`; `schema`: `2` (files of schema 1 are read too)
- `key`: what the flow is called, never changed once published; `label`, `description`: `{"zh", "en"}`
- `entity`: which records it is about
- `variables`: values that an instance carries, each with `key`, `type` (a scalar type of fields, or `tags`, `multi_choice`), `label`, and `entity` (references), `currency` (money), `default`; a form's values of the same key go into them
- `nodes`, `edges`: see below; ids are letters, digits, `_`, `.`, `-`, at most 100 characters, never changed once published
- `withdraw`: when its initiator may take it back, see [how people decide](#how-people-decide)
- `layout`: node id → `x`, `y` (its centre), `width`, `height`; drawing only
- `extensions`: what came with an imported BPMN file and is not executed here

An edge has `id`, `source`, `target`, `label`; those that leave activities and exclusive, inclusive and complex gateways may have a condition `when`, and one may be the `default`. An activity is left by
all edges without a condition and all whose condition holds, or else by the default.""",
    ),
    "nodes": Text(
        """每个节点有 `id`、`type`、`title`（`{"zh", "en"}`），在子流程里的还有 `parent`，可以有 `documentation`。其余的成员按种类：写了这种节点不读的成员，发布时会被拒绝，所以写上的都会执行。""",
        """Every node has `id`, `type`, `title` (`{"zh", "en"}`), `parent` when it is inside a sub-process, and may have `documentation`. The other members depend on the type: one that the type does not read is refused
at publish, so that all that is written is executed.""",
    ),
    "around": Text(
        """例子都关于下面这些定义；放进同一个应用，例子就能照样发布和运行。`set_tag` 的工单要有客户；`service_task` 调用的连接器 `credit` 由 IT 在设置里写明（见[系统集成](guides/it-integrator.md)）。""",
        """The examples are about the definitions below: put into one app with them, each can be published and run as it stands. The ticket of `set_tag` must have its person; the connector `credit` that `service_task` calls
is written into the settings by IT (see [the guide for integrators](guides/it-integrator.md)).""",
    ),
    "events": Text(
        """一个事件定义有 `kind` 和下面的成员。哪里能用哪些事件（同 BPMN 的表；条件不能启动流程，因为还没有实例）：""",
        """An event definition has its `kind` and the members below. Which events may stand where (BPMN's table; a condition cannot start a flow, because there is no instance yet):""",
    ),
    "loops": Text(
        """任何活动可以有 `loop`。`standard` 一次接一次；`parallel` 和 `sequential` 是多实例：每项一个，同时或依次。空的列表马上完成。里面的表达式可以读 `loop_counter`（从 0 数）。边界事件属于整个循环。""",
        """Any activity may have a `loop`. `standard` runs it again and again; `parallel` and `sequential` are multi-instance: one for each item, all at once or one after the other. An empty list completes at once. Expressions
inside have `loop_counter` (from 0). Boundary events belong to the whole loop.""",
    ),
    "expressions": Text(
        """## 表达式

条件、参数、赋值、时间都用[表达式语言](reference/language.zh.md)。可以读的名称：

- 流程的变量，用它们的 `key`
- `record`: 流程所关于的记录，字段用点号：`record.amount`
- `initiator`: 发起人，`initiator.department`
- `outcome`: 这条路上最后一个任务的结果
- 循环里：`loop_counter` 和 `element` 的名称；`completion` 里还有 `instances`、`active_instances`、`completed_instances`

文本参数可以是模板：`"{record.title} 已完成"`。等记录的条件（`conditional`、`wait_for_record`）在流程的记录或它的客户改动时、以及流程自己的变量变化时重新看；它经引用读到的别的记录改动时不看，要等那些，就让改动发出消息或信号。条件必须给出是或否；时长、日期、列表、数量在它们的位置上要给出相应的类型；赋给变量的值要合变量的类型。""",
        """## Expressions

Conditions, arguments, assignments and times are written in the [expression language](reference/language.md). The names that they have:

- the flow's variables, by their `key`
- `record`: what the flow is about, its fields behind a dot: `record.amount`
- `initiator`: who started it, `initiator.department`
- `outcome`: that of the last task on this way
- in loops `loop_counter` and the name given as `element`; in `completion` also `instances`, `active_instances`, `completed_instances`

Texts of arguments may be templates: `"{record.title} is done"`. What waits for a condition (`conditional`, `wait_for_record`) is looked at again when the flow's record or its person changes,
and when its own variables do; not when another record changes that the condition reads behind a reference: have that change send a message or signal. A condition must give yes or no; lengths, dates, lists and numbers must be what their place asks for; what is put into a variable must fit its type.""",
    ),
    "limits": Text(
        """## 限度

- 一步里最多经过 10,000 个节点；超过就停下，成为等人处理的异常 `step_budget`
- 多实例一次最多 500 份；更多就停下，成为异常 `too_many_instances`
- 脚本、决策和事件送出的值最长 262,144 个字符（列表、对象的每个成员也算一个）；再长就停下，成为异常 `value_too_long`；循环收集的结果合起来也是这么长，成为异常 `outputs_too_long`
- 时长最长十年，不用月和年（它们长短不一）；循环定时的重复从应到的时间往后数
- 检查把流程的各种可能走一遍，看过的步数有限（4,000 步）；太大时提示 `flow.too_large_to_prove`，已经发现的仍然算数。顺序、成对的网关、边界事件、独立的子流程会先合并，所以上千个节点的流程通常不到一秒
- 检查不看数据：每个条件都可能成立，也可能不成立；循环按一次算；不中断的事件按两次算""",
        """## Limits

- One step passes at most 10,000 nodes; beyond that it stops as the incident `step_budget`
- A multi-instance activity runs at most 500 times; more stop as the incident `too_many_instances`
- What scripts, decisions and events give has at most 262,144 characters (each member of a list or object counts as one more); beyond that it stops as the incident `value_too_long`, and so do, as `outputs_too_long`, the results that a loop collects, taken together
- Durations are at most ten years, without months and years (they have no fixed length); the repetitions of a cycle are counted from when the one before was due
- The check plays through what may happen, up to a number of steps (4,000); a flow that is too large for that gets the warning `flow.too_large_to_prove`, and what was found until then still holds. Series, gateways in pairs,
  boundary events and sub-processes that are sound by themselves are folded first, so that flows of a thousand nodes usually take less than a second
- The check ignores data: every condition may hold or not; loops are played once, events that do not interrupt twice""",
    ),
    "check": Text(
        """发布前的检查指出每个问题：所在的成员、节点、原因、怎样改；流程整体的问题还有一条走到那里的路（`trace`）。错误不能发布，提示可以。""",
        """The check before publishing tells of each problem the member, the node, the reason and how to mend it; of a problem of the whole flow also a way that leads there (`trace`). Errors are not published, warnings are.""",
    ),
    "approval": Text(*(_file(name) for name in ("approval.zh.md", "approval.md"))),
    "bpmn": Text(*(_file(name) for name in ("bpmn.zh.md", "bpmn.md"))),
}
