import { useQuery } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Empty, Select, Space } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useEffect, useMemo, useState } from 'react';
import { thousandthsOf } from '../../core/figures.ts';
import type { QualityTrends } from '../../protocol/quality.ts';
import { ask, refusalWords } from '../ask.ts';
import { PointsChart, WeeksChart } from './chart.tsx';
import { useQualityWords } from './words.ts';
import './quality.css';

/** How agents go from week to week, and which points want training. */
export function TrendsPage() {
  const say = useQualityWords();
  const [span, setSpan] = useState<[Dayjs, Dayjs]>(() => [
    dayjs().subtract(12, 'week').startOf('day'),
    dayjs().endOf('day'),
  ]);
  const [only, setOnly] = useState(0);
  const query = `fromMs=${span[0].valueOf()}&untilMs=${span[1].valueOf()}`;
  const { data, error } = useQuery({
    queryKey: ['quality', 'trends', query],
    queryFn: ({ signal }) => ask<QualityTrends>('GET', `/api/quality/trends?${query}`, undefined, signal),
  });
  useEffect(() => {
    document.title = '质检趋势 · 供水热线 96666';
  }, []);
  const shown = useMemo(() => data && ofPerson(data, only), [data, only]);
  const points = useMemo(() => shown && together(shown), [shown]);
  return (
    <main className="page quality">
      <header>
        <Space wrap>
          <DatePicker.RangePicker
            value={span}
            allowClear={false}
            onChange={(chosen) =>
              chosen?.[0] && chosen[1] && setSpan([chosen[0].startOf('day'), chosen[1].endOf('day')])
            }
          />
          <Select
            value={only}
            onChange={setOnly}
            style={{ width: 160 }}
            aria-label={say('agent')}
            options={[
              { value: 0, label: say('everyone') },
              ...(data?.people ?? []).map((one) => ({ value: one.id, label: one.name })),
            ]}
          />
          <Button href={`/api/quality/file?${query}`}>{say('export')}</Button>
        </Space>
      </header>
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      {shown?.weeks.length === 0 && <Empty description={say('trendsEmpty')} />}
      {shown && points && shown.weeks.length > 0 && (
        <>
          <h2>{say('weekly')}</h2>
          <WeeksChart trends={shown} />
          <h2>{say('perPoint')}</h2>
          <PointsChart points={points} />
        </>
      )}
    </main>
  );
}

function ofPerson(trends: QualityTrends, only: number): QualityTrends {
  if (only === 0) return trends;
  return {
    people: trends.people.filter((one) => one.id === only),
    weeks: trends.weeks.filter((one) => one.agentId === only),
    points: trends.points.filter((one) => one.agentId === only),
  };
}

/** Each point over all agents shown: every judgement weighs the same. */
function together({ points }: QualityTrends): { name: string; share: number; count: number }[] {
  const found = new Map<string, { name: string; halves: number; count: number }>();
  for (const { key, name, halves, count } of points) {
    const known = found.get(key) ?? { name, halves: 0, count: 0 };
    found.set(key, { name, halves: known.halves + halves, count: known.count + count });
  }
  return [...found.values()].map(({ name, halves, count }) => ({
    name,
    count,
    share: thousandthsOf(halves, count * 2),
  }));
}
