/** Publishing drafts: asks when something would be lost, and says what became of it. */
import { useNotify } from 'react-admin';
import { useConfirm, useSayError } from '@/components';
import { useText } from '@/i18n';
import { type Address, type Change, usePublish } from './api';
import { isDestructive } from './PlanView';

export function usePublishing() {
  const t = useText();
  const confirm = useConfirm();
  const notify = useNotify();
  const say = useSayError();
  const publish = usePublish();

  async function agreed(changes: Change[]): Promise<boolean> {
    const lossy = changes.filter(isDestructive);
    if (lossy.length === 0) return true;
    return confirm({
      title: t({ zh: '发布会移除内容', en: 'Publishing removes something' }),
      body: lossy.map(({ summary }) => t(summary)).join(t({ zh: '；', en: '; ' })),
      action: t({ zh: '仍然发布', en: 'Publish anyway' }),
      destructive: true,
    });
  }

  /** True when it was published. */
  async function run(keys: Address[], changes: Change[]): Promise<boolean> {
    if (!(await agreed(changes))) return false;
    try {
      const plan = await publish.mutateAsync(keys);
      notify(t({ zh: '已发布，当前版本 {version}', en: 'Published as version {version}' }, { version: plan.version }), {
        type: 'success',
      });
      return true;
    } catch (error) {
      say(error);
      return false;
    }
  }

  return { run, busy: publish.isPending };
}
