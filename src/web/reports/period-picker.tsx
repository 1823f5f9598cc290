import { Button, DatePicker, Segmented, Space } from 'antd';
import dayjs from 'dayjs';
import isoWeek from 'dayjs/plugin/isoWeek.js';
import {
  beginOf,
  dateAt,
  DAY_MS,
  parsePeriod,
  periodAt,
  periodBefore,
  periodWords,
  spanPeriod,
  type Period,
  type PeriodKind,
} from '../../core/office/period.ts';
import { serverNow } from '../clock.tsx';
import { useReportWords } from './words.ts';

// the ISO week's number and its year, which the picker writes
dayjs.extend(isoWeek);

const KINDS: PeriodKind[] = ['day', 'week', 'month', 'cycle', 'year', 'summer', 'span'];
const PICKERS = {
  day: 'date',
  week: 'week',
  month: 'month',
  cycle: 'month',
  year: 'year',
  summer: 'year',
} as const;

const FORMATS = {
  day: 'YYYY-MM-DD',
  week: 'GGGG[年第]W[周]',
  month: 'YYYY[年]M[月]',
  cycle: 'YYYY[年]M[月]',
  year: 'YYYY[年]',
  summer: 'YYYY[年]',
} as const;

/** Chooses a period of the rule book; arrows go to the one before and after. */
export function PeriodPicker({ period, onChange }: { period: Period; onChange: (period: Period) => void }) {
  const say = useReportWords();
  const first = toDayjs(period.fromMs);
  const last = toDayjs(period.untilMs - DAY_MS);
  const after = period.kind === 'span' ? null : periodAt(period.kind, nextMs(period));
  return (
    <Space wrap className="period">
      <Segmented
        value={period.kind}
        options={KINDS.map((kind) => ({ value: kind, label: say(kind) }))}
        onChange={(kind: PeriodKind) => {
          if (kind === 'span') {
            const from = dateAt(period.fromMs);
            onChange(spanPeriod(from, dateAt(period.untilMs - DAY_MS)) ?? period);
          } else onChange(periodAt(kind, Math.min(serverNow(), period.untilMs - 1)));
        }}
      />
      <Button
        onClick={() => onChange(periodBefore(period))}
        aria-label={say('earlier')}
        title={say('earlier')}
      >
        ‹
      </Button>
      {period.kind === 'span' ? (
        <DatePicker.RangePicker
          allowClear={false}
          value={[first, last]}
          onChange={(days) => {
            if (days?.[0] && days[1]) onChange(spanPeriod(fromDayjs(days[0]), fromDayjs(days[1])) ?? period);
          }}
        />
      ) : (
        <DatePicker
          allowClear={false}
          picker={PICKERS[period.kind]}
          format={FORMATS[period.kind]}
          value={period.kind === 'cycle' ? last : first}
          onChange={(day) => {
            if (day && period.kind !== 'span') onChange(periodAt(period.kind, beginOf(fromDayjs(day))));
          }}
        />
      )}
      <Button
        onClick={() => after && onChange(after)}
        disabled={!after || after.fromMs > serverNow()}
        aria-label={say('later')}
        title={say('later')}
      >
        ›
      </Button>
      <strong>{periodWords(period)}</strong>
    </Space>
  );
}

/** The period that an address names, or else the running one of this kind. */
export function periodOfAddress(
  key: string | null,
  kind: PeriodKind,
  /** the one that is over, not the running one */
  over = false,
): Period {
  // any days have no running one: the month is the nearest
  const running = periodAt(kind === 'span' ? 'month' : kind, serverNow());
  return (key && parsePeriod(key)) || (over && kind !== 'summer' ? periodBefore(running) : running);
}

function nextMs(period: Period): number {
  // the summer after a summer begins in the next year
  return period.kind === 'summer' ? period.untilMs + 200 * DAY_MS : period.untilMs;
}
function toDayjs(ms: number): dayjs.Dayjs {
  const { year, month, day } = dateAt(ms);
  return dayjs(new Date(year, month - 1, day));
}
function fromDayjs(day: dayjs.Dayjs) {
  return { year: day.year(), month: day.month() + 1, day: day.date() };
}
