import { App, Button, Dropdown, Input, Space } from 'antd';
import type { ConsoleCall } from '../../core/floor/console.ts';
import type { AgentState } from '../../core/floor/fact.ts';
import type { ConsoleAgent, ConsoleQueue } from '../../protocol/console.ts';
import { ask, refusalWords } from '../ask.ts';
import { useConsoleWords } from './words.ts';

/** The hotline's own queue has a Chinese name, others are called as the switch calls them. */
function useQueueName(): (queue: string) => string {
  const say = useConsoleWords();
  return (queue) => (queue === 'hotline' ? say('hotline') : queue);
}

/** Asks, and says what the switch answered: that it was done, or in its words why not. */
export function useDeed(): (path: string, body: unknown, done: string) => Promise<void> {
  const { message } = App.useApp();
  return (path, body, done) =>
    ask('POST', `/api/${path}`, body).then(
      () => void message.success(done),
      (cause: unknown) => void message.error(refusalWords(cause)),
    );
}

/** What the leader may do with a call besides hearing it: take it over, answer it themselves, move it. */
export function CallDeeds({
  one,
  queues,
  own,
}: {
  one: ConsoleCall;
  queues: readonly ConsoleQueue[];
  own: string | null;
}) {
  const say = useConsoleWords();
  const queueName = useQueueName();
  const deed = useDeed();
  const { modal } = App.useApp();
  const { callId } = one;
  const talks = one.state === 'talking' || one.state === 'held';
  const waits = one.place !== null && !one.kept;
  const others = queues.filter((queue) => queue.queue !== one.queue && queue.closed !== true);
  if (talks && !one.kept && one.agent !== null && one.agent !== own && own !== null)
    return (
      <Button
        size="small"
        title={say('takeOverHint')}
        onClick={() =>
          void modal.confirm({
            title: say('takeOverAsk'),
            content: say('takeOverHelp'),
            okText: say('takeOver'),
            cancelText: say('notNow'),
            onOk: () => deed('console/take-over', { callId }, say('toYourPhone')),
          })
        }
      >
        {say('takeOver')}
      </Button>
    );
  if (!waits) return null;
  return (
    <Space size={4}>
      {own !== null && (
        <Button
          size="small"
          title={say('pickHint')}
          onClick={() => void deed('console/pick', { callId }, say('toYourPhone'))}
        >
          {say('pick')}
        </Button>
      )}
      {others.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: others.map(({ queue, agents }) => ({
              key: queue,
              label: say('inQueue', { queue: queueName(queue), agents }),
            })),
            onClick: ({ key }) =>
              void deed('console/move', { callId, queue: key }, say('moved', { queue: queueName(key) })),
          }}
        >
          <Button size="small">{say('move')}</Button>
        </Dropdown>
      )}
    </Space>
  );
}

/** What the leader may do about an agent in these states, and how it is called (words.ts: its name, …Ask, …Reason, …Done). */
const AGENT_DEEDS: readonly {
  path: string;
  words: 'endWrapUp' | 'endPause' | 'signOut';
  states: readonly AgentState[];
}[] = [
  { path: 'end-wrap-up', words: 'endWrapUp', states: ['wrap-up'] },
  { path: 'ready', words: 'endPause', states: ['paused'] },
  { path: 'sign-out', words: 'signOut', states: ['ready', 'paused', 'wrap-up', 'unreachable'] },
];

/** Signs an agent out with a reason, or ends a wrap-up that is stuck. */
export function AgentDeeds({ one }: { one: ConsoleAgent }) {
  const say = useConsoleWords();
  const deed = useDeed();
  const { modal } = App.useApp();
  const { agent, name, state } = one;
  const confirmed = (path: string, deedWords: (typeof AGENT_DEEDS)[number]['words']) => {
    let reason: string = say(`${deedWords}Reason`);
    void modal.confirm({
      title: say(`${deedWords}Ask`, { name }),
      content: (
        <Input
          aria-label={say('reason')}
          defaultValue={reason}
          maxLength={40}
          onChange={(event) => (reason = event.target.value)}
        />
      ),
      okText: say(deedWords),
      cancelText: say('cancel'),
      onOk: () => deed(`presences/${path}`, { agent, reason }, say(`${deedWords}Done`)),
    });
  };
  return AGENT_DEEDS.filter(({ states }) => states.includes(state)).map(({ path, words }) => (
    <Button key={path} size="small" onClick={() => confirmed(path, words)}>
      {say(words)}
    </Button>
  ));
}

/** Every queue, whether it takes new callers, and the switch to close or open it. */
export function Queues({ queues, can }: { queues: readonly ConsoleQueue[]; can: boolean }) {
  const say = useConsoleWords();
  const queueName = useQueueName();
  const deed = useDeed();
  const { modal } = App.useApp();
  const close = (queue: string) =>
    void modal.confirm({
      title: say('closeAsk', { queue: queueName(queue) }),
      content: say('closeHelp'),
      okText: say('close'),
      cancelText: say('notNow'),
      onOk: () => deed('console/close-queue', { queue, closed: true }, say('closeDone')),
    });
  return (
    <ul className="queues" aria-label={say('queues')}>
      {queues.map(({ queue, waiting, agents, closed }) => (
        <li key={queue} data-queue={queue} data-closed={String(closed)}>
          <b>{queueName(queue)}</b>　{say('waiting')} <span className="figures">{waiting}</span>
          {'　'}
          {say('signedIn')} <span className="figures">{agents}</span>
          {closed === true && <span className="tag closed">{say('closed')}</span>}
          {closed === null && <span className="tag">{say('unknown')}</span>}
          {can && closed === false && (
            <Button size="small" onClick={() => close(queue)}>
              {say('close')}
            </Button>
          )}
          {can && closed === true && (
            <Button
              size="small"
              type="primary"
              onClick={() => void deed('console/close-queue', { queue, closed: false }, say('openDone'))}
            >
              {say('open')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
