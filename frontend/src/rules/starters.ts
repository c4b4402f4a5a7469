/** First texts of a rule, one of each kind of trigger, in both languages: something to change instead of a blank page. */
import type { Locale, Text } from '@/i18n';
import type { TriggerKind } from './authoring';

export type StarterKey = Extract<TriggerKind, 'event' | 'sequence' | 'absence' | 'schedule' | 'watch'>;

interface Starter {
  key: StarterKey;
  about: Text;
  /** Between the first line and the last. */
  body: Text;
}

export const STARTERS: Starter[] = [
  {
    key: 'event',
    about: {
      zh: '事情一发生就判断，例如 VIP 发了负面内容',
      en: 'As soon as something happens: a VIP posts something negative',
    },
    body: {
      zh: `  当 社交.发帖 记作 帖
  如果 帖.情绪 = "negative" 且 客户.等级 属于 ["vip", "svip"]
  那么 打标签(["VIP 负面"])
       通知("owner", "VIP {客户.姓名} 不满：{帖.内容}")
  限制 1 次 每位 客户 每 6 小时`,
      en: `  when social.post as p
  if p.sentiment = "negative" and person.level in ["vip", "svip"]
  then tag(["VIP unhappy"])
       notify("owner", "VIP {person.name} is unhappy: {p.text}")
  limit 1 per person per 6 hours`,
    },
  },
  {
    key: 'sequence',
    about: {
      zh: '一件事之后又发生另一件，例如关注后两小时内发私信',
      en: 'One thing after another: a message within two hours of following',
    },
    body: {
      zh: `  当 社交.关注 记作 关注 随后 社交.私信 记作 信 其中 信.客户 = 关注.客户 2 小时内
  那么 打标签(["新粉咨询"])
       通知("owner", "刚关注的 {客户.姓名} 来问：{信.内容}")`,
      en: `  when social.follow as f followed_by social.message as m where m.person = f.person within 2 hours
  then tag(["Asking"])
       notify("owner", "{person.name} has just followed and asks: {m.text}")`,
    },
  },
  {
    key: 'absence',
    about: {
      zh: '该发生的没有发生，例如关注后七天没有互动',
      en: 'What should happen does not: nothing for seven days after following',
    },
    body: {
      zh: `  当 社交.关注 记作 关注 未发生 社交.评论 记作 评 其中 评.客户 = 关注.客户 7 天内
  那么 打标签(["沉默新粉"])`,
      en: `  when social.follow as f without social.comment as c where c.person = f.person within 7 days
  then tag(["Silent"])`,
    },
  },
  {
    key: 'schedule',
    about: {
      zh: '每天定时对一批客户执行，例如早上九点',
      en: 'At a time of day for everybody of a set: at nine in the morning',
    },
    body: {
      zh: `  每隔 1 天 于 09:00 对每个 客户 其中 等级 = "vip"
  那么 打标签(["今日关怀"])
  仅一次 每位 客户`,
      en: `  every 1 day at 09:00 for each person where level = "vip"
  then tag(["Greet today"])
  once per person`,
    },
  },
  {
    key: 'watch',
    about: {
      zh: '盯住一个数，越过时触发，例如一小时内的负面帖数',
      en: 'A figure that is watched: negative posts within an hour',
    },
    body: {
      zh: `  监测 计数(社交.发帖 其中 情绪 = "negative" 1 小时内 按 产品) >= 10 对每个 产品 每隔 5 分钟
  那么 通知("cs_lead", "{产品.名称} 一小时内有很多负面帖")`,
      en: `  watch count(social.post where sentiment = "negative" within 1 hour by product) >= 10 for each product every 5 minutes
  then notify("cs_lead", "Many negative posts about {product.name} within an hour")`,
    },
  },
];

const quoted = (title: string) => `"${title.replace(/["\\]/g, '')}"`;

/** The whole text of a new rule. */
export function starterText(
  starter: StarterKey,
  { key, title, locale }: { key: string; title: string; locale: Locale },
) {
  const found = STARTERS.find((each) => each.key === starter) ?? STARTERS[0];
  const [first, last] = locale === 'zh' ? ['规则', '结束'] : ['rule', 'end'];
  return `${first} ${key} ${quoted(title)}\n${found?.body[locale] ?? ''}\n${last}\n`;
}

export const isStarter = (key: string | null): key is StarterKey => STARTERS.some((each) => each.key === key);
