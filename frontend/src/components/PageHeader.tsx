/** The head of every page: where one is, its actions, and the document's title. */
import { Box, IconButton, Stack, Tooltip, Typography } from '@mui/material';
import { ArrowLeft } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { Link } from 'react-router-dom';
import { useText } from '@/i18n';

export interface PageHeaderProps {
  title: string;
  /** Beside the title: chips. */
  status?: ReactNode;
  /** Below the title: one line in the muted colour. */
  subtitle?: ReactNode;
  /** Buttons on the right. */
  actions?: ReactNode;
  /** Address of the page above this one. */
  back?: string;
  /** Tabs or a filter bar below. */
  children?: ReactNode;
}

export function PageHeader({ title, status, subtitle, actions, back, children }: PageHeaderProps) {
  const t = useText();
  useEffect(() => {
    document.title = title ? `${title} · Weft` : 'Weft';
  }, [title]);
  const backLabel = t({ zh: '返回', en: 'Back' });
  return (
    <Box component="header" sx={{ mb: 2 }}>
      <Stack direction="row" sx={{ alignItems: 'flex-start', gap: 1, flexWrap: 'wrap' }}>
        {back && (
          <Tooltip title={backLabel}>
            <IconButton component={Link} to={back} aria-label={backLabel} sx={{ ml: -0.75 }}>
              <ArrowLeft size={18} />
            </IconButton>
          </Tooltip>
        )}
        <Box sx={{ flex: '1 1 220px', minWidth: 0 }}>
          <Stack direction="row" sx={{ alignItems: 'center', gap: 1, flexWrap: 'wrap', minHeight: 32 }}>
            <Typography variant="h1" sx={{ overflowWrap: 'anywhere' }}>
              {title}
            </Typography>
            {status}
          </Stack>
          {subtitle && (
            <Typography component="div" variant="body2" sx={{ color: 'text.secondary' }}>
              {subtitle}
            </Typography>
          )}
        </Box>
        {actions && (
          <Stack direction="row" sx={{ alignItems: 'center', gap: 1, flexWrap: 'wrap' }}>
            {actions}
          </Stack>
        )}
      </Stack>
      {children && <Box sx={{ mt: 1.5 }}>{children}</Box>}
    </Box>
  );
}
