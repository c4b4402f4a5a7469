/** The application: react-admin's context around our own layout, with routes from the page list and the metadata. */
import { QueryClient } from '@tanstack/react-query';
import { AdminContext, AdminUI, localStorageStore } from 'react-admin';
import { ConfirmProvider } from '@/components';
import { i18nProvider } from '@/i18n';
import { Layout } from '@/layout/Layout';
import { LoginPage } from '@/layout/LoginPage';
import { NotFound } from '@/layout/NotFound';
import { MetadataProvider, useMetadataQuery } from '@/metadata';
import { makeAuthProvider } from '@/providers/auth';
import { dataProvider } from '@/providers/data';
import { ApiError } from '@/providers/http';
import { darkTheme, lightTheme } from '@/theme';
import { customRoutes, Home, recordResources } from './routes';

const store = localStorageStore(undefined, 'weft');

/** A refusal is an answer: only a lost connection or a failing server is asked again, twice. */
function retry(failures: number, error: Error): boolean {
  return failures < 2 && !(error instanceof ApiError && error.status < 500);
}

const queryClient = new QueryClient({
  defaultOptions: { queries: { retry, staleTime: 5_000, refetchOnWindowFocus: true } },
});

const authProvider = makeAuthProvider(queryClient);

export function App() {
  return (
    <AdminContext
      authProvider={authProvider}
      dataProvider={dataProvider}
      i18nProvider={i18nProvider}
      queryClient={queryClient}
      store={store}
      theme={lightTheme}
      lightTheme={lightTheme}
      darkTheme={darkTheme}
    >
      <ConfirmProvider>
        <Pages />
      </ConfirmProvider>
    </AdminContext>
  );
}

function Pages() {
  const metadata = useMetadataQuery();
  return (
    <MetadataProvider value={metadata.data}>
      <AdminUI
        title="Weft"
        layout={Layout}
        loginPage={LoginPage}
        dashboard={Home}
        catchAll={NotFound}
        disableTelemetry
        requireAuth
      >
        {customRoutes()}
        {recordResources(metadata.data?.entities ?? [])}
      </AdminUI>
    </MetadataProvider>
  );
}
