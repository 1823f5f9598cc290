import { useQuery } from '@tanstack/react-query';
import { Alert, App, Table } from 'antd';
import { useEffect, useState } from 'react';
import type { Supervision } from '../../protocol/console.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { useAltKey } from '../shell/alt-key.ts';
import { useTold } from '../shell/line.tsx';
import { duration, when } from '../view.ts';
import './console.css';

interface Said {
  text: string;
  by: string;
  atMs: number;
}

/** What the shift's leader says to all desks: one line above the work, until it is read. Alt+H calls for help. */
export function FromLeader() {
  const { message } = App.useApp();
  const [said, setSaid] = useState<Said[]>([]);
  useTold('broadcast', (one) => setSaid((before) => [...before.slice(-2), one]));
  const help = async () => {
    try {
      await ask('POST', '/api/console/help');
      void message.success('已呼叫班长');
    } catch (cause) {
      void message.warning(refusalWords(cause));
    }
  };
  useAltKey('KeyH', help);
  return (
    <>
      {said.map((one) => (
        <div key={one.atMs} className="broadcast" role="alert">
          <span>
            <b>{one.by}：</b>
            {one.text}
          </span>
          <button type="button" onClick={() => setSaid((before) => before.filter((other) => other !== one))}>
            知道了
          </button>
        </div>
      ))}
    </>
  );
}

const MODES = { listen: '监听', whisper: '耳语', barge: '插话' } as const;

/** Who listened to my calls, and when. */
export function HeardMePage() {
  const { data, error, isPending } = useQuery({
    queryKey: ['heard-me'],
    queryFn: ({ signal }) => ask<Supervision[]>('GET', '/api/console/heard-me', undefined, signal),
  });
  useEffect(() => {
    document.title = '谁听过我的通话 · 供水热线 96666';
  }, []);
  return (
    <main className="page">
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      <Table
        size="small"
        loading={isPending}
        rowKey={(one) => `${one.callId}${one.fromMs}`}
        dataSource={data ?? []}
        pagination={false}
        locale={{ emptyText: '还没有人监听过您的通话。' }}
        columns={[
          { title: '时间', render: (_, one) => when(one.fromMs, serverNow()) },
          { title: '谁', dataIndex: 'by' },
          { title: '方式', render: (_, one) => MODES[one.mode] },
          {
            title: '多久',
            render: (_, one) => (one.untilMs === null ? '进行中' : duration(one.untilMs - one.fromMs)),
          },
        ]}
      />
    </main>
  );
}
