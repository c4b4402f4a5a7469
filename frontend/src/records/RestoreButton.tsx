/** Takes a record out of the trash. */
import { Button } from '@mui/material';
import { Undo2 } from 'lucide-react';
import { useText } from '@/i18n';
import { useRestore } from './commands';

export function RestoreButton({ entity, id }: { entity: string; id: string }) {
  const t = useText();
  const restore = useRestore(entity);
  return (
    <Button
      variant="outlined"
      startIcon={<Undo2 size={15} />}
      loading={restore.isPending}
      onClick={() => restore.mutate(id)}
    >
      {t({ zh: '恢复', en: 'Restore' })}
    </Button>
  );
}
