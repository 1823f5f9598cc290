import { useState } from 'react';
import { may } from '../../core/people/may.ts';
import type { MissedCaller, MissedFlood } from '../../protocol/missed.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { Dial } from '../phone/dial.tsx';
import { useConnected, useTold } from '../shell/line.tsx';
import { useMe } from '../shell/me.tsx';
import { wordsOf } from '../shell/words.ts';
import { when } from '../view.ts';

/** as many as the list is told at once (postgres/missed.ts) */
const SHOWN_AT_ONCE = 200;
const REASONS = ['骚扰电话', '打错了', '已用别的方式联系上', '空号，无法回拨', '重复来电'] as const;

const useWords = wordsOf(
  'missedMore',
  {
    dismiss: '不用回',
    more: '再看 {{count}} 个',
    flood: '{{at}} 疑似伪造号码来电：{{numbers}} 个号码、{{calls}} 通没有接听',
    show: '查看',
    dismissAll: '整批不用回',
    floodReason: '疑似伪造号码',
  },
  {
    dismiss: 'No call needed',
    more: '{{count}} more',
    flood: '{{at}} forged numbers suspected: {{numbers}} numbers, {{calls}} calls not answered',
    show: 'Show',
    dismissAll: 'None of them',
    floodReason: 'forged numbers suspected',
  },
);

/** Takes a caller from the list, with the reason; they come back when they call again. */
export function DismissMissed({ number, onFault }: { number: string; onFault: (words: string) => void }) {
  const say = useWords();
  return (
    <select
      aria-label={`${say('dismiss')} ${number}`}
      value=""
      onChange={({ target }) =>
        void ask('POST', '/api/missed/dismiss', { number, reason: target.value }).catch((thrown: unknown) =>
          onFault(refusalWords(thrown)),
        )
      }
    >
      <option value="">{say('dismiss')}</option>
      {REASONS.map((reason) => (
        <option key={reason} value={reason}>
          {reason}
        </option>
      ))}
    </select>
  );
}

/** What the list does not show at once: those beyond its first page, and the floods, folded. */
export function MoreMissed({ shown }: { shown: number }) {
  const say = useWords();
  const me = useMe();
  const [total, setTotal] = useState(0);
  const [more, setMore] = useState<MissedCaller[]>([]);
  const [floods, setFloods] = useState<MissedFlood[]>([]);
  const [open, setOpen] = useState<{ id: number; callers: MissedCaller[] } | null>(null);
  const look = () => {
    void ask<MissedFlood[]>('GET', '/api/missed/floods').then(setFloods, () => undefined);
    if (shown < SHOWN_AT_ONCE) return setTotal(shown);
    void ask<{ total: number }>('GET', '/api/missed/page').then(
      (page) => setTotal(page.total),
      () => undefined,
    );
  };
  useConnected(look);
  useTold('missed', look);
  const page = (offset: number, flood = '') =>
    ask<{ callers: MissedCaller[] }>('GET', `/api/missed/page?offset=${offset}${flood}`);
  const next = async () => setMore([...more, ...(await page(SHOWN_AT_ONCE + more.length)).callers]);
  const left = total - SHOWN_AT_ONCE - more.length;
  return (
    <>
      <ul className="more-missed">
        {more.map((one) => (
          <li key={one.number}>
            <Dial number={one.number} />
          </li>
        ))}
      </ul>
      {shown >= SHOWN_AT_ONCE && left > 0 && (
        <button type="button" onClick={() => void next()}>
          {say('more', { count: left })}
        </button>
      )}
      {floods.map((one) => (
        <div key={one.id} className="missed-flood">
          <small>
            {say('flood', { at: when(one.beganAtMs, serverNow()), numbers: one.numbers, calls: one.calls })}
          </small>{' '}
          <button
            type="button"
            onClick={() =>
              void page(0, `&flood=${one.id}`).then(({ callers }) => setOpen({ id: one.id, callers }))
            }
          >
            {say('show')}
          </button>
          {may(me.role, 'direct-agents') && (
            <button
              type="button"
              onClick={() =>
                void ask('POST', '/api/missed/dismiss-flood', {
                  flood: one.id,
                  reason: say('floodReason'),
                }).then(look)
              }
            >
              {say('dismissAll')}
            </button>
          )}
          {open?.id === one.id && (
            <ul>
              {open.callers.map((caller) => (
                <li key={caller.number}>
                  <Dial number={caller.number} /> {caller.name ?? ''}
                </li>
              ))}
            </ul>
          )}
        </div>
      ))}
    </>
  );
}
