/** Saving a definition's draft: what the server refused stays until the next try. */
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { useText } from '@/i18n';
import { type Definition, useSaveDraft } from './api';
import { printDocument } from './documents';
import type { Draft } from './useDraft';

export interface Saving {
  save: () => void;
  /** Saves although the published version moved on meanwhile. */
  saveAnyway: () => void;
  setRuleText: (text: string) => void;
  busy: boolean;
  error: unknown;
}

export function useSaving(definition: Definition, draft: Draft): Saving {
  const t = useText();
  const notify = useNotify();
  const mutation = useSaveDraft(definition);
  const [error, setError] = useState<unknown>(null);

  async function put(base: number | undefined): Promise<void> {
    if (!draft.document) {
      notify(
        t({
          zh: '还不是完整的 JSON，先改正标出的地方。',
          en: 'This is not whole JSON yet; mend what is marked first.',
        }),
        {
          type: 'warning',
        },
      );
      return;
    }
    const sent = draft.text;
    setError(null);
    try {
      await mutation.mutateAsync({ content: draft.document, ...(base === undefined ? {} : { base_version: base }) });
      draft.settle(sent);
    } catch (problem) {
      setError(problem);
    }
  }

  return {
    save: () => void put(definition.draft_base_version ?? definition.version),
    saveAnyway: () => void put(undefined),
    setRuleText: (text) => {
      if (draft.document) draft.setText(`${printDocument({ ...draft.document, text })}\n`);
    },
    busy: mutation.isPending,
    error,
  };
}
