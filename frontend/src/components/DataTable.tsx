/** The one table: rows of anything, cards on a phone; sorting is told to the caller, who asks the server. */
import {
  Box,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  TableSortLabel,
  useMediaQuery,
} from '@mui/material';
import type { Theme } from '@mui/material/styles';
import type { KeyboardEvent, MouseEvent, ReactNode } from 'react';
import { Link, useNavigate } from 'react-router-dom';

export interface Column<Row> {
  key: string;
  label: ReactNode;
  render: (row: Row) => ReactNode;
  align?: 'left' | 'right';
  /** May be clicked to sort (give `onSort`). */
  sortable?: boolean;
  width?: number | string;
  /** May take several lines; otherwise a long text is cut with an ellipsis. */
  wrap?: boolean;
  /** Heads the card on a phone; the first column if none says so. */
  heading?: boolean;
}

export interface DataTableProps<Row> {
  /** Says what the table is, for screen readers. */
  label: string;
  columns: Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Where a row leads; the first cell becomes the link and the whole row is clickable. */
  href?: (row: Row) => string | undefined;
  /** Field key, `-` before it for descending. */
  sort?: string;
  onSort?: (sort: string) => void;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const phone = useMediaQuery((theme: Theme) => theme.breakpoints.down('sm'));
  return phone ? <Cards {...props} /> : <Rows {...props} />;
}

const ONE_LINE = { maxWidth: 320, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis' } as const;
/** A card says what helps to choose; the rest is one tap away. */
const CARD_LINES = 6;
const NO_LAST_LINE = { '& tbody tr:last-child > *': { borderBottom: 0 } };

function isInteractive(event: MouseEvent): boolean {
  return event.target instanceof Element && event.target.closest('a, button, input, label, [role=button]') !== null;
}

function Rows<Row>({ label, columns, rows, rowKey, href, sort, onSort }: DataTableProps<Row>) {
  const navigate = useNavigate();
  const open = (row: Row) => (event: MouseEvent) => {
    const target = href?.(row);
    if (!target || isInteractive(event) || window.getSelection()?.toString()) return;
    navigate(target);
  };
  return (
    <TableContainer tabIndex={0} role="group" aria-label={label}>
      <Table size="small" aria-label={label} sx={NO_LAST_LINE}>
        <TableHead>
          <TableRow>
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} sort={sort} onSort={onSort} />
            ))}
          </TableRow>
        </TableHead>
        <TableBody>
          {rows.map((row) => (
            <TableRow
              key={rowKey(row)}
              hover={!!href}
              onClick={open(row)}
              sx={{ cursor: href?.(row) ? 'pointer' : undefined }}
            >
              {columns.map((column, index) => (
                <TableCell key={column.key} align={column.align} sx={column.wrap ? { maxWidth: 360 } : ONE_LINE}>
                  {index === 0 ? <RowLink to={href?.(row)}>{column.render(row)}</RowLink> : column.render(row)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </TableContainer>
  );
}

interface HeadCellProps<Row> {
  column: Column<Row>;
  sort?: string;
  onSort?: (sort: string) => void;
}

function HeadCell<Row>({ column, sort, onSort }: HeadCellProps<Row>) {
  const key = sort?.replace(/^-/, '');
  const active = key === column.key;
  const direction = active && sort?.startsWith('-') ? 'desc' : 'asc';
  const sortable = column.sortable && onSort;
  return (
    <TableCell align={column.align} width={column.width} sortDirection={active ? direction : false}>
      {sortable ? (
        <TableSortLabel
          active={active}
          direction={direction}
          onClick={() => onSort(active && direction === 'asc' ? `-${column.key}` : column.key)}
        >
          {column.label}
        </TableSortLabel>
      ) : (
        column.label
      )}
    </TableCell>
  );
}

function RowLink({ to, children }: { to: string | undefined; children: ReactNode }) {
  if (!to) return children;
  return (
    <Box
      component={Link}
      to={to}
      sx={{
        color: 'text.primary',
        fontWeight: 550,
        textDecoration: 'none',
        '&:hover': { textDecoration: 'underline' },
      }}
    >
      {children}
    </Box>
  );
}

function Cards<Row>({ label, columns, rows, rowKey, href }: DataTableProps<Row>) {
  const navigate = useNavigate();
  const first = columns.find(({ heading }) => heading) ?? columns[0];
  if (!first) return null;
  const rest = columns.filter((column) => column !== first).slice(0, CARD_LINES);
  const open = (row: Row) => (event: MouseEvent | KeyboardEvent) => {
    const target = href?.(row);
    if (target && !('button' in event && isInteractive(event))) navigate(target);
  };
  return (
    <Stack component="ul" aria-label={label} sx={{ listStyle: 'none', m: 0, p: 0 }}>
      {rows.map((row) => (
        <Box
          component="li"
          key={rowKey(row)}
          onClick={open(row)}
          sx={{ px: 2, py: 1.5, borderBottom: 1, borderColor: 'divider', '&:last-child': { borderBottom: 0 } }}
        >
          <RowLink to={href?.(row)}>{first.render(row)}</RowLink>
          <Box
            component="dl"
            sx={{ m: 0, mt: 0.5, display: 'grid', gridTemplateColumns: 'minmax(72px, auto) 1fr', gap: '2px 12px' }}
          >
            {rest.map((column) => (
              <CardLine key={column.key} label={column.label}>
                {column.render(row)}
              </CardLine>
            ))}
          </Box>
        </Box>
      ))}
    </Stack>
  );
}

function CardLine({ label, children }: { label: ReactNode; children: ReactNode }) {
  if (children === null || children === undefined || children === '') return null;
  return (
    <>
      <Box component="dt" sx={{ color: 'text.secondary', fontSize: 13 }}>
        {label}
      </Box>
      <Box component="dd" sx={{ m: 0, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {children}
      </Box>
    </>
  );
}
