import { useState } from 'react';
import { ask, refusalWords } from '../ask.ts';
import { useAltKey } from '../shell/alt-key.ts';

/** While a secret is spoken the recording is paused by a key, and it is seen that it is. Each call begins recorded. */
export function PauseRecording({ callId }: { callId: string | null }) {
  const [paused, setPaused] = useState<string | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  const on = callId !== null && paused === callId;
  const toggle = async () => {
    if (callId === null) return;
    setFault(null);
    try {
      await ask('POST', '/api/recordings/mute', { on: !on });
      setPaused(on ? null : callId);
    } catch (cause) {
      setFault(refusalWords(cause));
    }
  };
  useAltKey('KeyL', toggle);
  if (callId === null) return null;
  return (
    <div className="buttons">
      <button
        type="button"
        className={on ? 'warm' : ''}
        aria-pressed={on}
        title={fault ?? '来电人说身份证号、密码等时暂停录音'}
        onClick={() => void toggle()}
      >
        {fault ?? (on ? '录音已暂停' : '暂停录音')}
        <kbd>Alt L</kbd>
      </button>
    </div>
  );
}
