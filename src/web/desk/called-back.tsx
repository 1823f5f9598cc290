import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { ask } from '../ask.ts';
import { when } from '../view.ts';
import { SATISFACTION } from '../../core/callbacks/annex2.ts';
import { serverNow } from '../clock.tsx';
import { RESULTS } from '../callbacks/words.ts';
import { useDeskWords } from './words.ts';

interface CalledToday {
  atMs: number;
  orderNo: string;
  result: string | null;
  satisfied: 'satisfied' | 'fair' | 'dissatisfied' | null;
  solved: boolean | null;
}

/** We called this number back today (Article 14): why they ring is known before they say it. */
export function CalledBack({ number }: { number: string | null }) {
  const say = useDeskWords();
  const { data } = useQuery({
    queryKey: ['callbacks', 'today', number],
    enabled: number !== null,
    queryFn: ({ signal }) =>
      ask<{ call: CalledToday | null }>(
        'GET',
        `/api/callbacks/today/${encodeURIComponent(number!)}`,
        undefined,
        signal,
      ),
  });
  const call = data?.call;
  if (!call) return null;
  const came = [
    call.result !== 'complete' && call.result && RESULTS[call.result],
    call.solved !== null && (call.solved ? '已解决' : '未解决'),
    call.satisfied && SATISFACTION[call.satisfied],
  ].filter(Boolean);
  return (
    <p className="called-back" role="status">
      <b>{say('calledBack', { time: when(call.atMs, serverNow()) })}</b>{' '}
      <Link to={`/orders/${call.orderNo}`}>{call.orderNo}</Link>
      {came.length > 0 && `：${came.join('，')}`}
    </p>
  );
}
