/** What the language's types are called; the same words as in the server's messages. */
import type { Text } from '@/i18n';
import { itemType, kindOfType } from './tree';

const NAMES: Record<string, Text> = {
  boolean: { zh: '真假值', en: 'true or false' },
  text: { zh: '文本', en: 'text' },
  number: { zh: '数字', en: 'number' },
  money: { zh: '金额', en: 'money' },
  date: { zh: '日期', en: 'date' },
  time: { zh: '时刻', en: 'time of day' },
  datetime: { zh: '日期时间', en: 'date and time' },
  duration: { zh: '时长', en: 'duration' },
  period: { zh: '月数年数', en: 'months or years' },
  business: { zh: '工作时间', en: 'business time' },
  choice: { zh: '选项', en: 'choice' },
  reference: { zh: '引用', en: 'reference' },
  list: { zh: '列表', en: 'list' },
  record: { zh: '记录', en: 'record' },
  empty: { zh: '空', en: 'empty' },
};

export function typeName(code: string): Text {
  const item = itemType(code);
  if (item) {
    const { zh, en } = typeName(item);
    return { zh: `${zh}列表`, en: `list of ${en}` };
  }
  const name = NAMES[kindOfType(code)] ?? { zh: code, en: code };
  const detail = kindOfType(code) === 'money' ? code.slice('money:'.length) : '';
  return detail ? { zh: `${name.zh}（${detail}）`, en: `${name.en} (${detail})` } : name;
}
