import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Alert,
  App,
  Button,
  Checkbox,
  Form,
  Input,
  InputNumber,
  Modal,
  Popconfirm,
  Select,
  Space,
  Table,
  Tag,
} from 'antd';
import { useState } from 'react';
import { SCOPES, type Scope } from '../../core/outward/scope.ts';
import { ask, refusalWords } from '../ask.ts';
import { ShownOnce } from './once.tsx';
import { atWords, useOutwardWords } from './words.ts';
import './outward.css';

interface Token {
  id: number;
  system: string;
  prefix: string;
  scopes: Scope[];
  unitName: string | null;
  perMinute: number;
  createdAtMs: number;
  createdBy: string | null;
  ownerGone: string | null;
  previousUntilMs: number | null;
  revokedAtMs: number | null;
  lastUsedAtMs: number | null;
}
interface Tokens {
  tokens: Token[];
  units: { id: number; name: string }[];
}

/** Which other systems may come in, and what for. */
export function TokensPage() {
  const say = useOutwardWords();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [adding, setAdding] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const tokens = useQuery({
    queryKey: ['api-tokens'],
    queryFn: ({ signal }) => ask<Tokens>('GET', '/api/api-tokens', undefined, signal),
  });
  const again = () => void queries.invalidateQueries({ queryKey: ['api-tokens'] });
  const act = useMutation({
    mutationFn: ({ id, deed }: { id: number; deed: 'rotate' | 'revoke' }) =>
      ask<{ token?: string }>('POST', `/api/api-tokens/${id}/${deed}`, {}),
    onSuccess: ({ token }) => {
      setShown(token ?? null);
      again();
    },
    onError: (fault) => void message.error(refusalWords(fault)),
  });
  return (
    <main className="page outward">
      <header>
        <Button type="primary" onClick={() => setAdding(true)}>
          {say('newToken')}
        </Button>
        <Button href="/api/v1/docs/" target="_blank">
          {say('docs')}
        </Button>
      </header>
      {tokens.error && <Alert type="error" showIcon title={refusalWords(tokens.error)} />}
      <Table<Token>
        size="small"
        bordered
        rowKey="id"
        loading={tokens.isPending}
        pagination={false}
        locale={{ emptyText: say('noTokens') }}
        rowClassName={(one) => (one.revokedAtMs === null ? '' : 'revoked')}
        dataSource={tokens.data?.tokens ?? []}
        columns={[
          { title: say('system'), dataIndex: 'system', width: 180 },
          { title: say('token'), width: 130, render: (_, one) => <code>{one.prefix}…</code> },
          {
            title: say('scopes'),
            render: (_, one) =>
              one.scopes.map((scope) => (
                <Tag key={scope} title={scope}>
                  {SCOPES[scope] ?? scope}
                </Tag>
              )),
          },
          { title: say('unitOnly'), width: 140, render: (_, one) => one.unitName ?? say('allUnits') },
          {
            title: say('limit'),
            width: 100,
            align: 'right',
            render: (_, one) => <span className="figures">{one.perMinute}</span>,
          },
          {
            title: say('used'),
            width: 140,
            render: (_, one) => (
              <span className="figures">
                {one.lastUsedAtMs === null ? say('never') : atWords(one.lastUsedAtMs)}
              </span>
            ),
          },
          {
            title: say('made'),
            width: 190,
            render: (_, one) => (
              <span className="figures">
                {atWords(one.createdAtMs)} {one.createdBy}
                {one.ownerGone !== null && one.revokedAtMs === null && (
                  <Tag color="orange">
                    {one.ownerGone} {say('ownerGone')}
                  </Tag>
                )}
              </span>
            ),
          },
          {
            width: 190,
            render: (_, one) =>
              one.revokedAtMs !== null ? (
                <Tag color="red">
                  {say('revoked')} {atWords(one.revokedAtMs)}
                </Tag>
              ) : (
                <Space size={4} wrap>
                  {(['rotate', 'revoke'] as const).map((deed) => (
                    <Popconfirm
                      key={deed}
                      title={say(`${deed}Ask`)}
                      okText={say(deed)}
                      cancelText={say('cancel')}
                      onConfirm={() => act.mutate({ id: one.id, deed })}
                    >
                      <Button size="small" danger={deed === 'revoke'}>
                        {say(deed)}
                      </Button>
                    </Popconfirm>
                  ))}
                  {one.previousUntilMs !== null && (
                    <small>{say('previous', { at: atWords(one.previousUntilMs) })}</small>
                  )}
                </Space>
              ),
          },
        ]}
      />
      {adding && tokens.data && (
        <AddToken
          units={tokens.data.units}
          onCancel={() => setAdding(false)}
          onDone={(token) => {
            setAdding(false);
            setShown(token);
            again();
          }}
        />
      )}
      <ShownOnce title={say('tokenTitle')} secret={shown} onKept={() => setShown(null)} />
    </main>
  );
}

interface TokenForm {
  system: string;
  scopes: Scope[];
  unitId: number | null;
  perMinute: number;
}

function AddToken({
  units,
  onDone,
  onCancel,
}: {
  units: Tokens['units'];
  onDone: (token: string) => void;
  onCancel: () => void;
}) {
  const say = useOutwardWords();
  const [form] = Form.useForm<TokenForm>();
  const [fault, setFault] = useState<string | null>(null);
  const add = useMutation({
    mutationFn: (values: TokenForm) =>
      ask<{ token: string }>('POST', '/api/api-tokens', { ...values, unitId: values.unitId ?? null }),
    onSuccess: ({ token }) => onDone(token),
    onError: (thrown) => setFault(refusalWords(thrown)),
  });
  return (
    <Modal
      open
      title={say('newToken')}
      okText={say('newToken')}
      cancelText={say('cancel')}
      confirmLoading={add.isPending}
      onCancel={onCancel}
      onOk={() => form.submit()}
    >
      {fault && <Alert type="error" showIcon title={fault} />}
      <Form<TokenForm>
        form={form}
        layout="vertical"
        initialValues={{ scopes: [], unitId: null, perMinute: 120 }}
        onFinish={(values) => add.mutate(values)}
      >
        <Form.Item name="system" label={say('system')} rules={[{ required: true, message: say('system') }]}>
          <Input maxLength={60} autoFocus />
        </Form.Item>
        <Form.Item name="scopes" label={say('scopes')} rules={[{ required: true, message: say('scopes') }]}>
          <Checkbox.Group
            style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 6 }}
            options={Object.entries(SCOPES).map(([value, label]) => ({ value, label }))}
          />
        </Form.Item>
        <Form.Item name="unitId" label={say('unitOnly')}>
          <Select
            showSearch={{ optionFilterProp: 'label' }}
            options={[
              { value: null as never, label: say('allUnits') },
              ...units.map(({ id, name }) => ({ value: id, label: name })),
            ]}
          />
        </Form.Item>
        <Form.Item name="perMinute" label={say('limit')}>
          <InputNumber min={1} max={6000} />
        </Form.Item>
      </Form>
    </Modal>
  );
}
