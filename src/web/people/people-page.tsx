import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import {
  Alert,
  App,
  Button,
  Drawer,
  Form,
  Input,
  Modal,
  Select,
  Space,
  Switch,
  Table,
  Tag,
  Typography,
} from 'antd';
import { useEffect, useState } from 'react';
import { ROLES, type Role } from '../../core/people/may.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMe } from '../shell/me.tsx';
import { ROLE_WORDS } from './words.ts';
import './people.css';

interface Account {
  id: number;
  login: string;
  name: string;
  role: Role;
  agent: string | null;
  unitId: number | null;
  disabled: boolean;
  mustChange: boolean;
  factors: { totp: boolean; passkeys: number };
}
interface Fields {
  login: string;
  name: string;
  role: Role;
  extension: string | null;
  unitId: number | null;
  disabled: boolean;
}
interface Unit {
  id: number;
  name: string;
  disabled: boolean;
}

const NEW: Fields = { login: '', name: '', role: 'agent', extension: null, unitId: null, disabled: false };

/** Who may sign in, as what, with which phone and for which unit. Accounts are closed, never deleted. */
export function PeoplePage() {
  const people = useQuery({ queryKey: ['people'], queryFn: () => ask<Account[]>('GET', '/api/people') });
  const units = useQuery({ queryKey: ['units'], queryFn: () => ask<{ units: Unit[] }>('GET', '/api/units') });
  const [words, setWords] = useState('');
  const [editing, setEditing] = useState<Account | 'new' | null>(null);
  const [shown, setShown] = useState<{ name: string; password: string } | null>(null);
  useEffect(() => {
    document.title = '人员 · 供水热线 96666';
  }, []);
  const unitName = (id: number | null) => units.data?.units.find((unit) => unit.id === id)?.name ?? '';
  const found = (people.data ?? []).filter((one) =>
    `${one.login} ${one.name} ${ROLE_WORDS[one.role]} ${unitName(one.unitId)}`.includes(words.trim()),
  );
  return (
    <main className="page people">
      <header>
        <Input.Search
          allowClear
          placeholder="按工号、姓名、角色、单位查找"
          onChange={(event) => setWords(event.target.value)}
          style={{ width: 320 }}
        />
        <Button type="primary" onClick={() => setEditing('new')}>
          添加人员
        </Button>
      </header>
      {people.error && <Alert type="error" showIcon title={refusalWords(people.error)} />}
      <Table<Account>
        size="small"
        rowKey="id"
        loading={people.isPending}
        dataSource={found}
        pagination={{ pageSize: 50, hideOnSinglePage: true }}
        locale={{ emptyText: words ? '没有找到，换个词试试。' : '还没有人员，点右上角“添加人员”。' }}
        rowClassName={(one) => (one.disabled ? 'closed' : '')}
        onRow={(one) => ({ onDoubleClick: () => setEditing(one) })}
        columns={[
          { title: '姓名', dataIndex: 'name' },
          { title: '工号', dataIndex: 'login', className: 'figures' },
          { title: '角色', render: (_, one) => ROLE_WORDS[one.role] },
          { title: '分机', render: (_, one) => one.agent?.replace(/^.*\//, '') ?? '—', className: 'figures' },
          { title: '单位', render: (_, one) => unitName(one.unitId) || '—' },
          {
            title: '第二验证',
            render: (_, { factors }) =>
              [factors.totp ? '验证器' : '', factors.passkeys > 0 ? `通行密钥 ${factors.passkeys}` : '']
                .filter(Boolean)
                .join('、') || '—',
          },
          {
            title: '状态',
            render: (_, one) =>
              one.disabled ? (
                <Tag>已停用</Tag>
              ) : one.mustChange ? (
                <Tag color="gold">待改初始密码</Tag>
              ) : (
                <Tag color="green">正常</Tag>
              ),
          },
          {
            title: '',
            align: 'right',
            render: (_, one) => (
              <Button size="small" onClick={() => setEditing(one)}>
                修改
              </Button>
            ),
          },
        ]}
      />
      {editing && (
        <Edit
          key={editing === 'new' ? 'new' : editing.id}
          account={editing === 'new' ? null : editing}
          units={units.data?.units ?? []}
          close={() => setEditing(null)}
          show={setShown}
        />
      )}
      <Modal
        open={shown !== null}
        onCancel={() => setShown(null)}
        footer={
          <Button type="primary" onClick={() => setShown(null)}>
            记下了
          </Button>
        }
        title={`${shown?.name ?? ''} 的初始密码`}
      >
        <p>只显示这一次。请当面交给本人，第一次登录时须改成自己的密码。</p>
        <Typography.Paragraph copyable className="password figures">
          {shown?.password}
        </Typography.Paragraph>
      </Modal>
    </main>
  );
}

function Edit({
  account,
  units,
  close,
  show,
}: {
  account: Account | null;
  units: Unit[];
  close: () => void;
  show: (one: { name: string; password: string }) => void;
}) {
  const me = useMe();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const done = () => void queries.invalidateQueries({ queryKey: ['people'] });
  const initial: Fields = account
    ? { ...account, extension: account.agent?.replace(/^.*\//, '') ?? null }
    : NEW;
  const save = useMutation({
    mutationFn: async (fields: Fields) => {
      const body = { ...fields, extension: fields.extension || null, unitId: fields.unitId ?? null };
      if (account) await ask('PUT', `/api/people/${account.id}`, { ...body, was: initial });
      else show({ name: fields.name, ...(await ask<{ password: string }>('POST', '/api/people', body)) });
    },
    onSuccess: () => {
      void message.success('已保存');
      done();
      close();
    },
  });
  const other = useMutation({
    mutationFn: async (what: 'password' | 'sign-out' | 'factors') => {
      if (what === 'factors') {
        await ask('DELETE', `/api/people/${account!.id}/factors`);
        void message.success('已清除，下次登录时重新设置');
        return;
      }
      const said = await ask<{ password?: string }>('POST', `/api/people/${account!.id}/${what}`);
      if (said.password) show({ name: account!.name, password: said.password });
      else void message.success('已让此人在所有地方退出登录');
    },
    onSuccess: done,
  });
  const role = Form.useWatch('role', form);
  return (
    <Drawer
      open
      size={420}
      onClose={close}
      title={account ? `修改 ${account.name}` : '添加人员'}
      footer={
        <Space>
          <Button type="primary" loading={save.isPending} onClick={() => form.submit()}>
            保存
          </Button>
          <Button onClick={close}>取消</Button>
        </Space>
      }
    >
      <Form<Fields>
        form={form}
        layout="vertical"
        initialValues={initial}
        onFinish={(fields) => save.mutate(fields)}
      >
        <Form.Item name="name" label="姓名" rules={[{ required: true, message: '请填写姓名' }]}>
          <Input autoFocus maxLength={40} />
        </Form.Item>
        <Form.Item
          name="login"
          label="工号"
          rules={[
            { required: true, pattern: /^[A-Za-z0-9._-]{2,40}$/, message: '2 到 40 个字母、数字、点、横线' },
          ]}
        >
          <Input maxLength={40} />
        </Form.Item>
        <Form.Item name="role" label="角色">
          <Select options={ROLES.map((one) => ({ value: one, label: ROLE_WORDS[one] }))} />
        </Form.Item>
        {(role === 'agent' || role === 'supervisor') && (
          <Form.Item
            name="extension"
            label="分机"
            extra="受理员用浏览器或话机接听的号码，例如 1001；没有就留空。"
            rules={[{ pattern: /^\d{3,6}$/, message: '3 到 6 位数字' }]}
          >
            <Input maxLength={6} allowClear />
          </Form.Item>
        )}
        <Form.Item
          name="unitId"
          label="所属单位"
          rules={[
            {
              required: role === 'dispatcher' || role === 'field-worker',
              message: '派单员和维修人员要选所属单位',
            },
          ]}
        >
          <Select
            allowClear
            showSearch={{ optionFilterProp: 'label' }}
            options={units
              .filter((unit) => !unit.disabled)
              .map((unit) => ({ value: unit.id, label: unit.name }))}
          />
        </Form.Item>
        <Form.Item
          name="disabled"
          label="停用账号"
          valuePropName="checked"
          extra="停用后立即退出，不能再登录；以往的记录都保留。"
        >
          <Switch disabled={account?.id === me.id} />
        </Form.Item>
      </Form>
      {(save.error ?? other.error) && (
        <Alert type="error" showIcon title={refusalWords(save.error ?? other.error)} />
      )}
      {account && (
        <Space className="more" wrap>
          <Button
            loading={other.isPending}
            onClick={() =>
              void modal.confirm({
                title: `给 ${account.name} 重设密码？`,
                content: '现在的密码立即失效，此人会在所有地方退出登录。',
                onOk: () => other.mutate('password'),
              })
            }
          >
            重设密码
          </Button>
          <Button loading={other.isPending} onClick={() => other.mutate('sign-out')}>
            在所有地方退出
          </Button>
          {account.id !== me.id && (account.factors.totp || account.factors.passkeys > 0) && (
            <Button
              danger
              loading={other.isPending}
              onClick={() =>
                void modal.confirm({
                  title: `清除 ${account.name} 的第二验证？`,
                  content:
                    '验证器、通行密钥和恢复码都作废，此人会在所有地方退出登录。请先当面或打电话确认是本人。',
                  onOk: () => other.mutate('factors'),
                })
              }
            >
              清除第二验证
            </Button>
          )}
        </Space>
      )}
    </Drawer>
  );
}
