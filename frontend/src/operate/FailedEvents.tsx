/** Events that could not be handled, with the reason and a way to try again. Nothing is shown when there are none. */
import { Box, Button, Stack, Typography } from '@mui/material';
import { RotateCw } from 'lucide-react';
import { ErrorLine, Panel, StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { type FailedEvent, useFailedEvents, useRetryEvent } from './api';

export function FailedEvents() {
  const t = useText();
  const { data, error } = useFailedEvents();
  if (error) return <ErrorLine error={error} />;
  if (!data || data.items.length === 0) return null;
  return (
    <Box sx={{ mb: 2 }}>
      <Panel title={t({ zh: '未能处理的事件', en: 'Events that could not be handled' })}>
        <Stack component="ul" spacing={2} sx={{ listStyle: 'none', m: 0, p: 0 }}>
          {data.items.map((event) => (
            <Failed key={event.event_id} event={event} />
          ))}
        </Stack>
      </Panel>
    </Box>
  );
}

function Failed({ event }: { event: FailedEvent }) {
  const t = useText();
  const retry = useRetryEvent();
  return (
    <li>
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', alignItems: 'center' }}>
        <StatusChip label={event.type} color="red" />
        <Typography variant="body2" component="span" sx={{ color: 'text.secondary' }}>
          #{event.event_id} · <Time value={event.at} relative />
        </Typography>
        <Box sx={{ flex: 1 }} />
        <Button
          size="small"
          variant="outlined"
          startIcon={<RotateCw size={14} />}
          loading={retry.isPending}
          onClick={() => retry.mutate(event.event_id)}
        >
          {t({ zh: '重新处理', en: 'Handle again' })}
        </Button>
      </Stack>
      {event.text && <Typography sx={{ overflowWrap: 'anywhere' }}>{event.text}</Typography>}
      <Typography variant="body2" sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
        {event.error}
      </Typography>
      {retry.error && <ErrorLine error={retry.error} />}
    </li>
  );
}
