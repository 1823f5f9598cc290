import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Empty, Input, Radio, Space } from 'antd';
import type { Dayjs } from 'dayjs';
import { useEffect, useState } from 'react';
import { ANNEX_2_TITLE, SATISFACTION } from '../../core/callbacks/annex2.ts';
import { numberText } from '../../core/people/telephone.ts';
import { ask, refusalWords } from '../ask.ts';
import { Dial } from '../phone/dial.tsx';
import { phone } from '../phone/phone.ts';
import { spaced } from '../view.ts';
import { minuteText, useMoved, type Callback } from './callback.ts';
import { RESULTS, useCallbackWords } from './words.ts';
import './callbacks.css';

const GRADES = ['satisfied', 'fair', 'dissatisfied'] as const;

/** What the machine did not reach, or who asks for a person: one key dials, Annex 2's form is open, keys answer it. */
export function PeoplePage() {
  const say = useCallbackWords();
  const [chosen, setChosen] = useState<number | null>(null);
  useMoved();
  const people = useQuery({
    queryKey: ['callbacks', 'people'],
    queryFn: () => ask<{ rows: Callback[] }>('GET', '/api/callbacks/people'),
  });
  useEffect(() => {
    document.title = '人工回访 · 供水热线 96666';
  }, []);
  const rows = people.data?.rows ?? [];
  const row = rows.find((one) => one.id === chosen) ?? rows[0] ?? null;
  return (
    <main className="page callbacks people">
      {people.error && <Alert type="error" showIcon title={refusalWords(people.error)} />}
      {people.data && !row && <Empty description={say('emptyPeople')} />}
      {row && (
        <div className="two">
          <ul className="list">
            {rows.map((one) => (
              <li key={one.id}>
                <button type="button" aria-current={one === row} onClick={() => setChosen(one.id)}>
                  <b>{one.caller || spaced(one.number)}</b>
                  <span>{one.why ? (RESULTS[one.why] ?? one.why) : ''}</span>
                  <small>
                    {one.department} · {one.category} · {minuteText(one.dueAtMs)}
                  </small>
                </button>
              </li>
            ))}
          </ul>
          <Form key={row.id} row={row} />
        </div>
      )}
    </main>
  );
}

function Form({ row }: { row: Callback }) {
  const say = useCallbackWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [solved, setSolved] = useState(row.solved);
  const [satisfied, setSatisfied] = useState(row.satisfied);
  const [words, setWords] = useState(row.words ?? '');
  const [handling, setHandling] = useState(row.handling);
  const [at, setAt] = useState<Dayjs | null>(null);
  const onSuccess = () => {
    void message.success(say('saved'));
    return client.invalidateQueries({ queryKey: ['callbacks'] });
  };
  const onError = (fault: unknown) => void message.error(refusalWords(fault));
  const save = useMutation({
    mutationFn: () =>
      ask('POST', `/api/callbacks/items/${row.id}/answer`, { solved, satisfied, words, handling }),
    onSuccess,
    onError,
  });
  const later = useMutation({
    mutationFn: (atMs: number | null) => ask('POST', `/api/callbacks/items/${row.id}/later`, { atMs }),
    onSuccess,
    onError,
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.target instanceof HTMLElement && event.target.closest('input:not([type=radio]), textarea'))
        return;
      if (event.altKey || event.ctrlKey || event.metaKey) return;
      const key = event.key.toLowerCase();
      if (key === 'd' && row.number) void phone.place(row.number);
      else if (key === 'n') later.mutate(null);
      else if (key === 'enter' && solved !== null && satisfied) save.mutate();
      else if (solved === null && (key === '1' || key === '2')) setSolved(key === '1');
      else if (solved !== null && ['1', '2', '3'].includes(key)) setSatisfied(GRADES[Number(key) - 1]!);
      else if (key === 'backspace') {
        setSolved(null);
        setSatisfied(null);
      } else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [row.number, solved, satisfied, later, save]);
  return (
    <article className="form">
      <h2>{ANNEX_2_TITLE}</h2>
      <dl>
        <dt>受理时间</dt>
        <dd className="figures">{minuteText(row.acceptedAtMs)}</dd>
        <dt>来电人</dt>
        <dd>{row.caller || '—'}</dd>
        <dt>用户电话</dt>
        <dd>
          <Dial number={row.number && numberText({ national: row.number, extension: row.extension })} />{' '}
          <kbd>D</kbd>
        </dd>
        <dt>用户地址</dt>
        <dd>{row.address || '—'}</dd>
        <dt>反映内容</dt>
        <dd>{row.content}</dd>
        <dt>处理部门及人员</dt>
        <dd>
          {row.department} {row.handledBy}
        </dd>
        <dt>处理完成情况</dt>
        <dd>
          <Input value={handling} maxLength={500} onChange={(event) => setHandling(event.target.value)} />
        </dd>
        <dt>是否解决</dt>
        <dd>
          <Radio.Group value={solved} onChange={(event) => setSolved(event.target.value as boolean)}>
            <Radio value={true}>1 解决了</Radio>
            <Radio value={false}>2 没有解决</Radio>
          </Radio.Group>
        </dd>
        <dt>是否满意</dt>
        <dd>
          <Radio.Group value={satisfied} onChange={(event) => setSatisfied(event.target.value as never)}>
            {GRADES.map((grade, index) => (
              <Radio key={grade} value={grade}>
                {index + 1} {SATISFACTION[grade]}
              </Radio>
            ))}
          </Radio.Group>
        </dd>
        <dt>用户意见</dt>
        <dd>
          <Input.TextArea
            rows={3}
            maxLength={1000}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
          {row.recording && (
            <audio controls preload="none" src={`/api/callbacks/items/${row.id}/recording`} />
          )}
        </dd>
      </dl>
      <Space wrap>
        <Button
          type="primary"
          disabled={solved === null || !satisfied}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          {say('save')}
        </Button>
        <Button loading={later.isPending} onClick={() => later.mutate(null)}>
          {say('notReached')}
        </Button>
        <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" value={at} onChange={setAt} />
        <Button disabled={!at} onClick={() => at && later.mutate(at.valueOf())}>
          {say('later')}
        </Button>
      </Space>
    </article>
  );
}
