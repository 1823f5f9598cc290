import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import { BrowserRouter, Navigate, Outlet, Route, Routes } from 'react-router';
import { Refusal } from '../ask.ts';
import { PAGES, type PageEntry } from '../pages.tsx';
import { SignInPage } from '../sign-in/page.tsx';
import { ProveAgain } from '../sign-in/prove-again.tsx';
import { PageFault } from './fault.tsx';
import { Frame, homeOf } from './frame.tsx';
import { SignedInOnly, useMay, useMe } from './me.tsx';
import { Theme } from './theme.tsx';
import { wordsOf } from './words.ts';

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // a rule that says no says no again; a torn line may be back
      retry: (count, fault) =>
        !(fault instanceof Refusal && fault.status >= 400 && fault.status < 500) && count < 3,
      refetchOnWindowFocus: false,
      staleTime: 5000,
    },
  },
});

const useWords = wordsOf(
  'app',
  {
    opening: '正在打开…',
    closed: '这一页不对您的账号开放',
    closedHelp: '需要时请联系管理员。',
    nowhere: '没有这个页面',
    nowhereHelp: '请从左边的菜单选择。',
  },
  {
    opening: 'Opening…',
    closed: 'This page is not open to your account',
    closedHelp: 'Ask an administrator if you need it.',
    nowhere: 'There is no such page',
    nowhereHelp: 'Choose one from the menu on the left.',
  },
);

const FieldEnter = lazy(async () => ({ default: (await import('../field/enter-page.tsx')).FieldEnterPage }));
const Television = lazy(async () => ({
  default: (await import('../wall/television-page.tsx')).TelevisionPage,
}));
const LOADED = new Map<PageEntry, ComponentType>(PAGES.map((page) => [page, lazy(page.load)]));

/** Every page of the house, around it who is signed in, the line, the colours and the language. */
export function HotlineApp() {
  return (
    <Theme>
      <QueryClientProvider client={queries}>
        <BrowserRouter>
          <Routes>
            <Route path="/sign-in" element={<SignInPage />} />
            <Route
              path="/field/enter"
              element={
                <Suspense>
                  <FieldEnter />
                </Suspense>
              }
            />
            <Route
              path="/tv/:token"
              element={
                <Suspense>
                  <Television />
                </Suspense>
              }
            />
            <Route element={<SignedIn />}>
              <Route path="/" element={<Home />} />
              {PAGES.filter((page) => page.bare).map((page) => route(page))}
              <Route element={<Framed />}>
                {PAGES.filter((page) => !page.bare).map((page) => route(page))}
                <Route path="*" element={<Nowhere />} />
              </Route>
            </Route>
          </Routes>
        </BrowserRouter>
      </QueryClientProvider>
    </Theme>
  );
}

function route(page: PageEntry) {
  const Page = LOADED.get(page)!;
  const element = (
    <PageFault key={page.path}>
      <Opened page={page}>
        <Page />
      </Opened>
    </PageFault>
  );
  return <Route key={page.path} path={page.path} element={element} />;
}

function SignedIn() {
  const say = useWords();
  return (
    <SignedInOnly>
      <ProveAgain />
      <Suspense fallback={<p className="quiet">{say('opening')}</p>}>
        <Outlet />
      </Suspense>
    </SignedInOnly>
  );
}

function Framed() {
  return (
    <Frame>
      <Outlet />
    </Frame>
  );
}

function Opened({ page, children }: { page: PageEntry; children: ReactNode }) {
  const may = useMay();
  const me = useMe();
  const say = useWords();
  if (me.mustChange && page.path !== '/password') return <Navigate to="/password" replace />;
  if (may(page.deed)) return children;
  return (
    <main className="notice">
      <h1>{say('closed')}</h1>
      <p>{say('closedHelp')}</p>
    </main>
  );
}

function Home() {
  return <Navigate to={homeOf(useMe().role)} replace />;
}

function Nowhere() {
  const say = useWords();
  return (
    <main className="notice">
      <h1>{say('nowhere')}</h1>
      <p>{say('nowhereHelp')}</p>
    </main>
  );
}
