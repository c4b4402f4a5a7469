/** Sign in by e-mail and password. */
import { Box, Button, Paper, Stack, TextField, Typography } from '@mui/material';
import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { useLogin } from 'react-admin';
import { ErrorLine } from '@/components';
import { useText } from '@/i18n';
import { LanguageSwitch, ThemeSwitch } from './switches';
import { Wordmark } from './Wordmark';

/** In another language the form is mounted anew: the e-mail typed outlives it, and goes with whoever signs in. */
const TYPED = ['login', 'email'];

export function LoginPage() {
  const t = useText();
  const client = useQueryClient();
  const [typed] = useState(() => client.getQueryData<string>(TYPED) ?? '');
  const login = useLogin();
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(null);
    try {
      await login({ email: String(form.get('email')).trim(), password: String(form.get('password')) });
    } catch (problem) {
      setError(problem);
      setBusy(false);
    }
  };
  return (
    <Box component="main" sx={{ minHeight: '100dvh', display: 'grid', placeItems: 'center', p: 2 }}>
      <Stack spacing={3} sx={{ width: '100%', maxWidth: 360 }}>
        <Stack spacing={1} sx={{ alignItems: 'center', textAlign: 'center' }}>
          <Wordmark size={34} />
          <Typography sx={{ color: 'text.secondary' }}>
            {t({ zh: '社交信号变成数据，流程贯穿各部门', en: 'From social signals to work that crosses departments' })}
          </Typography>
        </Stack>
        <Paper variant="outlined" component="form" onSubmit={submit} sx={{ p: 3 }}>
          <Stack spacing={2}>
            <Typography variant="h2" component="h1">
              {t({ zh: '登录', en: 'Sign in' })}
            </Typography>
            <TextField
              name="email"
              type="email"
              label={t({ zh: '邮箱', en: 'E-mail' })}
              autoComplete="username"
              defaultValue={typed}
              onChange={({ target }) => client.setQueryData(TYPED, target.value)}
              required
              autoFocus={!typed}
              fullWidth
            />
            <TextField
              name="password"
              type="password"
              label={t({ zh: '密码', en: 'Password' })}
              autoComplete="current-password"
              autoFocus={!!typed}
              required
              fullWidth
            />
            <ErrorLine error={error} />
            <Button type="submit" variant="contained" loading={busy} fullWidth sx={{ minHeight: 40 }}>
              {t({ zh: '登录', en: 'Sign in' })}
            </Button>
          </Stack>
        </Paper>
        <Stack direction="row" sx={{ justifyContent: 'center', gap: 1 }}>
          <LanguageSwitch />
          <ThemeSwitch />
        </Stack>
      </Stack>
    </Box>
  );
}
