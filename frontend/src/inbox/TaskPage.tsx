/** /tasks/:id — one task by its own address, as links and notifications name it. */
import { Paper } from '@mui/material';
import { useNavigate, useParams } from 'react-router-dom';
import { api } from '@/providers/http';

import { useKeysDialog } from './KeysDialog';
import { TaskPane } from './TaskPane';
import type { TaskPage as TaskList } from './types';

export default function TaskPage() {
  const { id = '' } = useParams();
  const navigate = useNavigate();
  const keys = useKeysDialog();
  const openNext = async () => {
    const { items } = await api.get<TaskList>('/api/tasks', { box: 'todo', limit: 1 });
    navigate(items[0] ? `/inbox?task=${items[0].id}` : '/inbox');
  };
  return (
    <Paper
      variant="outlined"
      sx={{
        maxWidth: 920,
        mx: { xs: -2, sm: 'auto' },
        mt: { xs: -2, sm: 0 },
        mb: { xs: 'calc(-31px + env(safe-area-inset-bottom))', sm: 0 },
        borderRadius: { xs: 0, sm: 2 },
        border: { xs: 0, sm: 1 },
        borderColor: { sm: 'divider' },
      }}
    >
      <TaskPane page id={id} onDecided={() => void openNext()} onBack={() => navigate('/inbox')} />
      {keys}
    </Paper>
  );
}
