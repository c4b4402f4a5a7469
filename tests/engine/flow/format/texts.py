"""What docs/flow-format.md says of each type of node, each member and each kind of event, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.definitions import Text


def _t(zh: str, en: str) -> Text:
    return Text(zh, en)


#: The groups of the page, in its order.
GROUPS: Sequence[tuple[Text, Sequence[str]]] = (
    (
        _t("给业务人员的节点", "Nodes for business people"),
        (
            "initiator",
            "approval",
            "handle",
            "cc",
            "delay",
            "notify",
            "create_record",
            "update_record",
            "find_record",
            "wait_for_record",
            "set_tag",
            "call_rule",
            "jump",
        ),
    ),
    (
        _t("事件", "Events"),
        ("start_event", "intermediate_catch_event", "intermediate_throw_event", "boundary_event", "end_event"),
    ),
    (
        _t("任务", "Tasks"),
        (
            "task",
            "user_task",
            "manual_task",
            "service_task",
            "send_task",
            "receive_task",
            "script_task",
            "rule_task",
            "call_activity",
        ),
    ),
    (
        _t("网关", "Gateways"),
        ("exclusive_gateway", "parallel_gateway", "inclusive_gateway", "event_based_gateway", "complex_gateway"),
    ),
    (_t("子流程", "Sub-processes"), ("sub_process", "event_sub_process", "transaction", "ad_hoc_sub_process")),
)

WHAT: Mapping[str, Text] = {
    "initiator": _t(
        "发起人填写表单。没有写办理人和结果时：办理人是发起人，结果是 `submit`。",
        "The initiator fills in a form. Left out: the initiator gets it, and its outcome is `submit`.",
    ),
    "approval": _t(
        "审批。没有写结果时是 `approve`（同意）和 `reject`（驳回，要写意见）。",
        "Somebody approves. Left out: the outcomes `approve` and `reject` (with a comment).",
    ),
    "handle": _t(
        "办理：不作决定，做完就好。没有写结果时是 `done`。",
        "Somebody does it, without deciding anything. Left out: the outcome `done`.",
    ),
    "cc": _t(
        "抄送：收到的人不用做什么，流程马上往下走。",
        "A copy for people who have nothing to do about it; the flow goes on at once.",
    ),
    "delay": _t("等到一个时间，同定时的中间事件。", "Waits for a time, as an intermediate timer event does."),
    "notify": _t("动作 `notify`：给人发通知。", "The action `notify`: tells people."),
    "create_record": _t(
        "动作 `create_record`：新建一条记录；结果里有 `entity` 和 `record_id`。",
        "The action `create_record`: makes a record; its result has `entity` and `record_id`.",
    ),
    "update_record": _t(
        "动作 `update_record`：改这条记录的字段，参数名就是字段名。",
        "The action `update_record`: sets fields of the record; the arguments are called like the fields.",
    ),
    "find_record": _t(
        "动作 `find_record`：找一条记录，把它的值放进变量。",
        "The action `find_record`: looks for a record, and puts its values into variables.",
    ),
    "wait_for_record": _t(
        "等到条件成立：记录每次改动后都会再看一次。",
        "Waits until the condition holds; it is looked at again whenever the record changes.",
    ),
    "set_tag": _t(
        "动作 `tag`：给记录所关联的客户打标签；记录没有关联客户时，要用参数 `person` 指明，否则停在这里。",
        "The action `tag`: tags the person that the record is about; where it is about none, the argument `person` must name one, or it stops here.",
    ),
    "call_rule": _t("问一张决策表，同 `rule_task`。", "Asks a decision table, as `rule_task` does."),
    "jump": _t(
        "从这里跳到同一层里的另一个节点。没有出口。", "Goes on at another node of the same scope. Nothing leaves it."
    ),
    "start_event": _t(
        "流程从这里开始。没有事件的由人、规则或别的流程启动；消息、信号、定时由它们启动（时长从发布时算起，时间不能读变量和记录）。子流程里的开始没有事件；事件子流程里的恰好一个，必须有事件。",
        "Where the flow begins. Without an event, people, rules and other flows start it; with a message, signal or timer, those do (a duration counts from publishing; no time may read variables or the record). Inside a sub-process it has no event; an event sub-process has exactly one, with its event.",
    ),
    "intermediate_catch_event": _t(
        "等一个事件：消息、定时、信号、条件。几个事件时先来的算；`parallel_multiple` 时要全部发生。链接（link）的这一端接着走。",
        "Waits for an event: message, timer, signal, conditional. Of several the first counts; with `parallel_multiple` all must happen. This end of a link goes on at once.",
    ),
    "intermediate_throw_event": _t(
        "发出事件后继续：消息、信号、升级、补偿，或链接到同名的另一端。没有事件时只是经过。",
        "Sends an event and goes on: message, signal, escalation, compensation, or a link to the catching end of its name. Without an event it is only passed.",
    ),
    "boundary_event": _t(
        "附在活动上。中断的先取消活动和里面的一切，再从这里走；非中断的另起一条路，可以多次发生。错误和取消总是中断。补偿的边界事件不走，它说由谁来撤销（`handler`）。",
        "Attached to an activity. One that interrupts first cancels the activity with all inside it, then goes on from here; one that does not starts a way of its own and may happen again. Errors and cancels always interrupt. A compensation boundary event leads nowhere: it says who undoes the activity (`handler`).",
    ),
    "end_event": _t(
        "一条路的终点；全部走完时流程（或子流程）结束。`terminate` 马上结束它所在的一层；`error` 抛给外面，没有谁接住时流程停下等人处理。",
        "The end of a way; when all ways have ended, the flow (or sub-process) has. `terminate` ends its own scope at once; `error` is thrown outward, and stops the flow with an incident when nothing catches it.",
    ),
    "task": _t("只是一个标记，马上经过。", "Only a mark: it is passed at once."),
    "user_task": _t(
        "有人办理。结果的种类：`complete` 往下走，`refuse` 也往下走但算驳回，`send_back` 退回到 `target`。最后的结果在条件里叫 `outcome`。",
        "Somebody does it. Kinds of outcomes: `complete` goes on, `refuse` goes on and counts as a refusal, `send_back` goes back to `target`. Conditions have the last outcome as `outcome`.",
    ),
    "manual_task": _t(
        "系统之外做的事：写在图上，马上经过。",
        "Something done outside of the system: it stands in the drawing and is passed at once.",
    ),
    "service_task": _t(
        "调用一个动作（见[动作](reference/actions.zh.md)）。在同一个事务里执行；调用外部系统的动作在事务外执行，流程等它的回答。失败是一个错误，代码就是动作的代码，可以用错误边界事件接住。`call_http` 的 `url` 只能是允许访问的主机，否则写 `connector`。",
        "Calls an action (see [actions](reference/actions.md)), in the same transaction; actions that call other systems run outside of it, and the flow waits for the answer. A failure is an error with the action's code, which an error boundary event may catch. The `url` of `call_http` must be of a host that may be called; else name a `connector`.",
    ),
    "send_task": _t("发出一条消息（或调用一个动作），继续。", "Sends a message (or calls an action), and goes on."),
    "receive_task": _t(
        "等一条消息，同消息中间事件；可以附边界事件，可以循环。",
        "Waits for a message, as an intermediate event does; it may have boundary events and loops.",
    ),
    "script_task": _t(
        "依次给变量赋值。只有表达式，没有程序。", "Sets variables, one after the other. Expressions only, no programs."
    ),
    "rule_task": _t(
        "问一张决策表：`arguments` 是它的输入，`outputs` 把它的输出放进变量。或者写 `rules`，一组规则（`every … for each 实体`，实体是流程的实体）：流程的记录在它们的范围里、条件也成立的，现在就在同一个事务里对这条记录执行，按优先级、再按名称；`stop` 之后优先级更低的不再执行，`limit`、`once`、安静时段、停用照算。`outputs` 可以取 `fired`（执行了的规则）、`failed`（有动作没成功的，会像定时执行那样再试）、`held_back`（被限次挡住的）、`count`、`branches.规则`（走了哪个分支）。",
        "Asks a decision table: `arguments` are its inputs, `outputs` puts what it gives into variables. Or it has `rules`, a set of rules (`every … for each ENTITY`, that of the flow): those whose set the flow's record belongs to and whose condition holds fire now, in the same transaction, about that record, by priority, then by name; after a `stop` none of lower priority, and `limit`, `once`, quiet hours and switches hold. `outputs` may take `fired` (the rules that did), `failed` (those with an action that failed: it is tried again as it is by the clock), `held_back` (those that a limit kept back), `count`, and `branches.RULE` (which branch was taken).",
    ),
    "call_activity": _t(
        "启动另一个流程并等它结束。它抛出的错误和升级可以在这里的边界事件接住；这里被中断时它被取消。",
        "Starts another flow and waits for its end. Errors and escalations that it throws are caught by boundary events here; when this is interrupted, it is cancelled.",
    ),
    "exclusive_gateway": _t(
        "按文件中的顺序看条件，第一条成立的走；都不成立走默认。几条路在这里合并时每一条都直接过去。",
        "Looks at the conditions in their order and takes the first that holds, else the default. Where ways meet in it, each passes at once.",
    ),
    "parallel_gateway": _t(
        "走所有出口；有几个入口时，每个入口都来了一次才走。多来的留到下一次。",
        "Takes every way out; with several ways in it waits for one token from each, and keeps what is left over for the next time.",
    ),
    "inclusive_gateway": _t(
        "走所有条件成立的出口，都不成立走默认。合并时等所有还能到空入口的令牌：不会再来的不等。",
        "Takes every way out whose condition holds, else the default. Where ways meet it waits for all that can still come to an empty way in, and for nothing that cannot.",
    ),
    "event_based_gateway": _t(
        "后面的事件谁先发生就走谁，其余取消。", "The first of the events behind it decides; the others are given up."
    ),
    "complex_gateway": _t(
        "`required` 个入口来了就走；其余的来了不再起作用，都来过之后重新开始。出口同包容网关。",
        "Goes on with the first `required` ways in; the others change nothing, and when all have come it begins anew. Its ways out are chosen as an inclusive gateway's.",
    ),
    "sub_process": _t(
        "里面的节点写 `parent`。从里面的开始节点，或没有入口的节点开始，里面都结束才往下走。",
        "The nodes in it say `parent`. It begins at its start event, or at the nodes that nothing leads to, and goes on when all in it has ended.",
    ),
    "event_sub_process": _t(
        "没有连线；所在的一层在运行时，它的开始事件发生就开始。中断的先取消这一层的其余一切，再代替它。",
        "Has no edges: it starts when the event of its start happens while the scope around it runs. One that interrupts cancels all else in that scope and takes its place.",
    ),
    "transaction": _t(
        "要么全部完成，要么撤销：到达取消结束时，取消其余，按完成的相反顺序补偿，从取消边界事件走。",
        "All or nothing: at a cancel end the rest is cancelled, what was done is compensated in the reverse order, and the cancel boundary event leads on.",
    ),
    "ad_hoc_sub_process": _t(
        "里面的活动由人决定做哪些、什么时候做；`start` 里的马上开始。",
        "People decide which of its activities are done, and when; those in `start` begin at once.",
    ),
}

#: Members of nodes.
MEMBER: Mapping[str, Text] = {
    "form": _t("显示的表单，属于流程的实体", "the form that is shown, of the flow's entity"),
    "assignment": _t(
        "谁来办、怎样算通过、还能做什么：见[审批](#审批)",
        "who gets it, what makes it pass, what else they may do: see [how people decide](#how-people-decide)",
    ),
    "outcomes": _t(
        "按钮：`key`、`label`、`kind`，还有 `target`、`straight`、`rounds`、`comment`、`signature`：见[审批](#审批)",
        "the buttons: `key`, `label`, `kind`, and `target`, `straight`, `rounds`, `comment`, `signature`: see [how people decide](#how-people-decide)",
    ),
    "rights": _t(
        "表单字段在这一步的权限：字段 → `hidden`、`read`、`write`、`required`、`masked`",
        "what the fields of the form are at this step: field → `hidden`, `read`, `write`, `required`, `masked`",
    ),
    "due": _t("期限，ISO 8601 时长", "the deadline, an ISO 8601 duration"),
    "priority": _t("优先级，越大越急", "the priority; larger is more urgent"),
    "loop": _t("重复，见[循环](#循环)", "how often it runs, see [loops](#loops)"),
    "for_compensation": _t("只在补偿时执行，没有连线", "runs only to compensate; has no edges"),
    "action": _t("动作", "the action"),
    "arguments": _t("参数名 → 表达式", "name → expression"),
    "outputs": _t("变量 → 结果中的成员（点号可以往里取）", "variable → member of the result (dots reach inside)"),
    "assign": _t("变量 → 表达式，依次执行", "variable → expression, one after the other"),
    "decision": _t("决策表", "the decision table"),
    "rules": _t("一组规则，代替决策表", "a set of rules, in place of the decision table"),
    "condition": _t("要等的条件", "the condition that it waits for"),
    "events": _t("事件定义的列表，见[事件](#事件-1)", "a list of event definitions, see [events](#events-1)"),
    "parallel_multiple": _t("全部事件都要发生", "all of the events must happen"),
    "attached_to": _t("所附的活动，在同一层", "the activity it is attached to, in the same scope"),
    "interrupting": _t("是否中断，默认是", "whether it interrupts; yes if left out"),
    "call": _t(
        "`flow` 或 `flow_expression`、`inputs`（对方的变量 → 表达式）、`outputs`（这里的变量 → 对方的变量）、`binding`（`latest` 或 `deployment`）、`record`",
        "`flow` or `flow_expression`, `inputs` (its variable → expression), `outputs` (variable here → its variable), `binding` (`latest` or `deployment`), `record`",
    ),
    "ad_hoc": _t(
        "`ordering`（`parallel`、`sequential`）、`start`、`completion`、`cancel_remaining`",
        "`ordering` (`parallel`, `sequential`), `start`, `completion`, `cancel_remaining`",
    ),
    "required": _t("要等几个入口", "how many ways in it waits for"),
    "target": _t("跳到的节点", "the node it goes to"),
    "outcome": _t(
        "流程怎样结束的，给人看，也给调用它的流程", "how the instance ended, for people and for the flow that called it"
    ),
}

#: Places of events, as vocabulary.py has them.
PLACE: Mapping[str, Text] = {
    "start": _t("流程的开始", "start of the flow"),
    "inner_start": _t("子流程里的开始", "start in a sub-process"),
    "event_start": _t("事件子流程的开始", "start of an event sub-process"),
    "intermediate_catch_event": _t("中间等待", "intermediate, catching"),
    "intermediate_throw_event": _t("中间发出", "intermediate, throwing"),
    "boundary_event": _t("边界", "boundary"),
    "end_event": _t("结束", "end"),
    "send_task": _t("发送任务", "send task"),
    "receive_task": _t("接收任务", "receive task"),
    "delay": _t("延时", "delay"),
}

#: Members of event definitions.
EVENT_MEMBER: Mapping[str, Text] = {
    "name": _t("名称，收发两边要一样", "the name, the same on both sides"),
    "correlation": _t(
        "表达式：消息只到达键相同的那一个", "an expression: a message reaches the one that waits with an equal key"
    ),
    "outputs": _t(
        "变量 → 收到的内容中的成员（错误和升级有 `code`、`message`）",
        "variable → member of what arrived (errors and escalations have `code` and `message`)",
    ),
    "arguments": _t("发出的内容：名称 → 表达式", "what is sent: name → expression"),
    "timer": _t(
        "恰好一个：`duration`（ISO 8601，或给出时长的表达式）、`date`（给出日期或时刻的表达式）、`cycle`（`R3/PT10M`；`R/P1D` 不停，从应到的时间往后数）",
        "exactly one: `duration` (ISO 8601, or an expression that gives a length of time), `date` (an expression that gives a day or a moment), `cycle` (`R3/PT10M`; `R/P1D` without end, counted from when the one before was due)",
    ),
    "condition": _t("表达式；它读的东西变了就再看一次", "an expression, looked at whenever what it reads changes"),
    "code": _t("代码；等的一边不写就接住所有代码", "the code; where it is caught, none means every code"),
    "handler": _t("撤销它的活动", "the activity that undoes it"),
    "activity": _t("只补偿这一个；不写就补偿整层", "compensate only this one; left out, all of the scope"),
    "parallel": _t("同时补偿，不按相反顺序", "compensate all at once, not in the reverse order"),
}
LOOP_MEMBER: Mapping[str, Text] = {
    "condition": _t("成立就再来一次", "again while it holds"),
    "test_before": _t("第一次之前也看条件", "look at the condition before the first time too"),
    "maximum": _t("最多几次", "at most so often"),
    "cardinality": _t("表达式：几个", "an expression: how many"),
    "collection": _t(
        "表达式：列表，每项一个；开始时照一张相，之后改动不算",
        "an expression: a list, one for each item, as it was at the beginning",
    ),
    "element": _t("里面的表达式叫这一项什么", "what expressions inside call the item"),
    "completion": _t(
        "每完成一个看一次，成立就取消其余；可以读 `instances`、`active_instances`、`completed_instances`",
        "looked at after each one; when it holds the rest is cancelled. It may read `instances`, `active_instances`, `completed_instances`",
    ),
    "output": _t("每个完成时算的值", "a value from each one as it completes"),
    "output_collection": _t(
        "按顺序收集这些值的变量", "the variable that gathers those values, in the order of the items"
    ),
}
