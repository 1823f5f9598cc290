import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Table, Tag } from 'antd';
import { cellText } from '../../core/office/written.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMay } from '../shell/me.tsx';

/** One mail of a report that was sent. */
export interface SentMail {
  recipient: string;
  state: string;
  attempts: number;
  atMs: number;
  deliveredAtMs: number | null;
  proof: string | null;
  words: string | null;
  resentBy: string | null;
}
const SENT: Record<string, [string, string]> = {
  ...{ delivered: ['已送达', 'green'], waiting: ['等待发送', 'blue'], sending: ['正在发送', 'blue'] },
  ...{ dead: ['没有送达', 'red'], cancelled: ['已取消', ''] },
};

/** How many of the recipients have it: each one counts once, by the best of their mails. */
export function Delivered({ sent }: { sent: readonly SentMail[] }) {
  const all = new Set(sent.map(({ recipient }) => recipient));
  const have = new Set(sent.filter(({ state }) => state === 'delivered').map(({ recipient }) => recipient));
  const failed = [...all].some(
    (one) => !have.has(one) && sent.every(({ recipient, state }) => recipient !== one || state === 'dead'),
  );
  if (all.size === 0) return '—';
  return (
    <Tag color={have.size === all.size ? 'green' : failed ? 'red' : 'blue'}>
      {have.size === all.size ? '全部送达' : failed ? '有人没有收到' : '正在发送'} {have.size}/{all.size}
    </Tag>
  );
}

/** Each recipient's mails with what their server answered; once more to one of them. */
export function Mails({ version, sent }: { version: number; sent: readonly SentMail[] }) {
  const may = useMay();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const resend = useMutation({
    mutationFn: (recipient: string) => ask('POST', `/api/report-versions/${version}/resend`, { recipient }),
    onSuccess: () => {
      void message.success('已重发，几秒后看结果');
      void queries.invalidateQueries({ queryKey: ['report-versions'] });
    },
  });
  const last = (one: SentMail) => sent.findLast(({ recipient }) => recipient === one.recipient) === one;
  return (
    <>
      {resend.error && <Alert type="error" showIcon title={refusalWords(resend.error)} />}
      <Table<SentMail>
        size="small"
        pagination={false}
        rowKey={(one) => `${one.recipient} ${one.atMs}`}
        dataSource={sent}
        columns={[
          { title: '收件人', width: 240, dataIndex: 'recipient' },
          {
            title: '结果',
            width: 110,
            render: (_, { state }) => <Tag color={SENT[state]?.[1] ?? ''}>{SENT[state]?.[0] ?? state}</Tag>,
          },
          {
            title: '送达时间',
            width: 150,
            className: 'figures',
            render: (_, one) => cellText(one.deliveredAtMs, 'instant'),
          },
          {
            title: '对方邮件服务器的答复（送达证明）',
            render: (_, one) => one.proof ?? one.words ?? '还没有答复',
          },
          { title: '试过', width: 70, align: 'right', render: (_, one) => `${one.attempts} 次` },
          { title: '重发人', width: 90, render: (_, one) => one.resentBy ?? '' },
          ...(may('send-reports')
            ? [
                {
                  title: '',
                  width: 90,
                  render: (_: unknown, one: SentMail) =>
                    last(one) &&
                    one.state !== 'sending' && (
                      <Button
                        size="small"
                        loading={resend.isPending && resend.variables === one.recipient}
                        onClick={() => resend.mutate(one.recipient)}
                      >
                        重发
                      </Button>
                    ),
                },
              ]
            : []),
        ]}
      />
    </>
  );
}
