/** One post: who, where, what, how it reads and by which words, and what each rule did about it. */
import { Box, Link as MuiLink, Stack, Typography } from '@mui/material';
import { Zap } from 'lucide-react';
import { Link } from 'react-router-dom';
import { Avatar, StatusChip, Time } from '@/components';
import { useText } from '@/i18n';
import { recordPath } from '@/records/paths';
import { rulePath } from '@/rules/api';
import { useTokens } from '@/theme';
import type { FiredAction, Firing, Post } from './api';
import { actionLabel, channelLabel, SENTIMENTS, typeLabel } from './labels';

export function PostCard({ post }: { post: Post }) {
  const t = useText();
  const tokens = useTokens();
  const sentiment = SENTIMENTS[post.sentiment];
  const name = post.person_name ?? post.author.name;
  return (
    <Box
      component="article"
      aria-label={`${post.author.name}: ${post.text.slice(0, 60)}`}
      sx={{ border: 1, borderColor: 'divider', borderRadius: 2, p: 2, backgroundColor: 'background.paper' }}
    >
      <Stack direction="row" sx={{ gap: 1.5, alignItems: 'flex-start' }}>
        <Avatar name={name} />
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Stack direction="row" sx={{ gap: 1, alignItems: 'flex-start' }}>
            <Box sx={{ flex: 1, minWidth: 0 }}>
              <MuiLink
                component={Link}
                to={`/people/${post.person_id}`}
                underline="hover"
                sx={{ fontWeight: 600, color: 'text.primary' }}
              >
                {name}
              </MuiLink>{' '}
              <Typography variant="body2" component="span" sx={{ color: 'text.secondary' }}>
                {t(channelLabel(post.channel))} · {t(typeLabel(post.type))} · <Time value={post.occurred_at} relative />
              </Typography>
            </Box>
            <StatusChip label={t(sentiment.label)} color={sentiment.color} title={String(post.sentiment_score)} />
          </Stack>
          <Typography sx={{ mt: 0.75, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', lineHeight: 1.65 }}>
            <Marked
              text={post.text}
              words={post.sentiment_words}
              background={tokens.tones[sentiment.color].background}
            />
          </Typography>
          {post.firings.map((firing) => (
            <FiringLine key={firing.id} firing={firing} />
          ))}
        </Box>
      </Stack>
    </Box>
  );
}

/** The text with the words that decided its sentiment marked. */
function Marked({ text, words, background }: { text: string; words: string[]; background: string }) {
  const found = words.filter((word) => word && text.toLowerCase().includes(word.toLowerCase()));
  if (found.length === 0) return text;
  const escaped = found.sort((a, b) => b.length - a.length).map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const parts = text.split(new RegExp(`(${escaped.join('|')})`, 'gi'));
  return parts.map((part, index) =>
    index % 2 === 1 ? (
      <Box key={index} component="mark" sx={{ background, color: 'inherit', borderRadius: '3px', px: '2px' }}>
        {part}
      </Box>
    ) : (
      part
    ),
  );
}

function FiringLine({ firing }: { firing: Firing }) {
  const t = useText();
  const trace = Object.entries(firing.trace)
    .map(([path, value]) => `${path} = ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join('\n');
  return (
    <Stack direction="row" sx={{ gap: 0.75, mt: 1, alignItems: 'baseline', flexWrap: 'wrap', fontSize: 13 }}>
      <Box component="span" sx={{ color: 'primary.main', alignSelf: 'center', display: 'inline-flex' }} aria-hidden>
        <Zap size={14} />
      </Box>
      <MuiLink component={Link} to={rulePath(firing.rule)} underline="hover" title={trace}>
        {t(firing.label)}
      </MuiLink>
      <Box component="span" sx={{ color: 'text.secondary' }}>
        {firing.actions.map((action, index) => (
          <span key={index}>
            {index > 0 && ' · '}
            <ActionDone action={action} />
          </span>
        ))}
      </Box>
      {firing.error && <StatusChip label={t({ zh: '失败', en: 'failed' })} color="red" title={firing.error} />}
    </Stack>
  );
}

/** An action in a word, linked to what it made. */
export function ActionDone({ action }: { action: FiredAction }) {
  const t = useText();
  const { entity, record_id, instance_id } = action.result ?? {};
  const label = t(actionLabel(action.action));
  const link = instance_id ? `/instances/${instance_id}` : entity && record_id ? recordPath(entity, record_id) : null;
  if (!link) return label;
  return (
    <MuiLink component={Link} to={link} underline="always">
      {label}
    </MuiLink>
  );
}
