/** A drawn signature, always ink on paper, also at night. */
import { Box } from '@mui/material';
import { useText } from '@/i18n';

export function Signature({ source, name }: { source: string; name: string }) {
  const t = useText();
  return (
    <Box
      component="img"
      src={source}
      alt={t({ zh: '{name} 的签名', en: 'Signature of {name}' }, { name })}
      sx={{
        display: 'block',
        mt: 0.5,
        height: 48,
        maxWidth: '100%',
        objectFit: 'contain',
        bgcolor: '#fff',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        px: 0.5,
      }}
    />
  );
}
