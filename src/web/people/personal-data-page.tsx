import { useMutation, useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal, Space, Table } from 'antd';
import { useEffect, useState } from 'react';
import type { Role } from '../../core/people/may.ts';
import type { PersonDataErased, PersonDataFound, PersonalKindView } from '../../protocol/personal-data.ts';
import { ask, fetchProven, Refusal, refusalWords } from '../ask.ts';
import { ROLE_WORDS } from './words.ts';
import './people.css';

const PATH = '/api/personal-data';

/** What is kept of people, and one caller's right to see it, take it along, have it erased. */
export function PersonalDataPage() {
  const kinds = useQuery({
    queryKey: ['personal-data'],
    queryFn: ({ signal }) => ask<{ kinds: PersonalKindView[] }>('GET', PATH, undefined, signal),
  });
  useEffect(() => {
    document.title = '个人信息 · 供水热线 96666';
  }, []);
  return (
    <main className="page people">
      <OnePerson />
      <h2>热线保存的全部个人信息</h2>
      {kinds.error && <Alert type="error" showIcon title={refusalWords(kinds.error)} />}
      <Table<PersonalKindView>
        size="small"
        rowKey="key"
        loading={kinds.isPending}
        pagination={false}
        dataSource={kinds.data?.kinds ?? []}
        columns={[
          { title: '种类', dataIndex: 'zh', width: 180 },
          { title: '谁的', width: 80, render: (_, kind) => (kind.of === 'caller' ? '来电人' : '职工') },
          { title: '为什么', dataIndex: 'why' },
          { title: '保存多久', dataIndex: 'keptFor' },
          {
            title: '谁能看',
            render: (_, kind) =>
              kind.seenBy.length === 0
                ? '没有页面'
                : kind.seenBy.map((role) => ROLE_WORDS[role as Role]).join('、'),
          },
          { title: '本人要求删除时', dataIndex: 'erasure' },
          { title: '在哪里', dataIndex: 'where' },
        ]}
      />
    </main>
  );
}

function OnePerson() {
  const { message } = App.useApp();
  const [number, setNumber] = useState('');
  const [erasing, setErasing] = useState(false);
  const find = useMutation({
    mutationFn: (wanted: string) =>
      ask<{ found: PersonDataFound[] }>('POST', `${PATH}/find`, { number: wanted }),
  });
  const take = useMutation({
    mutationFn: async () => saveZip(number),
    onSuccess: () => message.success('已导出，请交给本人后删除这份文件。'),
  });
  const found = find.data?.found;
  return (
    <section>
      <p className="quiet">
        本人（核实身份后）可以要求查阅、带走或删除自己的信息。按电话号码查找；查找、导出和删除都记入审计日志，日志里没有完整号码。
      </p>
      <Space wrap>
        <Input.Search
          allowClear
          value={number}
          onChange={(event) => {
            setNumber(event.target.value);
            find.reset();
          }}
          onSearch={(wanted) => wanted.trim() !== '' && find.mutate(wanted)}
          loading={find.isPending}
          placeholder="电话号码，固定电话带区号"
          aria-label="电话号码"
          style={{ width: 260 }}
        />
        <Button disabled={!found?.length} loading={take.isPending} onClick={() => take.mutate()}>
          导出（zip）
        </Button>
        <Button danger disabled={!found?.length} onClick={() => setErasing(true)}>
          删除
        </Button>
      </Space>
      {(find.error ?? take.error) && (
        <Alert type="error" showIcon title={refusalWords(find.error ?? take.error)} />
      )}
      {found?.length === 0 && <Alert type="info" showIcon title="没有这个号码的信息。" />}
      {found && found.length > 0 && <Found found={found} />}
      {erasing && (
        <Erase
          number={number}
          onClose={() => {
            setErasing(false);
            find.mutate(number);
          }}
        />
      )}
    </section>
  );
}

function Found({ found }: { found: PersonDataFound[] }) {
  return (
    <Table<PersonDataFound>
      size="small"
      rowKey="key"
      pagination={false}
      dataSource={found}
      columns={[
        { title: '种类', dataIndex: 'zh' },
        { title: '条数', dataIndex: 'count', className: 'figures' },
        { title: '要求删除时', dataIndex: 'erasure' },
      ]}
    />
  );
}

function Erase({ number, onClose }: { number: string; onClose: () => void }) {
  const [again, setAgain] = useState('');
  const [reason, setReason] = useState('');
  const erase = useMutation({
    mutationFn: () => ask<PersonDataErased>('POST', `${PATH}/erase`, { number, again, reason }),
  });
  const done = erase.data;
  return (
    <Modal
      open
      title="删除这个号码的个人信息"
      okText={done ? '知道了' : '删除，不能恢复'}
      okButtonProps={{ danger: !done, disabled: !done && (again.trim() === '' || reason.trim().length < 2) }}
      cancelButtonProps={done ? { style: { display: 'none' } } : {}}
      confirmLoading={erase.isPending}
      onOk={() => (done ? onClose() : erase.mutate())}
      onCancel={onClose}
    >
      {erase.error && <Alert type="error" showIcon title={refusalWords(erase.error)} />}
      {done ? (
        <>
          <p>
            {done.erased.length === 0
              ? '没有可以删除的了。'
              : `已处理：${done.erased.map(({ zh, count }) => `${zh} ${count} 条`).join('；')}。`}
          </p>
          {done.filesLeft > 0 && (
            <Alert
              type="error"
              showIcon
              title={`有 ${done.filesLeft} 个文件没有删掉，请管理员看 hotline.log 处理。`}
            />
          )}
          {done.left.length > 0 && (
            <>
              <p>依法保留，以及保全的录音和有工单的通话：</p>
              <Found found={done.left} />
            </>
          )}
        </>
      ) : (
        <Space orientation="vertical" style={{ width: '100%' }}>
          <Input
            value={again}
            onChange={(event) => setAgain(event.target.value)}
            placeholder="再填一遍号码"
            aria-label="再填一遍号码"
          />
          <Input.TextArea
            value={reason}
            maxLength={200}
            onChange={(event) => setReason(event.target.value)}
            placeholder="谁在什么时候、怎样提出的（不要写完整号码）"
            aria-label="依据"
          />
        </Space>
      )}
    </Modal>
  );
}

async function saveZip(number: string): Promise<void> {
  const answer = await fetchProven(`${PATH}/export`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ number }),
  });
  if (!answer.ok) {
    const { code, message } = (await answer.json()) as { code: string; message: string };
    throw new Refusal(answer.status, code, message);
  }
  const link = document.createElement('a');
  link.href = URL.createObjectURL(await answer.blob());
  link.download = `个人信息-尾号${number.slice(-4)}.zip`;
  link.click();
  URL.revokeObjectURL(link.href);
}
