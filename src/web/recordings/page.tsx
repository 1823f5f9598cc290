import { useQuery } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Form, Input, InputNumber, Select, Space, Table, Tag } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useEffect, useState } from 'react';
import { Link } from 'react-router';
import { RECORDING_CLASSES, type RecordingClass } from '../../core/recordings/classes.ts';
import type { RecordingLine, StuckRecording } from '../../protocol/recordings.ts';
import { ask, refusalWords } from '../ask.ts';
import { Dial } from '../phone/dial.tsx';
import { serverNow } from '../clock.tsx';
import { useMay } from '../shell/me.tsx';
import { duration, when } from '../view.ts';
import { Player } from './player.tsx';
import './recordings.css';

interface Asked {
  span: [Dayjs, Dayjs];
  number: string;
  agent: string;
  orderNo: string;
  leastSeconds: number | null;
  class: RecordingClass | undefined;
  words: string;
}

/** Recordings, found by anything of the call, and heard. */
export function RecordingsPage() {
  const may = useMay();
  const [asked, setAsked] = useState<Asked>(() => ({
    span: [dayjs().startOf('day'), dayjs().endOf('day')],
    ...{ number: '', agent: '', orderNo: '', leastSeconds: null, class: undefined, words: '' },
  }));
  const [playing, setPlaying] = useState<string | null>(null);
  const query = new URLSearchParams({
    fromMs: String(asked.span[0].valueOf()),
    untilMs: String(asked.span[1].valueOf()),
    number: asked.number.trim(),
    agent: asked.agent.trim() === '' ? '' : `PJSIP/${asked.agent.trim()}`,
    orderNo: asked.orderNo.trim().toUpperCase(),
    leastMs: String((asked.leastSeconds ?? 0) * 1000),
    class: asked.class ?? '',
    words: asked.words.trim(),
  }).toString();
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['recordings', query],
    queryFn: ({ signal }) => ask<RecordingLine[]>('GET', `/api/recordings?${query}`, undefined, signal),
  });
  const speech = useQuery({
    queryKey: ['recordings', 'speech'],
    queryFn: ({ signal }) => ask<{ on: boolean }>('GET', '/api/recordings/speech', undefined, signal),
  });
  const stuck = useQuery({
    queryKey: ['recordings', 'stuck'],
    enabled: may('keep-recordings'),
    refetchInterval: 60_000,
    queryFn: ({ signal }) => ask<StuckRecording[]>('GET', '/api/recordings/stuck', undefined, signal),
  });
  useEffect(() => {
    document.title = '录音 · 供水热线 96666';
  }, []);
  return (
    <main className="page recordings">
      <Form
        layout="inline"
        initialValues={asked}
        onFinish={(values: Partial<Asked>) => {
          setAsked((before) => ({ ...before, ...values }));
          void refetch();
        }}
      >
        <Form.Item name="span" label="时间">
          <DatePicker.RangePicker showTime={{ format: 'HH:mm' }} format="MM-DD HH:mm" allowClear={false} />
        </Form.Item>
        <Form.Item name="number">
          <Input placeholder="号码" allowClear style={{ width: 140 }} />
        </Form.Item>
        <Form.Item name="agent">
          <Input placeholder="工号" allowClear style={{ width: 90 }} />
        </Form.Item>
        <Form.Item name="orderNo">
          <Input placeholder="工单号" allowClear style={{ width: 170 }} />
        </Form.Item>
        <Form.Item name="leastSeconds">
          <InputNumber placeholder="至少" suffix="秒" min={0} max={36_000} style={{ width: 110 }} />
        </Form.Item>
        <Form.Item name="class">
          <Select
            placeholder="类别"
            aria-label="类别"
            allowClear
            style={{ width: 180 }}
            options={Object.entries(RECORDING_CLASSES).map(([value, label]) => ({ value, label }))}
          />
        </Form.Item>
        {speech.data?.on && (
          <Form.Item name="words">
            <Input placeholder="说过的话" allowClear maxLength={50} style={{ width: 140 }} />
          </Form.Item>
        )}
        <Button type="primary" htmlType="submit">
          查找
        </Button>
      </Form>
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      {stuck.data && stuck.data.length > 0 && (
        <Alert
          type="error"
          showIcon
          title={`${stuck.data.length} 段录音处理不了：存不下，或原件删不掉。请把下面的原因告诉管理员；处理好后会自动继续。`}
          description={stuck.data.slice(0, 10).map(({ callId, why }) => (
            <p key={callId}>
              {callId}：{why}
            </p>
          ))}
        />
      )}
      {playing && <Player key={playing} callId={playing} onClose={() => setPlaying(null)} />}
      <Table
        size="small"
        rowKey="callId"
        loading={isPending}
        dataSource={data ?? []}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        locale={{ emptyText: '没有符合条件的录音。每通接听的来电都有录音，通话结束几秒后出现在这里。' }}
        rowClassName={(row) => (row.callId === playing ? 'playing' : '')}
        columns={[
          { title: '时间', render: (_, row) => when(row.atMs, serverNow()), width: 130 },
          {
            title: '号码',
            render: (_, row) => (
              <>
                <Dial number={row.number} /> {row.customer ?? ''}
              </>
            ),
          },
          { title: '受理员', render: (_, row) => row.agentName ?? row.agent?.replace('PJSIP/', '') ?? '' },
          {
            title: '时长',
            align: 'right',
            width: 90,
            render: (_, row) => <span className="figures">{duration(row.ms)}</span>,
          },
          {
            title: '工单',
            render: (_, row) => row.orderNo && <Link to={`/orders/${row.orderNo}`}>{row.orderNo}</Link>,
          },
          { title: '类别', render: (_, row) => RECORDING_CLASSES[row.class] },
          {
            title: '',
            align: 'right',
            render: (_, row) =>
              row.deletedAtMs !== null ? (
                <Tag>{row.ms < 200 ? '没有声音' : '已到期删除'}</Tag>
              ) : (
                <>
                  {row.held !== null && <Tag color="gold">保全</Tag>}
                  <Space>
                    <Button size="small" onClick={() => setPlaying(row.callId)}>
                      播放
                    </Button>
                    {may('score-calls') && row.direction === 'inbound' && (
                      <Link to={`/quality/calls/${encodeURIComponent(row.callId)}`}>质检</Link>
                    )}
                  </Space>
                </>
              ),
          },
        ]}
      />
    </main>
  );
}
