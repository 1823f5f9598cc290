import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState, useSyncExternalStore, type ChangeEvent } from 'react';
import { fieldSteps, stateAfter, type FieldStep } from '../../core/orders/field.ts';
import { STATE_WORDS, STEP_WORDS } from '../../core/orders/words.ts';
import { numbersIn, numberText } from '../../core/people/telephone.ts';
import type { OrderLine } from '../../protocol/orders.ts';
import { ask, Refusal } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { Due } from '../orders/due.tsx';
import { useConnected, useLineState, useTold } from '../shell/line.tsx';
import { useMe } from '../shell/me.tsx';
import { spaced, when } from '../view.ts';
import { forget, sendTaps, smaller, tap, tapsNow, watchTaps, type Tap } from './taps.ts';
import './field.css';

const KEPT = 'field-orders';
const WORKING = 'dispatched,signed,set-out,arrived,stopped';

/** The field worker's page on a phone: what is mine, what to tap next; it works in a cellar. */
export function FieldPage() {
  const me = useMe();
  const taps = useSyncExternalStore(watchTaps, tapsNow);
  const { connected } = useLineState();
  const [open, setOpen] = useState<{ orderNo: string; kind: FieldStep | 'note' } | null>(null);
  const orders = useQuery({
    queryKey: ['field', 'orders'],
    refetchInterval: 60_000,
    queryFn: async ({ signal }) => {
      const { lines } = await ask<{ lines: OrderLine[] }>(
        'GET',
        `/api/orders?list=all&states=${WORKING}&byDue=1&most=100`,
        undefined,
        signal,
      );
      localStorage.setItem(KEPT, JSON.stringify(lines));
      return lines;
    },
    // in a cellar the page shows what it knew above
    initialData: () => kept(),
    initialDataUpdatedAt: 0,
  });
  const { refetch } = orders;
  useTold('order', () => void refetch());
  useConnected(() => {
    void sendTaps().then(() => refetch());
  });
  const waiting = taps.filter((one) => one.refused === undefined).length;
  // what was sent stands on the server: its state is asked for before the own taps are forgotten
  useEffect(() => void refetch(), [waiting, refetch]);
  useEffect(() => {
    document.title = '我的工单 · 供水热线 96666';
    if ('serviceWorker' in navigator)
      void navigator.serviceWorker.register('/field-worker.js', { scope: '/field' }).catch(() => undefined);
  }, []);
  const offline = !connected || (orders.error instanceof Refusal && orders.error.status === 0);
  const lines = (orders.data ?? []).map((line) => ({
    ...line,
    state: stateAfter(
      line.state,
      taps.filter((one) => one.orderNo === line.orderNo && one.refused === undefined).map((one) => one.kind),
    ),
  }));
  const urgentFirst = [...lines].sort((a, b) => Number(b.urgent) - Number(a.urgent));
  const mine = urgentFirst.filter((line) => line.workerId === me.id);
  const free = urgentFirst.filter((line) => line.workerId === null);
  const chosen = open && lines.find((line) => line.orderNo === open.orderNo);
  return (
    <main className="field">
      <header>
        <h1>{me.name}</h1>
        <span className={`net ${offline ? 'off' : ''}`} role="status">
          {offline ? '没有网络，可以照常点，有网自动上报' : '已连接'}
          {waiting > 0 && <b> · {waiting} 步待上报</b>}
        </span>
      </header>
      {taps
        .filter((one) => one.refused !== undefined)
        .map((one) => (
          <Refused key={one.once} tap={one} />
        ))}
      <h2>我的工单 {mine.length}</h2>
      {mine.length === 0 && (
        <p className="nothing">{orders.isPending ? '正在打开…' : '没有派给您的工单。有新工单会自动出现。'}</p>
      )}
      {mine.map((line) => (
        <Card key={line.orderNo} line={line} step={(kind) => setOpen({ orderNo: line.orderNo, kind })} />
      ))}
      {free.length > 0 && <h2>本单位还没有指派的 {free.length}</h2>}
      {free.map((line) => (
        <Card key={line.orderNo} line={line} step={(kind) => setOpen({ orderNo: line.orderNo, kind })} />
      ))}
      {chosen && open && <Sheet line={chosen} kind={open.kind} close={() => setOpen(null)} />}
    </main>
  );
}

function kept(): OrderLine[] | undefined {
  try {
    return JSON.parse(localStorage.getItem(KEPT) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

/** what is said in a sheet first; the others are one tap */
const ASKS: readonly (FieldStep | 'note')[] = ['finish', 'note', 'stop-water'];
const PLACED: readonly (FieldStep | 'note')[] = ['set-out', 'arrive'];

function Card({ line, step }: { line: OrderLine; step: (kind: FieldStep | 'note') => void }) {
  const next = fieldSteps(line, line.state);
  const address = `${line.district} ${line.address.replace(line.district, '')}`.trim();
  const [busy, setBusy] = useState(false);
  const take = (kind: FieldStep) => {
    if (ASKS.includes(kind)) return step(kind);
    setBusy(true);
    void tap({ orderNo: line.orderNo, kind, note: '' }, [], PLACED.includes(kind)).finally(() =>
      setBusy(false),
    );
  };
  return (
    <article className={line.urgent ? 'urgent' : ''} data-order={line.orderNo}>
      <p className="top">
        {line.urgent && <b className="tag">紧急</b>}
        <span className="state">{STATE_WORDS[line.state]}</span>
        <Due dueAtMs={line.dueAtMs} />
      </p>
      <h3>
        {line.category} · {line.item}
      </h3>
      <p className="address">{address || '（没有地址）'}</p>
      <p className="said">{line.content}</p>
      <p className="reach">
        {numbersOf(line.phone).map((number) => (
          // the main number; an extension is asked for when it has answered
          <a key={numberText(number)} href={`tel:${number.national}`}>
            打电话
            <small className="figures">
              {line.caller} {spaced(numberText(number))}
            </small>
          </a>
        ))}
        {line.phone !== '' && numbersOf(line.phone).length === 0 && <span>电话：{line.phone}</span>}
        {line.address && (
          <a href={mapOf(address)}>
            地图
            <small>去现场</small>
          </a>
        )}
      </p>
      <div className="steps">
        {next.map((kind, at) => (
          <button
            key={kind}
            type="button"
            disabled={busy}
            className={at === next.length - 1 ? 'next' : ''}
            data-step={kind}
            onClick={() => take(kind)}
          >
            {STEP_WORDS[kind]}
          </button>
        ))}
        <button type="button" className="quiet" data-step="note" onClick={() => step('note')}>
          照片 / 备注
        </button>
      </div>
      <small className="no figures">
        {line.orderNo}　受理 {when(line.createdAtMs, serverNow())}
      </small>
    </article>
  );
}

const numbersOf = (written: string) => numbersIn(written, () => false).numbers;

function mapOf(address: string): string {
  const place = encodeURIComponent(`银川 ${address}`);
  return /iPhone|iPad/.test(navigator.userAgent) ? `maps:?q=${place}` : `geo:0,0?q=${place}`;
}

function Refused({ tap: one }: { tap: Tap }) {
  return (
    <div className="refused" role="alert">
      <p>
        <b>
          {STEP_WORDS[one.kind]}（{one.orderNo}）没有记上
        </b>
        <br />
        {one.refused}
      </p>
      <button type="button" onClick={() => void forget(one.once)}>
        知道了
      </button>
    </div>
  );
}

function Sheet({ line, kind, close }: { line: OrderLine; kind: FieldStep | 'note'; close: () => void }) {
  const [said, setSaid] = useState('');
  const [used, setUsed] = useState('');
  const [pictures, setPictures] = useState<Blob[]>([]);
  const [busy, setBusy] = useState(false);
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const add = async (event: ChangeEvent<HTMLInputElement>) => {
    const files = [...(event.target.files ?? [])];
    event.target.value = '';
    const small = await Promise.all(files.map(smaller));
    setPictures((before) => [...before, ...small].slice(0, 9));
  };
  const note = [said.trim(), used.trim() && `用料：${used.trim()}`].filter(Boolean).join('；');
  // a bare note says something, be it by a picture
  const empty = kind === 'note' && note === '' && pictures.length === 0;
  const send = async () => {
    setBusy(true);
    await tap(
      { orderNo: line.orderNo, kind, note: note || (kind === 'note' ? '现场照片' : '') },
      pictures,
      true,
    );
    close();
  };
  return (
    <dialog ref={dialog} className="sheet" onClose={close}>
      <h2>{kind === 'note' ? '照片 / 备注' : STEP_WORDS[kind]}</h2>
      <p className="address">
        {line.category} · {line.item}　{line.address}
      </p>
      <label>
        {kind === 'finish' ? '处理情况' : '说明'}
        <textarea
          rows={3}
          value={said}
          maxLength={2000}
          placeholder={kind === 'finish' ? '如：更换表前阀，已通水' : ''}
          onChange={(event) => setSaid(event.target.value)}
        />
      </label>
      {kind === 'finish' && (
        <label>
          用料
          <input
            value={used}
            maxLength={500}
            placeholder="如：DN20 球阀 1 个"
            onChange={(event) => setUsed(event.target.value)}
          />
        </label>
      )}
      <label className="camera">
        拍照 / 选照片
        <input type="file" accept="image/*" multiple onChange={(event) => void add(event)} />
      </label>
      {pictures.length > 0 && (
        <p className="pictures">
          {pictures.map((one, at) => (
            <Picture
              key={at}
              blob={one}
              away={() => setPictures((before) => before.filter((_, other) => other !== at))}
            />
          ))}
        </p>
      )}
      <div className="steps">
        <button type="button" onClick={close}>
          返回
        </button>
        <button type="button" className="next" disabled={busy || empty} onClick={() => void send()}>
          {kind === 'note' ? '保存' : STEP_WORDS[kind]}
        </button>
      </div>
    </dialog>
  );
}

function Picture({ blob, away }: { blob: Blob; away: () => void }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    void createImageBitmap(blob).then(
      (picture) => {
        const it = canvas.current;
        if (!it) return;
        const side = Math.min(picture.width, picture.height);
        it.getContext('2d')!.drawImage(picture, 0, 0, side, side, 0, 0, it.width, it.height);
      },
      () => undefined,
    );
  }, [blob]);
  return (
    <button type="button" onClick={away} aria-label="去掉这张照片">
      <canvas ref={canvas} width={80} height={80} />
    </button>
  );
}
