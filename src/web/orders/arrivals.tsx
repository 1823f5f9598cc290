import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import type { OrderLine } from '../../protocol/orders.ts';
import { ask } from '../ask.ts';
import { useConnected, useTold } from '../shell/line.tsx';
import { useMe } from '../shell/me.tsx';
import { allowSound, soundFeedback } from './sound.ts';
import { useOrderWords } from './words.ts';
import './orders.css';

const SHOWN = 4;

/**
 * At the desk: what units fed back on the agent's own orders and waits for 办结, heard once and seen until it is closed;
 * and drafts that nobody has dispatched yet.
 */
export function OrderArrivals({ sound }: { sound: boolean }) {
  const say = useOrderWords();
  const me = useMe();
  const [fresh, setFresh] = useState<readonly string[]>([]);
  const fedBack = useWaiting('list=mine&states=fed-back');
  const drafted = useWaiting('list=open&states=drafted');
  const again = () => {
    void fedBack.refetch();
    void drafted.refetch();
  };
  useConnected(again);
  useTold('order', (line, step) => {
    const known = [...(fedBack.data ?? []), ...(drafted.data ?? [])].some(
      (one) => one.orderNo === line.orderNo,
    );
    if (step === 'feed-back' && line.createdBy === me.id) {
      setFresh((before) => [...before.filter((no) => no !== line.orderNo), line.orderNo]);
      if (sound) soundFeedback();
    }
    if (known || line.state === 'drafted' || (line.state === 'fed-back' && line.createdBy === me.id)) again();
  });
  useEffect(() => {
    // a browser sounds only after the first key or click
    addEventListener('pointerdown', allowSound, { once: true });
    addEventListener('keydown', allowSound, { once: true });
    return () => {
      removeEventListener('pointerdown', allowSound);
      removeEventListener('keydown', allowSound);
    };
  }, []);
  const groups = [
    { words: say('toClose'), lines: fedBack.data ?? [], all: '/orders?list=mine&states=fed-back' },
    { words: say('toDispatch'), lines: drafted.data ?? [], all: '/orders?list=open&states=drafted' },
  ];
  return groups
    .filter(({ lines }) => lines.length > 0)
    .map(({ words, lines, all }) => (
      <section key={all} className="arrivals" aria-live="polite">
        <h2>
          {words} <span className="figures">{lines.length}</span>
        </h2>
        <ul>
          {lines.slice(0, SHOWN).map((line) => (
            <li key={line.orderNo} className={fresh.includes(line.orderNo) ? 'fresh' : ''}>
              <Link
                to={`/orders/${line.orderNo}`}
                onClick={() => setFresh((before) => before.filter((no) => no !== line.orderNo))}
              >
                <b>
                  {line.urgent && <span className="tag urgent">{say('urgentTag')}</span>}
                  {line.category} · {line.item}
                </b>
                <small>
                  {line.unit ? `${line.unit}　` : ''}
                  {line.address || line.district}
                </small>
              </Link>
            </li>
          ))}
        </ul>
        {lines.length > SHOWN && <Link to={all}>{say('allOfThem', { count: lines.length })}</Link>}
      </section>
    ));
}

function useWaiting(asked: string) {
  return useQuery({
    queryKey: ['orders', 'arrivals', asked],
    queryFn: async ({ signal }) =>
      (await ask<{ lines: OrderLine[] }>('GET', `/api/orders?${asked}&most=100`, undefined, signal)).lines,
  });
}
