import { useEffect, useState, type FormEvent } from 'react';
import { wordsOf } from '../shell/words.ts';

const useSignInWords = wordsOf(
  'sign-in',
  {
    again: '登录过程中断了，请重新登录。',
    provider: '统一身份认证没有通过，请重试，或用工号和密码登录。',
    stranger: '您在这里还没有账号，请联系管理员添加。',
    failed: '登录没有成功，请重试。',
    offline: '连不上服务，请检查网络后重试。',
    hotline: '供水热线 96666',
    house: '银川中铁水务 · 客户服务中心',
    login: '工号',
    password: '密码',
    busy: '正在登录…',
    go: '登录',
    otherWay: '统一身份登录',
  },
  {
    again: 'The sign-in was interrupted; please sign in again.',
    provider: 'The identity provider refused; try again, or use your login and password.',
    stranger: 'You have no account here yet; ask an administrator.',
    failed: 'That did not work; please try again.',
    offline: 'The service cannot be reached; check the network and try again.',
    hotline: 'Water hotline 96666',
    house: '银川中铁水务 · Customer service centre',
    login: 'Login',
    password: 'Password',
    busy: 'Signing in…',
    go: 'Sign in',
    otherWay: 'Sign in with the house’s account',
  },
);
const FAULTS = ['again', 'provider', 'stranger'] as const;

/** 工号 and password; says what is wrong and what to do. */
export function SignInPage() {
  const say = useSignInWords();
  const [fault, setFault] = useState(() => {
    const told = new URLSearchParams(location.search).get('fault');
    const known = FAULTS.find((one) => one === told);
    return known ? say(known) : '';
  });
  const [oidc, setOidc] = useState(false);
  useEffect(() => {
    // a worker's phone comes in again by its link
    const to = new URLSearchParams(location.search).get('to');
    if (to === '/field' && localStorage.getItem('field-link')) location.replace('/field/enter');
    fetch('/api/sign-in-ways')
      .then(async (answer) => setOidc(((await answer.json()) as { oidc: boolean }).oidc))
      .catch(() => undefined); // the password's way is always there
  }, []);
  const [busy, setBusy] = useState(false);

  async function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setFault('');
    try {
      const answer = await fetch('/api/sign-in', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ login: form.get('login'), password: form.get('password') }),
      });
      const said = (await answer.json()) as { message?: string };
      if (answer.ok) {
        const to = new URLSearchParams(location.search).get('to');
        // only a page of ours, never an address that somebody put into the link
        const ours = to !== null && new URL(to, location.origin).origin === location.origin;
        location.assign(ours ? new URL(to, location.origin).pathname : '/');
        return;
      }
      setFault(said.message ?? say('failed'));
    } catch {
      setFault(say('offline'));
    }
    setBusy(false);
  }

  return (
    <main className="sign-in">
      <form onSubmit={(event) => void signIn(event)}>
        <img src="/icon.svg" alt="" width="56" height="56" />
        <h1>{say('hotline')}</h1>
        <p className="sub">{say('house')}</p>
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
    </main>
  );
}
