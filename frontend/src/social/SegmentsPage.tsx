/** /segments — groups of customers and other records that a condition holds together, and how many are in each right now. */
import { Box, Button, Paper, Typography } from '@mui/material';
import { Pencil, UsersRound } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'react-router-dom';
import { type Column, DataTable, EmptyState, ErrorState, ListSkeleton, PageHeader, useFormat } from '@/components';
import { useText } from '@/i18n';
import { useMetadata } from '@/metadata';
import { useMay } from '@/providers/me';
import { listPath } from '@/records/paths';
import { countText, type Segment, useLiveSegments } from '@/records/segments';

export default function SegmentsPage() {
  const t = useText();
  const columns = useColumns();
  const { data, error, isPending, refetch } = useLiveSegments();
  return (
    <>
      <PageHeader
        title={t({ zh: '分群', en: 'Segments' })}
        subtitle={t({
          zh: '用一个条件圈出一群客户；人数随数据实时变化，只数您看得到的记录',
          en: 'A condition makes a group; the numbers follow the data, and count the records you may see',
        })}
      />
      {isPending && !error && <ListSkeleton />}
      {error && <ErrorState error={error} retry={() => refetch()} />}
      {data?.length === 0 && (
        <EmptyState
          icon={UsersRound}
          title={t({ zh: '还没有分群', en: 'No segments yet' })}
          hint={t({
            zh: '业务管理员可在“定义”中新建分群，发布后出现在这里。',
            en: 'A business admin makes segments under Definitions; they appear here when published.',
          })}
        />
      )}
      {data && data.length > 0 && (
        <Paper variant="outlined" sx={{ overflow: 'hidden' }}>
          <DataTable
            label={t({ zh: '分群', en: 'Segments' })}
            columns={columns}
            rows={data}
            rowKey={({ key }) => key}
            href={({ entity, key }) => `${listPath(entity)}?view=all&segment=${key}`}
          />
        </Paper>
      )}
    </>
  );
}

function useColumns(): Column<Segment>[] {
  const t = useText();
  const format = useFormat();
  const may = useMay();
  const { entities } = useMetadata();
  const edit = may('build');
  return useMemo(() => {
    const entityLabel = (key: string) => t(entities.find((entity) => entity.key === key)?.label ?? key);
    const columns: Column<Segment>[] = [
      {
        key: 'label',
        label: t({ zh: '分群', en: 'Segment' }),
        render: (segment) => <Name segment={segment} />,
        wrap: true,
        heading: true,
      },
      { key: 'entity', label: t({ zh: '实体', en: 'Entity' }), render: ({ entity }) => entityLabel(entity) },
      {
        key: 'condition',
        label: t({ zh: '条件', en: 'Condition' }),
        render: (segment) => <Condition segment={segment} />,
        wrap: true,
      },
      {
        key: 'count',
        label: t({ zh: '现有', en: 'Now' }),
        render: (segment) => countText(segment, format.number),
        align: 'right',
      },
    ];
    const change: Column<Segment> = {
      key: '_change',
      label: t({ zh: '操作', en: 'Action' }),
      render: (segment) => <ChangeButton segment={segment} />,
      align: 'right',
    };
    return edit ? [...columns, change] : columns;
  }, [t, format, entities, edit]);
}

function Name({ segment: { label, description } }: { segment: Segment }) {
  const t = useText();
  return (
    <>
      {t(label)}
      {description && (
        <Typography variant="body2" component="div" sx={{ color: 'text.secondary' }}>
          {t(description)}
        </Typography>
      )}
    </>
  );
}

function Condition({ segment: { condition } }: { segment: Segment }) {
  const t = useText();
  if (!condition) return <>{t({ zh: '由规则加入和移出', en: 'Rules put records in and take them out' })}</>;
  return (
    <Box component="code" sx={{ fontSize: 12.5, overflowWrap: 'anywhere' }}>
      {t(condition)}
    </Box>
  );
}

function ChangeButton({ segment }: { segment: Segment }) {
  const t = useText();
  const name = t(segment.label);
  return (
    <Button
      component={Link}
      to={`/build/definitions/segment/${segment.key}`}
      startIcon={<Pencil size={15} />}
      aria-label={t({ zh: '修改“{name}”', en: 'Change “{name}”' }, { name })}
    >
      {t({ zh: '修改', en: 'Change' })}
    </Button>
  );
}
