import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Form, Input, Modal, Radio, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import { ask, refusalWords } from '../ask.ts';
import { ShownOnce } from './once.tsx';
import { atWords, CHANNEL_WORDS, useOutwardWords } from './words.ts';
import './outward.css';

interface Receiver {
  id: number;
  name: string;
  channel: 'mail' | 'wechat' | 'webhook';
  address: string;
  seesNumbers: boolean;
  disabled: boolean;
  disabledWhy: string | null;
  waiting: number;
  lastDeliveredAtMs: number | null;
}

/** Mailboxes of groups, group robots and other systems: whom rules can tell. */
export function ReceiversPage() {
  const say = useOutwardWords();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [editing, setEditing] = useState<Receiver | 'new' | null>(null);
  const [secret, setSecret] = useState<string | null>(null);
  const receivers = useQuery({
    queryKey: ['outward', 'receivers'],
    queryFn: ({ signal }) => ask<Receiver[]>('GET', '/api/outward/receivers', undefined, signal),
  });
  const again = () => void queries.invalidateQueries({ queryKey: ['outward'] });
  const change = useMutation({
    mutationFn: ({ id, ...wanted }: { id: number; disabled?: boolean; newSecret?: boolean }) =>
      ask<{ secret: string | null }>('PATCH', `/api/outward/receivers/${id}`, wanted),
    onSuccess: (made) => {
      setSecret(made.secret);
      again();
    },
    onError: (fault) => void message.error(refusalWords(fault)),
  });
  const test = useMutation({
    mutationFn: (id: number) => ask('POST', `/api/outward/receivers/${id}/test`, {}),
    onSuccess: () => {
      void message.success(say('tested'), 6);
      again();
    },
    onError: (fault) => void message.error(refusalWords(fault)),
  });
  return (
    <main className="page outward">
      <header>
        <Button type="primary" onClick={() => setEditing('new')}>
          {say('newReceiver')}
        </Button>
      </header>
      {receivers.error && <Alert type="error" showIcon title={refusalWords(receivers.error)} />}
      <Table<Receiver>
        size="small"
        bordered
        rowKey="id"
        loading={receivers.isPending}
        pagination={false}
        locale={{ emptyText: say('noReceivers') }}
        dataSource={receivers.data ?? []}
        columns={[
          { title: say('name'), dataIndex: 'name', width: 180 },
          { title: say('channel'), width: 110, render: (_, one) => CHANNEL_WORDS[one.channel] },
          { title: say('address'), dataIndex: 'address', className: 'address' },
          {
            title: say('numbers'),
            width: 100,
            render: (_, one) => say(one.seesNumbers ? 'numbersShown' : 'numbersHidden'),
          },
          {
            title: say('last'),
            width: 190,
            render: (_, one) => (
              <>
                <span className="figures">
                  {one.lastDeliveredAtMs === null ? say('never') : atWords(one.lastDeliveredAtMs)}
                </span>
                {one.waiting > 0 && <Tag color="gold">{say('waiting', { count: one.waiting })}</Tag>}
              </>
            ),
          },
          {
            title: say('state'),
            width: 110,
            render: (_, one) =>
              one.disabled ? (
                <Tag color="red" title={one.disabledWhy ?? ''}>
                  {say('close')}
                </Tag>
              ) : (
                <Tag color="green">{say('open')}</Tag>
              ),
          },
          {
            width: 330,
            render: (_, one) => (
              <Space size={4} wrap>
                <Button size="small" onClick={() => test.mutate(one.id)} disabled={one.disabled}>
                  {say('test')}
                </Button>
                <Button size="small" onClick={() => setEditing(one)}>
                  {say('edit')}
                </Button>
                {one.channel === 'webhook' && (
                  <Button size="small" onClick={() => change.mutate({ id: one.id, newSecret: true })}>
                    {say('newSecret')}
                  </Button>
                )}
                <Button size="small" onClick={() => change.mutate({ id: one.id, disabled: !one.disabled })}>
                  {say(one.disabled ? 'open' : 'close')}
                </Button>
              </Space>
            ),
          },
        ]}
      />
      {editing && (
        <EditReceiver
          receiver={editing === 'new' ? null : editing}
          onDone={(made) => {
            setEditing(null);
            setSecret(made);
            again();
          }}
          onCancel={() => setEditing(null)}
        />
      )}
      <ShownOnce title={say('secretTitle')} secret={secret} onKept={() => setSecret(null)} />
    </main>
  );
}

interface ReceiverForm {
  name: string;
  channel: Receiver['channel'];
  address: string;
  seesNumbers: boolean;
}

function EditReceiver({
  receiver,
  onDone,
  onCancel,
}: {
  receiver: Receiver | null;
  onDone: (secret: string | null) => void;
  onCancel: () => void;
}) {
  const say = useOutwardWords();
  const [form] = Form.useForm<ReceiverForm>();
  const [fault, setFault] = useState<string | null>(null);
  const channel = Form.useWatch('channel', form) ?? receiver?.channel ?? 'wechat';
  const save = useMutation({
    mutationFn: (values: ReceiverForm) => {
      if (!receiver) return ask<{ secret: string | null }>('POST', '/api/outward/receivers', values);
      // a robot's address is shown without its key: untouched, it stays
      const { name, address, seesNumbers } = values;
      const moved = address === receiver.address ? {} : { address };
      return ask<{ secret: string | null }>('PATCH', `/api/outward/receivers/${receiver.id}`, {
        name,
        seesNumbers,
        ...moved,
      });
    },
    onSuccess: ({ secret }) => onDone(secret),
    onError: (thrown) => setFault(refusalWords(thrown)),
  });
  const hints = { mail: say('mailHint'), wechat: say('wechatHint'), webhook: say('webhookHint') };
  return (
    <Modal
      open
      title={say(receiver ? 'edit' : 'newReceiver')}
      okText={say('save')}
      cancelText={say('cancel')}
      confirmLoading={save.isPending}
      onCancel={onCancel}
      onOk={() => form.submit()}
    >
      {fault && <Alert type="error" showIcon title={fault} />}
      <Form<ReceiverForm>
        form={form}
        layout="vertical"
        initialValues={receiver ?? { channel: 'wechat', seesNumbers: false }}
        onFinish={(values) => save.mutate({ ...values, channel })}
      >
        <Form.Item name="channel" label={say('channel')}>
          <Radio.Group
            disabled={receiver !== null}
            options={(['wechat', 'mail', 'webhook'] as const).map((one) => ({
              value: one,
              label: CHANNEL_WORDS[one],
            }))}
          />
        </Form.Item>
        <Form.Item name="name" label={say('name')} rules={[{ required: true, message: say('name') }]}>
          <Input maxLength={60} autoFocus />
        </Form.Item>
        <Form.Item
          name="address"
          label={say('address')}
          extra={hints[channel]}
          rules={[{ required: true, message: hints[channel] }]}
        >
          <Input.TextArea autoSize maxLength={2000} />
        </Form.Item>
        <Form.Item name="seesNumbers" valuePropName="checked">
          <Checkbox>{say('seesNumbers')}</Checkbox>
        </Form.Item>
      </Form>
    </Modal>
  );
}
