import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, DatePicker, Form, Input, Modal, Select, Space, Table, Tag } from 'antd';
import dayjs, { type Dayjs } from 'dayjs';
import { useEffect, useState } from 'react';
import {
  CONDUCT_KINDS,
  CONDUCT_STATES,
  type ConductKind,
  type ConductRow,
} from '../../core/shifts/conduct.ts';
import type { RosterMonth } from '../../protocol/roster.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { useMay } from '../shell/me.tsx';
import { when } from '../view.ts';
import './roster.css';

/** What the clocks saw (Articles 11, 24, 27, 29): a leader decides, the agent may say how it was. */
export function ConductPage() {
  const may = useMay();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const [month, setMonth] = useState<Dayjs>(() => dayjs().startOf('month'));
  const [adding, setAdding] = useState(false);
  const span = `fromMs=${month.valueOf()}&untilMs=${month.endOf('month').valueOf()}`;
  const { data, error, isPending } = useQuery({
    queryKey: ['conduct', span],
    queryFn: ({ signal }) => ask<ConductRow[]>('GET', `/api/conduct?${span}`, undefined, signal),
  });
  useEffect(() => {
    document.title = '考核 · 供水热线 96666';
  }, []);
  const deed = useMutation({
    mutationFn: ({ path, body }: { path: string; body: unknown }) => ask('POST', `/api/conduct${path}`, body),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['conduct'] }),
    onError: (cause) => void message.error(refusalWords(cause)),
  });
  const asking = (title: string, placeholder: string, then: (words: string) => void) => {
    let words = '';
    void modal.confirm({
      title,
      content: (
        <Input.TextArea
          rows={2}
          placeholder={placeholder}
          onChange={(event) => (words = event.target.value)}
        />
      ),
      okText: '确定',
      cancelText: '取消',
      onOk: () => then(words),
    });
  };
  const judges = may('judge-conduct');
  const all = may('see-all-conduct');
  const people = [...new Set(data?.map((one) => one.name) ?? [])];
  const count = (name: string, kind: ConductKind) =>
    data?.filter((one) => one.name === name && one.kind === kind && one.state !== 'waived').length ?? 0;
  const kinds = (Object.keys(CONDUCT_KINDS) as ConductKind[]).filter((kind) =>
    data?.some((one) => one.kind === kind),
  );
  return (
    <main className="page conduct">
      <header>
        <Space>
          <DatePicker
            picker="month"
            value={month}
            allowClear={false}
            onChange={(chosen) => chosen && setMonth(chosen.startOf('month'))}
          />
          {judges && <Button onClick={() => setAdding(true)}>登记一条</Button>}
          {all && <Button href={`/api/conduct/file?month=${month.format('YYYY-MM')}`}>Excel</Button>}
        </Space>
        <p className="quiet">
          时钟看到的列在这里：迟到早退、离岗、记录未按时完成、受理员先挂机。由班长核定，本人可以说明；什么都不会删除。
        </p>
      </header>
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      {all && people.length > 0 && (
        <Table
          size="small"
          pagination={false}
          rowKey="name"
          dataSource={people.map((name) => ({ name }))}
          columns={[
            { title: '姓名', dataIndex: 'name' },
            ...kinds.map((kind) => ({
              title: CONDUCT_KINDS[kind],
              key: kind,
              align: 'right' as const,
              render: (_: unknown, row: { name: string }) => count(row.name, kind) || '',
            })),
          ]}
        />
      )}
      <Table<ConductRow>
        size="small"
        style={{ marginTop: 12 }}
        loading={isPending}
        rowKey="id"
        dataSource={data ?? []}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        locale={{ emptyText: '这个月没有记录。' }}
        columns={[
          { title: '时间', width: 130, render: (_, one) => when(one.atMs, serverNow()) },
          { title: '姓名', dataIndex: 'name', width: 90 },
          { title: '事项', render: (_, one) => CONDUCT_KINDS[one.kind] },
          { title: '经过', dataIndex: 'detail' },
          {
            title: '本人说明',
            render: (_, one) =>
              one.answer ||
              (!judges && (
                <Button
                  size="small"
                  onClick={() =>
                    asking('说明情况', '当时是怎么回事', (answer) =>
                      deed.mutate({ path: '/answer', body: { id: one.id, answer } }),
                    )
                  }
                >
                  说明
                </Button>
              )),
          },
          {
            title: '核定',
            render: (_, one) => (
              <>
                <Tag color={one.state === 'confirmed' ? 'red' : one.state === 'waived' ? 'green' : 'default'}>
                  {CONDUCT_STATES[one.state]}
                </Tag>
                <small>
                  {one.decidedBy} {one.reason}
                </small>
              </>
            ),
          },
          {
            title: '',
            align: 'right',
            render: (_, one) =>
              judges && (
                <Space>
                  <Button
                    size="small"
                    onClick={() =>
                      deed.mutate({
                        path: '/decide',
                        body: { id: one.id, state: 'confirmed', reason: '', was: one.state },
                      })
                    }
                  >
                    属实
                  </Button>
                  <Button
                    size="small"
                    onClick={() =>
                      asking('免予追究', '原因', (reason) =>
                        deed.mutate({
                          path: '/decide',
                          body: { id: one.id, state: 'waived', reason, was: one.state },
                        }),
                      )
                    }
                  >
                    免予追究
                  </Button>
                </Space>
              ),
          },
        ]}
      />
      {adding && (
        <AddForm
          onClose={() => setAdding(false)}
          onAdd={(body) => deed.mutate({ path: '', body }, { onSuccess: () => setAdding(false) })}
        />
      )}
    </main>
  );
}

function AddForm({ onClose, onAdd }: { onClose: () => void; onAdd: (body: unknown) => void }) {
  const { data } = useQuery({
    queryKey: ['roster', dayjs().format('YYYY-MM')],
    queryFn: ({ signal }) =>
      ask<RosterMonth>('GET', `/api/roster?month=${dayjs().format('YYYY-MM')}`, undefined, signal),
  });
  const [form] = Form.useForm<{ personId: number; kind: ConductKind; at: Dayjs; detail: string }>();
  return (
    <Modal
      open
      title="登记一条"
      okText="登记"
      cancelText="取消"
      onCancel={onClose}
      onOk={() => form.submit()}
    >
      <Form
        form={form}
        layout="vertical"
        initialValues={{ kind: 'other', at: dayjs() }}
        onFinish={({ personId, kind, at, detail }) => onAdd({ personId, kind, atMs: at.valueOf(), detail })}
      >
        <Form.Item name="personId" label="谁" rules={[{ required: true, message: '请选人' }]}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={(data?.people ?? []).map((one) => ({ value: one.id, label: one.name }))}
          />
        </Form.Item>
        <Form.Item name="kind" label="事项">
          <Select options={Object.entries(CONDUCT_KINDS).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        <Form.Item name="at" label="时间">
          <DatePicker showTime={{ format: 'HH:mm' }} format="YYYY-MM-DD HH:mm" allowClear={false} />
        </Form.Item>
        <Form.Item name="detail" label="经过" rules={[{ required: true, message: '请写经过' }]}>
          <Input.TextArea rows={2} maxLength={300} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
