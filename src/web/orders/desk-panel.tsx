import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Select } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { DecisionTable } from '../../core/orders/decision.ts';
import { questionsOf } from '../../core/orders/decision.ts';
import { isOpen } from '../../core/orders/order.ts';
import { CLOCK_SET_WORDS } from '../../core/orders/words.ts';
import type { DecisionView, OrderLine, OrderView } from '../../protocol/orders.ts';
import { ask, refusalWords } from '../ask.ts';
import { Due, StateTag } from './due.tsx';
import { useUnits } from './units.ts';
import { useOrderWords } from './words.ts';
import './orders.css';

/** What the panel makes an order of: the record of the call, or a form. */
export interface PanelMatter {
  recordId: number | null;
  callId: string | null;
  category: string;
  item: number | null;
  content: string;
  caller: string;
  phone: string;
  account: string;
  address: string;
  district: string;
  urgent: boolean;
  source: 'call' | 'visit' | 'case';
  /** the case from outside that the order is made of, with the channel's number and deadline */
  outside?: { caseId: number; outsideNo: string; outsideDueAtMs: number | null };
}

/** The table that decides, for this page. */
export function useDecisionTable() {
  return useQuery({
    queryKey: ['decision-table'],
    queryFn: ({ signal }) =>
      ask<{ version: number; body: DecisionTable }>('GET', '/api/decision-table', undefined, signal),
    staleTime: 60_000,
  });
}

/**
 * The order in the call: the questions by number keys, where it goes and why, the answer to read aloud, what is open about
 * the same thing. Alt Enter sends it; Alt U marks an urgent leak; Alt J joins, Alt B urges the first that is open.
 */
export function DeskOrderPanel({
  matter,
  onMade,
  urgentByRecord = false,
}: {
  matter: PanelMatter;
  onMade?: (order: OrderView) => void;
  /** the record has an urgent key of its own (Alt U) */
  urgentByRecord?: boolean;
}) {
  const say = useOrderWords();
  const queries = useQueryClient();
  const table = useDecisionTable();
  const units = useUnits();
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const [urgentKey, setUrgent] = useState(false);
  const [unitId, setUnitId] = useState<number | null>(null);
  const [made, setMade] = useState<OrderView | null>(null);
  const urgent = urgentKey || matter.urgent;
  const category = table.data?.body.categories.find((one) => one.code === matter.category);
  const questions = category && matter.item !== null ? questionsOf(category, matter.item) : [];
  const known = {
    category: matter.category,
    item: matter.item ?? 0,
    answers,
    district: matter.district,
    urgent,
  };
  const decided = useQuery({
    queryKey: ['decide', JSON.stringify(known)],
    enabled: matter.category !== '' && matter.item !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) => ask<DecisionView>('POST', '/api/decision-table/decide', known, signal),
  });
  const verdict = decided.data;
  const about = new URLSearchParams({
    ...{
      phone: matter.phone,
      account: matter.account,
      address: matter.address,
      category: matter.category,
    },
  }).toString();
  const similar = useQuery({
    queryKey: ['orders', 'similar', about],
    enabled: matter.phone !== '' || matter.account !== '' || matter.address !== '',
    queryFn: ({ signal }) =>
      ask<(OrderLine & { because: string })[]>('GET', `/api/orders/similar?${about}`, undefined, signal),
  });
  const like = (similar.data ?? []).filter((one) => one.orderNo !== made?.orderNo);
  const create = useMutation({
    mutationFn: () =>
      ask<OrderView>('POST', '/api/orders', {
        ...{ categoryCode: matter.category, itemNo: matter.item, answers, urgent, content: matter.content },
        ...{
          caller: matter.caller,
          phone: matter.phone,
          account: matter.account,
          address: matter.address,
        },
        ...{
          district: matter.district,
          callId: matter.callId,
          recordId: matter.recordId,
          source: matter.source,
          unitId,
          ...matter.outside,
        },
      }),
    onSuccess: async (order) => {
      setMade(order);
      onMade?.(order);
      await queries.invalidateQueries({ queryKey: ['orders'] });
    },
  });
  const other = useMutation({
    mutationFn: ({ line, kind }: { line: OrderLine; kind: 'join' | 'urge' }) =>
      ask<OrderView>('POST', `/api/orders/${line.orderNo}/steps`, {
        ...{ kind, version: null, callId: matter.callId, recordId: matter.recordId },
        note: kind === 'join' ? `${matter.caller} ${matter.content}`.trim().slice(0, 500) : '来电人催办',
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['orders'] }),
  });
  // on a low screen the panel opens under the record's foot: what it says next is brought into view
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    panel.current?.scrollIntoView({ block: 'nearest' });
  }, [verdict, like.length]);
  const open = questions.find((one) => answers[one.id] === undefined) ?? null;
  const send = () => {
    if (!create.isPending && !made) create.mutate();
  };
  const keys = useRef<(event: KeyboardEvent) => void>(() => undefined);
  useEffect(() => {
    keys.current = (event) => {
      const typing = (event.target as HTMLElement | null)?.closest('input, textarea, [contenteditable]');
      const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
      if (digit && open && (event.altKey || !typing) && !event.ctrlKey && !event.metaKey) {
        const answer = open.answers[Number(digit) - 1];
        if (!answer) return;
        setAnswers((before) => ({ ...before, [open.id]: answer.id }));
      } else if (event.altKey && event.code === 'Enter') send();
      else if (event.altKey && event.code === 'KeyU' && !urgentByRecord) setUrgent((before) => !before);
      else if (event.altKey && event.code === 'KeyJ' && like[0])
        other.mutate({ line: like[0], kind: 'join' });
      else if (event.altKey && event.code === 'KeyB' && like[0])
        other.mutate({ line: like[0], kind: 'urge' });
      else return;
      event.preventDefault();
    };
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => keys.current(event);
    addEventListener('keydown', hear);
    return () => removeEventListener('keydown', hear);
  }, []);

  if (made)
    return (
      <section className="order-panel made">
        <Alert
          type="success"
          showIcon
          title={
            <>
              {say('panelMade')} <Link to={`/orders/${made.orderNo}`}>{made.orderNo}</Link>{' '}
              {say('panelSentTo', { unit: made.unit ?? '—' })}
            </>
          }
        />
      </section>
    );
  return (
    <section ref={panel} className="order-panel" aria-label={say('send')}>
      {like.length > 0 && (
        <div className="likes">
          <b>{say('likes')}</b>
          {like.slice(0, 4).map((line, at) => (
            <div key={line.orderNo} className="like">
              <span className="tag">{line.because}</span>
              <Link to={`/orders/${line.orderNo}`}>{line.orderNo}</Link>
              <StateTag line={line} />
              <span className="grow">
                {line.item} {line.content.slice(0, 24)}
              </span>
              <Due dueAtMs={line.dueAtMs} />
              <Button size="small" onClick={() => other.mutate({ line, kind: 'join' })}>
                {say('join')}
                {at === 0 && <kbd>Alt J</kbd>}
              </Button>
              {isOpen(line.state) && line.state !== 'drafted' && (
                <Button size="small" onClick={() => other.mutate({ line, kind: 'urge' })}>
                  {say('urge')}
                  {at === 0 && <kbd>Alt B</kbd>}
                </Button>
              )}
            </div>
          ))}
          {other.error && <Alert type="error" showIcon title={refusalWords(other.error)} />}
          {other.isSuccess && (
            <Alert
              type="success"
              showIcon
              title={say(other.variables.kind === 'join' ? 'joined' : 'urged', { no: other.data.orderNo })}
            />
          )}
        </div>
      )}
      {questions.map((question) => (
        <div key={question.id} className="ask" role="group" aria-label={question.zh}>
          <b>{question.zh}</b>
          {question.answers.map((answer, at) => (
            <button
              key={answer.id}
              type="button"
              className={answers[question.id] === answer.id ? 'here' : ''}
              onClick={() => setAnswers((before) => ({ ...before, [question.id]: answer.id }))}
            >
              {answer.zh}
              {open?.id === question.id && <kbd>{at + 1}</kbd>}
            </button>
          ))}
        </div>
      ))}
      {verdict?.mayBeUrgent && (
        <Button
          danger
          type={urgent ? 'primary' : 'default'}
          aria-pressed={urgent}
          disabled={urgentByRecord}
          onClick={() => setUrgent(!urgentKey)}
        >
          {say('urgentLeak')}
          <kbd>Alt U</kbd>
        </Button>
      )}
      <Verdict verdict={verdict} urgent={urgent} />
      {decided.error && <Alert type="error" showIcon title={refusalWords(decided.error)} />}
      <div className="step-form">
        <div className="buttons">
          <Button
            type="primary"
            size="large"
            disabled={matter.item === null || matter.content.trim() === ''}
            loading={create.isPending}
            onClick={send}
          >
            {say('send')}
            <kbd>Alt Enter</kbd>
          </Button>
          <Select
            allowClear
            showSearch
            optionFilterProp="label"
            placeholder={say('otherUnit')}
            aria-label={say('chooseUnit')}
            style={{ minWidth: 220 }}
            value={unitId}
            onChange={(id) => setUnitId(id ?? null)}
            options={(units.data?.units ?? [])
              .filter((one) => !one.disabled)
              .map((one) => ({ value: one.id, label: one.name }))}
          />
        </div>
        {create.error && <Alert type="error" showIcon title={refusalWords(create.error)} />}
      </div>
    </section>
  );
}

function Verdict({ verdict, urgent }: { verdict: DecisionView | undefined; urgent: boolean }) {
  const say = useOrderWords();
  if (!verdict) return <p className="quiet">{say('chooseFirst')}</p>;
  switch (verdict.kind) {
    case 'ask':
      return (
        <p className="verdict">
          {say('askThem')}
          {verdict.questions.map((one) => one.zh).join('　')}
        </p>
      );
    case 'answer':
      return (
        <div className="verdict">
          <p>{say('answerNow')}</p>
          <p className="say">“{verdict.say}”</p>
        </div>
      );
    case 'none':
      return <Alert type="warning" showIcon title={verdict.message} />;
    case 'dispatch':
      return (
        <div className={`verdict ${urgent && verdict.clocks === 'urgent-leak' ? 'urgent' : ''}`}>
          <p>
            {say('sentTo')} <b>{verdict.lead}</b>
            {verdict.assist.length > 0 && say('helpedBy', { units: verdict.assist.join('、') })}
            {'　'}
            {CLOCK_SET_WORDS[verdict.clocks]}
          </p>
          <small>{verdict.why}</small>
          {verdict.say && <p className="say">“{verdict.say}”</p>}
        </div>
      );
  }
}
