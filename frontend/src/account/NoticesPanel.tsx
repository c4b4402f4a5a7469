/** How one is told of things: quiet hours, and the channels beside the product itself. */
import { Alert, Box, Button, Checkbox, FormControlLabel, Stack, Switch, Typography } from '@mui/material';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNotify } from 'react-admin';
import { TimeField } from '@/calendars/TimeField';
import { ErrorLine, Loaded, Panel } from '@/components';
import { type Text, useText } from '@/i18n';
import { api } from '@/providers/http';
import { useTokens } from '@/theme';

interface NoticeSettings {
  /** `22:00`; none: no quiet hours. */
  quiet_from: string | null;
  quiet_until: string | null;
  /** Of the reader; none: the company's. */
  zone: string | null;
  company_zone: string;
  channels: string[];
  available: { key: string; label: Text; address: string | null }[];
}

type Change = Pick<NoticeSettings, 'quiet_from' | 'quiet_until' | 'channels'>;

const PATH = '/api/account/notices';
const KEY = ['account', 'notices'];

export function NoticesPanel() {
  const t = useText();
  const query = useQuery({ queryKey: KEY, queryFn: () => api.get<NoticeSettings>(PATH) });
  return (
    <Panel title={t({ zh: '通知', en: 'Notices' })}>
      <Loaded query={query} dense>
        {(settings) => <NoticesForm key={JSON.stringify(settings)} settings={settings} />}
      </Loaded>
    </Panel>
  );
}

const same = (one: Change, other: Change) =>
  one.quiet_from === other.quiet_from &&
  one.quiet_until === other.quiet_until &&
  [...one.channels].sort().join() === [...other.channels].sort().join();

function NoticesForm({ settings }: { settings: NoticeSettings }) {
  const t = useText();
  const client = useQueryClient();
  const notify = useNotify();
  const { quiet_from, quiet_until, channels } = settings;
  const [draft, setDraft] = useState<Change>({ quiet_from, quiet_until, channels });
  const quiet = draft.quiet_from !== null && draft.quiet_until !== null;
  const save = useMutation({
    mutationFn: () => api.put<NoticeSettings>(PATH, draft),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: KEY });
      notify(t({ zh: '已保存', en: 'Saved' }), { type: 'success' });
    },
  });
  const toggle = (key: string) =>
    setDraft({
      ...draft,
      channels: draft.channels.includes(key) ? draft.channels.filter((each) => each !== key) : [...draft.channels, key],
    });
  return (
    <Stack
      component="form"
      spacing={2}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Box role="group" aria-label={t({ zh: '除了站内还怎么通知', en: 'Besides the product itself' })}>
        <Typography variant="subtitle2">{t({ zh: '除了站内还怎么通知', en: 'Besides the product itself' })}</Typography>
        {settings.available.length === 0 && (
          <Typography variant="body2" sx={{ color: 'text.secondary', mt: 0.5 }}>
            {t({
              zh: '还没有接入其他渠道，通知只在站内。',
              en: 'No other channel is connected; notices are in the product only.',
            })}
          </Typography>
        )}
        {settings.available.map(({ key, label, address }) => (
          <FormControlLabel
            key={key}
            sx={{ display: 'flex' }}
            control={
              <Checkbox
                size="small"
                checked={draft.channels.includes(key)}
                disabled={address === null && !draft.channels.includes(key)}
                onChange={() => toggle(key)}
              />
            }
            label={
              <span>
                {t(label)}
                <Box component="span" sx={{ color: 'text.secondary', fontSize: 13, ml: 1 }}>
                  {address ?? t({ zh: '没有地址', en: 'no address' })}
                </Box>
              </span>
            }
          />
        ))}
      </Box>
      <Box>
        <FormControlLabel
          control={
            <Switch
              checked={quiet}
              onChange={(_, on) =>
                setDraft({ ...draft, quiet_from: on ? '22:00' : null, quiet_until: on ? '07:30' : null })
              }
            />
          }
          label={t({ zh: '免打扰时段', en: 'Quiet hours' })}
        />
        {quiet && (
          <Stack direction="row" sx={{ alignItems: 'center', gap: 1, mt: 0.5 }}>
            <Framed>
              <TimeField
                label={t({ zh: '从', en: 'From' })}
                value={draft.quiet_from ?? ''}
                wrong={false}
                onChange={(value) => setDraft({ ...draft, quiet_from: value })}
              />
            </Framed>
            <span aria-hidden>–</span>
            <Framed>
              <TimeField
                label={t({ zh: '到', en: 'Until' })}
                value={draft.quiet_until ?? ''}
                wrong={draft.quiet_from === draft.quiet_until}
                onChange={(value) => setDraft({ ...draft, quiet_until: value })}
              />
            </Framed>
            <Typography variant="body2" sx={{ color: 'text.secondary' }}>
              {settings.zone ?? settings.company_zone}
            </Typography>
          </Stack>
        )}
        <Typography variant="body2" sx={{ color: 'text.secondary', mt: 0.5 }}>
          {t({
            zh: '这段时间里，其他渠道的通知攒到结束后再发；紧急的照样马上发。站内的一直看得到。',
            en: 'Meanwhile notices on other channels wait until it is over; urgent ones still come at once. In the product you always see them.',
          })}
        </Typography>
      </Box>
      {quiet && draft.quiet_from === draft.quiet_until && (
        <Alert severity="warning" variant="outlined">
          {t({ zh: '开始和结束一样：整天都不打扰。', en: 'It begins when it ends: quiet all day.' })}
        </Alert>
      )}
      <ErrorLine error={save.error} />
      <Button
        type="submit"
        variant="contained"
        disabled={same(draft, settings)}
        loading={save.isPending}
        sx={{ alignSelf: 'flex-start' }}
      >
        {t({ zh: '保存', en: 'Save' })}
      </Button>
    </Stack>
  );
}

/** The time box has no line of its own. */
function Framed({ children }: { children: React.ReactNode }) {
  const tokens = useTokens();
  return <Box sx={{ border: `1px solid ${tokens.lineStrong}`, borderRadius: '7px', px: 1, py: 0.25 }}>{children}</Box>;
}
