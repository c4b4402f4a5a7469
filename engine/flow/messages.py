"""The sentences of `check`, by code, in both languages: what is wrong and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from engine.definitions import Text

MESSAGES: Mapping[str, Text] = {
    "flow.unknown_entity": Text("没有实体“{key}”", "There is no entity “{key}”"),
    "flow.unknown_node": Text("没有节点“{key}”", "There is no node “{key}”"),
    "flow.unknown_node_type": Text("没有“{key}”这种节点", "There is no node type “{key}”"),
    "flow.unknown_action": Text("没有动作“{key}”", "There is no action “{key}”"),
    "flow.unknown_parameter": Text("动作没有参数“{key}”", "The action has no parameter “{key}”"),
    "flow.unknown_form": Text("没有表单“{key}”", "There is no form “{key}”"),
    "flow.unknown_role": Text("没有角色“{key}”", "There is no role “{key}”"),
    "flow.unknown_department": Text("没有部门“{key}”", "There is no department “{key}”"),
    "flow.unknown_user_field": Text("记录没有人员字段“{key}”", "The record has no user field “{key}”"),
    "flow.unknown_variable_type": Text("变量不能是“{key}”类型", "A variable cannot be of type “{key}”"),
    "flow.variable_taken": Text("变量名“{key}”已被占用", "The variable name “{key}” is taken"),
    "flow.repeated_id": Text(
        "编号“{id}”用了两次；每个编号只能用一次", "The id “{id}” is used twice; every id must be its own"
    ),
    "flow.no_start": Text("流程没有开始节点；请加一个", "The flow has no start event; add one"),
    "flow.attachment": Text(
        "“{id}”：只有边界定时器要附在节点上，而且必须附在人工任务上",
        "“{id}”: a boundary timer, and nothing else, is attached to a user task",
    ),
    "flow.wrong_end": Text(
        "连线不能从结束节点出来，也不能进入开始节点或边界定时器：“{id}”",
        "No edge leaves an end event or enters a start event or boundary timer: “{id}”",
    ),
    "flow.expression": Text("表达式有误", "The expression has a mistake"),
    "flow.condition_ignored": Text(
        "只有排他网关的出口可以有条件；请在“{id}”前加一个排他网关",
        "Only edges that leave an exclusive gateway have conditions; put one before “{id}”",
    ),
    "flow.no_default": Text(
        "网关“{id}”没有默认出口；条件都不满足时流程会停住，请指定一个",
        "The gateway “{id}” has no default; when no condition holds the flow would stop, so mark one edge as default",
    ),
    "flow.two_defaults": Text(
        "网关“{id}”有多个默认出口；只能有一个", "The gateway “{id}” has several defaults; keep one"
    ),
    "flow.no_condition": Text(
        "连线“{id}”既没有条件也不是默认出口", "The edge “{id}” has no condition and is not the default"
    ),
    "flow.duration": Text(
        "“{text}”不是有效的时长；请写成 PT30M、PT4H 或 P1D", "“{text}” is not a duration; write PT30M, PT4H or P1D"
    ),
    "flow.missing_argument": Text("动作缺少参数“{key}”", "The action needs the argument “{key}”"),
    "flow.form_entity": Text(
        "表单“{key}”不属于这个流程的实体", "The form “{key}” is about another entity than the flow"
    ),
    "flow.no_outcomes": Text(
        "任务“{id}”没有处理结果；至少要有一个", "The task “{id}” has no outcomes; add at least one"
    ),
    "flow.many_agreements": Text(
        "会签任务“{id}”有多个同意类结果；以最后一个人的为准",
        "The task “{id}” needs everybody and has several agreeing outcomes; the last person's decides",
    ),
    "flow.send_back_target": Text(
        "退回目标“{id}”必须是本任务之前的人工任务",
        "“{id}” cannot be sent back to: it must be a user task before this one",
    ),
    "flow.no_candidates": Text("任务“{id}”没有办理人", "Nobody is named for the task “{id}”"),
    "flow.stuck_join": Text(
        "“{id}”可能永远等不齐所有入口；请检查它前面的分支是否都会到达",
        "“{id}” may wait for a branch that never comes; check that every branch into it is always taken",
    ),
    "flow.unreachable": Text("没有路径会到达“{id}”；请连上或删除", "No path leads to “{id}”; connect it or remove it"),
    "flow.no_way_on": Text("“{id}”没有出口，流程会在这里结束", "Nothing leaves “{id}”; the path ends there"),
    "flow.multiplies": Text(
        "连线“{id}”上的分支会越来越多；请在循环里合并并行分支",
        "Branches pile up on the edge “{id}”; join parallel branches inside the loop",
    ),
    "flow.automatic_loop": Text(
        "“{id}”所在的循环里没有人工任务或定时器，可能一直转下去",
        "The loop through “{id}” has neither a user task nor a timer and may turn for ever",
    ),
}
