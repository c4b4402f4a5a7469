/** What a table leaves out and what it answers twice: each finding lights its rows, can be tried, and a gap be closed. */
import { Box, Button, Stack, Typography } from '@mui/material';
import { CircleCheck, CircleX, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { ErrorLine, ListSkeleton, Panel } from '@/components';
import { useText } from '@/i18n';
import type { Examined, Gap, Overlap } from './api';

interface FindingsPanelProps {
  examined: Examined | undefined;
  error: unknown;
  /** Of the table as it is now. */
  current: boolean;
  onPoint: (rows: readonly number[]) => void;
  onTry: (example: Gap['example']) => void;
  /** Absent where nothing may be changed. */
  onClose: ((gap: Gap) => void) | undefined;
}

export function FindingsPanel({ examined, error, current, onPoint, onTry, onClose }: FindingsPanelProps) {
  const t = useText();
  return (
    <Panel flush title={t({ zh: '漏洞与重叠', en: 'Gaps and overlaps' })}>
      <Box role="status" aria-busy={!current} sx={{ px: 2, pb: 1 }}>
        <ErrorLine error={error} />
        {examined && <Summary examined={examined} />}
      </Box>
      {!examined && !error && <ListSkeleton rows={2} />}
      {examined && (
        <Stack
          component="ul"
          aria-label={t({ zh: '漏洞与重叠', en: 'Gaps and overlaps' })}
          sx={{ listStyle: 'none', m: 0, p: 0 }}
        >
          {examined.gaps.map((gap, index) => (
            <Finding key={`gap ${index}`} message={t(gap.message)} rows={[]} onPoint={onPoint}>
              <Try onTry={() => onTry(gap.example)} />
              {onClose && (
                <Button onClick={() => onClose(gap)} sx={{ minHeight: 26, py: 0 }}>
                  {t({ zh: '补一行', en: 'Add a row for it' })}
                </Button>
              )}
            </Finding>
          ))}
          {examined.overlaps.map((overlap, index) => (
            <OverlapItem key={`overlap ${index}`} overlap={overlap} onPoint={onPoint} onTry={onTry} />
          ))}
        </Stack>
      )}
    </Panel>
  );
}

function Summary({ examined: { problems, gaps, overlaps, skipped, complete } }: { examined: Examined }) {
  const t = useText();
  if (problems.some(({ severity }) => severity === 'error')) {
    return (
      <Line icon={<CircleX size={15} />} color="error.main">
        {t({ zh: '先改正标出的单元格。', en: 'Mend the cells that are marked first.' })}
      </Line>
    );
  }
  const unseen = skipped.length > 0 || !complete;
  const none = gaps.length === 0 && overlaps.length === 0;
  return (
    <>
      {none && !unseen && (
        <Line icon={<CircleCheck size={15} />} color="success.main">
          {t({ zh: '每种情况都有行回答，也没有冲突。', en: 'Every case is answered, and none in two ways.' })}
        </Line>
      )}
      {unseen && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {complete
            ? t(
                {
                  zh: '{n} 个单元格要算了才知道，漏洞没有检查。',
                  en: '{n} cells have to be computed; gaps were not looked for.',
                },
                { n: skipped.length },
              )
            : t({ zh: '表太大，没有全部看完。', en: 'The table is too large to be looked through to the end.' })}
        </Typography>
      )}
    </>
  );
}

function Line({ icon, color, children }: { icon: ReactNode; color: string; children: ReactNode }) {
  return (
    <Stack direction="row" sx={{ gap: 0.75, alignItems: 'flex-start', fontSize: 14 }}>
      <Box component="span" aria-hidden sx={{ color, pt: '3px', flex: 'none', display: 'inline-flex' }}>
        {icon}
      </Box>
      <span>{children}</span>
    </Stack>
  );
}

interface FindingProps {
  message: string;
  rows: readonly number[];
  onPoint: (rows: readonly number[]) => void;
  children: ReactNode;
}

function Finding({ message, rows, onPoint, children }: FindingProps) {
  return (
    <Box
      component="li"
      onMouseEnter={() => onPoint(rows)}
      onMouseLeave={() => onPoint([])}
      onFocus={() => onPoint(rows)}
      onBlur={() => onPoint([])}
      sx={{ px: 2, py: 1, borderTop: 1, borderColor: 'divider', '&:hover': { bgcolor: 'action.hover' } }}
    >
      <Line icon={<TriangleAlert size={15} />} color="warning.main">
        {message}
      </Line>
      <Stack direction="row" sx={{ gap: 0.5, flexWrap: 'wrap', ml: 1.5, mt: 0.25 }}>
        {children}
      </Stack>
    </Box>
  );
}

interface OverlapItemProps {
  overlap: Overlap;
  onPoint: (rows: readonly number[]) => void;
  onTry: (example: Overlap['example']) => void;
}

function OverlapItem({ overlap, onPoint, onTry }: OverlapItemProps) {
  const t = useText();
  return (
    <Finding message={t(overlap.message)} rows={overlap.rows} onPoint={onPoint}>
      <Try onTry={() => onTry(overlap.example)} />
    </Finding>
  );
}

function Try({ onTry }: { onTry: () => void }) {
  const t = useText();
  return (
    <Button onClick={onTry} sx={{ minHeight: 26, py: 0 }}>
      {t({ zh: '试这个例子', en: 'Try this case' })}
    </Button>
  );
}
