/** What components need around them in a unit test: router, languages, queries, theme; English. */
import { QueryClient } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { AdminContext, memoryStore } from 'react-admin';
import { MemoryRouter } from 'react-router-dom';
import { ConfirmProvider } from '@/components';
import { i18nProvider } from '@/i18n';
import { type Metadata, MetadataProvider } from '@/metadata';
import { lightTheme } from '@/theme';

export function TestFrame({
  children,
  metadata,
  locale = 'en',
  at = '/',
}: {
  children: ReactNode;
  metadata?: Metadata;
  locale?: string;
  /** The address it is opened at. */
  at?: string;
}) {
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  return (
    <MemoryRouter initialEntries={[at]}>
      <AdminContext i18nProvider={i18nProvider} store={memoryStore({ locale })} theme={lightTheme} queryClient={client}>
        <MetadataProvider value={metadata}>
          <ConfirmProvider>{children}</ConfirmProvider>
        </MetadataProvider>
      </AdminContext>
    </MemoryRouter>
  );
}
