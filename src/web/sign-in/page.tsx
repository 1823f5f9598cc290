import { useEffect, useState, type FormEvent } from 'react';

const FAULTS: Record<string, string> = {
  again: '登录过程中断了，请重新登录。',
  provider: '统一身份认证没有通过，请重试，或用工号和密码登录。',
  stranger: '您在这里还没有账号，请联系管理员添加。',
};

/** 工号 and password; says in Chinese what is wrong and what to do. */
export function SignInPage() {
  const [fault, setFault] = useState(FAULTS[new URLSearchParams(location.search).get('fault') ?? ''] ?? '');
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
      setFault(said.message ?? '登录没有成功，请重试。');
    } catch {
      setFault('连不上服务，请检查网络后重试。');
    }
    setBusy(false);
  }

  return (
    <main className="sign-in">
      <form onSubmit={(event) => void signIn(event)}>
        <img src="/icon.svg" alt="" width="56" height="56" />
        <h1>供水热线 96666</h1>
        <p className="sub">银川中铁水务 · 客户服务中心</p>
        <label>
          工号
          <input name="login" autoComplete="username" autoFocus required maxLength={60} />
        </label>
        <label>
          密码
          <input name="password" type="password" autoComplete="current-password" required maxLength={200} />
        </label>
        <p className="fault" role="alert">
          {fault}
        </p>
        <button type="submit" disabled={busy}>
          {busy ? '正在登录…' : '登录'}
        </button>
        {oidc && (
          <a className="other-way" href="/api/oidc/start">
            统一身份登录
          </a>
        )}
      </form>
    </main>
  );
}
