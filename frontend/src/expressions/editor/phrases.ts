/** What CodeMirror itself says to readers and screen readers, in Chinese. */
export const CHINESE_PHRASES: Record<string, string> = {
  Completions: '补全',
  Diagnostics: '问题',
  'No diagnostics': '没有问题',
  close: '关闭',
  'Control character': '控制字符',
  'Selection deleted': '已删除所选内容',
  'current match': '当前匹配',
  'Loading…': '载入中…',
};
