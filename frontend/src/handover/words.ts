/** What the parts and states of a hand-over are called. */
import { Bot, Building2, FileText, Inbox, type LucideIcon, UserRoundCog, Users, Workflow } from 'lucide-react';
import type { Text } from '@/i18n';
import type { ToneName } from '@/theme';
import type { HandoverLine, HandoverStatus, LineStatus, Part } from './api';

export const PARTS: Record<Part, { label: Text; help: Text }> = {
  items: {
    label: { zh: '待处理的任务', en: 'Open tasks' },
    help: { zh: '收件箱里还没处理的，责任转过去', en: 'What is still to do in the inbox; responsibility moves' },
  },
  definitions: {
    label: { zh: '流程里写死的人', en: 'Named in flows' },
    help: { zh: '流程定义里点名的地方换人，发布新版本', en: 'Where flows name them: a new version is published' },
  },
  superiors: {
    label: { zh: '下属', en: 'People below them' },
    help: { zh: '下属的上级换成接手人', en: 'Their people get the new superior' },
  },
  departments: {
    label: { zh: '负责的部门', en: 'Departments they head' },
    help: { zh: '部门负责人换成接手人', en: 'The departments get the new head' },
  },
  agents: {
    label: { zh: '委托', en: 'Agencies' },
    help: { zh: '他代理的和代理他的', en: 'Those they have, and those they are' },
  },
  instances: {
    label: { zh: '发起的流程', en: 'Flows they started' },
    help: { zh: '还在进行的，换成接手人为发起人', en: 'Those still running get the new initiator' },
  },
  records: {
    label: { zh: '负责的记录', en: 'Records they own' },
    help: { zh: '负责人改成接手人', en: 'The owner is changed' },
  },
};

export const KINDS: Record<HandoverLine['kind'], { label: Text; icon: LucideIcon }> = {
  item: { label: { zh: '任务', en: 'Task' }, icon: Inbox },
  definition: { label: { zh: '流程定义', en: 'Definition' }, icon: Bot },
  superior: { label: { zh: '上级', en: 'Superior' }, icon: Users },
  department: { label: { zh: '部门', en: 'Department' }, icon: Building2 },
  agent: { label: { zh: '委托', en: 'Agency' }, icon: UserRoundCog },
  instance: { label: { zh: '流程实例', en: 'Instance' }, icon: Workflow },
  record: { label: { zh: '记录', en: 'Record' }, icon: FileText },
};

export const STATUS: Record<HandoverStatus, { label: Text; color: ToneName }> = {
  preview: { label: { zh: '未执行', en: 'Not done yet' }, color: 'blue' },
  running: { label: { zh: '进行中', en: 'Running' }, color: 'orange' },
  done: { label: { zh: '已完成', en: 'Done' }, color: 'green' },
  reversed: { label: { zh: '已撤回', en: 'Undone' }, color: 'grey' },
};

export const LINE_STATUS: Record<LineStatus, { label: Text; color: ToneName }> = {
  planned: { label: { zh: '待交接', en: 'Planned' }, color: 'grey' },
  done: { label: { zh: '已交接', en: 'Handed over' }, color: 'green' },
  failed: { label: { zh: '没有成功', en: 'Failed' }, color: 'red' },
  skipped: { label: { zh: '不必交接', en: 'Skipped' }, color: 'grey' },
  reversed: { label: { zh: '已还回', en: 'Given back' }, color: 'blue' },
};
