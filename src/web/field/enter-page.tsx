import { useEffect, useState } from 'react';
import { ask, refusalWords } from '../ask.ts';
import './field.css';

/** where the phone keeps its link, to come in again when the session is over */
const LINK = 'field-link';

/** Comes in by the link that this phone keeps; true: it did. */
export async function enterByLink(): Promise<boolean> {
  const token = localStorage.getItem(LINK);
  if (!token) return false;
  await ask('POST', '/api/field/enter', { token });
  return true;
}

/** The personal link was opened: `/field/enter#token`. What follows the # never goes over the wire nor into a log. */
export function FieldEnterPage() {
  const [fault, setFault] = useState('');
  useEffect(() => {
    const token = location.hash.slice(1);
    if (token) localStorage.setItem(LINK, token);
    history.replaceState(null, '', '/field/enter');
    enterByLink().then(
      (came) => (came ? location.replace('/field') : setFault('链接不完整，请从调度发来的消息里重新打开。')),
      (cause: unknown) => setFault(refusalWords(cause)),
    );
  }, []);
  return (
    <main className="field enter">
      <h1>供水热线 96666</h1>
      <p role="status">{fault || '正在进入…'}</p>
      {fault && (
        <button type="button" className="next" onClick={() => location.reload()}>
          再试一次
        </button>
      )}
    </main>
  );
}
