/** The application: react-admin's context around our own layout, with routes from the page list and the metadata. */
import { Box } from '@mui/material';
import { AdminContext, AdminUI, localStorageStore, type Store } from 'react-admin';
import { useLocation } from 'react-router-dom';
import { ConfirmProvider, ErrorState, PageSkeleton } from '@/components';
import { i18nProvider } from '@/i18n';
import { Layout } from '@/layout/Layout';
import { LoginPage } from '@/layout/LoginPage';
import { NotFound } from '@/layout/NotFound';
import { useDocumentLanguage } from '@/layout/switches';
import { MetadataProvider, useMetadataQuery } from '@/metadata';
import { makeAuthProvider } from '@/providers/auth';
import { dataProvider } from '@/providers/data';
import { useMe } from '@/providers/me';
import { makeQueryClient } from '@/providers/queries';
import { darkTheme, lightTheme } from '@/theme';
import { customRoutes, Home, recordResources } from './routes';

const kept = localStorageStore(undefined, 'weft');

/** Signing out clears the store: theme and columns belong to the browser and stay, the language to the account. */
const store: Store = { ...kept, reset: () => kept.removeItem('locale') };

const queryClient = makeQueryClient();
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

/** Until it is known what there is, nothing is said to be missing. */
function Pages() {
  useDocumentLanguage();
  // Signing in and out empties the cache under whoever watches it. Both go to another address, so this asks anew then.
  useLocation();
  const me = useMe();
  const metadata = useMetadataQuery(!!me);
  if (me && metadata.isPending) return <Starting />;
  if (me && metadata.isError) {
    return (
      <main>
        <ErrorState error={metadata.error} retry={() => metadata.refetch()} />
      </main>
    );
  }
  return (
    <MetadataProvider value={metadata.data}>
      <AdminUI
        title="Weft"
        layout={Layout}
        loginPage={LoginPage}
        dashboard={Home}
        catchAll={NotFound}
        loading={Starting}
        disableTelemetry
        requireAuth
      >
        {customRoutes()}
        {recordResources(metadata.data?.entities ?? [])}
      </AdminUI>
    </MetadataProvider>
  );
}

function Starting() {
  return (
    <Box component="main" sx={{ maxWidth: 960, mx: 'auto', p: 4 }}>
      <PageSkeleton />
    </Box>
  );
}
