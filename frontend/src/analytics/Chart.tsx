/** A chart with the same numbers as a table, for whoever reads rather than looks. */
import {
  Box,
  Skeleton,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  ToggleButton,
} from '@mui/material';
import { TableIcon } from 'lucide-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Panel } from '@/components';
import { useText } from '@/i18n';
import type { ChartOption } from './echarts';

export interface ChartTable {
  head: string[];
  rows: { key: string; cells: ReactNode[] }[];
}

export interface ChartPanelProps {
  title: string;
  option: ChartOption;
  table: ChartTable;
  height?: number;
  /** Index on the category axis and series name of what was clicked. */
  onPick?: (index: number, series: string) => void;
}

export function ChartPanel({ title, option, table, height = 240, onPick }: ChartPanelProps) {
  const t = useText();
  const [asTable, setAsTable] = useState(false);
  const label = t({ zh: '以表格显示：{title}', en: 'Show as a table: {title}' }, { title });
  return (
    <Panel
      title={title}
      actions={
        <ToggleButton
          value="table"
          size="small"
          selected={asTable}
          onChange={() => setAsTable(!asTable)}
          aria-label={label}
          title={label}
          sx={{ p: 0.5 }}
        >
          <TableIcon size={15} />
        </ToggleButton>
      }
    >
      {asTable ? (
        <NumberTable title={title} table={table} height={height} />
      ) : (
        <Chart title={title} option={option} height={height} onPick={onPick} />
      )}
    </Panel>
  );
}

type Instance = ReturnType<typeof import('./echarts').init>;

function Chart({ title, option, height = 240, onPick }: Omit<ChartPanelProps, 'table'>) {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<Instance | null>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  const latest = useRef(option);
  latest.current = option;
  const [ready, setReady] = useState(false);
  useEffect(() => {
    let gone = false;
    const ending: (() => void)[] = [];
    void import('./echarts').then(({ init }) => {
      if (gone || !box.current) return;
      const made = init(box.current);
      made.setOption(latest.current);
      made.on('click', ({ dataIndex, seriesName }) => pick.current?.(dataIndex, seriesName ?? ''));
      const observer = new ResizeObserver(() => made.resize());
      observer.observe(box.current);
      chart.current = made;
      setReady(true);
      ending.push(() => {
        observer.disconnect();
        made.dispose();
        chart.current = null;
      });
    });
    return () => {
      gone = true;
      for (const end of ending) end();
    };
  }, []);
  useEffect(() => {
    chart.current?.setOption(option, { notMerge: true });
  }, [option]);
  return (
    <Box sx={{ position: 'relative' }}>
      {!ready && <Skeleton variant="rounded" height={height} sx={{ position: 'absolute', inset: 0 }} />}
      <Box ref={box} role="img" aria-label={title} sx={{ height, width: '100%' }} />
    </Box>
  );
}

function NumberTable({ title, table, height }: { title: string; table: ChartTable; height: number }) {
  const t = useText();
  const region = t({ zh: '{title}（可滚动）', en: '{title} (scrolls)' }, { title });
  return (
    <TableContainer tabIndex={0} role="region" aria-label={region} sx={{ maxHeight: height, overflowY: 'auto' }}>
      <Table size="small" stickyHeader aria-label={title}>
        <TableHead>
          <TableRow>
            {table.head.map((name, index) => (
              <TableCell key={name} align={index ? 'right' : 'left'}>
                {name}
              </TableCell>
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {table.rows.map(({ key, cells }) => (
            <TableRow key={key}>
              {cells.map((cell, index) => (
                <TableCell key={index} align={index ? 'right' : 'left'} sx={{ fontVariantNumeric: 'tabular-nums' }}>
                  {cell}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}
