import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Drawer, Form, Input, Select, Space, Switch, Table, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { ask, refusalWords } from '../ask.ts';
import { UNIT_KINDS } from './words.ts';
import './people.css';

interface Unit {
  id: number;
  name: string;
  kind: keyof typeof UNIT_KINDS;
  disabled: boolean;
  districts: string[];
}
type Fields = Omit<Unit, 'id'>;

/** The units that mend the pipes, and which districts each covers. */
export function UnitsPage() {
  const asked = useQuery({
    queryKey: ['units'],
    queryFn: () => ask<{ units: Unit[]; districts: string[] }>('GET', '/api/units'),
  });
  const [editing, setEditing] = useState<Unit | 'new' | null>(null);
  useEffect(() => {
    document.title = '单位 · 供水热线 96666';
  }, []);
  return (
    <main className="page people">
      <header>
        <p className="quiet">工单按类别和辖区派给单位；没有勾选辖区的单位管全市。</p>
        <AddDistrict />
        <Button type="primary" onClick={() => setEditing('new')}>
          添加单位
        </Button>
      </header>
      {asked.error && <Alert type="error" showIcon title={refusalWords(asked.error)} />}
      <Table<Unit>
        size="small"
        rowKey="id"
        loading={asked.isPending}
        pagination={false}
        dataSource={asked.data?.units ?? []}
        rowClassName={(one) => (one.disabled ? 'closed' : '')}
        columns={[
          { title: '单位', dataIndex: 'name' },
          { title: '类别', render: (_, one) => UNIT_KINDS[one.kind] },
          {
            title: '辖区',
            render: (_, one) =>
              one.districts.length > 0 ? one.districts.map((name) => <Tag key={name}>{name}</Tag>) : '全市',
          },
          {
            title: '状态',
            render: (_, one) => (one.disabled ? <Tag>已停用</Tag> : <Tag color="green">正常</Tag>),
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
          unit={editing === 'new' ? null : editing}
          districts={asked.data?.districts ?? []}
          close={() => setEditing(null)}
        />
      )}
    </main>
  );
}

/** A new district, for units to cover; a district that orders name is never taken away. */
function AddDistrict() {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [name, setName] = useState('');
  const add = useMutation({
    mutationFn: () => ask('POST', '/api/districts', { name }),
    onSuccess: () => {
      void message.success('已添加辖区');
      setName('');
      void queries.invalidateQueries({ queryKey: ['units'] });
      void queries.invalidateQueries({ queryKey: ['orders', 'units'] });
    },
    onError: (cause) => void message.error(refusalWords(cause)),
  });
  return (
    <Space.Compact>
      <Input
        placeholder="新辖区名称"
        aria-label="新辖区名称"
        maxLength={20}
        value={name}
        onChange={(event) => setName(event.target.value)}
        onPressEnter={() => name.trim() && add.mutate()}
      />
      <Button disabled={name.trim() === ''} loading={add.isPending} onClick={() => add.mutate()}>
        添加辖区
      </Button>
    </Space.Compact>
  );
}

function Edit({ unit, districts, close }: { unit: Unit | null; districts: string[]; close: () => void }) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Fields>();
  const save = useMutation({
    mutationFn: (fields: Fields) =>
      unit ? ask('PUT', `/api/units/${unit.id}`, fields) : ask('POST', '/api/units', fields),
    onSuccess: () => {
      void message.success('已保存');
      void queries.invalidateQueries({ queryKey: ['units'] });
      close();
    },
  });
  return (
    <Drawer
      open
      size={420}
      onClose={close}
      title={unit ? `修改 ${unit.name}` : '添加单位'}
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
        initialValues={unit ?? { name: '', kind: 'network', disabled: false, districts: [] }}
        onFinish={(fields) => save.mutate(fields)}
      >
        <Form.Item
          name="name"
          label="单位名称"
          rules={[{ required: true, min: 2, message: '请填写单位名称' }]}
        >
          <Input autoFocus maxLength={60} />
        </Form.Item>
        <Form.Item name="kind" label="类别">
          <Select options={Object.entries(UNIT_KINDS).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        <Form.Item name="districts" label="辖区" extra="不选就是全市。">
          <Select mode="multiple" options={districts.map((name) => ({ value: name, label: name }))} />
        </Form.Item>
        <Form.Item
          name="disabled"
          label="停用"
          valuePropName="checked"
          extra="停用后不再派单给它；以往的工单都保留。"
        >
          <Switch />
        </Form.Item>
      </Form>
      {save.error && <Alert type="error" showIcon title={refusalWords(save.error)} />}
    </Drawer>
  );
}
