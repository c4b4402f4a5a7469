/** What no row can show: the very node, as text. Untouched it stays as it is; changed, it is what the text says. */
import { Box, Skeleton } from '@mui/material';
import { useQuery } from '@tanstack/react-query';
import { type Locale, useLocale, useText } from '@/i18n';
import { useLanguage } from '../api';
import { ExpressionEditor } from '../ExpressionEditor';
import { written } from '../tree';
import { useBoard } from './board';
import { replaceItem } from './edits';
import type { Block } from './items';

/** The words of a node that came without any: the server writes them. */
function useWords(block: Block, locale: Locale): string | null {
  const { about } = useBoard();
  const language = useLanguage(about);
  const { data } = useQuery({
    queryKey: ['language', 'words', about, block.node],
    queryFn: () => language.print(block.node),
    enabled: block.text === null,
    staleTime: 60_000,
    retry: false,
  });
  return block.text ?? data?.text?.[locale] ?? null;
}

export function BlockView({ block, label }: { block: Block; label: string }) {
  const t = useText();
  const locale = useLocale();
  const { root, about, wanted, edit, readOnly } = useBoard();
  const words = useWords(block, locale);
  if (words === null) return <Skeleton height={36} />;
  return (
    <Box role="group" aria-label={label} sx={{ '& [contenteditable]': { outline: 'none' } }}>
      <ExpressionEditor
        label={t({ zh: '文字条件', en: 'Condition in words' })}
        terse
        lines="one"
        value={words}
        about={about}
        expects="boolean"
        {...(wanted.target ? { target: wanted.target } : {})}
        readOnly={readOnly}
        hint={t({ zh: '用文字写条件', en: 'Write a condition' })}
        onChange={(text, command, run) => {
          const changed: Block = { ...block, node: written(text), text };
          edit(command, replaceItem(root, changed), run ? { run: `${run}-${block.id}` } : {});
        }}
      />
    </Box>
  );
}
