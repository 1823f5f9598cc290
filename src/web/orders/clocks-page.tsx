import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Input, InputNumber, Select, Space, Table, TimePicker } from 'antd';
import dayjs from 'dayjs';
import { useEffect, useState } from 'react';
import type { ClockRule, OrderSettings } from '../../core/orders/clocks.ts';
import { dateAt, DAY_MS } from '../../core/office/period.ts';
import { isKnownYear, specialDays, STATE_YEARS, type DayKind } from '../../core/orders/calendar.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { YearCalendar } from './year-calendar.tsx';
import './orders.css';

type Named = 'dispatch' | 'sign' | 'urgentSign' | 'urgentArrive' | 'urgentStop' | 'cardMeterArrive';
const CLOCKS: { name: Named; zh: string; from: string }[] = [
  { name: 'dispatch', zh: '派单', from: '从挂机起' },
  { name: 'sign', zh: '单位签收', from: '从派单起' },
  { name: 'urgentSign', zh: '紧急漏水签收', from: '从派单起' },
  { name: 'urgentArrive', zh: '紧急漏水到场', from: '从受理起' },
  { name: 'urgentStop', zh: '紧急漏水止水', from: '从受理起' },
  { name: 'cardMeterArrive', zh: 'IC卡表到场', from: '从受理起' },
];
const WEEKDAYS = ['一', '二', '三', '四', '五', '六', '日'];
interface Kept {
  version: number;
  body: OrderSettings;
  note: string;
  madeBy: string | null;
  madeAtMs: number;
}

/** The clocks' lengths and the working calendar, for orders and callbacks; a change moves open orders, never closed ones. */
export function ClocksPage() {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const kept = useQuery({
    queryKey: ['orders-settings'],
    queryFn: () => ask<Kept>('GET', '/api/orders-settings'),
  });
  const [edited, setEdited] = useState<OrderSettings | null>(null);
  const [note, setNote] = useState('');
  const [year, setYear] = useState(() => dateAt(serverNow()).year);
  const save = useMutation({
    mutationFn: (settings: OrderSettings) =>
      ask<{ version: number; moved: number }>('POST', '/api/orders-settings', {
        ...{ after: kept.data!.version, settings, note },
      }),
    onSuccess: async ({ moved }) => {
      void message.success(
        `已保存。${moved > 0 ? `${moved} 件在办工单的时限已按新日历调整。` : '在办工单的时限没有变化。'}`,
      );
      setEdited(null);
      setNote('');
      await queries.invalidateQueries({ queryKey: ['orders-settings'] });
    },
  });
  useEffect(() => {
    document.title = '时限与日历 · 供水热线 96666';
  }, []);
  if (kept.error) return <Alert type="error" showIcon title={refusalWords(kept.error)} />;
  if (!kept.data) return <p className="quiet">正在打开…</p>;
  const settings = edited ?? kept.data.body;
  const change = (some: Partial<OrderSettings>) => setEdited({ ...settings, ...some });
  const { calendar, feedback } = settings;
  const changeCalendar = (some: Partial<OrderSettings['calendar']>) =>
    change({ calendar: { ...calendar, ...some } });
  const thisYear = dateAt(serverNow()).year;
  // a deadline of a few working days reaches into the next year from December on
  const unknown = [...new Set([year, thisYear, dateAt(serverNow() + 60 * DAY_MS).year])].filter(
    (one) => !isKnownYear(calendar, one),
  );
  const special = [...specialDays(calendar)].filter(([date]) => date.startsWith(`${year}`));
  const daysOf = (kind: DayKind) => special.filter(([, day]) => day.kind === kind).length;
  const minutes = (name: Named, field: 'minutes' | 'warnMinutes' | 'escalateMinutes') => (
    <InputNumber
      min={field === 'minutes' ? 1 : 0}
      max={43_200}
      precision={0}
      aria-label={`${CLOCKS.find((one) => one.name === name)!.zh} ${field}`}
      value={settings[name][field]}
      onChange={(value) => value !== null && change({ [name]: { ...settings[name], [field]: value } })}
      suffix="分"
    />
  );
  return (
    <main className="page orders clocks-page">
      <header>
        <h1>时限与日历</h1>
        <span className="quiet">
          第 {kept.data.version} 版　{kept.data.note}
          {kept.data.madeBy && `　${kept.data.madeBy}`}
        </span>
      </header>
      <Table<(typeof CLOCKS)[number]>
        size="small"
        rowKey="name"
        pagination={false}
        dataSource={CLOCKS}
        columns={[
          { title: '时限（第十三条）', render: (_, one) => <b>{one.zh}</b> },
          { title: '起算', dataIndex: 'from' },
          { title: '多长', render: (_, one) => minutes(one.name, 'minutes') },
          { title: '提前提醒', render: (_, one) => minutes(one.name, 'warnMinutes') },
          { title: '超时后上报', render: (_, one) => minutes(one.name, 'escalateMinutes') },
          {
            title: '只算工作时间',
            render: (_, one) => (
              <Checkbox
                aria-label={`${one.zh}只算工作时间`}
                checked={settings[one.name].working}
                onChange={(event) =>
                  change({
                    [one.name]: { ...settings[one.name], working: event.target.checked } satisfies ClockRule,
                  })
                }
              />
            ),
          },
        ]}
      />
      <p>
        回复：当天 24:00 前；
        <TimePicker
          format="HH:mm"
          allowClear={false}
          aria-label="夜间起点"
          value={timeOf(feedback.nightFromMinute)}
          onChange={(time) => change({ feedback: { ...feedback, nightFromMinute: minuteOf(time) } })}
        />{' '}
        以后受理的，次日 24:00 前。
      </p>
      <h2>工作日历</h2>
      <p>
        工作时间{' '}
        <TimePicker
          format="HH:mm"
          allowClear={false}
          aria-label="上班"
          value={timeOf(calendar.fromMinute)}
          onChange={(time) => changeCalendar({ fromMinute: minuteOf(time) })}
        />{' '}
        至{' '}
        <TimePicker
          format="HH:mm"
          allowClear={false}
          aria-label="下班"
          value={timeOf(calendar.untilMinute)}
          onChange={(time) => changeCalendar({ untilMinute: minuteOf(time) })}
        />
        {'　'}维修单位上班：
        <Checkbox.Group
          options={WEEKDAYS.map((zh, at) => ({ label: `周${zh}`, value: at + 1 }))}
          value={calendar.weekdays}
          onChange={(days) => changeCalendar({ weekdays: [...days].sort() })}
        />
      </p>
      <p className="quiet">
        点一天：平常日 → 放假 → 上班（调休）→ 平常日。回访外呼只在周一至周五和调休上班日拨打，放假不拨。
      </p>
      <Space>
        <Select
          aria-label="年份"
          value={year}
          onChange={setYear}
          options={[-1, 0, 1, 2].map((by) => {
            const value = thisYear + by;
            return { value, label: `${value}年` };
          })}
        />
        <span className="quiet">
          放假 {daysOf('holiday')} 天，调休上班 {daysOf('worked')} 天
        </span>
        {STATE_YEARS.includes(year) ? (
          <span className="quiet">已含国务院公布的 {year} 年放假安排，本单位改过的带下划线</span>
        ) : (
          <Checkbox
            checked={(calendar.years ?? []).includes(year)}
            onChange={(event) =>
              changeCalendar({
                years: [
                  ...(calendar.years ?? []).filter((one) => one !== year),
                  ...(event.target.checked ? [year] : []),
                ],
              })
            }
          >
            {year} 年的放假和调休已经录全
          </Checkbox>
        )}
      </Space>
      {unknown.map((one) => (
        <Alert
          key={one}
          type="warning"
          showIcon
          title={`系统里还没有 ${one} 年的放假安排：在录全之前，${one} 年的工作日按法定的元旦、五一、国庆和每周上班的日子算，按工作日算到 ${one} 年的时限会注明待核对。国务院公布后，请在下面点出放假和调休的日子，再勾“已经录全”。`}
        />
      ))}
      <YearCalendar year={year} calendar={calendar} onChange={changeCalendar} />
      <footer className="save-bar">
        <Input
          placeholder="改了什么（必填，留在版本里）"
          value={note}
          maxLength={500}
          onChange={(event) => setNote(event.target.value)}
        />
        <Button
          type="primary"
          disabled={!edited || note.trim() === ''}
          loading={save.isPending}
          onClick={() => edited && save.mutate(edited)}
        >
          保存为新版本
        </Button>
        <Button disabled={!edited} onClick={() => setEdited(null)}>
          放弃修改
        </Button>
        {save.error && <Alert type="error" showIcon title={refusalWords(save.error)} />}
      </footer>
    </main>
  );
}

function timeOf(minute: number): dayjs.Dayjs {
  return dayjs(new Date(2000, 0, 1, Math.floor(minute / 60), minute % 60));
}
function minuteOf(time: dayjs.Dayjs | null): number {
  return time ? time.hour() * 60 + time.minute() : 0;
}
