import { lazy, StrictMode, Suspense, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';
import { DeskPage } from './desk/page.tsx';
import { SignInPage } from './sign-in/page.tsx';
import './style.css';

// the wall brings the charts; the desk does not wait for them
const WallPage = lazy(async () => ({ default: (await import('./wall/page.tsx')).WallPage }));

export function homeOf(role: string): string {
  return role === 'agent' ? '/desk' : '/wall';
}

function Page() {
  switch (location.pathname) {
    case '/sign-in':
      return <SignInPage />;
    case '/desk':
      return <DeskPage />;
    case '/wall':
      return (
        <Suspense fallback={<p className="quiet">正在打开大屏…</p>}>
          <WallPage />
        </Suspense>
      );
    case '/':
      return <Home />;
    default:
      return (
        <main className="notice">
          <h1>没有这个页面</h1>
          <p>
            可以去 <a href="/desk">受理台</a> 或 <a href="/wall">大屏</a>。
          </p>
        </main>
      );
  }
}

/** `/` is the page of who is signed in. */
function Home() {
  const [words, setWords] = useState('正在打开…');
  useEffect(() => {
    fetch('/api/me')
      .then(async (answer) => {
        if (answer.status === 401) return location.replace('/sign-in');
        const me = (await answer.json()) as { role: string };
        location.replace(homeOf(me.role));
      })
      .catch(() => setWords('连不上服务，请检查网络后刷新。'));
  }, []);
  return <p className="quiet">{words}</p>;
}

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
