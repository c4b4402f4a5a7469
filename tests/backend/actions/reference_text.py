"""What docs/reference/actions.md says of each action beside its registration: what it does, and a rule that calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine.definitions import Text


@dataclass(frozen=True, slots=True)
class About:
    """An action in words, and the call in a rule waiting for `when` (an event with its name)."""

    says: Text
    call: str
    when: str = "social.comment as c"


TITLE = Text("动作", "Actions")
OTHER_PAGE = Text("[English](actions.md)", "[中文](actions.zh.md)")
INTRODUCTION = Text(
    """规则和流程的服务任务调用这些动作。没写名字的实参按参数顺序填入。动作改的是库里的数据，和引起它的事件同属一个事务；离开数据库的（发消息、启动流程）先写进发件箱，带着这次调用的键，所以崩溃后重做不会发两次。

- `record` 不写时是规则或流程所针对的记录（或前一个动作新建的记录）；写了却是空的，就是没有记录，动作失败。`entity` 只在需要时写：编号在整个系统里唯一，动作自己找得到记录属于哪个实体。
- `person` 不写时是事件所针对的客户。
- 通知谁、给谁（`to`）：用户的引用、邮箱、`owner` 等记录上的用户字段、`superior`（负责人的上级）、`superior:字段`、角色或部门的键（也可写 `role:键`、`department:键`），可以用逗号隔开，也可以是列表。
- 对象不在了（记录已删除、流程已停用、用户已停用、模板不存在）时动作失败，错误里写明是什么；规则的失败会重试，再不成就成为一条事故。

## 发给客户的消息

标有“发给客户”的动作都过同一道门。规则有用途（`用途 marketing`）时，客户的布尔字段 `<用途>_consent` 必须为真，用途没有被停用；渠道没有被停用，客户在某个渠道上有地址。否则消息不发，记为“未发出”并写明原因（`GET /api/messages?status=refused`），动作的结果是 `refused` 和原因，规则继续往下走。消息真正离开时再查一次：这之间撤回了同意的，也不发。免打扰时段里的消息等时段结束才走。""",
    """Rules and the service tasks of flows call these actions. Arguments without a name fill the parameters in order. What an action changes in the database it changes in the transaction of the event that led to it; what leaves the database (messages, starts of flows) is put into the outbox under the key of this call, so that doing it again after a crash sends nothing twice.

- Without `record` an action is about the record that the rule or flow is about (or the one that the action before it made). A `record` that is given and empty is none: the action fails. `entity` is written only where it is needed: ids are unique everywhere, so an action finds the entity of a record by itself.
- Without `person` it is about the person that the event is about.
- Whom to tell or give something (`to`): references to users, e-mails, user fields of the record such as `owner`, `superior` (that of the owner), `superior:field`, keys of roles or departments (also `role:key`, `department:key`), with commas between or as a list.
- When what it names is gone (a deleted record, an unpublished flow, a deactivated user, an unknown template) an action fails and says what; the failure of a rule is tried again, and then becomes an incident.

## What is sent to customers

Actions marked “sends to the customer” pass one gate. Where the rule has a purpose (`purpose marketing`), the person's yes/no field `<purpose>_consent` must be true and the purpose not switched off; the channel must not be switched off, and the person must have an address on some channel. Otherwise the message is not sent but kept as refused with its reason (`GET /api/messages?status=refused`), the action answers `refused` and the reason, and the rule goes on. It is looked at again when the message leaves: whoever withdrew consent in between is not sent it. In a quiet period messages wait until it is over.""",
)
SENDS = Text("发给客户", "Sends to the customer")
COLUMNS = (Text("参数", "Parameter"), Text("类型", "Type"), Text("必填", "Required"), Text("说明", "Meaning"))

ACTIONS: Mapping[str, About] = {
    "create_record": About(
        Text(
            "新建任一实体的记录；其余实参是它的字段。",
            "Makes a record of any entity; further arguments are its fields.",
        ),
        'create_record("follow_up", subject: "回访", person: person)',
    ),
    "find_record": About(
        Text(
            "按字段查找一个实体的第一条记录，其余实参是字段的值。结果里有 `found`；找到时还有 `record_id` 和 `record`（各字段，如 `record.phone`）。",
            "Finds the first record of an entity whose fields are what the further arguments say. The result has `found`, and where there is one `record_id` and `record` (its fields: `record.phone`).",
        ),
        'find_record("person", phone: c.author.id)',
    ),
    "update_record": About(
        Text("修改一条记录；其余实参是它的字段。", "Changes a record; further arguments are its fields."),
        'update_record(record: t, priority: "high")',
        "ticket.created as t",
    ),
    "set_person": About(
        Text("修改客户的字段；其余实参是它们。", "Changes fields of the person: the further arguments."),
        'set_person(life_cycle: "at_risk")',
    ),
    "tag": About(
        Text("给客户加标签；已有的不变。", "Adds tags to the person; those already there stay."), 'tag(["intent"])'
    ),
    "untag": About(Text("去掉客户的标签。", "Takes tags off the person."), 'untag(["intent"])'),
    "assign": About(
        Text(
            "把记录交给某人负责。多人（角色、部门）时，交给名下这类记录最少的一位。",
            "Gives a record to somebody. Of several (a role, a department) the one who owns the fewest records of its kind takes it.",
        ),
        'assign(to: "role:cs_agent")',
        "ticket.created as t",
    ),
    "release_to_pool": About(
        Text(
            "把记录放回公海：没有负责人，字段 `pool`（或状态 `pool`）为真，事件 `record.released` 记下原负责人。",
            "Puts a record back into the pool: nobody owns it, its field `pool` (or the status `pool`) says so, and the event `record.released` names the owner before.",
        ),
        "release_to_pool(l)",
        "lead.updated as l",
    ),
    "enter_segment": About(
        Text(
            "把客户（或给出的记录）加入一个没有条件的分群。",
            "Puts the person, or the record given, into a segment that has no condition.",
        ),
        'enter_segment("hand_picked")',
    ),
    "leave_segment": About(
        Text("移出没有条件的分群。", "Takes them out of such a segment."), 'leave_segment("hand_picked")'
    ),
    "create_ticket": About(
        Text(
            "按客户说的话开工单：渠道、原话、话里提到的产品自动填好；其余实参是工单的字段。",
            "Opens a ticket from what was said: channel, words and the product they name are filled in; further arguments are its fields.",
        ),
        'create_ticket(title: "{c.author.name}：{c.text}", priority: "urgent")',
    ),
    "draft_article": About(
        Text("由工单起草知识文章。", "Drafts a knowledge article from a ticket."),
        "draft_article(ticket: t)",
        "ticket.updated as t",
    ),
    "create_task": About(
        Text(
            "给人派一件流程之外的任务，出现在他们的待办里，第一个做完的人把它关掉。`due` 是时间、日期或时长；不写 `to` 就给记录的负责人。其余实参逐行写进说明。",
            "Gives people something to do outside any flow: it lies in their inboxes until the first of them has done it. `due` is a moment, a date or a length of time; without `to` the record's owner gets it. Further arguments stand in its note, a line each.",
        ),
        'create_task("回访", to: "role:cs_agent", note: "{c.text}", due: 2 days)',
    ),
    "notify": About(
        Text(
            "在产品里通知用户。不写内容时说明规则和记录的标题。",
            "Leaves a notice in the product. Without a text it says the rule and the title of the record.",
        ),
        'notify(to: "owner, cs_lead", text: "{t.title}")',
        "ticket.created as t",
    ),
    "call_http": About(
        Text(
            "用 HTTP 调用外部系统：IT 配置的连接器（名称）加路径，或允许调用的主机上的完整地址。其余实参是发送的 JSON 成员，除非写了 `body`。流程等待回答（`status`、`body`）；不是 2xx（或 `expected`）的回答是错误，代码如 `http_404`，超时是 `http_timeout`，连不上是 `http_unreachable`，可以用边界错误事件捕获；可能会好的会带着同一个 `Idempotency-Key` 重试。规则不等回答。",
            "Calls another system over HTTP: a connector that IT has set up (by its name) and a path, or a whole address on a host that may be called. Further arguments are the members of the JSON that is sent, unless `body` is. A flow waits for the answer (`status`, `body`); any but 2xx (or those `expected`) is an error with a code such as `http_404`, `http_timeout` or `http_unreachable`, which a boundary error event can catch; what may pass is tried again under the same `Idempotency-Key`. A rule does not wait.",
        ),
        'call_http("erp", path: "orders", number: o.number)',
        "order.updated as o",
    ),
    "send": About(
        Text(
            "给客户发消息：一段文字，或一个消息模板（实体 `message_template` 的 `key`）。不写渠道时用他最近用过的渠道。",
            "Sends the person a message: a text, or a template (the `key` of a record of the entity `message_template`). Without a channel, on the one they last used.",
        ),
        'send(template: "welcome_weibo")',
    ),
    "reply": About(
        Text("在客户说话的地方回复。", "Answers the person where they wrote."), 'reply("很抱歉，{c.author.name}")'
    ),
    "send_coupon": About(
        Text(
            "给客户发一张优惠券：在实体 `coupon` 里记一条（有这个实体时），并发消息。不能给他发消息时，券也不发。",
            "Issues a coupon, a record of the entity `coupon` where there is one, and sends it. Who may not be sent anything is issued nothing.",
        ),
        'send_coupon("COMEBACK20", valid_for: 7 days)',
    ),
    "cancel_pending": About(
        Text(
            "取消这位客户、这个用途下还没做的事：规则的 `等待` 和未到期的“未发生”，以及发件箱里等着的消息。不写用途时用规则的。",
            "Takes back what is still to be done for the person and a purpose: blocks of `after`, absences whose time is not over, and messages waiting in the outbox. Without a purpose, that of the rule.",
        ),
        'cancel_pending(purpose: "marketing")',
    ),
    "start_flow": About(
        Text("启动流程；其余实参是流程的变量。", "Starts a flow; further arguments are its variables."),
        'start_flow("retention", record: person)',
    ),
    "signal_flow": About(
        Text(
            "告诉与这条记录（或这位客户）有关、还在运行的流程实例：`cancel` 结束它们，`retry` 重试停下的步骤（其余实参先写入变量）。别的名字是信号或消息：实例里等着它的节点收到，其余实参是带来的内容；它也写进实例的经过，并记入日志（`instance.signalled`）。",
            "Tells running instances about the record, or about the person: `cancel` ends them, `retry` tries again what stopped (further arguments set variables first). Any other name is a signal, or a message, for whatever in them waits for it, with the further arguments as what it brings; it stands in their history and in the log (`instance.signalled`).",
        ),
        'signal_flow("cancel", flow: "order_approval", record: o)',
        "order.updated as o",
    ),
    "approve": About(
        Text(
            "批准：代处理人选择流程任务里表示批准的结果，经过里写明是哪条规则；没有等着的任务时，把记录的状态（或阶段）改为 `approved`。",
            "Approves: takes the approving outcome of the open tasks of flows about the record, in place of their people, and says in their history which rule did; where nothing waits, the record's status (or stage) becomes `approved`.",
        ),
        "approve(o)",
        "order.submitted as o",
    ),
    "escalate": About(
        Text(
            "升级：记录的未完成任务也交给处理人的上级；没有任务的记录改为最高优先级（实体有优先级时）。通知 `to`，或负责人的上级。",
            "Takes a matter up: the superiors of those who have the record's open tasks get them as well; a record without tasks becomes urgent, where its entity has a priority. `to`, or the owner's superior, is told.",
        ),
        'escalate(t, to: "cs_lead", text: "15 分钟未回复")',
        "ticket.created as t",
    ),
    "escalate_task": About(
        Text(
            "只用在流程里：把这个实例的未完成任务也交给处理人的上级。",
            "Only in flows: gives an open task of the instance to the superiors of its people as well.",
        ),
        "escalate_task()",
    ),
    "run_rules": About(
        Text(
            "对流程的记录执行一组定时逐条处理记录的规则（`every … for each 实体`），就在这个事务里；流程的规则任务（`rules`）用的就是它。结果：`fired`、`failed`、`held_back`、`count`、`branches`。",
            "Lets a set of rules that go through records by the clock (`every … for each ENTITY`) fire about the record, in this transaction: what a flow's rule task with `rules` does. The result has `fired`, `failed`, `held_back`, `count` and `branches`.",
        ),
        'run_rules(["example_nightly"])',
        "ticket.created as t",
    ),
}
