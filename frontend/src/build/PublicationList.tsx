/** What was published, by whom, and what each publication changed. */
import { Box, Button, Collapse, Stack, Typography } from '@mui/material';
import { ChevronDown, ChevronRight } from 'lucide-react';
import { useId, useState } from 'react';
import { EmptyState, ListSkeleton, Loaded, Panel, Time } from '@/components';
import { useText } from '@/i18n';
import { useUser } from '@/metadata';
import { type Publication, usePublications } from './api';
import { PlanView } from './PlanView';

export function PublicationList() {
  const t = useText();
  return (
    <Panel title={t({ zh: '发布记录', en: 'History' })} flush>
      <Loaded dense query={usePublications()} skeleton={<ListSkeleton rows={3} />}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState dense title={t({ zh: '还没有发布过', en: 'Nothing has been published' })} />
          ) : (
            <Stack component="ol" sx={{ listStyle: 'none', m: 0, p: 0 }}>
              {items.map((publication) => (
                <Item key={publication.id} publication={publication} />
              ))}
            </Stack>
          )
        }
      </Loaded>
    </Panel>
  );
}

function Item({ publication }: { publication: Publication }) {
  const t = useText();
  const id = useId();
  const [open, setOpen] = useState(false);
  const by = useUser(publication.published_by);
  const { version, published_at, published_by, changes } = publication;
  const actor = published_by ? (by?.name ?? published_by.slice(0, 8)) : t({ zh: '系统', en: 'The system' });
  const Icon = open ? ChevronDown : ChevronRight;
  return (
    <Box component="li" sx={{ borderTop: 1, borderColor: 'divider' }}>
      <Button
        fullWidth
        aria-expanded={open}
        aria-controls={id}
        onClick={() => setOpen(!open)}
        sx={{
          color: 'text.primary',
          justifyContent: 'flex-start',
          px: 2,
          py: 1,
          borderRadius: 0,
          gap: 1,
          whiteSpace: 'normal',
        }}
      >
        <Icon size={15} aria-hidden style={{ flex: 'none' }} />
        <Typography component="span" variant="body2" sx={{ fontWeight: 550 }}>
          {t({ zh: '版本 {version}', en: 'Version {version}' }, { version })}
        </Typography>
        <Typography component="span" variant="body2" sx={{ color: 'text.secondary', textAlign: 'left', flex: 1 }}>
          {actor} · {t({ zh: '{n} 项变更', en: '{n} changes' }, { n: changes.length })}
        </Typography>
        <Typography component="span" variant="body2" sx={{ color: 'text.secondary' }}>
          <Time value={published_at} />
        </Typography>
      </Button>
      <Collapse in={open} unmountOnExit id={id}>
        <Box sx={{ pl: { sm: 3 } }}>
          <PlanView changes={changes} />
        </Box>
      </Collapse>
    </Box>
  );
}
