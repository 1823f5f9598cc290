import { Alert, App, Button, Input, Space } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { ratio, shareText } from '../../core/figures.ts';
import type { SuperviseMode } from '../../core/floor/console.ts';
import {
  callList,
  offerList,
  talkList,
  type AnyCallList,
  type OfferList,
} from '../../core/office/call-lists.ts';
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
import { useStateWords } from '../words.ts';
import { AgentDeeds, CallDeeds, Queues } from './deeds.tsx';
import { useConsoleWords } from './words.ts';
import './console.css';

const MODES = ['listen', 'whisper', 'barge'] as const satisfies SuperviseMode[];
const DOING = { listen: 'listening', whisper: 'whispering', barge: 'barging' } as const;

/** Every call and every agent at this moment, and what the shift's leader can do about them. */
export function ConsolePage() {
  const say = useConsoleWords();
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
    document.title = `${say('console')} · 供水热线 96666`;
  });
  // the age is reckoned by this browser's own clock: a torn line is seen
  useTicker(() => {
    const node = page.current?.querySelector<HTMLElement>('.age');
    if (!node) return;
    const age = receivedAt.current === null ? Infinity : performance.now() - receivedAt.current;
    page.current!.dataset['fresh'] = freshness(Math.min(age, 1e6));
    node.textContent = age > 6000 ? say('cut', { count: Math.floor(age / 1000) }) : say('live');
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
      title: say('broadcastTitle'),
      content: <Input.TextArea rows={3} maxLength={200} onChange={(event) => (text = event.target.value)} />,
      okText: say('broadcast'),
      cancelText: say('cancel'),
      onOk: () =>
        ask('POST', '/api/console/broadcast', { text }).then(
          () => void message.success(say('broadcastDone')),
          (cause: unknown) => void message.error(refusalWords(cause)),
        ),
    });
  };
  return (
    <main className="console" ref={page} data-fresh="late">
      {me.agent !== null && <CallBar hold />}
      <header>
        <p>
          {say('waiting')} <b className="figures">{waiting.length}</b>　{say('talking')}{' '}
          <b className="figures">{talking.filter((one) => one.state !== 'ivr').length}</b>　{say('free')}{' '}
          <b className="figures">{view?.agents.filter((one) => one.state === 'ready').length ?? 0}</b>
          {running.length > 0 && (
            <>
              {'　'}
              {say('onShift')}{' '}
              <b className="figures" title={say('onShiftHint')}>
                {running.filter((one) => one.adherence.verdict === 'kept').length}/{running.length}
              </b>
            </>
          )}
          <small className="age" role="status" />
        </p>
        {mine && (
          <Space className="mine">
            <b>{say(DOING[mine.mode], { name: nameOf(mine.agent) })}</b>
            {MODES.map((mode) => (
              <Button
                key={mode}
                size="small"
                title={say(`${mode}Hint`)}
                type={mine.mode === mode ? 'primary' : 'default'}
                onClick={() => listen(mine.agent, mode)}
              >
                {say(mode)}
              </Button>
            ))}
            <Button size="small" danger onClick={() => work(ask('POST', '/api/console/stop', {}))}>
              {say('stop')}
            </Button>
          </Space>
        )}
        {can && <Button onClick={broadcast}>{say('broadcast')}</Button>}
      </header>
      {view?.helps.map((one) => (
        <Alert
          key={one.id}
          type="error"
          showIcon
          className="help"
          title={
            <>
              <b>{one.name}</b> {say('asksHelp')}{' '}
              <Ticking className="figures" read={(now) => duration(now - one.askedAtMs)} />
            </>
          }
          action={
            can && (
              <Space>
                <Button size="small" type="primary" onClick={() => listen(one.agent, 'whisper')}>
                  {say('whisper')}
                </Button>
                <Button
                  size="small"
                  onClick={() => work(ask('POST', '/api/console/answer-help', { id: one.id }))}
                >
                  {say('answerHelp')}
                </Button>
              </Space>
            )
          }
        />
      ))}
      {view && <Queues queues={view.queues} can={can} />}
      <div className="halves">
        <section aria-label={say('calls')}>
          <h2>{say('calls')}</h2>
          {view?.calls.length === 0 && <p className="quiet">{say('noCalls')}</p>}
          <table>
            <tbody>
              {view?.calls.map((one) => (
                <tr key={one.callId} className={one.state} data-call={one.callId}>
                  <td className="figures place">{one.place ?? ''}</td>
                  <td>
                    <span className={`tag ${one.state}`}>{say(one.kept ? 'toCallBack' : one.state)}</span>
                  </td>
                  <td className="figures number">{spaced(one.number)}</td>
                  <td>
                    {nameOf(one.agent)}
                    {one.handedOnBy !== null && (
                      <small> {say('handedOnBy', { name: nameOf(one.handedOnBy) })}</small>
                    )}
                  </td>
                  <td className="figures time">
                    <Ticking read={(now) => duration(now - one.sinceMs)} />
                    {one.state === 'ringing' && one.firstRingAtMs !== null && (
                      <small>
                        <Ticking read={(now) => say('ring', { count: ringCount(one.firstRingAtMs!, now) })} />
                      </small>
                    )}
                  </td>
                  <td className="deeds">
                    {can && one.place !== null && one.place > 1 && (
                      <Button
                        size="small"
                        onClick={() => work(ask('POST', '/api/console/first', { callId: one.callId }))}
                      >
                        {say('first')}
                      </Button>
                    )}
                    {can && (one.state === 'talking' || one.state === 'held') && one.agent !== null && (
                      <Space size={4}>
                        {MODES.map((mode) => (
                          <Button
                            key={mode}
                            size="small"
                            title={say(`${mode}Hint`)}
                            onClick={() => listen(one.agent!, mode)}
                          >
                            {say(mode)}
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
        <section aria-label={say('agents')}>
          <h2>{say('agents')}</h2>
          <table>
            <thead>
              <tr>
                <th>{say('name')}</th>
                <th>{say('state')}</th>
                <th>{say('howLong')}</th>
                <th title={say('adherenceHint')}>{say('adherence')}</th>
                <th className="right">{say('answered')}</th>
                <th className="right">{say('within')}</th>
                <th className="right">{say('talk')}</th>
                <th className="right">{say('content')}</th>
                <th>
                  <span className="unseen">{say('deeds')}</span>
                </th>
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
                    let reason = say('pauseReason');
                    void modal.confirm({
                      title: say('pauseAsk', { name: one.name }),
                      content: (
                        <Input
                          defaultValue={reason}
                          maxLength={40}
                          onChange={(event) => (reason = event.target.value)}
                        />
                      ),
                      okText: say('pause'),
                      cancelText: say('cancel'),
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
  const say = useConsoleWords();
  const words = verdict === 'kept' || verdict === 'off' ? null : say(verdict);
  return (
    <>
      {ratio !== null && <span className="figures">{shareText(ratio)}</span>}
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
  const say = useConsoleWords();
  const stateWords = useStateWords();
  const today = periodAt('day', serverNow());
  const drillOffers = (list: OfferList, words: string) =>
    one.offers === 0 ? (
      words
    ) : (
      <Link to={`/${offerList(today, list, one.agent)}`} title={say('drill')}>
        {words}
      </Link>
    );
  /** a figure of today, and the calls that it counts */
  const drill = (list: AnyCallList, words: string) =>
    one.answered === 0 || words === '—' ? (
      words
    ) : (
      <Link to={`/${callList(today, list, { agent: one.agent })}`} title={say('drill')}>
        {words}
      </Link>
    );
  return (
    <tr data-agent={one.agent} className={one.state}>
      <td>
        <b>{one.name}</b> <small className="figures">{one.agent.replace('PJSIP/', '')}</small>
      </td>
      <td>
        <span className={`tag ${one.state}`}>{stateWords(one.state)}</span>
        {one.reason && one.reason !== 'unnamed' && (
          <small>
            {' '}
            {one.reason === 'no-heartbeat'
              ? say('noHeartbeat')
              : one.reason === 'phone-unusable'
                ? say('phoneUnusable')
                : one.reason}
          </small>
        )}
        {heardBy.length > 0 && (
          <small className="ear"> {say('heardBy', { names: heardBy.join('、') })}</small>
        )}
      </td>
      <td className="figures">
        <Ticking read={(now) => duration(now - one.sinceMs)} />
      </td>
      <td title={one.adherence.shift ?? undefined}>
        <Kept one={one.adherence} />
      </td>
      <td className="figures right" data-figure="answered">
        {drillOffers('offersAnswered', String(one.offersAnswered))}
      </td>
      <td className="figures right">
        {drillOffers('offersWithin', shareText(ratio(one.offersWithin, one.offers)))}
      </td>
      <td className="figures right">
        {one.talkMs === 0 ? (
          duration(0)
        ) : (
          <Link to={`/${talkList(today, one.agent)}`} title={say('drillTalks')}>
            {duration(one.talkMs)}
          </Link>
        )}
      </td>
      <td className="figures right">
        {drill('ratingsGiven', one.rated === 0 ? '—' : `${one.content}/${one.rated}`)}
      </td>
      <td className="deeds">
        {can && (one.state === 'ready' || one.state === 'ringing') && (
          <Button size="small" onClick={onPause}>
            {say('pause')}
          </Button>
        )}
        {can && <AgentDeeds one={one} />}
      </td>
    </tr>
  );
}
