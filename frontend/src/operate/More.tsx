/** The button below a list that goes on. */
import { Box, Button } from '@mui/material';
import { useText } from '@/i18n';

interface Props {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}

export function More({ query }: Props) {
  const t = useText();
  if (!query.hasNextPage) return null;
  return (
    <Box sx={{ py: 2, textAlign: 'center' }}>
      <Button variant="outlined" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t({ zh: '更早', en: 'Earlier' })}
      </Button>
    </Box>
  );
}
