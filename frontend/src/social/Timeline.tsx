/** A person's time line: everything said, done and sent, newest first. */
import { Box, Link as MuiLink, Stack, Typography } from '@mui/material';
import { ClipboardCheck, FileText, type LucideIcon, MessageCircle, Send, Zap } from 'lucide-react';
import { Link } from 'react-router-dom';
import { EmptyState, PagedList, StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { useEntity } from '@/metadata';
import { type Sentiment, type TimelineEntry, useTimeline } from './api';
import { channelLabel, SENTIMENTS } from './labels';

const ICONS: [RegExp, LucideIcon][] = [
  [/^social\./, MessageCircle],
  [/^task\./, ClipboardCheck],
  [/^message\./, Send],
  [/^rule\./, Zap],
];
const iconFor = (type: string) => ICONS.find(([pattern]) => pattern.test(type))?.[1] ?? FileText;

export function Timeline({ person }: { person: string }) {
  const t = useText();
  return (
    <PagedList
      dense
      query={useTimeline(person)}
      empty={<EmptyState dense title={t({ zh: '还没有往来', en: 'Nothing has happened yet' })} />}
    >
      {(entries) => (
        <Stack component="ol" sx={{ listStyle: 'none', m: 0, p: 2, gap: 2 }}>
          {entries.map((entry) => (
            <Entry key={entry.id} entry={entry} />
          ))}
        </Stack>
      )}
    </PagedList>
  );
}

function Entry({ entry }: { entry: TimelineEntry }) {
  const t = useText();
  const Icon = iconFor(entry.type);
  const sentiment = SENTIMENTS[entry.data.sentiment as Sentiment];
  const channel = entry.data.channel;
  return (
    <Stack component="li" direction="row" sx={{ gap: 1.5 }}>
      <Box sx={{ color: 'text.secondary', pt: '3px', flex: 'none' }} aria-hidden>
        <Icon size={16} />
      </Box>
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap', alignItems: 'center' }}>
          <Typography component="span" sx={{ fontWeight: 550 }}>
            {entry.link ? (
              <MuiLink component={Link} to={entry.link} underline="hover">
                {t(entry.title)}
              </MuiLink>
            ) : (
              t(entry.title)
            )}
          </Typography>
          {typeof channel === 'string' && (
            <Typography component="span" variant="body2" sx={{ color: 'text.secondary' }}>
              {t(channelLabel(channel))}
            </Typography>
          )}
          {sentiment && <StatusChip label={t(sentiment.label)} color={sentiment.color} />}
          <Box sx={{ flex: 1 }} />
          <Typography component="span" variant="body2" sx={{ color: 'text.secondary' }}>
            <Time value={entry.at} relative />
          </Typography>
        </Stack>
        {entry.text && (
          <Typography variant="body2" sx={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {entry.text}
          </Typography>
        )}
        <Changed entry={entry} />
      </Box>
    </Stack>
  );
}

/** The fields a record's change touched, by their labels. */
function Changed({ entry }: { entry: TimelineEntry }) {
  const t = useText();
  const entity = useEntity(String(entry.data.entity ?? ''));
  const changed = entry.data.changed;
  if (!entity || !Array.isArray(changed) || changed.length === 0 || !entry.type.endsWith('.updated')) return null;
  const labels = changed.map((key: string) => t(entity.fields.find((field) => field.key === key)?.label ?? key));
  return (
    <Typography variant="body2" sx={{ color: 'text.secondary' }}>
      {labels.join(t({ zh: '、', en: ', ' }))}
    </Typography>
  );
}
