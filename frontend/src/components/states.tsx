/** What a page shows when there is nothing, when something failed, and while it loads: shape, not spinners. */
import { Alert, Box, Button, Skeleton, Stack, Typography } from '@mui/material';
import { Inbox, type LucideIcon, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useText } from '@/i18n';
import { errorText } from './errorText';

export interface EmptyStateProps {
  title: ReactNode;
  /** What to do about it, one sentence. */
  hint?: ReactNode;
  icon?: LucideIcon;
  /** A button. */
  action?: ReactNode;
  /** Less air, for panels inside a page. */
  dense?: boolean;
}

export function EmptyState({ title, hint, icon: Icon = Inbox, action, dense = false }: EmptyStateProps) {
  return (
    <Stack spacing={1} sx={{ alignItems: 'center', textAlign: 'center', py: dense ? 3 : 8, px: 2 }}>
      <Box sx={{ color: 'text.secondary', opacity: 0.8 }} aria-hidden>
        <Icon size={dense ? 22 : 30} strokeWidth={1.5} />
      </Box>
      <Typography sx={{ fontWeight: 550 }}>{title}</Typography>
      {hint && (
        <Typography variant="body2" sx={{ color: 'text.secondary', maxWidth: 420 }}>
          {hint}
        </Typography>
      )}
      {action && <Box sx={{ pt: 1 }}>{action}</Box>}
    </Stack>
  );
}

export interface ErrorStateProps {
  /** Whatever was thrown; an ApiError shows its text, suggestion and code. */
  error: unknown;
  retry?: () => void;
  dense?: boolean;
}

export function ErrorState({ error, retry, dense = false }: ErrorStateProps) {
  const t = useText();
  const said = errorText(error, t);
  return (
    <Stack role="alert" spacing={1} sx={{ alignItems: 'center', textAlign: 'center', py: dense ? 3 : 8, px: 2 }}>
      <Box sx={{ color: 'error.main' }} aria-hidden>
        <TriangleAlert size={dense ? 22 : 30} strokeWidth={1.5} />
      </Box>
      <Typography sx={{ fontWeight: 550 }}>{said.message}</Typography>
      {said.suggestion && (
        <Typography variant="body2" sx={{ color: 'text.secondary', maxWidth: 480 }}>
          {said.suggestion}
        </Typography>
      )}
      {said.code && (
        <Typography variant="caption" sx={{ color: 'text.secondary' }}>
          {said.code}
        </Typography>
      )}
      {retry && (
        <Button variant="outlined" onClick={retry}>
          {t({ zh: '重试', en: 'Try again' })}
        </Button>
      )}
    </Stack>
  );
}

/** The same error in one line, inside a form or a dialog. */
export function ErrorLine({ error }: { error: unknown }) {
  const t = useText();
  if (!error) return null;
  const said = errorText(error, t);
  return (
    <Alert severity="error" variant="outlined" sx={{ whiteSpace: 'pre-wrap' }}>
      {said.message}
      {said.suggestion ? ` ${said.suggestion}` : ''}
    </Alert>
  );
}

/** Grey rows in the shape of a list. */
export function ListSkeleton({ rows = 8 }: { rows?: number }) {
  const t = useText();
  return (
    <Stack role="status" aria-label={t({ zh: '加载中', en: 'Loading' })} spacing={1.5} sx={{ p: 2 }}>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} variant="rounded" height={22} width={`${92 - ((index * 17) % 38)}%`} />
      ))}
    </Stack>
  );
}

/** Grey blocks in the shape of a page with a header and sections. */
export function PageSkeleton() {
  const t = useText();
  return (
    <Stack role="status" aria-label={t({ zh: '加载中', en: 'Loading' })} spacing={2}>
      <Skeleton variant="rounded" height={30} width={240} />
      <Skeleton variant="rounded" height={140} />
      <Skeleton variant="rounded" height={220} />
    </Stack>
  );
}
