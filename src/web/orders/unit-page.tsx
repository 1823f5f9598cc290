import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import type { OrderLine, OrderView } from '../../protocol/orders.ts';
import { ask, refusalWords } from '../ask.ts';
import { useConnected, useTold } from '../shell/line.tsx';
import { useMe } from '../shell/me.tsx';
import { spaced } from '../view.ts';
import { Due, StateTag } from './due.tsx';
import { FieldLinks } from './field-links.tsx';
import { useOrderList } from './list-page.tsx';
import { allowSound, soundUrgent } from './sound.ts';
import { StepForm } from './step-form.tsx';
import { useUnits } from './units.ts';
import { useOrderWords } from './words.ts';
import './orders.css';

/** A unit's dispatcher: what is to be done, the soonest due first; the chosen order beside it. */
export function UnitPage() {
  const say = useOrderWords();
  const me = useMe();
  const units = useUnits();
  const [chosen, setChosen] = useState<string | null>(null);
  const [sound, setSound] = useState(false);
  const [links, setLinks] = useState(false);
  const pages = useOrderList('list=open&byDue=1&most=100');
  const refetch = pages.refetch;
  useConnected(() => void refetch());
  const [fresh, setFresh] = useState<readonly OrderLine[]>([]);
  useTold('order', (line, step) => {
    const came = (step === 'dispatch' || step === 'redo') && line.unitId === me.unitId;
    setFresh((before) => {
      const others = before.filter((one) => one.orderNo !== line.orderNo);
      return came ? [...others, line] : others;
    });
  });
  const seen = (orderNo: string) => {
    setChosen(orderNo);
    setFresh((before) => before.filter((one) => one.orderNo !== orderNo));
  };
  const urgent = fresh.find((line) => line.urgent);
  const urgentNo = urgent?.orderNo;
  // an urgent one is heard until somebody looks at it
  useEffect(() => {
    if (urgentNo === undefined) return undefined;
    soundUrgent();
    const again = setInterval(soundUrgent, 10_000);
    return () => clearInterval(again);
  }, [urgentNo]);
  useEffect(() => {
    const mark = urgent ? '【紧急】' : fresh.length > 0 ? `（${fresh.length} 新）` : '';
    document.title = `${mark}本单位工单 · 供水热线 96666`;
  }, [fresh, urgent]);
  const lines = pages.data?.pages.flatMap((page) => page.lines) ?? [];
  const shown = chosen ?? lines[0]?.orderNo ?? null;
  if (me.unitId === null)
    return (
      <main className="notice">
        <h1>{say('noUnit')}</h1>
      </main>
    );
  return (
    <main className="page orders unit-page">
      <header>
        <h1>{units.data?.units.find((one) => one.id === me.unitId)?.name}</h1>
        <span className="figures">
          {say('open')} {lines.length}
        </span>
        <span className="grow" />
        <Button
          type={sound ? 'default' : 'primary'}
          onClick={() => {
            allowSound();
            setSound(true);
            soundUrgent();
          }}
        >
          {say(sound ? 'soundOn' : 'soundOff')}
        </Button>
        <Button onClick={() => setLinks(true)}>{say('links')}</Button>
        <Button onClick={() => print()}>{say('print')}</Button>
      </header>
      {links && <FieldLinks close={() => setLinks(false)} />}
      {urgent && (
        <Alert
          className="new-urgent"
          type="error"
          showIcon
          title={say('newUrgent', { what: `${urgent.category} · ${urgent.item}　${urgent.address}` })}
          action={
            <Button danger type="primary" onClick={() => seen(urgent.orderNo)}>
              {urgent.orderNo}
            </Button>
          }
        />
      )}
      {pages.error && <Alert type="error" showIcon title={refusalWords(pages.error)} />}
      {lines.length === 0 && !pages.isPending ? (
        <p className="quiet">{say('quietUnit')}</p>
      ) : (
        <div className="order-columns">
          <ul className="unit-list">
            {lines.map((line) => (
              <li key={line.orderNo}>
                <Line
                  line={line}
                  here={line.orderNo === shown}
                  fresh={fresh.some((one) => one.orderNo === line.orderNo)}
                  choose={() => seen(line.orderNo)}
                />
              </li>
            ))}
          </ul>
          {shown && <Beside key={shown} orderNo={shown} />}
        </div>
      )}
    </main>
  );
}

function Line({
  line,
  here,
  fresh,
  choose,
}: {
  line: OrderLine;
  here: boolean;
  fresh: boolean;
  choose: () => void;
}) {
  const say = useOrderWords();
  return (
    <button type="button" className={`${here ? 'here' : ''} ${line.urgent ? 'urgent' : ''}`} onClick={choose}>
      <span>
        <Due dueAtMs={line.dueAtMs} />
        {fresh && <b className="new-tag">{say('newTag')}</b>}
        <StateTag line={line} />
      </span>
      <b>
        {line.category} · {line.item}
      </b>
      <span className="place">{line.address || line.district}</span>
      <small className="figures">
        {line.orderNo} {line.worker}
      </small>
    </button>
  );
}

function Beside({ orderNo }: { orderNo: string }) {
  const order = useQuery({
    queryKey: ['order', orderNo],
    queryFn: ({ signal }) => ask<OrderView>('GET', `/api/orders/${orderNo}`, undefined, signal),
  });
  const { refetch } = order;
  useTold('order', (line) => {
    if (line.orderNo === orderNo) void refetch();
  });
  if (!order.data) return <p className="quiet">{order.error ? refusalWords(order.error) : '正在打开…'}</p>;
  const it = order.data;
  return (
    <section className="order-matter">
      <h2>
        {it.category} · {it.item}　<Link to={`/orders/${orderNo}`}>{orderNo}</Link>
      </h2>
      <p className="said">{it.content}</p>
      <p>
        {it.district} {it.address.replace(it.district, '')}
      </p>
      <p className="figures">
        {it.caller} {it.phone && spaced(it.phone)}
      </p>
      <StepForm order={it} />
    </section>
  );
}
