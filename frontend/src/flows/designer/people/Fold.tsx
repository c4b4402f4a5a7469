/** A part of the panel under its heading: open, or folded to one line that says what is set in it. */
import { Box, ButtonBase, Collapse, Typography } from '@mui/material';
import { ChevronRight } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { useStore } from 'react-admin';

interface FoldProps {
  /** Under which the reader's browser remembers whether it is open. */
  name: string;
  title: string;
  /** What is set, in a few words. */
  summary: string;
  open?: boolean;
  children: ReactNode;
}

export function Fold({ name, title, summary, open: first = false, children }: FoldProps) {
  const id = useId();
  const [open, setOpen] = useStore<boolean>(`designer.fold.${name}`, first);
  return (
    <Box component="section" aria-labelledby={id} sx={{ borderTop: 1, borderColor: 'divider', mx: -2, px: 2 }}>
      <ButtonBase
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        sx={{
          ...{ width: '100%', display: 'grid', gridTemplateColumns: '18px minmax(0, 1fr)', columnGap: 0.5, py: 1.25 },
          ...{ textAlign: 'left', alignItems: 'center' },
          '& svg': { transition: 'transform .12s', transform: open ? 'rotate(90deg)' : 'none' },
        }}
      >
        <ChevronRight size={15} aria-hidden />
        <Typography id={id} variant="subtitle2" component="h3">
          {title}
        </Typography>
        {!open && (
          <Typography
            variant="caption"
            component="span"
            sx={{ gridColumn: 2, color: 'text.secondary', lineHeight: 1.4, overflowWrap: 'anywhere' }}
          >
            {summary}
          </Typography>
        )}
      </ButtonBase>
      <Collapse in={open} mountOnEnter unmountOnExit>
        <Box sx={{ display: 'grid', gap: 1.5, pb: 2, pt: 0.25 }}>{children}</Box>
      </Collapse>
    </Box>
  );
}
