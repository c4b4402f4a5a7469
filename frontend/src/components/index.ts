/**
 * What reads the same to the user is said once. Props are documented beside each component.
 *
 * - `useFormat()` -> date, dateTime, exact, time, relative, number, percent, money, duration (of strings as the API sends them)
 * - `<Time value relative? />` relative time that stays current, exact time on hover
 * - `<PageHeader title status? subtitle? actions? back? >tabs</PageHeader>` first thing on every page; sets document.title
 * - `<Panel title? actions? flush? />` hairline box
 * - `<DataTable label columns rows rowKey href? sort? onSort? />` table, cards on a phone
 * - `<StatusChip label color dot? />` colours: grey blue green orange red purple
 * - `<EmptyState title hint? icon? action? dense? />`, `<ErrorState error retry? dense? />`, `<ErrorLine error />`
 * - `<ListSkeleton rows? />`, `<PageSkeleton />` while loading
 * - `<Loaded query dense? skeleton?>{(answer) => ...}</Loaded>` the answer of a query, else its error with "Try again", else grey rows
 * - `<PagedList query empty more? panels?>{(items) => ...}</PagedList>` the same for a list that comes page by page, with the
 *   button for more; its query is `usePages(topic, path, params)` of '@/providers/paging'
 * - `const [filter, change] = useFilter('status', ...)` filters kept in the address; `<Choice label value options onChange />` picks one
 * - `<SearchField label value onChange end? />` a magnifier and words; `usePaused(text, milliseconds)` what was typed, after a pause
 * - `const confirm = useConfirm(); if (await confirm({ title, body, action, destructive })) ...`
 * - `<FormDialog open title action? onClose onSubmit>inputs</FormDialog>` a small form in a dialog
 * - `<PeopleField label value onChange most? only? without? />` colleagues by name, department or pinyin
 * - `<CopyButton text />` copies words, or what a function reads
 * - `notify(<UndoNotice text onUndo />)` what was done, and a button that takes it back
 * - `<Avatar name size? />`, `useNow(every?)`, `errorText(error, t)`, `const say = useSayError(); mutate(x, { onError: say })`
 *
 * Data: `api.get|post|put|patch|delete` and `ApiError` from '@/providers/http'; wrap in `useQuery`/`useMutation` of
 * '@tanstack/react-query' with a query key that begins with the topic ('tasks', 'instances', 'posts', ...);
 * `useLive(predicate, callback)`, `useFollow(key, kinds)` from '@/providers/live'. Texts: `const t = useText(); t({ zh, en })` from '@/i18n'.
 * Colours: `useTokens()` from '@/theme'. Fields: `<FieldValue field value />`, `<FieldInput field value onChange ... />`
 * from '@/fields'. Metadata: `useMetadata()`, `useEntity(key)` from '@/metadata'. Who I am: `useMe()` from '@/providers/me'.
 * Pages: add a line to src/pages.ts.
 */
export { Avatar, initials } from './Avatar';
export { Choice, type ChoiceProps } from './Choice';
export { Confirm, type ConfirmProps, ConfirmProvider, type ConfirmQuestion, useConfirm } from './Confirm';
export { CopyButton, type CopyButtonProps } from './CopyButton';
export { type Column, DataTable, type DataTableProps } from './DataTable';
export { EntityIcon, iconOf } from './EntityIcon';
export { errorText, type SaidError } from './errorText';
export { FormDialog, type FormDialogProps } from './FormDialog';
export { type Formatter, type Moment, makeFormatter, useFormat } from './format';
export { Loaded, type LoadedProps } from './Loaded';
export { PagedList, type PagedListProps } from './PagedList';
export { PageHeader, type PageHeaderProps } from './PageHeader';
export { Panel, type PanelProps } from './Panel';
export { PeopleField, type PeopleFieldProps } from './PeopleField';
export { SearchField, type SearchFieldProps } from './SearchField';
export { StatusChip, type StatusChipProps } from './StatusChip';
export {
  EmptyState,
  type EmptyStateProps,
  ErrorLine,
  ErrorState,
  type ErrorStateProps,
  ListSkeleton,
  PageSkeleton,
} from './states';
export { Time } from './Time';
export { UndoNotice, type UndoNoticeProps } from './UndoNotice';
export { useFilter } from './useFilter';
export { useNow } from './useNow';
export { usePaused } from './usePaused';
export { useSayError } from './useSayError';
