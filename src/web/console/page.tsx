import { Alert, App, Button, Input, Space } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import type { SuperviseMode } from '../../core/floor/console.ts';
import { callList, type AnyCallList } from '../../core/office/call-lists.ts';
import { periodAt } from '../../core/office/period.ts';
import type { Adherence } from '../../core/shifts/adherence.ts';
import type { ConsoleAgent, ConsoleView } from '../../protocol/console.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow, Ticking, useTicker } from '../clock.tsx';
import { CallBar } from '../phone/call-bar.tsx';
import { phone } from '../phone/phone.ts';
import { useConnected, useTold } from '../shell/line.tsx';
import { useMay, useMe } from '../shell/me.tsx';
import { duration, freshness, ringCount, spaced } from '../view.ts';
import { AGENT_STATE_WORDS } from '../words.ts';
import { AgentDeeds, CallDeeds, Queues } from './deeds.tsx';
import './console.css';

const CALL_STATES = {
  ivr: '语音中',
  waiting: '排队',
  ringing: '振铃',
  talking: '通话',
  held: '保持',
} as const;
const ADHERENCE_WORDS: Record<Adherence['verdict'], string | null> = {
  kept: null,
  due: '待接班',
  late: '未到',
  away: '离岗',
  unplanned: '班外在岗',
  off: null,
};
const MODES: { mode: SuperviseMode; words: string; hint: string }[] = [
  { mode: 'listen', words: '监听', hint: '双方都听不到您' },
  { mode: 'whisper', words: '耳语', hint: '只有受理员听得到您' },
  { mode: 'barge', words: '插话', hint: '双方都听得到您' },
];

/** Every call and every agent at this moment, and what the shift's leader can do about them. */
export function ConsolePage() {
  const me = useMe();
  const may = useMay();
  const { message, modal } = App.useApp();
  const [view, setView] = useState<ConsoleView | null>(null);
  const receivedAt = useRef<number | null>(null);
  const page = useRef<HTMLElement>(null);
  const show = (one: ConsoleView) => {
    receivedAt.current = performance.now();
    setView(one);
  };
  useTold('console', show);
  useTold('notLed', (said) => void message.warning(said, 10));
  useConnected(() => void ask<ConsoleView>('GET', '/api/console').then(show, () => undefined));
  useEffect(() => {
    document.title = '控制台 · 供水热线 96666';
  }, []);
  // the age is reckoned by this browser's own clock: a torn line is seen
  useTicker(() => {
    const node = page.current?.querySelector<HTMLElement>('.age');
    if (!node) return;
    const age = receivedAt.current === null ? Infinity : performance.now() - receivedAt.current;
    page.current!.dataset['fresh'] = freshness(Math.min(age, 1e6));
    node.textContent = age > 6000 ? `连接断开，数据已停 ${Math.floor(age / 1000)} 秒` : '实时';
  });
  const can = may('supervise-calls');
  const work = (done: Promise<unknown>) =>
    void done.catch((cause: unknown) => void message.error(refusalWords(cause)));
  const listen = (agent: string, mode: SuperviseMode) =>
    work(ask('POST', '/api/console/listen', { agent, mode, token: phone.expect() }));
  const mine = view?.listening.find((one) => one.personId === me.id) ?? null;
  const waiting = view?.calls.filter((one) => one.place !== null) ?? [];
  const talking = view?.calls.filter((one) => one.place === null) ?? [];
  const running = view?.agents.filter((one) => one.adherence.ratio !== null) ?? [];
  const nameOf = (agent: string | null) =>
    view?.agents.find((one) => one.agent === agent)?.name ?? agent?.replace('PJSIP/', '') ?? '';
  const broadcast = () => {
    let text = '';
    void modal.confirm({
      title: '向所有受理台广播',
      content: <Input.TextArea rows={3} maxLength={200} onChange={(event) => (text = event.target.value)} />,
      okText: '广播',
      cancelText: '取消',
      onOk: () =>
        ask('POST', '/api/console/broadcast', { text }).then(
          () => void message.success('已广播'),
          (cause: unknown) => void message.error(refusalWords(cause)),
        ),
    });
  };
  return (
    <main className="console" ref={page} data-fresh="late">
      {me.agent !== null && <CallBar hold />}
      <header>
        <p>
          排队 <b className="figures">{waiting.length}</b>　通话{' '}
          <b className="figures">{talking.filter((one) => one.state !== 'ivr').length}</b>　空闲{' '}
          <b className="figures">{view?.agents.filter((one) => one.state === 'ready').length ?? 0}</b>
          {running.length > 0 && (
            <>
              {'　'}当班{' '}
              <b className="figures" title="在岗 ÷ 现在这个班排的人">
                {running.filter((one) => one.adherence.verdict === 'kept').length}/{running.length}
              </b>
            </>
          )}
          <small className="age" role="status" />
        </p>
        {mine && (
          <Space className="mine">
            <b>
              正在{MODES.find((one) => one.mode === mine.mode)!.words} {nameOf(mine.agent)}
            </b>
            {MODES.map(({ mode, words, hint }) => (
              <Button
                key={mode}
                size="small"
                title={hint}
                type={mine.mode === mode ? 'primary' : 'default'}
                onClick={() => listen(mine.agent, mode)}
              >
                {words}
              </Button>
            ))}
            <Button size="small" danger onClick={() => work(ask('POST', '/api/console/stop', {}))}>
              停止
            </Button>
          </Space>
        )}
        {can && <Button onClick={broadcast}>广播</Button>}
      </header>
      {view?.helps.map((one) => (
        <Alert
          key={one.id}
          type="error"
          showIcon
          className="help"
          title={
            <>
              <b>{one.name}</b> 求助，已等{' '}
              <Ticking className="figures" read={(now) => duration(now - one.askedAtMs)} />
            </>
          }
          action={
            can && (
              <Space>
                <Button size="small" type="primary" onClick={() => listen(one.agent, 'whisper')}>
                  耳语
                </Button>
                <Button
                  size="small"
                  onClick={() => work(ask('POST', '/api/console/answer-help', { id: one.id }))}
                >
                  我去处理
                </Button>
              </Space>
            )
          }
        />
      ))}
      {view && <Queues queues={view.queues} can={can} />}
      <div className="halves">
        <section aria-label="来电">
          <h2>来电</h2>
          {view?.calls.length === 0 && <p className="quiet">现在没有来电。</p>}
          <table>
            <tbody>
              {view?.calls.map((one) => (
                <tr key={one.callId} className={one.state} data-call={one.callId}>
                  <td className="figures place">{one.place ?? ''}</td>
                  <td>
                    <span className={`tag ${one.state}`}>{one.kept ? '待回拨' : CALL_STATES[one.state]}</span>
                  </td>
                  <td className="figures number">{spaced(one.number)}</td>
                  <td>{nameOf(one.agent)}</td>
                  <td className="figures time">
                    <Ticking read={(now) => duration(now - one.sinceMs)} />
                    {one.state === 'ringing' && one.firstRingAtMs !== null && (
                      <small>
                        第 <Ticking read={(now) => String(ringCount(one.firstRingAtMs!, now))} /> 声
                      </small>
                    )}
                  </td>
                  <td className="deeds">
                    {can && one.place !== null && one.place > 1 && (
                      <Button
                        size="small"
                        onClick={() => work(ask('POST', '/api/console/first', { callId: one.callId }))}
                      >
                        排到最前
                      </Button>
                    )}
                    {can && (one.state === 'talking' || one.state === 'held') && one.agent !== null && (
                      <Space size={4}>
                        {MODES.map(({ mode, words, hint }) => (
                          <Button
                            key={mode}
                            size="small"
                            title={hint}
                            onClick={() => listen(one.agent!, mode)}
                          >
                            {words}
                          </Button>
                        ))}
                      </Space>
                    )}
                    {can && <CallDeeds one={one} queues={view.queues} own={me.agent} />}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
        <section aria-label="受理员">
          <h2>受理员</h2>
          <table>
            <thead>
              <tr>
                <th>姓名</th>
                <th>状态</th>
                <th>多久</th>
                <th title="排班和现在的状态对照；百分数是这个班到现在在岗的时间">按班</th>
                <th className="right">今日接听</th>
                <th className="right">三声内</th>
                <th className="right">通话</th>
                <th className="right">满意</th>
                <th />
              </tr>
            </thead>
            <tbody>
              {[...(view?.agents ?? [])].sort(byState).map((one) => (
                <AgentRow
                  key={one.agent}
                  one={one}
                  heardBy={view!.listening.filter((ear) => ear.agent === one.agent).map((ear) => ear.name)}
                  can={can}
                  onPause={() => {
                    let reason = '班长安排';
                    void modal.confirm({
                      title: `让 ${one.name} 小休？`,
                      content: (
                        <Input
                          defaultValue={reason}
                          maxLength={40}
                          onChange={(event) => (reason = event.target.value)}
                        />
                      ),
                      okText: '小休',
                      cancelText: '取消',
                      onOk: () => work(ask('POST', '/api/console/pause', { agent: one.agent, reason })),
                    });
                  }}
                />
              ))}
            </tbody>
          </table>
        </section>
      </div>
    </main>
  );
}

/** How an agent keeps to the roster: the share of the shift so far, and what is not as planned, with its clock. */
function Kept({ one: { verdict, ratio, sinceMs } }: { one: Adherence }) {
  const words = ADHERENCE_WORDS[verdict];
  return (
    <>
      {ratio !== null && <span className="figures">{Math.floor(ratio * 100)}%</span>}
      {words !== null && (
        <span className={`kept ${verdict}`}>
          {' '}
          {words}
          {sinceMs !== null && (
            <>
              {' '}
              <Ticking className="figures" read={(now) => duration(now - sinceMs)} />
            </>
          )}
        </span>
      )}
    </>
  );
}

const ORDER = ['ringing', 'talking', 'on-hold', 'wrap-up', 'ready', 'paused', 'unreachable', 'offline'];
const byState = (a: ConsoleAgent, b: ConsoleAgent) =>
  ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || a.agent.localeCompare(b.agent);

function AgentRow({
  one,
  heardBy,
  can,
  onPause,
}: {
  one: ConsoleAgent;
  heardBy: string[];
  can: boolean;
  onPause: () => void;
}) {
  const rate = one.answered === 0 ? '—' : `${Math.round((one.withinThreeRings / one.answered) * 100)}%`;
  const today = periodAt('day', serverNow());
  /** a figure of today, and the calls that it counts */
  const drill = (list: AnyCallList, words: string) =>
    one.answered === 0 || words === '—' ? (
      words
    ) : (
      <Link to={`/${callList(today, list, { agent: one.agent })}`} title="看这些来电">
        {words}
      </Link>
    );
  return (
    <tr data-agent={one.agent} className={one.state}>
      <td>
        <b>{one.name}</b> <small className="figures">{one.agent.replace('PJSIP/', '')}</small>
      </td>
      <td>
        <span className={`tag ${one.state}`}>{AGENT_STATE_WORDS[one.state]}</span>
        {one.reason && <small> {one.reason}</small>}
        {heardBy.length > 0 && <small className="ear"> {heardBy.join('、')} 在听</small>}
      </td>
      <td className="figures">
        <Ticking read={(now) => duration(now - one.sinceMs)} />
      </td>
      <td title={one.adherence.shift ?? undefined}>
        <Kept one={one.adherence} />
      </td>
      <td className="figures right" data-figure="answered">
        {drill('answered', String(one.answered))}
      </td>
      <td className="figures right">{drill('withinThreeRings', rate)}</td>
      <td className="figures right">{drill('answered', duration(one.talkMs))}</td>
      <td className="figures right">
        {drill('ratingsGiven', one.rated === 0 ? '—' : `${one.content}/${one.rated}`)}
      </td>
      <td className="deeds">
        {can && (one.state === 'ready' || one.state === 'ringing') && (
          <Button size="small" onClick={onPause}>
            小休
          </Button>
        )}
        {can && <AgentDeeds one={one} />}
      </td>
    </tr>
  );
}
