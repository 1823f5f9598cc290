import { App, Button } from 'antd';
import { serverNow } from '../clock.tsx';
import { day } from '../view.ts';
import { useFactorWords } from './words.ts';
import './sign-in.css';

/** Ten codes, shown this once; on paper they are alone. */
export function RecoveryCodes({
  codes,
  login,
  onKept,
}: {
  codes: string[];
  login: string;
  onKept: () => void;
}) {
  const say = useFactorWords();
  const { message } = App.useApp();
  const copy = () =>
    void navigator.clipboard?.writeText(codes.join('\n')).then(() => message.success(say('copied')));
  return (
    <section className="recovery-codes">
      <h2>{say('codesTitle')}</h2>
      <p className="help">{say('codesHelp')}</p>
      <ol className="figures">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <p className="of">{say('codesOf', { login, day: day(serverNow()) })}</p>
      <div className="buttons">
        <Button onClick={() => print()}>{say('print')}</Button>
        {/* an address by plain http has no clipboard */}
        {'clipboard' in navigator && <Button onClick={copy}>{say('copy')}</Button>}
        <Button type="primary" onClick={onKept}>
          {say('kept')}
        </Button>
      </div>
    </section>
  );
}
