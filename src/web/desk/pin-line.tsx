import { useEffect, useState } from 'react';
import type { DeskRecord } from '../../protocol/records.ts';
import { ask, refusalWords } from '../ask.ts';
import { useAnnex } from './pick.tsx';
import { useDeskWords } from './words.ts';

/**
 * In mid-call, what the next shift must know of it goes to this shift's handover (Articles 25, 26): one line under the
 * record, by the keyboard, over nothing. What is refused stays in the line.
 */
export function PinLine({ record, category }: { record: DeskRecord; category: string }) {
  const say = useDeskWords();
  const annex = useAnnex();
  const [text, setText] = useState<string | null>(null);
  const [key, setKey] = useState(false);
  const [told, setTold] = useState<{ pinned: true } | { fault: string } | null>(null);
  const [sending, setSending] = useState(false);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.ctrlKey || event.code !== 'KeyG') return;
      event.preventDefault();
      begin();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  function begin(): void {
    setText((before) => before ?? '');
    setTold(null);
    document.getElementById('pin-text')?.focus();
  }
  async function pin(): Promise<void> {
    if (sending || text === null || text.trim() === '') return;
    setSending(true);
    const matter = annex.find((one) => one.code === category)?.zh;
    try {
      const { id } = await ask<{ id: number }>('GET', '/api/handovers/current');
      await ask('POST', `/api/handovers/${id}/items`, {
        ...{ section: 'pinned', key },
        text: `受理记录 ${record.id}${matter ? `（${matter}）` : ''}：${text.trim()}`,
      });
      setText(null);
      setKey(false);
      setTold({ pinned: true });
    } catch (thrown) {
      setTold({ fault: refusalWords(thrown) });
    } finally {
      setSending(false);
    }
  }

  if (text === null) {
    return (
      <>
        <button type="button" className="plain" onClick={begin}>
          {say('pin')}
          <kbd>Alt G</kbd>
        </button>
        {told && <span role="status">{say('pinned')}</span>}
      </>
    );
  }
  return (
    <form
      className="pin-line"
      onSubmit={(event) => {
        event.preventDefault();
        void pin();
      }}
      onKeyDown={(event) => event.key === 'Escape' && setText(null)}
    >
      <input
        id="pin-text"
        // at once: the next key is the first of what is written
        autoFocus
        aria-label={say('pinText')}
        placeholder={say('pinText')}
        maxLength={400}
        autoComplete="off"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <label title={say('pinKeyWhy')}>
        <input type="checkbox" checked={key} onChange={(event) => setKey(event.target.checked)} />
        {say('pinKey')}
      </label>
      <button type="submit" className="plain" disabled={sending || text.trim() === ''}>
        {say('pin')}
        <kbd>Enter</kbd>
      </button>
      {told && 'fault' in told && (
        <span className="fault" role="alert">
          {told.fault}
        </span>
      )}
    </form>
  );
}
