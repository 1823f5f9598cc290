import { App } from 'antd';
import { useState } from 'react';
import { ask, refusalWords } from '../ask.ts';
import { useAltKey } from '../shell/alt-key.ts';
import { useTold } from '../shell/line.tsx';
import './console.css';

interface Said {
  text: string;
  by: string;
  atMs: number;
}

/** What the shift's leader says to all desks: one line above the work, until it is read. Alt+H calls for help. */
export function FromLeader() {
  const { message } = App.useApp();
  const [said, setSaid] = useState<Said[]>([]);
  useTold('broadcast', (one) => setSaid((before) => [...before.slice(-2), one]));
  const help = async () => {
    try {
      await ask('POST', '/api/console/help');
      void message.success('已呼叫班长');
    } catch (cause) {
      void message.warning(refusalWords(cause));
    }
  };
  useAltKey('KeyH', help);
  return (
    <>
      {said.map((one) => (
        <div key={one.atMs} className="broadcast" role="alert">
          <span>
            <b>{one.by}：</b>
            {one.text}
          </span>
          <button type="button" onClick={() => setSaid((before) => before.filter((other) => other !== one))}>
            知道了
          </button>
        </div>
      ))}
    </>
  );
}
