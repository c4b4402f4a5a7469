/** A hairline box with an optional heading and actions. */
import { Box, Paper, Stack, Typography } from '@mui/material';
import { type ReactNode, useId } from 'react';

export interface PanelProps {
  title?: ReactNode;
  actions?: ReactNode;
  /** No padding around the content: tables, lists. */
  flush?: boolean;
  children: ReactNode;
}

export function Panel({ title, actions, flush = false, children }: PanelProps) {
  const id = useId();
  return (
    <Paper component="section" variant="outlined" aria-labelledby={title ? id : undefined} sx={{ overflow: 'hidden' }}>
      {(title || actions) && (
        <Stack
          direction="row"
          sx={{ alignItems: 'center', gap: 1, px: 2, pt: 1.5, pb: flush ? 1.25 : 0, minHeight: 32 }}
        >
          <Typography id={id} variant="h3" component="h2" sx={{ flex: 1, minWidth: 0 }}>
            {title}
          </Typography>
          {actions}
        </Stack>
      )}
      <Box sx={flush ? undefined : { p: 2 }}>{children}</Box>
    </Paper>
  );
}
