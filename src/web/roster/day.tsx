import { useQuery } from '@tanstack/react-query';
import { Alert } from 'antd';
import type { Attendance } from '../../core/shifts/roster.ts';
import type { ShiftKind } from '../../core/shifts/shift.ts';
import type { RosterDay } from '../../protocol/roster.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { useMay } from '../shell/me.tsx';
import { duration, when } from '../view.ts';

const VERDICTS: Record<Attendance['verdict'], string> = {
  coming: '未到班',
  'on-time': '准时',
  'not-early': '未提前十分钟',
  late: '迟到',
  absent: '缺岗',
  unseen: '看不到签到',
};

/** One day: how many agents each half hour needs, next to how many are planned; and who came when. */
export function DayPanel({ date, kinds }: { date: string; kinds: readonly ShiftKind[] }) {
  const may = useMay();
  const { data, error } = useQuery({
    queryKey: ['roster', 'day', date],
    refetchInterval: 60_000,
    queryFn: ({ signal }) => ask<RosterDay>('GET', `/api/roster/day?date=${date}`, undefined, signal),
  });
  const most = Math.max(1, ...(data?.halves.flatMap((half) => [half.need, half.planned]) ?? []));
  const short = data?.halves.filter((half) => half.planned < half.need).length ?? 0;
  return (
    <section className="day">
      <h2>
        {date} 的人手{' '}
        <small className="quiet">
          按最近四个同样的星期几的来电、每通约 {duration(data?.handlingMs ?? 0)}，95% 在三声（15
          秒）内接听所需的人数（Erlang C）
          {short > 0 && `；有 ${short} 个半小时人手不够`}
        </small>
      </h2>
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      {data && (
        <div className="halves" role="img" aria-label={`${date} 每半小时所需和已排人数`}>
          {data.halves.map((half, at) => (
            <div
              key={at}
              className={half.planned < half.need ? 'short' : ''}
              title={`${clockOf(at)}　来电 ${half.calls.toFixed(1)}　需要 ${half.need}　已排 ${half.planned}`}
            >
              <span className="bars">
                <i className="need" style={{ height: `${(half.need / most) * 100}%` }} />
                <i className="planned" style={{ height: `${(half.planned / most) * 100}%` }} />
              </span>
              {at % 2 === 0 && <small>{at / 2}</small>}
            </div>
          ))}
        </div>
      )}
      <p className="legend">
        <span className="need">需要</span>
        <span className="planned">已排</span>
      </p>
      {data && may('see-all-conduct') && (
        <table className="came">
          <thead>
            <tr>
              <th>班次</th>
              <th>姓名</th>
              <th>到岗</th>
              <th>离岗</th>
              <th>结果</th>
              <th>中途离岗</th>
            </tr>
          </thead>
          <tbody>
            {data.people.map((one) => (
              <tr key={one.personId} className={one.verdict}>
                <td>{kinds.find((kind) => kind.code === one.code)?.zh}</td>
                <td>{one.name}</td>
                <td className="figures">{one.cameAtMs === null ? '—' : when(one.cameAtMs, serverNow())}</td>
                <td className="figures">{one.leftAtMs === null ? '—' : when(one.leftAtMs, serverNow())}</td>
                <td>
                  {VERDICTS[one.verdict]}
                  {one.leftEarly && '、早退'}
                </td>
                <td className="figures">{one.awayMs > 60_000 ? duration(one.awayMs) : '—'}</td>
              </tr>
            ))}
            {data.people.length === 0 && (
              <tr>
                <td colSpan={6} className="quiet">
                  这一天没有排班。
                </td>
              </tr>
            )}
          </tbody>
        </table>
      )}
    </section>
  );
}

function clockOf(half: number): string {
  return `${String(Math.floor(half / 2)).padStart(2, '0')}:${half % 2 === 0 ? '00' : '30'}`;
}
