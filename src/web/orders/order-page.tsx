import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect } from 'react';
import { useNavigate, useParams } from 'react-router';
import { SATISFACTION } from '../../core/callbacks/annex2.ts';
import { STEP_WORDS } from '../../core/orders/words.ts';
import type { OrderView, StepView } from '../../protocol/orders.ts';
import { ask, refusalWords } from '../ask.ts';
import { Dial } from '../phone/dial.tsx';
import { serverNow } from '../clock.tsx';
import { useTold } from '../shell/line.tsx';
import { duration, when } from '../view.ts';
import { Clocks, StateTag } from './due.tsx';
import { Files } from './files.tsx';
import { PinToHandover } from '../shifts/pin.tsx';
import { StepForm } from './step-form.tsx';
import { useOrderWords } from './words.ts';
import './orders.css';

/** One order: what the caller said, where it stands, every clock, every step. */
export function OrderPage() {
  const { orderNo = '' } = useParams();
  const say = useOrderWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const order = useQuery({
    queryKey: ['order', orderNo],
    queryFn: ({ signal }) =>
      ask<OrderView>('GET', `/api/orders/${encodeURIComponent(orderNo)}`, undefined, signal),
  });
  useTold('order', (line) => {
    if (line.orderNo === orderNo) void queries.invalidateQueries({ queryKey: ['order', orderNo] });
  });
  useEffect(() => {
    document.title = `${orderNo} · 供水热线 96666`;
  }, [orderNo]);
  if (order.error)
    return (
      <main className="page">
        <Alert
          type="error"
          showIcon
          title={refusalWords(order.error)}
          action={<Button onClick={() => void navigate(-1)}>{say('back')}</Button>}
        />
      </main>
    );
  if (!order.data) return <p className="quiet">正在打开…</p>;
  const it = order.data;
  return (
    <main className="page orders order-page">
      <header>
        <h1 className="figures">{it.orderNo}</h1>
        <StateTag line={it} />
        <span className="grow" />
        <Button onClick={() => print()}>{say('print')}</Button>
        <Button onClick={() => void navigate(-1)}>{say('back')}</Button>
      </header>
      <p className="sheet-head">
        {say('sheet')}
        <small className="figures">
          {say('printed')} {when(serverNow(), serverNow())}
        </small>
      </p>
      <StepForm order={it} />
      <p className="order-pin no-print">
        <PinToHandover about={it.orderNo} />
      </p>
      <div className="order-columns">
        <section className="order-matter">
          <h2>
            {it.category} · {it.item}
          </h2>
          <p className="said">{it.content}</p>
          <dl>
            <Row name={say('caller')}>
              {it.caller || '—'}　{it.phone && <Dial number={it.phone} />}
            </Row>
            <Row name={say('place')}>
              {it.district} {it.address.replace(it.district, '') || '—'}
            </Row>
            {it.account && <Row name="户号">{it.account}</Row>}
            <Row name={say('unit')}>
              {it.unit || '—'}
              {it.assist.length > 0 && `（${say('assist')} ${it.assist.join('、')}）`}
            </Row>
            <Row name={say('worker')}>{it.worker || '—'}</Row>
            <Row name={say('made')}>
              {when(it.createdAtMs, serverNow())} {it.createdByName}
              {it.answeredAtMs !== null && it.at.dispatched !== null && (
                <small>　接听后 {duration(it.at.dispatched - it.answeredAtMs)} 派单</small>
              )}
            </Row>
            {it.result && <Row name="处理结果">{it.result}</Row>}
            {it.calledBack && (
              <Row name="回访">
                {[
                  `${when(it.calledBack.atMs, serverNow())} 已回访`,
                  it.calledBack.solved !== null && (it.calledBack.solved ? '已解决' : '未解决'),
                  it.calledBack.satisfied && SATISFACTION[it.calledBack.satisfied],
                ]
                  .filter(Boolean)
                  .join('，')}
              </Row>
            )}
            {it.asked && (
              <Row name="延期申请">
                到 {when(it.asked.untilMs, serverNow())}：{it.asked.reason}
              </Row>
            )}
          </dl>
          <Clocks clocks={it.clocks} clockSet={it.clockSet} />
        </section>
        <section className="order-steps">
          <h2>{say('steps')}</h2>
          <ol>
            {it.steps.map((step) => (
              <StepRow key={step.ordinal} step={step} orderNo={it.orderNo} />
            ))}
          </ol>
        </section>
      </div>
      <dl className="sheet-foot">
        {(['materials', 'signWorker', 'signCustomer', 'signTime'] as const).map((name) => (
          <div key={name} className={name}>
            <dt>{say(name)}</dt>
            <dd />
          </div>
        ))}
      </dl>
    </main>
  );
}

const ORIGINS: Record<StepView['origin'], string> = {
  ...{ desk: '受理台', unit: '单位', field: '现场', api: '外部系统', watch: '系统', import: '旧数据' },
};
const LATE_MS = 60_000;

function StepRow({ step, orderNo }: { step: StepView; orderNo: string }) {
  const late = step.receivedAtMs - step.atMs > LATE_MS;
  return (
    <li className={step.kind}>
      <time className="figures">{when(step.atMs, serverNow())}</time>
      <b>{STEP_WORDS[step.kind]}</b>
      <span>
        {[step.unit, step.person || step.system, ORIGINS[step.origin]].filter(Boolean).join(' · ')}
        {late && <small>（{when(step.receivedAtMs, serverNow())} 收到）</small>}
        {step.said && <p>{step.said}</p>}
        {step.note && <p className="said">{step.note}</p>}
        <Files folder={`/api/orders/${orderNo}/files`} files={step.files} />
        {step.place && (
          <small className="figures place">
            {step.place.latitude.toFixed(5)}, {step.place.longitude.toFixed(5)}
          </small>
        )}
      </span>
    </li>
  );
}

function Row({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  );
}
