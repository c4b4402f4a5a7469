/** Asks before unsaved changes are lost, inside the application and when the tab is closed. */
import { useEffect, useRef } from 'react';
import { useBlocker } from 'react-router-dom';
import { useConfirm } from '@/components';
import { useText } from '@/i18n';

export function useUnsavedGuard(isDirty: () => boolean): void {
  const t = useText();
  const confirm = useConfirm();
  const dirty = useRef(isDirty);
  dirty.current = isDirty;
  const blocker = useBlocker(({ currentLocation, nextLocation }) => {
    return dirty.current() && currentLocation.pathname !== nextLocation.pathname;
  });
  useEffect(() => {
    if (blocker.state !== 'blocked') return;
    void confirm({
      title: t({ zh: '放弃未保存的修改？', en: 'Discard unsaved changes?' }),
      body: t({ zh: '离开后，这一页上的修改会丢失。', en: 'What you changed on this page will be lost.' }),
      action: t({ zh: '放弃修改', en: 'Discard' }),
      destructive: true,
    }).then((leave) => (leave ? blocker.proceed() : blocker.reset()));
  }, [blocker, confirm, t]);
  useEffect(() => {
    const onLeave = (event: BeforeUnloadEvent) => {
      if (dirty.current()) event.preventDefault();
    };
    window.addEventListener('beforeunload', onLeave);
    return () => window.removeEventListener('beforeunload', onLeave);
  }, []);
}
