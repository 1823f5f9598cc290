import { useQuery } from '@tanstack/react-query';
import { Alert, DatePicker, Table } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useState } from 'react';
import { pressed, RATING_KEYS, type RatingKey } from '../../core/ivr/figures.ts';
import type { IvrFigures } from '../../protocol/ivr.ts';
import { ask, refusalWords } from '../ask.ts';
import { secondsOf } from '../view.ts';
import { Flow } from './flow.tsx';

const DAY_MS = 86_400_000;
const CELLS: [keyof IvrFigures, string][] = [
  ['callers', '来电'],
  ['menu', '进入自助'],
  ['area', '听到停水播报'],
  ['servedAlone', '听完自行挂机'],
  ['placesKept', '保留位置'],
  ['placesReached', '回拨接通'],
  ['words', '留言'],
  ['ratingsAsked', '请评价'],
  ['ratingsGiven', '已评价'],
];

/** What callers did in the IVR on one day. */
export function Figures() {
  const [day, setDay] = useState<Dayjs>(() => dayjs().startOf('day'));
  const fromMs = day.valueOf();
  const { data, error } = useQuery({
    queryKey: ['ivr', 'figures', fromMs],
    refetchInterval: 60_000,
    queryFn: ({ signal }) =>
      ask<IvrFigures>('GET', `/api/ivr/figures?from=${fromMs}&until=${fromMs + DAY_MS}`, undefined, signal),
  });
  const agents = [...new Set(data?.ratings.map((one) => one.agent) ?? [])];
  const of = (agent: string) => data?.ratings.filter((one) => one.agent === agent) ?? [];
  return (
    <section>
      <header className="figures-head">
        <h2>这一天</h2>
        <DatePicker
          value={day}
          allowClear={false}
          maxDate={dayjs()}
          onChange={(chosen) => chosen && setDay(chosen.startOf('day'))}
        />
      </header>
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      {data && (
        <>
          <dl className="cells">
            {CELLS.map(([name, words]) => (
              <div key={name}>
                <dt>{words}</dt>
                <dd className="figures">{String(data[name] ?? 0)}</dd>
              </div>
            ))}
            <div>
              <dt>排队前用时（中位）</dt>
              <dd className="figures">{data.addedMs === null ? '—' : `${secondsOf(data.addedMs)} 秒`}</dd>
            </div>
          </dl>
          {data.moves.length > 0 ? (
            <Flow moves={data.moves} />
          ) : (
            <p className="quiet">这一天还没有来电经过语音导航。</p>
          )}
          {agents.length > 0 && (
            <Table
              size="small"
              pagination={false}
              rowKey="agent"
              dataSource={agents.map((agent) => ({ agent }))}
              columns={[
                {
                  title: '受理员',
                  dataIndex: 'agent',
                  render: (agent: string) =>
                    of(agent)[0]?.name ?? (agent.replace('PJSIP/', '') || '没有看到是谁'),
                },
                ...(Object.keys(RATING_KEYS) as RatingKey[]).map((key) => ({
                  title: RATING_KEYS[key],
                  key,
                  align: 'right' as const,
                  render: (_: unknown, row: { agent: string }) => pressed(of(row.agent), key),
                })),
              ]}
            />
          )}
        </>
      )}
    </section>
  );
}
