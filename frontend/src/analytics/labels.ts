/** Words and tones of sentiments and channels. */
import type { Text } from '@/i18n';
import type { ToneName } from '@/theme';
import type { Sentiment } from './api';

export const SENTIMENT: Record<Sentiment, { label: Text; tone: ToneName }> = {
  positive: { label: { zh: '正面', en: 'Positive' }, tone: 'green' },
  neutral: { label: { zh: '中性', en: 'Neutral' }, tone: 'grey' },
  negative: { label: { zh: '负面', en: 'Negative' }, tone: 'red' },
};

export const CHANNELS: Record<string, Text> = {
  weibo: { zh: '微博', en: 'Weibo' },
  wechat: { zh: '微信', en: 'WeChat' },
  douyin: { zh: '抖音', en: 'Douyin' },
  xiaohongshu: { zh: '小红书', en: 'Xiaohongshu' },
  phone: { zh: '电话', en: 'Phone' },
  web: { zh: '网站', en: 'Web' },
  log: { zh: '日志', en: 'Log' },
};

export const channelLabel = (channel: string): Text => CHANNELS[channel] ?? { zh: channel, en: channel };
