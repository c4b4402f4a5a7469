/** Entry of /graphql: GraphiQL from our own files, asking as whoever is signed in. */
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import type { FetcherParams } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { pickText, type Text } from '@/i18n/text';
import { csrfHeaders } from '@/providers/http';
import './graphiql.css';

const FIRST_QUERY = `{
  tickets(first: 5, order: ["-created_at"]) {
    count
    items {
      id
      title
      status
    }
  }
}
`;

const root = document.getElementById('graphiql');
if (!root) throw new Error('graphiql.html has no element #graphiql');

const STORED_LOCALE = 'RaStoreweft.locale';
const SIGN_IN: Text = { zh: '请先登录，再使用 GraphQL', en: 'Sign in to use GraphQL' };
const BACK: Text = { zh: '回到 Weft', en: 'Back to Weft' };
/** The application keeps its language in the store of this browser. */
const locale = /en/.test(localStorage.getItem(STORED_LOCALE) ?? navigator.language) ? 'en' : 'zh';
/** Light or dark as chosen in the application; the system's wish when nothing was. */
const chosen = /dark|light/.exec(localStorage.getItem('RaStoreweft.theme') ?? '')?.[0];
const theme = chosen === 'dark' || chosen === 'light' ? chosen : undefined;
document.documentElement.lang = locale === 'en' ? 'en' : 'zh-CN';

async function fetcher(params: FetcherParams) {
  const response = await fetch('/graphql', {
    method: 'POST',
    credentials: 'same-origin',
    headers: { 'Content-Type': 'application/json', ...csrfHeaders() },
    body: JSON.stringify(params),
  });
  return response.json();
}

function SignIn() {
  return (
    <main className="sign-in">
      <h1>GraphQL</h1>
      <p>
        <a href="/login">{pickText(SIGN_IN, locale)}</a>
      </p>
    </main>
  );
}

function Explorer() {
  return (
    <main>
      <h1 className="unseen">GraphQL</h1>
      <GraphiQL fetcher={fetcher} defaultQuery={FIRST_QUERY} defaultTheme={theme}>
        <GraphiQL.Logo>
          <a href="/">{pickText(BACK, locale)}</a>
        </GraphiQL.Logo>
      </GraphiQL>
    </main>
  );
}

const me = await fetch('/api/me', { credentials: 'same-origin' });
createRoot(root).render(<StrictMode>{me.status === 401 ? <SignIn /> : <Explorer />}</StrictMode>);
