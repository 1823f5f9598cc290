import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Input, Segmented, Space } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { ratio, shareText } from '../../core/figures.ts';
import { PEAKS_PER_SECOND } from '../../core/recordings/measures.ts';
import type { Pin } from '../../core/quality/form.ts';
import type { Recording } from '../../protocol/recordings.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMay } from '../shell/me.tsx';
import { useShade } from '../shell/theme.tsx';
import { duration, secondsOf } from '../view.ts';
import { Spoken } from './spoken.tsx';

const SIDES: Record<string, string> = { caller: '来电人', agent: '受理员', pbx: '交换机' };
/** nobody is louder than this: it may be skipped */
const QUIET = 6;
const SKIPPED_MS = 1500;

interface Around {
  /** absent: it stands in a page of its own */
  onClose?: () => void;
  /** comments of whoever scored it, shown as marks */
  pins?: readonly Pin[];
  /** an instant was chosen to comment on */
  onPin?: (atMs: number) => void;
}

/** One recording: both sides as a picture, its marks, what was measured, and the sound. */
export function Player({ callId, ...around }: Around & { callId: string }) {
  const { data, error } = useQuery({
    queryKey: ['recordings', 'one', callId],
    queryFn: ({ signal }) =>
      ask<Recording>('GET', `/api/recordings/${encodeURIComponent(callId)}`, undefined, signal),
    // its text comes while it is listened to
    refetchInterval: (query) => (query.state.data?.transcript.state === 'waiting' ? WAITING_EVERY_MS : false),
  });
  if (error) return <Alert type="error" showIcon title={refusalWords(error)} />;
  if (!data) return <p className="quiet">正在打开录音…</p>;
  return <Sound recording={data} {...around} />;
}

const WAITING_EVERY_MS = 4000;

function Sound({ recording, onClose, pins = [], onPin }: Around & { recording: Recording }) {
  const may = useMay();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const audio = useRef<HTMLAudioElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [shade] = useShade();
  const [speed, setSpeed] = useState(1);
  const [skip, setSkip] = useState(false);
  const [atMs, setAtMs] = useState(0);
  const peaks = useRef<Uint8Array>(new Uint8Array());
  const base = `/api/recordings/${encodeURIComponent(recording.callId)}`;

  useEffect(() => {
    peaks.current = Uint8Array.from(atob(recording.peaks.replace(/\s/g, '')), (one) => one.charCodeAt(0));
  }, [recording]);
  useEffect(() => {
    if (audio.current) audio.current.playbackRate = speed;
  }, [speed]);

  useEffect(() => {
    const node = canvas.current!;
    const draw = () => {
      const style = getComputedStyle(document.documentElement);
      const colour = (name: string) => style.getPropertyValue(name).trim();
      const scale = devicePixelRatio;
      node.width = node.clientWidth * scale;
      node.height = node.clientHeight * scale;
      const pen = node.getContext('2d')!;
      const middle = node.height / 2;
      const pairs = peaks.current.length / 2;
      const step = node.width / Math.max(1, pairs);
      pen.clearRect(0, 0, node.width, node.height);
      for (let n = 0; n < pairs; n += 1) {
        const [caller = 0, agent = 0] = [peaks.current[n * 2], peaks.current[n * 2 + 1]];
        pen.fillStyle = colour('--water');
        const up = (Math.sqrt(caller / 255) * middle) | 0;
        pen.fillRect(n * step, middle - up, Math.max(1, step - 0.5), up);
        pen.fillStyle = colour('--green');
        const down = (Math.sqrt(agent / 255) * middle) | 0;
        pen.fillRect(n * step, middle, Math.max(1, step - 0.5), down);
      }
      const x = (ms: number) => (ms / Math.max(1, recording.ms)) * node.width;
      pen.fillStyle = colour('--amber');
      for (const one of recording.measures.talkOvers)
        pen.fillRect(x(one.atMs), 0, Math.max(2, x(one.ms)), 4 * scale);
      pen.fillStyle = colour('--soft');
      for (const one of recording.measures.silences)
        pen.fillRect(x(one.fromMs), middle - scale, x(one.untilMs - one.fromMs), 2 * scale);
      pen.fillStyle = colour('--red');
      pen.fillRect(x(atMs) - scale, 0, 2 * scale, node.height);
    };
    draw();
    const resize = new ResizeObserver(draw);
    resize.observe(node);
    return () => resize.disconnect();
  }, [recording, atMs, shade]);

  const seek = (ms: number) => {
    if (audio.current) audio.current.currentTime = Math.max(0, ms / 1000);
    setAtMs(ms);
  };
  const onTime = () => {
    const node = audio.current!;
    const ms = node.currentTime * 1000;
    setAtMs(ms);
    if (!skip || node.paused) return;
    const loud = (pair: number) =>
      Math.max(peaks.current[pair * 2] ?? 255, peaks.current[pair * 2 + 1] ?? 255);
    let pair = Math.floor((ms / 1000) * PEAKS_PER_SECOND);
    const from = pair;
    while (pair * 2 < peaks.current.length && loud(pair) < QUIET) pair += 1;
    if (((pair - from) / PEAKS_PER_SECOND) * 1000 >= SKIPPED_MS)
      node.currentTime = pair / PEAKS_PER_SECOND - 0.3;
  };
  const onKey = (event: React.KeyboardEvent) => {
    const node = audio.current!;
    if (event.key === ' ') void (node.paused ? node.play() : node.pause());
    else if (event.key === 'ArrowLeft') seek(atMs - 5000);
    else if (event.key === 'ArrowRight') seek(atMs + 5000);
    else return;
    event.preventDefault();
  };
  const hold = (why: string | null) =>
    ask('PUT', `${base}/hold`, { why, was: recording.held })
      .catch((cause: unknown) => void message.error(refusalWords(cause)))
      // a refusal says that another has changed it: what it is now is shown
      .then(() => queries.invalidateQueries({ queryKey: ['recordings'] }));
  const { measures } = recording;
  const spoken = measures.callerMs + measures.agentMs;
  const share = shareText(ratio(measures.agentMs, spoken));
  const overs = (by: 'caller' | 'agent') => measures.talkOvers.filter((one) => one.by === by).length;
  return (
    <section className="player" aria-label="播放录音">
      <header>
        <b>
          <span className="water">■</span> 来电人　<span className="green">■</span> 受理员
        </b>
        <Space wrap>
          <Segmented
            size="small"
            value={speed}
            onChange={setSpeed}
            options={[0.75, 1, 1.5, 2].map((value) => ({ value, label: `${value} 倍` }))}
          />
          <Checkbox checked={skip} onChange={(event) => setSkip(event.target.checked)}>
            跳过静默
          </Checkbox>
          {may('keep-recordings') && (
            <>
              <Button
                size="small"
                onClick={() => {
                  if (recording.held !== null) return void hold(null);
                  let why = '';
                  void modal.confirm({
                    title: '保全这段录音？',
                    content: (
                      <Input
                        placeholder="原因，如投诉、诉讼"
                        onChange={(event) => (why = event.target.value)}
                      />
                    ),
                    okText: '保全',
                    cancelText: '不用',
                    onOk: () => hold(why),
                  });
                }}
              >
                {recording.held !== null ? `解除保全（${recording.held}）` : '保全'}
              </Button>
              <Button size="small" href={`${base}/file`}>
                下载
              </Button>
            </>
          )}
          {onPin && (
            <Button size="small" type="primary" onClick={() => onPin(Math.floor(atMs / 1000) * 1000)}>
              批注这一秒
            </Button>
          )}
          {onClose && (
            <Button size="small" onClick={onClose}>
              关闭
            </Button>
          )}
        </Space>
      </header>
      <canvas
        ref={canvas}
        tabIndex={0}
        role="slider"
        aria-label="进度，空格播放，左右键跳 5 秒"
        aria-valuemin={0}
        aria-valuemax={Math.round(recording.ms / 1000)}
        aria-valuenow={Math.round(atMs / 1000)}
        onKeyDown={onKey}
        onClick={(event) => {
          const box = event.currentTarget.getBoundingClientRect();
          const ms = ((event.clientX - box.left) / box.width) * recording.ms;
          seek(ms);
          onPin?.(Math.floor(ms / 1000) * 1000);
        }}
      />
      <audio ref={audio} controls autoPlay={!onPin} src={`${base}/sound`} onTimeUpdate={onTime} />
      <ul className="marks">
        {recording.marks.map((one) => (
          <li key={`${one.atMs}${one.words}`}>
            <button type="button" onClick={() => seek(one.atMs)}>
              <span className="figures">{duration(one.atMs)}</span> {one.words}
            </button>
          </li>
        ))}
        {pins.map((one) => (
          <li key={`p${one.atMs}${one.words}`} className="pin">
            <button type="button" onClick={() => seek(one.atMs)}>
              <span className="figures">{duration(one.atMs)}</span> ✎ {one.words}
            </button>
          </li>
        ))}
        {measures.talkOvers.map((one) => (
          <li key={`o${one.atMs}`}>
            <button type="button" onClick={() => seek(one.atMs)}>
              <span className="figures">{duration(one.atMs)}</span> {SIDES[one.by]}插话 {secondsOf(one.ms)} 秒
            </button>
          </li>
        ))}
        {measures.silences.map((one) => (
          <li key={`s${one.fromMs}`}>
            <button type="button" onClick={() => seek(one.fromMs)}>
              <span className="figures">{duration(one.fromMs)}</span> 静默{' '}
              {Math.round((one.untilMs - one.fromMs) / 1000)} 秒
            </button>
          </li>
        ))}
      </ul>
      <Spoken transcript={recording.transcript} atMs={atMs} seek={seek} />
      <dl className="measures">
        <Cell words="先挂机" value={recording.hungUpFirst ? SIDES[recording.hungUpFirst]! : '—'} />
        <Cell
          words="受理员第一句"
          value={measures.firstWordMs === null ? '没有说话' : `${secondsOf(measures.firstWordMs)} 秒`}
        />
        <Cell words="受理员说话占比" value={share} />
        <Cell words="插话（受理员 / 来电人）" value={`${overs('agent')} / ${overs('caller')}`} />
        <Cell words="超过 10 秒的静默" value={String(measures.silences.length)} />
        <Cell words="语句（每分钟）" value={String(measures.burstsPerMinute)} />
        <Cell words="受理员音量" value={measures.agentDb === null ? '—' : `${measures.agentDb} dB`} />
        <Cell words="爆音" value={shareText(measures.clipped)} />
      </dl>
      <p className="quiet">只按两侧音量测得，分不出话和咳嗽、电视声；语速是停顿分出的语句数，不是字数。</p>
    </section>
  );
}

function Cell({ words, value }: { words: string; value: string }) {
  return (
    <div>
      <dt>{words}</dt>
      <dd className="figures">{value}</dd>
    </div>
  );
}
