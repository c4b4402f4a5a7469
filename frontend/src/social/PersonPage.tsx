/** /people/:id — who they are on every channel, everything that happened, tags, open work. */
import { Box, Button, Stack, Typography } from '@mui/material';
import { Pencil } from 'lucide-react';
import { useGetOne } from 'react-admin';
import { Link, useParams } from 'react-router-dom';
import { ErrorState, ListSkeleton, Loaded, PageHeader, PageSkeleton, Panel, StatusChip, Time } from '@/components';
import { FieldValue } from '@/fields';
import { useText } from '@/i18n';
import { type Entity, useEntity, useMetadata } from '@/metadata';
import { useRights } from '@/providers/me';
import { FieldList } from '@/records/FieldList';
import { History } from '@/records/History';
import { editPath, listPath, resourceOf } from '@/records/paths';
import { RelatedRecords } from '@/records/RelatedRecords';
import { sectionsOf } from '@/records/sections';
import { labelIn, titleOf, type WeftRecord } from '@/records/types';
import { useIdentities } from './api';
import { channelLabel } from './labels';
import { Timeline } from './Timeline';

const PERSON = 'person';
/** Shown beside the name, when the entity has them. */
const HEADLINE = ['level', 'life_cycle'];

export default function PersonPage() {
  const { id = '' } = useParams();
  const entity = useEntity(PERSON);
  const { data, error, isPending, refetch } = useGetOne<WeftRecord>(resourceOf(PERSON), { id });
  if (error) return <ErrorState error={error} retry={() => void refetch()} />;
  if (isPending || !entity || !data) return <PageSkeleton />;
  return <Person entity={entity} record={data} />;
}

function Person({ entity, record }: { entity: Entity; record: WeftRecord }) {
  const t = useText();
  const { forms } = useMetadata();
  const rights = useRights(PERSON);
  const headline = entity.fields.filter(({ key }) => HEADLINE.includes(key) && rights.field(key) !== 'hidden');
  return (
    <>
      <PageHeader
        title={titleOf(record)}
        status={headline.map((field) => (
          <FieldValue key={field.key} field={field} value={record[field.key]} display={labelIn(record, field.key)} />
        ))}
        back={listPath(PERSON)}
        actions={
          rights.update && (
            <Button
              component={Link}
              to={editPath(PERSON, record.id)}
              variant="contained"
              startIcon={<Pencil size={15} />}
            >
              {t({ zh: '编辑', en: 'Edit' })}
            </Button>
          )
        }
      />
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: '340px minmax(0, 1fr)' },
          // On one column what happened comes before the profile, which is long and seldom changes.
          gridTemplateAreas: { xs: '"who" "story" "profile"', lg: '"who story" "profile story"' },
          gridTemplateRows: { lg: 'auto 1fr' },
          gap: 2,
          alignItems: 'start',
        }}
      >
        <Box sx={{ gridArea: 'who' }}>
          <Identities person={record.id} />
        </Box>
        <Stack spacing={2} sx={{ gridArea: 'profile' }}>
          {sectionsOf(entity, forms, rights).map((section, index) => (
            <Panel key={index} title={t(section.label ?? { zh: '资料', en: 'Profile' })}>
              <FieldList record={record} fields={section.fields} columns={1} />
            </Panel>
          ))}
        </Stack>
        <Stack spacing={2} sx={{ gridArea: 'story' }}>
          <RelatedRecords entity={entity} id={record.id} />
          <Panel title={t({ zh: '时间线', en: 'Time line' })} flush>
            <Timeline person={record.id} />
          </Panel>
          <Panel title={t({ zh: '资料变更', en: 'Changes of the profile' })} flush>
            <History entity={entity} id={record.id} />
          </Panel>
        </Stack>
      </Box>
    </>
  );
}

/** The handles of this person, one per channel and account. */
function Identities({ person }: { person: string }) {
  const t = useText();
  return (
    <Panel title={t({ zh: '渠道身份', en: 'Identities' })}>
      <Loaded dense query={useIdentities(person)} skeleton={<ListSkeleton rows={2} />}>
        {({ items }) =>
          items.length === 0 ? (
            <Typography variant="body2" sx={{ color: 'text.secondary' }}>
              {t({ zh: '还没有渠道身份', en: 'No identity on any channel yet' })}
            </Typography>
          ) : (
            <Stack component="ul" spacing={1} sx={{ listStyle: 'none', m: 0, p: 0 }}>
              {items.map((identity) => (
                <Stack
                  key={`${identity.channel}:${identity.external_id}`}
                  component="li"
                  direction="row"
                  sx={{ gap: 1, flexWrap: 'wrap' }}
                >
                  <StatusChip label={t(channelLabel(identity.channel))} color="blue" />
                  <span>{identity.name}</span>
                  <Typography component="span" variant="body2" sx={{ color: 'text.secondary' }}>
                    <Time value={identity.last_seen_at} relative />
                  </Typography>
                </Stack>
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Panel>
  );
}
