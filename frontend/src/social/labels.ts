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
};

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
  draft_article: { zh: '起草文章', en: 'drafted an article' },
};

export const actionLabel = (name: string): Text | string => ACTIONS[name] ?? name;
