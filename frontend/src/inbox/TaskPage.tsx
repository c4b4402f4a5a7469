/** /tasks/:id — one task by its own address, as links and notifications name it. */
import { Paper } from '@mui/material';
import { useNavigate, useParams } from 'react-router-dom';
import { api } from '@/providers/http';

import { useKeysDialog } from './KeysDialog';
import { sheet } from './sheet';
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
    <Paper variant="outlined" sx={sheet}>
      <TaskPane page id={id} onDecided={() => void openNext()} onBack={() => navigate('/inbox')} />
      {keys}
    </Paper>
  );
}
