/** A flow as drawing or as list; a phone begins with the list. */
import { Box, ToggleButton, ToggleButtonGroup, useMediaQuery } from '@mui/material';
import type { Theme } from '@mui/material/styles';
import { List, Workflow } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { PageSkeleton } from '@/components';
import { useText } from '@/i18n';
import { FlowSteps } from './FlowSteps';
import type { Progress } from './progress';
import type { Flow } from './types';

const FlowCanvas = lazy(() => import('./FlowCanvas').then(({ FlowCanvas: Canvas }) => ({ default: Canvas })));

export type DrawingMode = 'canvas' | 'list';

export function useDrawingMode() {
  const phone = useMediaQuery((theme: Theme) => theme.breakpoints.down('sm'));
  const [chosen, setChosen] = useState<DrawingMode | null>(null);
  return [chosen ?? (phone ? 'list' : 'canvas'), setChosen] as const;
}

export function DrawingSwitch({ mode, onMode }: { mode: DrawingMode; onMode: (mode: DrawingMode) => void }) {
  const t = useText();
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      value={mode}
      onChange={(_, next: DrawingMode | null) => next && onMode(next)}
      aria-label={t({ zh: '显示方式', en: 'How to show it' })}
    >
      <ToggleButton value="canvas" sx={{ gap: 0.75, py: 0.25, textTransform: 'none' }}>
        <Workflow size={15} aria-hidden />
        {t({ zh: '图', en: 'Drawing' })}
      </ToggleButton>
      <ToggleButton value="list" sx={{ gap: 0.75, py: 0.25, textTransform: 'none' }}>
        <List size={15} aria-hidden />
        {t({ zh: '步骤', en: 'Steps' })}
      </ToggleButton>
    </ToggleButtonGroup>
  );
}

interface DrawingProps {
  flow: Flow;
  progress?: Progress;
  mode: DrawingMode;
  height?: number | string;
}

export function Drawing({ flow, progress, mode, height }: DrawingProps) {
  if (mode === 'list') return <FlowSteps flow={flow} progress={progress} />;
  return (
    <Suspense
      fallback={
        <Box sx={{ p: 2, height: height ?? 420 }}>
          <PageSkeleton />
        </Box>
      }
    >
      <FlowCanvas flow={flow} progress={progress} height={height} />
    </Suspense>
  );
}
