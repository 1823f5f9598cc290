import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Select, Switch } from 'antd';
import { useState } from 'react';
import { parsePeriod, periodWords } from '../../core/office/period.ts';
import { nextRun, type Schedule } from '../../core/office/schedule.ts';
import { cellText } from '../../core/office/written.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { reportName } from './body.tsx';
import { ROLE_CHOICES } from './send.tsx';

interface Ran {
  report: string;
  name: string;
  period: string;
  dueAtMs: number;
  ranAtMs: number;
  outcome: string;
}
const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'].map((zh, at) => ({
  value: at + 1,
  label: `星期${zh}`,
}));
const MONTH_DAYS = [
  ...Array.from({ length: 31 }, (_, at) => ({ value: at + 1, label: `每月 ${at + 1} 日` })),
  { value: 0, label: '每月最后一天' },
];

/** When each report goes by itself, and what became of the last runs. */
export function Schedules() {
  const found = useQuery({
    queryKey: ['report-schedules'],
    queryFn: ({ signal }) =>
      ask<{ schedules: Schedule[]; runs: Ran[] }>('GET', '/api/report-schedules', undefined, signal),
  });
  return (
    <section className="schedules" id="schedules">
      <h2>定时发送</h2>
      {found.error && <Alert type="error" showIcon title={refusalWords(found.error)} />}
      {[...(found.data?.schedules ?? [])]
        .sort((a, b) => placeOf(a) - placeOf(b))
        .map((one) => (
          <ScheduleRow key={`${one.report} ${one.kind}`} begin={one} />
        ))}
      {found.data && found.data.runs.length > 0 && (
        <ul>
          {found.data.runs.map((run) => (
            <li key={`${run.report} ${run.period}`}>
              <span className="figures">{cellText(run.ranAtMs, 'instant')}</span> {reportName(run)}{' '}
              {wordsOf(run.period)}：{run.outcome}
              {run.ranAtMs - run.dueAtMs > 600_000 &&
                `（应在 ${cellText(run.dueAtMs, 'instant')}，服务停过，已补发）`}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function ScheduleRow({ begin }: { begin: Schedule }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [one, setOne] = useState(begin);
  const save = useMutation({
    mutationFn: (next: Schedule) => {
      const { report, enabled, day, minute, roles, addresses } = next;
      return ask('PUT', `/api/report-schedules/${report}`, { enabled, day, minute, roles, addresses });
    },
    onSuccess: () => {
      void message.success('已保存');
      void queries.invalidateQueries({ queryKey: ['report-schedules'] });
    },
  });
  const time = `${String(Math.floor(one.minute / 60)).padStart(2, '0')}:${String(one.minute % 60).padStart(2, '0')}`;
  const run = nextRun(one, serverNow());
  const whole = run !== null && run.dueAtMs >= run.period.untilMs;
  const set = (more: Partial<Schedule>) => setOne({ ...one, ...more });
  return (
    <div className="schedule">
      <Switch
        checked={one.enabled}
        aria-label={`定时发送${reportName(one)}`}
        onChange={(enabled) => set({ enabled })}
      />
      <b>{reportName(one)}</b>
      {one.kind === 'day' && <span>每天（前一天的）</span>}
      {one.kind === 'week' && (
        <Select value={one.day} onChange={(day) => set({ day })} options={WEEKDAYS} aria-label="星期几" />
      )}
      {['month', 'cycle'].includes(one.kind) && (
        <Select value={one.day} onChange={(day) => set({ day })} options={MONTH_DAYS} aria-label="几号" />
      )}
      {['summer', 'year'].includes(one.kind) && (
        <Select
          value={one.day}
          onChange={(day) => set({ day })}
          options={MONTH_DAYS.map(({ value, label }) => ({
            value,
            label: label.replace('每月', one.kind === 'year' ? '次年1月' : '每年10月'),
          }))}
          aria-label="几号"
        />
      )}
      <Input
        type="time"
        aria-label="时间"
        value={time}
        onChange={(event) => {
          const [hours, minutes] = event.target.value.split(':').map(Number);
          if (hours !== undefined && minutes !== undefined) set({ minute: hours * 60 + minutes });
        }}
      />
      <Select
        mode="multiple"
        className="grow"
        aria-label="收件角色"
        placeholder="收件角色"
        value={one.roles}
        onChange={(roles) => set({ roles })}
        options={ROLE_CHOICES}
      />
      <Select
        mode="tags"
        className="grow"
        open={false}
        aria-label="邮箱地址"
        placeholder="邮箱地址，回车添加"
        value={one.addresses}
        onChange={(addresses) => set({ addresses })}
        tokenSeparators={[',', '，', ' ', ';']}
      />
      <Button
        type="primary"
        disabled={one === begin}
        loading={save.isPending}
        onClick={() => save.mutate(one)}
      >
        保存
      </Button>
      {run && (
        <small className={`next${whole ? '' : ' part'}`}>
          下次 <span className="figures">{cellText(run.dueAtMs, 'instant')}</span>：{periodWords(run.period)}
          {!whole && '（发送时这一期还没有结束，之后的不在内；要整期，请选最后一天的 23:59）'}
        </small>
      )}
      {save.error && <Alert type="error" showIcon title={refusalWords(save.error)} />}
    </div>
  );
}

const ORDER = ['daily', 'weekly', 'monthly', 'month-end', 'telephone', 'callbacks'];
function placeOf({ report }: Schedule): number {
  const at = ORDER.indexOf(report);
  return at < 0 ? ORDER.length : at;
}
function wordsOf(period: string): string {
  const known = parsePeriod(period);
  return known ? periodWords(known) : period;
}
