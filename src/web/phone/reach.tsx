import { useQuery } from '@tanstack/react-query';
import { useEffect, useState, type KeyboardEvent } from 'react';
import { numbersIn } from '../../core/people/telephone.ts';
import { ask, refusalWords } from '../ask.ts';
import { spaced } from '../view.ts';
import { AGENT_STATE_WORDS } from '../words.ts';
import { phone } from './phone.ts';
import { usePhoneWords } from './words.ts';

interface Directory {
  agents: { agent: string; name: string; state: keyof typeof AGENT_STATE_WORDS }[];
  units: { id: number; name: string; phone: string | null }[];
}
interface Entry {
  key: string;
  kind: 'colleague' | 'unit' | 'number';
  name: string;
  number: string | null;
  more: string;
}

/** Whom to call or to pass the call on to: typed number, colleague or unit; arrows and Enter, no mouse needed. */
export function Reach({ purpose, done }: { purpose: 'dial' | 'transfer'; done: () => void }) {
  const say = usePhoneWords();
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const directory = useQuery({
    queryKey: ['phone', 'directory'],
    queryFn: ({ signal }) => ask<Directory>('GET', '/api/phone/directory', undefined, signal),
    refetchInterval: 5000,
  });
  const entries = entriesOf(directory.data, typed);
  const chosen = entries[Math.min(at, entries.length - 1)] ?? null;

  async function go(how: 'call' | 'consult' | 'passOn', to: string | null): Promise<void> {
    if (!to) return;
    if (how === 'call') await phone.place(to);
    else if (how === 'consult') await phone.consult(to);
    else await phone.passOn(to);
    if (!phone.view().fault) done();
  }
  function onKey(event: KeyboardEvent): void {
    if (event.key === 'ArrowDown') setAt(Math.min(at + 1, entries.length - 1));
    else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
    else if (event.key === 'Enter' && !event.nativeEvent.isComposing)
      void go(purpose === 'dial' ? 'call' : event.shiftKey ? 'passOn' : 'consult', chosen?.number ?? null);
    else return;
    event.preventDefault();
  }

  return (
    <div className="panel reach">
      <div className="find">
        <input
          autoFocus
          aria-label={say('to')}
          placeholder={say('to')}
          value={typed}
          maxLength={20}
          onChange={(event) => {
            setTyped(event.target.value);
            setAt(0);
          }}
          onKeyDown={onKey}
          role="combobox"
          aria-expanded="true"
          aria-controls="reach-list"
          aria-activedescendant={chosen ? `reach-${chosen.key}` : undefined}
        />
        {purpose === 'dial' ? (
          <button type="button" className="go" onClick={() => void go('call', chosen?.number ?? null)}>
            {say('call')}
            <kbd>Enter</kbd>
          </button>
        ) : (
          <>
            <button type="button" className="go" onClick={() => void go('consult', chosen?.number ?? null)}>
              {say('consult')}
              <kbd>Enter</kbd>
            </button>
            <button type="button" onClick={() => void go('passOn', chosen?.number ?? null)}>
              {say('passOn')}
              <kbd>Shift Enter</kbd>
            </button>
          </>
        )}
        <button type="button" onClick={done}>
          {say('close')}
          <kbd>Esc</kbd>
        </button>
      </div>
      <ul id="reach-list" role="listbox" aria-label={say('to')}>
        {entries.map((entry, index) => (
          <li
            key={entry.key}
            id={`reach-${entry.key}`}
            role="option"
            aria-selected={entry === chosen}
            aria-disabled={entry.number === null}
            onClick={() => setAt(index)}
          >
            <small>{say(entry.kind)}</small>
            <b>{entry.name}</b>
            <span className="figures">{entry.number === null ? say('noPhone') : spaced(entry.number)}</span>
            <small>{entry.more}</small>
          </li>
        ))}
        {entries.length === 0 && (
          <li className="quiet">
            {directory.error ? refusalWords(directory.error) : say(directory.data ? 'nobody' : 'outdated')}
          </li>
        )}
      </ul>
    </div>
  );
}

/** What fits what was typed: the number itself first, then colleagues that are ready, then units. */
function entriesOf(directory: Directory | undefined, typed: string): Entry[] {
  // a number that is pasted with its country, its dashes or its extension: the main number is dialled
  const pasted = numbersIn(typed, () => false).numbers[0]?.national;
  const word = pasted !== undefined && !/^\d+$/.test(typed) ? pasted : typed.replace(/[\s-]/g, '');
  const entries: Entry[] = [];
  for (const { agent, name, state } of directory?.agents ?? []) {
    const number = agent.replace(/^.*\//, '');
    entries.push({ key: `a${number}`, kind: 'colleague', name, number, more: AGENT_STATE_WORDS[state] });
  }
  entries.sort(
    (a, b) => Number(b.more === AGENT_STATE_WORDS.ready) - Number(a.more === AGENT_STATE_WORDS.ready),
  );
  for (const { id, name, phone: number } of directory?.units ?? [])
    entries.push({ key: `u${id}`, kind: 'unit', name, number, more: '' });
  const found = entries.filter(
    ({ name, number }) => word === '' || name.includes(word) || number?.startsWith(word),
  );
  const own = phone.view().extension;
  const others = found.filter(({ number }) => number !== own);
  if (/^\d{3,}$/.test(word) && !others.some(({ number }) => number === word))
    others.unshift({ key: 'typed', kind: 'number', name: '', number: word, more: '' });
  return others.slice(0, 12);
}

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'];

/** Digits into the call: the number keys press them while this stands. */
export function Keypad() {
  const say = usePhoneWords();
  const [sent, setSent] = useState('');
  async function press(digit: string): Promise<void> {
    await phone.digit(digit);
    if (!phone.view().fault) setSent((before) => `${before}${digit}`.slice(-20));
  }
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || !KEYS.includes(event.key)) return;
      if (/^(INPUT|TEXTAREA)$/.test(document.activeElement?.tagName ?? '')) return;
      event.preventDefault();
      void press(event.key);
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  return (
    <div className="panel keypad" role="group" aria-label={say('digits')}>
      {KEYS.map((digit) => (
        <button key={digit} type="button" onClick={() => void press(digit)}>
          {digit}
        </button>
      ))}
      <output className="figures">{sent}</output>
    </div>
  );
}
