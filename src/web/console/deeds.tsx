import { App, Button, Dropdown, Input, Space } from 'antd';
import type { ConsoleCall } from '../../core/floor/console.ts';
import type { ConsoleAgent, ConsoleQueue } from '../../protocol/console.ts';
import { ask, refusalWords } from '../ask.ts';

/** The hotline's own queue has a Chinese name, others are called as the switch calls them. */
const queueName = (queue: string) => (queue === 'hotline' ? '热线' : queue);

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
        title="来电人转到您的话机，受理员退出"
        onClick={() =>
          void modal.confirm({
            title: '接管这通电话？',
            content: '来电人转到您的话机，受理员退出通话。',
            okText: '接管',
            cancelText: '不用',
            onOk: () => deed('console/take-over', { callId }, '交换机已照办，正在接到您的话机'),
          })
        }
      >
        接管
      </Button>
    );
  if (!waits) return null;
  return (
    <Space size={4}>
      {own !== null && (
        <Button
          size="small"
          title="接到您自己的话机"
          onClick={() => void deed('console/pick', { callId }, '交换机已照办，正在接到您的话机')}
        >
          我来接
        </Button>
      )}
      {others.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: others.map(({ queue, agents }) => ({
              key: queue,
              label: `${queueName(queue)}（${agents} 人签入）`,
            })),
            onClick: ({ key }) =>
              void deed('console/move', { callId, queue: key }, `已换到队列 ${queueName(key)}`),
          }}
        >
          <Button size="small">换队列</Button>
        </Dropdown>
      )}
    </Space>
  );
}

/** Signs an agent out with a reason, or ends a wrap-up that is stuck. */
export function AgentDeeds({ one }: { one: ConsoleAgent }) {
  const deed = useDeed();
  const { modal } = App.useApp();
  const { agent, name, state } = one;
  const confirmed = (path: string, title: string, okText: string, usual: string, done: string) => {
    let reason = usual;
    void modal.confirm({
      title,
      content: (
        <Input
          aria-label="原因"
          defaultValue={usual}
          maxLength={40}
          onChange={(event) => (reason = event.target.value)}
        />
      ),
      okText,
      cancelText: '取消',
      onOk: () => deed(`presences/${path}`, { agent, reason }, done),
    });
  };
  return (
    <>
      {state === 'wrap-up' && (
        <Button
          size="small"
          onClick={() =>
            confirmed('end-wrap-up', `结束 ${name} 的话后整理？`, '结束整理', '整理超时', '已结束整理')
          }
        >
          结束整理
        </Button>
      )}
      {state === 'paused' && (
        <Button
          size="small"
          onClick={() =>
            confirmed(
              'ready',
              `结束 ${name} 的小休？`,
              '结束小休',
              '班长安排',
              '已请交换机恢复接听，看状态栏',
            )
          }
        >
          结束小休
        </Button>
      )}
      {(state === 'ready' || state === 'paused' || state === 'wrap-up' || state === 'unreachable') && (
        <Button
          size="small"
          onClick={() =>
            confirmed('sign-out', `签出 ${name}？`, '签出', '人已离开', '已请交换机签出，看状态栏')
          }
        >
          签出
        </Button>
      )}
    </>
  );
}

/** Every queue, whether it takes new callers, and the switch to close or open it. */
export function Queues({ queues, can }: { queues: readonly ConsoleQueue[]; can: boolean }) {
  const deed = useDeed();
  const { modal } = App.useApp();
  const close = (queue: string) =>
    void modal.confirm({
      title: `关闭队列“${queueName(queue)}”？`,
      content: '新来电不再排队，可以要求回拨或留言；已在排队的照常接听。',
      okText: '关闭',
      cancelText: '不用',
      onOk: () => deed('console/close-queue', { queue, closed: true }, '队列已关闭'),
    });
  return (
    <ul className="queues" aria-label="队列">
      {queues.map(({ queue, waiting, agents, closed }) => (
        <li key={queue} data-queue={queue} data-closed={String(closed)}>
          <b>{queueName(queue)}</b>　排队 <span className="figures">{waiting}</span>　签入{' '}
          <span className="figures">{agents}</span>
          {closed === true && <span className="tag closed">已关闭</span>}
          {closed === null && <span className="tag">开关状态未知：交换机未连接</span>}
          {can && closed === false && (
            <Button size="small" onClick={() => close(queue)}>
              关闭
            </Button>
          )}
          {can && closed === true && (
            <Button
              size="small"
              type="primary"
              onClick={() => void deed('console/close-queue', { queue, closed: false }, '队列已开放')}
            >
              开放
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}
