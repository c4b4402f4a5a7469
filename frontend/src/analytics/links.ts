/** Where the dashboard's numbers lead: the rows behind them. */
import { withQuery } from '@/providers/http';
import { listPath } from '@/records/paths';

const WALL = '/wall';

export const wallLink = (filter: Record<string, string> = {}) => withQuery(WALL, filter);
export const ticketLink = (filter: string) => withQuery(listPath('ticket'), { view: 'all', filter });
/** Firings are for operators; who may only see the wall is shown the posts a rule fired on. */
export const firingsLink = (rule: string, operates: boolean) =>
  operates ? withQuery('/operate/firings', { rule }) : wallLink({ rule });
