import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Modal, Popconfirm, Select, Space } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useEffect, useState } from 'react';
import { datesOfMonth } from '../../core/shifts/roster.ts';
import type { RosterMonth, RosterPerson, RosterSwap } from '../../protocol/roster.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMay, useMe } from '../shell/me.tsx';
import { DayPanel } from './day.tsx';
import { PatternForm } from './pattern.tsx';
import { TimesForm } from './times.tsx';
import './roster.css';

const WEEKDAYS = '日一二三四五六';
const SWAP_STATES = {
  asked: '等对方答应',
  accepted: '等班长批准',
  approved: '已换',
  refused: '未换',
} as const;

/** The month's roster: people down, days across; a click changes a cell, or asks for a swap. */
export function RosterPage() {
  const me = useMe();
  const may = useMay();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [month, setMonth] = useState<Dayjs>(() => dayjs().startOf('month'));
  const [date, setDate] = useState(() => dayjs().format('YYYY-MM-DD'));
  const [editing, setEditing] = useState(false);
  const [timing, setTiming] = useState(false);
  const [swapping, setSwapping] = useState<{ date: string } | null>(null);
  const key = month.format('YYYY-MM');
  const { data, error } = useQuery({
    queryKey: ['roster', key],
    queryFn: ({ signal }) => ask<RosterMonth>('GET', `/api/roster?month=${key}`, undefined, signal),
  });
  useEffect(() => {
    document.title = '排班 · 供水热线 96666';
  }, []);
  const deed = useMutation({
    mutationFn: ({ path, body }: { path: string; body: unknown }) => ask('POST', `/api/roster${path}`, body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['roster'] }),
    onError: (cause) => void message.error(refusalWords(cause)),
  });
  const keeps = may('keep-roster');
  const dates = datesOfMonth(key);
  const codeOf = new Map(data?.cells.map((cell) => [`${cell.personId}:${cell.date}`, cell]));
  const kinds = new Map(data?.kinds.map((kind) => [kind.code, kind]));
  const off = (day: string) => {
    const told = data?.days[day];
    return told === 'holiday' || (told !== 'worked' && [0, 6].includes(dayjs(day).day()));
  };
  const cell = (person: RosterPerson, day: string) => {
    const found = codeOf.get(`${person.id}:${day}`);
    const words = found ? (found.code === '' ? '休' : (kinds.get(found.code)?.zh.slice(0, 1) ?? '？')) : '';
    const name = `${found?.code || 'off'} ${found?.source ?? ''}`;
    if (!keeps)
      return person.id === me.id && found && found.code !== '' && day >= dayjs().format('YYYY-MM-DD') ? (
        <button type="button" className={name} title="请人换班" onClick={() => setSwapping({ date: day })}>
          {words}
        </button>
      ) : (
        <span className={name}>{words}</span>
      );
    return (
      <select
        className={name}
        aria-label={`${person.name} ${day}`}
        value={found?.code ?? 'none'}
        onChange={(event) =>
          deed.mutate({
            path: '/cell',
            body: { personId: person.id, date: day, code: event.target.value, was: found?.code ?? '' },
          })
        }
      >
        {!found && <option value="none" />}
        {data?.kinds.map((kind) => (
          <option key={kind.code} value={kind.code}>
            {kind.zh.slice(0, 1)}
          </option>
        ))}
        <option value="">休</option>
      </select>
    );
  };
  return (
    <main className="page roster">
      <header>
        <Space wrap>
          <DatePicker
            picker="month"
            value={month}
            allowClear={false}
            onChange={(chosen) => chosen && setMonth(chosen.startOf('month'))}
          />
          {keeps && (
            <>
              <Popconfirm
                title={`按轮班规则排 ${key}？手工改过和换过的班不动。`}
                onConfirm={() => deed.mutate({ path: '/fill', body: { month: key } })}
              >
                <Button type="primary" loading={deed.isPending}>
                  按规则排班
                </Button>
              </Popconfirm>
              <Button onClick={() => setEditing(true)}>轮班规则</Button>
              <Button onClick={() => setTiming(true)}>班次时间</Button>
            </>
          )}
          <Button href={`/api/roster/file?month=${key}`}>Excel</Button>
          <Button onClick={() => window.print()}>打印</Button>
        </Space>
        <p className="legend">
          {data?.kinds.map((kind) => (
            <span key={kind.code} className={kind.code}>
              {kind.zh} {String(Math.floor(kind.fromMinute / 60)).padStart(2, '0')}:
              {String(kind.fromMinute % 60).padStart(2, '0')}
            </span>
          ))}
          <span className="hand">改过的加粗</span>
        </p>
      </header>
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      <h1 className="on-paper">供水热线 96666 排班表　{key}</h1>
      {data && data.cells.length === 0 && (
        <p className="quiet">
          {key} 还没有排班。{keeps ? '先在“轮班规则”里分好班组，再点“按规则排班”。' : '排好后会出现在这里。'}
        </p>
      )}
      <div className="grid">
        <table>
          <thead>
            <tr>
              <th>班组</th>
              <th>姓名</th>
              {dates.map((day) => (
                <th key={day} className={off(day) ? 'off' : ''} aria-current={day === date}>
                  <button type="button" onClick={() => setDate(day)} title="看这一天的人手">
                    {Number(day.slice(8))}
                    <small>{WEEKDAYS[dayjs(day).day()]}</small>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {data?.people.map((person) => (
              <tr key={person.id} className={person.id === me.id ? 'mine' : ''}>
                <td>{person.team === null ? '' : data.pattern?.teams[person.team]}</td>
                <td>{person.name}</td>
                {dates.map((day) => (
                  <td key={day} className={off(day) ? 'off' : ''}>
                    {cell(person, day)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {data && data.swaps.length > 0 && (
        <section className="swaps">
          <h2>换班</h2>
          <ul>
            {data.swaps.map((one) => (
              <SwapLine
                key={one.id}
                one={one}
                kinds={kinds}
                onAnswer={(yes) => deed.mutate({ path: '/swaps/answer', body: { id: one.id, yes } })}
              />
            ))}
          </ul>
        </section>
      )}
      <DayPanel date={date} kinds={data?.kinds ?? []} />
      {data && editing && (
        <PatternForm
          roster={data}
          onClose={() => setEditing(false)}
          onSave={(body) => deed.mutate({ path: '/pattern', body }, { onSuccess: () => setEditing(false) })}
        />
      )}
      {data && timing && (
        <TimesForm
          plans={data.plans}
          onClose={() => setTiming(false)}
          onSave={(body) => deed.mutate({ path: '/shifts', body }, { onSuccess: () => setTiming(false) })}
        />
      )}
      {data && swapping && (
        <SwapForm
          roster={data}
          date={swapping.date}
          onClose={() => setSwapping(null)}
          onAsk={(body) => deed.mutate({ path: '/swaps', body }, { onSuccess: () => setSwapping(null) })}
        />
      )}
    </main>
  );
}

function SwapLine({
  one,
  kinds,
  onAnswer,
}: {
  one: RosterSwap;
  kinds: Map<string, { zh: string }>;
  onAnswer: (yes: boolean) => void;
}) {
  const me = useMe();
  const words = (code: string) => (code === '' ? '休' : (kinds.get(code)?.zh ?? code));
  const decides =
    (one.state === 'asked' && one.otherId === me.id) ||
    (one.state === 'accepted' && me.role === 'supervisor');
  return (
    <li>
      <span>
        <b>{one.asker}</b> {one.askerDate} {words(one.askerCode)} ⇄ <b>{one.other}</b> {one.otherDate}{' '}
        {words(one.otherCode)}
      </span>
      <small>{SWAP_STATES[one.state]}</small>
      {decides && (
        <Space>
          <Button size="small" type="primary" onClick={() => onAnswer(true)}>
            {one.state === 'asked' ? '答应' : '批准'}
          </Button>
          <Button size="small" onClick={() => onAnswer(false)}>
            不同意
          </Button>
        </Space>
      )}
    </li>
  );
}

function SwapForm({
  roster,
  date,
  onClose,
  onAsk,
}: {
  roster: RosterMonth;
  date: string;
  onClose: () => void;
  onAsk: (body: { askerDate: string; otherId: number; otherDate: string }) => void;
}) {
  const me = useMe();
  const [other, setOther] = useState<number | null>(null);
  const [otherDate, setOtherDate] = useState(date);
  return (
    <Modal
      open
      title={`${date} 请谁换班`}
      okText="请求换班"
      cancelText="取消"
      okButtonProps={{ disabled: other === null }}
      onCancel={onClose}
      onOk={() => other !== null && onAsk({ askerDate: date, otherId: other, otherDate })}
    >
      <Space>
        <Select
          style={{ width: 160 }}
          placeholder="同事"
          showSearch={{ optionFilterProp: 'label' }}
          value={other}
          onChange={setOther}
          options={roster.people
            .filter((one) => one.id !== me.id)
            .map((one) => ({ value: one.id, label: one.name }))}
        />
        的
        <DatePicker
          value={dayjs(otherDate)}
          allowClear={false}
          onChange={(chosen) => chosen && setOtherDate(chosen.format('YYYY-MM-DD'))}
        />
        的班
      </Space>
      <p className="quiet">对方答应、班长批准后生效。</p>
    </Modal>
  );
}
