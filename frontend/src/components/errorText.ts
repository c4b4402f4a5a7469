/** What to say about anything that was thrown. */
import type { Text, TextReader } from '@/i18n';
import { ApiError } from '@/providers/http';

export interface SaidError {
  message: string;
  suggestion: string;
  code: string;
}

const OFFLINE: Text = { zh: '连接不上服务器。', en: 'The server cannot be reached.' };
const OFFLINE_HINT: Text = { zh: '请检查网络，然后重试。', en: 'Check the network, then try again.' };

export function errorText(error: unknown, t: TextReader): SaidError {
  if (error instanceof ApiError) return { message: t(error.text), suggestion: t(error.suggestion), code: error.code };
  if (error instanceof TypeError && /fetch|network/i.test(error.message)) {
    return { message: t(OFFLINE), suggestion: t(OFFLINE_HINT), code: '' };
  }
  return { message: error instanceof Error ? error.message : String(error), suggestion: '', code: '' };
}
