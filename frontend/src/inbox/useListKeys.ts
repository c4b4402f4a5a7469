/** j and k walk the list, as mail readers do; Enter and Escape are the browser's and the page's own. */
import { useEffect, useRef } from 'react';

const TYPING = 'input, textarea, select, [contenteditable=true], [role=combobox], [role=dialog] *';

function isTyping(event: KeyboardEvent): boolean {
  return event.isComposing || (event.target instanceof Element && event.target.closest(TYPING) !== null);
}

export function useListKeys(keys: [key: string, act: () => void][]): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event)) return;
      const act = latest.current.find(([key]) => key === event.key)?.[1];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
}
