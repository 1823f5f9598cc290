import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useParams } from 'react-router';
import type { WallOffice } from '../../core/walls/figures.ts';
import type { WallView } from '../../protocol.ts';
import type { KeptWall } from '../../protocol/walls.ts';
import { ask, Refusal, refusalWords } from '../ask.ts';
import { useConnected, useTold } from '../shell/line.tsx';
import { Board } from './board.tsx';
import type { Heard } from './freshness.ts';
import { useWallWords } from './words.ts';
import './board.css';

/** What composed walls show, live, for who is signed in; whole again after each torn line. */
export function useWallNumbers(): { view: WallView | null; office: WallOffice | null; heard: Heard } {
  const [view, setView] = useState<WallView | null>(null);
  const [office, setOffice] = useState<WallOffice | null>(null);
  const heard = useRef<number | null>(null);
  const show = (one: WallView) => {
    heard.current = performance.now();
    setView(one);
  };
  useTold('wall', show);
  useTold('office', setOffice);
  useConnected((line) => {
    line.emit('watchWall', show);
    line.emit('watchOffice', setOffice);
  });
  return { view, office, heard };
}

/** `/wall/3`: a composed wall on a computer where somebody is signed in. */
export function ComposedWallPage() {
  const say = useWallWords();
  const { id } = useParams();
  const queries = useQueryClient();
  const numbers = useWallNumbers();
  const key = ['walls', id];
  const plan = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => ask<KeptWall>('GET', `/api/walls/${id}`, undefined, signal),
  });
  useTold('wallMoved', () => void queries.invalidateQueries({ queryKey: key }));
  useConnected(() => void queries.invalidateQueries({ queryKey: key }));
  useEffect(() => {
    document.title = `${plan.data?.name ?? '大屏'} · 供水热线 96666`;
  }, [plan.data]);
  const isGone = plan.error instanceof Refusal && plan.error.status === 404;
  if (isGone)
    return (
      <main className="notice">
        <h1>{say('gone')}</h1>
        <p>{say('goneHelp')}</p>
      </main>
    );
  if (!plan.data) return <p className="quiet">{plan.error ? refusalWords(plan.error) : say('connecting')}</p>;
  return (
    <main className="full-board">
      <Board plan={plan.data} {...numbers} />
    </main>
  );
}
