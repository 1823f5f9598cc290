import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Popconfirm, Select, Space, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { firstTiles, wallFault, type WallPlan } from '../../core/walls/tiles.ts';
import type { KeptWall } from '../../protocol/walls.ts';
import { ask, refusalWords } from '../ask.ts';
import { useTold } from '../shell/line.tsx';
import { Board } from './board.tsx';
import { Composer } from './composer.tsx';
import { useWallNumbers } from './composed-page.tsx';
import { Televisions } from './televisions.tsx';
import { useWallWords } from './words.ts';
import './walls.css';

const KEY = ['walls'];

/** `/walls`: the supervisor composes walls, sees them live while doing so, and gives televisions their links. */
export function WallsPage() {
  const say = useWallWords();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const numbers = useWallNumbers();
  const kept = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) =>
      ask<{ walls: KeptWall[]; queues: string[] }>('GET', '/api/walls', undefined, signal),
  });
  /** null: the first one; 'new': not kept yet */
  const [chosen, setChosen] = useState<number | 'new' | null>(null);
  const [edited, setEdited] = useState<WallPlan | null>(null);
  useTold('wallMoved', () => void queries.invalidateQueries({ queryKey: KEY }));
  useEffect(() => {
    document.title = `${say('title')} · 供水热线 96666`;
  });
  const walls = kept.data?.walls ?? [];
  const wall = chosen === 'new' ? null : (walls.find((one) => one.id === chosen) ?? walls[0] ?? null);
  const fresh: WallPlan = {
    name: walls.length === 0 ? say('firstName') : `${say('firstName')} ${walls.length + 1}`,
    ...{ tiles: firstTiles(), quiet: { fromMinute: 22 * 60, untilMinute: 7 * 60 } },
  };
  const plan = edited ?? wall ?? fresh;
  const fault = wallFault(plan);
  const choose = (next: number | 'new') => {
    setEdited(next === 'new' ? fresh : null);
    setChosen(next);
  };
  const save = useMutation({
    mutationFn: () =>
      wall
        ? ask<KeptWall>('PUT', `/api/walls/${wall.id}`, { ...plan, version: wall.version })
        : ask<KeptWall>('POST', '/api/walls', plan),
    onSuccess: async (done) => {
      await queries.invalidateQueries({ queryKey: KEY });
      setEdited(null);
      setChosen(done.id);
      void message.success(say('saved'));
    },
    onError: (cause) => void message.error(refusalWords(cause)),
  });
  const remove = useMutation({
    mutationFn: (id: number) => ask('DELETE', `/api/walls/${id}`),
    onSuccess: async () => {
      setEdited(null);
      setChosen(null);
      await queries.invalidateQueries({ queryKey: KEY });
    },
    onError: (cause) => void message.error(refusalWords(cause)),
  });
  if (!kept.data)
    return (
      <main className="page">
        {kept.error ? <Alert type="error" showIcon title={refusalWords(kept.error)} /> : say('loading')}
      </main>
    );
  return (
    <main className="page walls">
      <header>
        <Select
          className="which"
          aria-label={say('title')}
          value={wall ? wall.id : 'new'}
          onChange={choose}
          options={[
            ...walls.map((one) => ({ value: one.id as number | 'new', label: one.name })),
            ...(wall ? [] : [{ value: 'new' as const, label: say('newWall') }]),
          ]}
        />
        <Button disabled={!wall} onClick={() => choose('new')}>
          {say('newWall')}
        </Button>
        <Button href="/wall" target="_blank">
          {say('standard')}
        </Button>
        {wall && (
          <Button href={`/wall/${wall.id}`} target="_blank">
            {say('open')}
          </Button>
        )}
        <Space className="keep">
          {(edited || !wall) && <Tag color="gold">{say('unsaved')}</Tag>}
          <Button
            type="primary"
            disabled={(!edited && wall !== null) || fault !== null}
            loading={save.isPending}
            onClick={() => save.mutate()}
          >
            {say('save')}
          </Button>
          <Button disabled={!edited} onClick={() => (wall ? setEdited(null) : choose(walls[0]?.id ?? 'new'))}>
            {say('discard')}
          </Button>
          {wall && (
            <Popconfirm
              title={say('removeAsk')}
              okText={say('removeWall')}
              cancelText={say('cancel')}
              onConfirm={() => remove.mutate(wall.id)}
            >
              <Button danger>{say('removeWall')}</Button>
            </Popconfirm>
          )}
        </Space>
      </header>
      {fault && <Alert type="warning" showIcon title={fault} />}
      <div className="halves">
        <section>
          <Composer plan={plan} queues={kept.data.queues} change={setEdited} />
        </section>
        <section>
          <h2>{say('preview')}</h2>
          <div className="preview">
            <Board key={wall?.id ?? 'new'} plan={plan} {...numbers} preview />
          </div>
          {wall && <Televisions wallId={wall.id} />}
        </section>
      </div>
    </main>
  );
}
