/** Words and colours of channels, sentiments and kinds of social events. */
import type { Text } from '@/i18n';
import type { ToneName } from '@/theme';
import type { Sentiment } from './api';

export const SENTIMENTS: Record<Sentiment, { label: Text; color: ToneName }> = {
  positive: { label: { zh: '正面', en: 'Positive' }, color: 'green' },
  neutral: { label: { zh: '中性', en: 'Neutral' }, color: 'grey' },
  negative: { label: { zh: '负面', en: 'Negative' }, color: 'red' },
};

export const SENTIMENT_KEYS = Object.keys(SENTIMENTS) as Sentiment[];

const CHANNELS: Record<string, Text> = {
  weibo: { zh: '微博', en: 'Weibo' },
  wechat: { zh: '微信', en: 'WeChat' },
  douyin: { zh: '抖音', en: 'Douyin' },
  xiaohongshu: { zh: '小红书', en: 'Xiaohongshu' },
  phone: { zh: '电话', en: 'Phone' },
  web: { zh: '网站', en: 'Web' },
};

export const CHANNEL_KEYS = Object.keys(CHANNELS);
export const channelLabel = (key: string): Text | string => CHANNELS[key] ?? key;

const TYPES: Record<string, Text> = {
  'social.post': { zh: '发帖', en: 'Post' },
  'social.comment': { zh: '评论', en: 'Comment' },
  'social.message': { zh: '私信', en: 'Message' },
  'social.follow': { zh: '关注', en: 'Follow' },
  'social.like': { zh: '点赞', en: 'Like' },
  'social.share': { zh: '转发', en: 'Share' },
  'social.call': { zh: '来电', en: 'Call' },
  'social.mention': { zh: '提及', en: 'Mention' },
  'social.review': { zh: '评价', en: 'Review' },
  'message.sent': { zh: '发出的消息', en: 'Message sent' },
  'segment.entered': { zh: '进入人群', en: 'Entered a segment' },
  'segment.left': { zh: '离开人群', en: 'Left a segment' },
};

export const TYPE_KEYS = Object.keys(TYPES);
export const typeLabel = (type: string): Text | string => TYPES[type] ?? type;

const ACTIONS: Record<string, Text> = {
  tag: { zh: '打标签', en: 'tagged' },
  untag: { zh: '去标签', en: 'untagged' },
  create_ticket: { zh: '开工单', en: 'opened a ticket' },
  create_record: { zh: '新建记录', en: 'created a record' },
  update_record: { zh: '更新记录', en: 'updated a record' },
  set_person: { zh: '更新客户', en: 'updated the person' },
  notify: { zh: '通知', en: 'notified' },
  send: { zh: '发送', en: 'sent' },
  reply: { zh: '回复', en: 'replied' },
  start_flow: { zh: '启动流程', en: 'started a flow' },
  assign: { zh: '分派', en: 'assigned' },
  create_task: { zh: '建任务', en: 'created a task' },
  send_coupon: { zh: '发优惠券', en: 'sent a coupon' },
  signal_flow: { zh: '通知流程', en: 'signalled a flow' },
  approve: { zh: '批准', en: 'approved' },
  escalate: { zh: '升级', en: 'escalated' },
  release_to_pool: { zh: '退回公海', en: 'released to the pool' },
  cancel_pending: { zh: '取消待办', en: 'cancelled what was pending' },
  enter_segment: { zh: '放进人群', en: 'put into a segment' },
  draft_article: { zh: '起草文章', en: 'drafted an article' },
};

export const actionLabel = (name: string): Text | string => ACTIONS[name] ?? name;
