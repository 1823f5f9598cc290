import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useState, type FormEvent } from 'react';
import { isDemo } from '../../core/page-settings.ts';
import type { SignInNext } from '../../protocol/factors.ts';
import { ask, Refusal } from '../ask.ts';
import { useRefusals, useSignInWords } from './words.ts';
import './sign-in.css';

const FAULTS = ['again', 'provider', 'stranger'] as const;
// most people never see it: what it is made of comes when it is needed
const NextStep = lazy(async () => ({ default: (await import('./next-step.tsx')).NextStep }));

/** 工号 and password, then a second factor where one is needed; says what is wrong and what to do. */
export function SignInPage() {
  const say = useSignInWords();
  const refusals = useRefusals();
  const asked = new URLSearchParams(location.search);
  const [fault, setFault] = useState(() => {
    const known = FAULTS.find((name) => name === asked.get('fault'));
    return known ? say(known) : '';
  });
  const [oidc, setOidc] = useState(false);
  const [busy, setBusy] = useState(false);
  // from the identity provider, or after the page was loaded again in the middle
  const step = useQuery({
    queryKey: ['sign-in-next'],
    queryFn: () => ask<SignInNext | { next: null }>('GET', '/api/sign-in/next'),
    enabled: asked.has('step'),
    ...{ gcTime: 0, retry: false },
  });
  const next = step.data?.next ? step.data : null;
  useEffect(() => {
    const { searchParams } = new URL(location.href);
    // a worker's phone comes in again by its link
    if (searchParams.get('to') === '/field' && localStorage.getItem('field-link'))
      location.replace('/field/enter');
    ask<{ oidc: boolean }>('GET', '/api/sign-in-ways')
      .then((ways) => setOidc(ways.oidc))
      .catch(() => undefined); // the password's way is always there
  }, []);

  async function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFault('');
    try {
      const answer = await ask<{ next?: string }>('POST', '/api/sign-in', {
        ...{ login: form.get('login'), password: form.get('password') },
      });
      if (answer.next === undefined) return goOn();
      await step.refetch({ throwOnError: true });
      history.replaceState(null, '', `?${withStep()}`);
    } catch (cause) {
      setFault(cause instanceof Refusal && cause.status === 0 ? say('offline') : refusals(cause));
    }
    setBusy(false);
  }

  return (
    <main className="sign-in">
      {next ? (
        <Suspense>
          <NextStep step={next} onDone={goOn} onBack={() => location.assign('/sign-in')} />
        </Suspense>
      ) : (
        <form onSubmit={(event) => void signIn(event)}>
          <img src="/icon.svg" alt="" width="56" height="56" />
          <h1>{say('hotline')}</h1>
          <p className="sub">{say('house')}</p>
          {isDemo() && <p className="demo">{say('demo')}</p>}
          <label>
            {say('login')}
            <input name="login" autoComplete="username" autoFocus required maxLength={60} />
          </label>
          <label>
            {say('password')}
            <input name="password" type="password" autoComplete="current-password" required maxLength={200} />
          </label>
          <p className="fault" role="alert">
            {fault}
          </p>
          <button type="submit" disabled={busy}>
            {say(busy ? 'busy' : 'go')}
          </button>
          {oidc && (
            <a className="other-way" href="/api/oidc/start">
              {say('otherWay')}
            </a>
          )}
        </form>
      )}
    </main>
  );
}

/** where one wanted to go is kept while the second step is on the page */
function withStep(): string {
  const asked = new URLSearchParams(location.search);
  asked.set('step', 'next');
  return asked.toString();
}

/** To where one wanted to go: only a page of ours, never an address that somebody put into the link. */
function goOn(): void {
  const to = new URLSearchParams(location.search).get('to');
  const ours =
    to !== null &&
    URL.canParse(to, location.origin) &&
    new URL(to, location.origin).origin === location.origin;
  location.assign(ours ? new URL(to, location.origin).pathname : '/');
}
