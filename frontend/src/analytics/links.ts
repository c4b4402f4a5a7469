/** Where the dashboard's numbers lead: the rows behind them. */
import { withQuery } from '@/providers/http';
import { listPath } from '@/records/paths';

const WALL = '/wall';

export const wallLink = (filter: Record<string, string> = {}) => withQuery(WALL, filter);
export const ticketLink = (filter: string) => withQuery(listPath('ticket'), { view: 'all', filter });
export const firingsLink = (rule: string) => withQuery('/firings', { rule });
