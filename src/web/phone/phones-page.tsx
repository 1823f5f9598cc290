import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, Modal, Table, Tag } from 'antd';
import { useState } from 'react';
import { serverNow } from '../clock.tsx';
import { ask, refusalWords } from '../ask.ts';
import { when } from '../view.ts';
import { wordsOf } from '../shell/words.ts';

interface PhoneRow {
  personId: number;
  name: string;
  extension: string;
  kind: 'browser' | 'desk';
  deskRenewedAtMs: number | null;
  sharedPassword: boolean;
  registered: boolean | null;
}
interface UnitRow {
  id: number;
  name: string;
  phone: string | null;
}

const useWords = wordsOf(
  'phones',
  {
    title: '话机',
    why: '每个有分机的坐席自动有一部话机：平时在浏览器里接听；也可以用座机，座机的密码在这里生成，只显示一次。',
    name: '姓名',
    extension: '分机',
    kind: '正在用',
    browser: '浏览器',
    desk: '座机',
    state: '状态',
    on: '已注册',
    off: '未注册',
    unknown: '交换机未应答',
    password: '座机密码',
    never: '没有生成过',
    shared: '旧密码，请更换',
    sharedWhy:
      '这些座机（{{extensions}}）还在用旧版本按分机推算出来的密码：知道其中一部的密码就能推出其他的。它们照常能用，请逐部点“生成新密码”并设到座机上。',
    renew: '生成新密码',
    sure: '生成后，座机上原来的密码立即失效。',
    once: '分机 {{extension}} 的座机密码',
    onceWhy: '只显示这一次，请现在设到座机上：用户名和认证名都填分机号，域（realm）填 hotline。',
    noted: '已记下',
    none: '还没有坐席有分机。请先在“人员”里添加坐席并设分机，话机随即自动开通。',
    units: '单位电话',
    unitsWhy: '坐席在“拨号”和“转接”里可以按单位名称找到这些号码。固定电话请带区号。',
    unit: '单位',
    phone: '电话',
    save: '保存',
    empty: '未登记',
  },
  {
    title: 'Phones',
    why: 'Every agent with an extension has a phone by itself: in the browser, or a desk phone whose password is made here and shown once.',
    name: 'Name',
    extension: 'Extension',
    kind: 'In use',
    browser: 'Browser',
    desk: 'Desk phone',
    state: 'State',
    on: 'Registered',
    off: 'Not registered',
    unknown: 'Switch did not answer',
    password: 'Desk phone password',
    never: 'Never made',
    shared: 'Old password, renew',
    sharedWhy:
      'These desk phones ({{extensions}}) still have a password that an earlier version derived of the extension: who knows one can work out the others. They go on working; please make a new password for each and set it in the phone.',
    renew: 'New password',
    sure: 'The password in the desk phone stops working at once.',
    once: 'Desk phone password of {{extension}}',
    onceWhy:
      'Shown this once. Set it in the phone now: user and authentication name are the extension, realm is hotline.',
    noted: 'Noted',
    none: 'No agent has an extension yet. Add one under People; the phone follows by itself.',
    units: 'Telephones of the units',
    unitsWhy:
      'Agents find these by the name of the unit when they dial or transfer. Landlines with area code.',
    unit: 'Unit',
    phone: 'Telephone',
    save: 'Save',
    empty: 'None',
  },
);

/** The administrator's page: who has which phone, a desk phone's password, the units' telephones. */
export function PhonesPage() {
  const say = useWords();
  const client = useQueryClient();
  const [sure, setSure] = useState<PhoneRow | null>(null);
  const [shown, setShown] = useState<{ extension: string; password: string } | null>(null);
  const phones = useQuery({
    queryKey: ['phones'],
    queryFn: ({ signal }) => ask<PhoneRow[]>('GET', '/api/phones', undefined, signal),
    refetchInterval: 5000,
  });
  const renew = useMutation({
    mutationFn: ({ personId }: PhoneRow) =>
      ask<{ extension: string; password: string }>('POST', `/api/phones/${personId}/desk-password`),
    onSuccess(made) {
      setSure(null);
      setShown(made);
      void client.invalidateQueries({ queryKey: ['phones'] });
    },
  });
  const shared = (phones.data ?? []).filter((row) => row.sharedPassword).map((row) => row.extension);
  return (
    <main style={{ padding: '16px 24px', overflow: 'auto' }}>
      <h1 style={{ fontSize: 20 }}>{say('title')}</h1>
      <p style={{ color: 'var(--soft)', margin: '4px 0 12px' }}>{say('why')}</p>
      {phones.error && <Alert type="error" showIcon title={refusalWords(phones.error)} />}
      {renew.error && <Alert type="error" showIcon title={refusalWords(renew.error)} />}
      {shared.length > 0 && (
        <Alert
          type="warning"
          showIcon
          className="shared-passwords"
          style={{ marginBottom: 12 }}
          title={say('sharedWhy', { extensions: shared.join('、') })}
        />
      )}
      <Table<PhoneRow>
        size="small"
        rowKey="personId"
        loading={phones.isPending}
        dataSource={phones.data ?? []}
        pagination={{ pageSize: 20, hideOnSinglePage: true }}
        locale={{ emptyText: say('none') }}
        columns={[
          { title: say('extension'), dataIndex: 'extension', width: 100 },
          { title: say('name'), dataIndex: 'name', width: 160 },
          { title: say('kind'), width: 120, render: (_, row) => say(row.kind) },
          {
            title: say('state'),
            width: 150,
            render: (_, { registered }) =>
              registered === null ? (
                <Tag color="warning">{say('unknown')}</Tag>
              ) : (
                <Tag color={registered ? 'success' : 'default'}>{say(registered ? 'on' : 'off')}</Tag>
              ),
          },
          {
            title: say('password'),
            render: (_, row) => (
              <>
                <span style={{ marginRight: 12 }}>
                  {row.sharedPassword ? (
                    <Tag color="warning">{say('shared')}</Tag>
                  ) : row.deskRenewedAtMs === null ? (
                    say('never')
                  ) : (
                    when(row.deskRenewedAtMs, serverNow())
                  )}
                </span>
                <Button size="small" onClick={() => setSure(row)}>
                  {say('renew')}
                </Button>
              </>
            ),
          },
        ]}
      />
      <Units />
      <Modal
        open={sure !== null}
        title={`${say('renew')} · ${sure?.extension ?? ''} ${sure?.name ?? ''}`}
        onOk={() => sure && renew.mutate(sure)}
        onCancel={() => setSure(null)}
        confirmLoading={renew.isPending}
      >
        <p>{say('sure')}</p>
      </Modal>
      <Modal
        open={shown !== null}
        title={say('once', { extension: shown?.extension ?? '' })}
        footer={
          <Button type="primary" onClick={() => setShown(null)}>
            {say('noted')}
          </Button>
        }
        closable={false}
        mask={{ closable: false }}
        keyboard={false}
      >
        <p
          className="desk-password"
          style={{
            fontFamily: 'monospace',
            fontSize: 26,
            letterSpacing: 2,
            margin: '12px 0',
            userSelect: 'all',
          }}
        >
          {shown?.password}
        </p>
        <p>{say('onceWhy')}</p>
      </Modal>
    </main>
  );
}

function Units() {
  const say = useWords();
  const client = useQueryClient();
  const units = useQuery({
    queryKey: ['phones', 'units'],
    queryFn: ({ signal }) => ask<UnitRow[]>('GET', '/api/phones/units', undefined, signal),
  });
  const save = useMutation({
    mutationFn: ({ id, phone }: { id: number; phone: string | null }) =>
      ask('PUT', `/api/phones/units/${id}`, { phone }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['phones', 'units'] }),
  });
  return (
    <>
      <h2 style={{ fontSize: 17, marginTop: 24 }}>{say('units')}</h2>
      <p style={{ color: 'var(--soft)', margin: '4px 0 12px' }}>{say('unitsWhy')}</p>
      {(units.error ?? save.error) && (
        <Alert
          type="error"
          showIcon
          title={refusalWords(units.error ?? save.error)}
          style={{ marginBottom: 8 }}
        />
      )}
      <Table<UnitRow>
        size="small"
        rowKey="id"
        loading={units.isPending}
        dataSource={units.data ?? []}
        pagination={false}
        columns={[
          { title: say('unit'), dataIndex: 'name', width: 260 },
          {
            title: say('phone'),
            render: (_, unit) => (
              <Input.Search
                key={`${unit.id} ${unit.phone ?? ''}`}
                style={{ width: 280 }}
                defaultValue={unit.phone ?? ''}
                placeholder={say('empty')}
                aria-label={`${unit.name} ${say('phone')}`}
                enterButton={say('save')}
                inputMode="numeric"
                maxLength={12}
                onSearch={(phone) => save.mutate({ id: unit.id, phone: phone.trim() || null })}
              />
            ),
          },
        ]}
      />
    </>
  );
}
