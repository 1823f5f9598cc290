import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import type { ReportDocument } from '../../core/office/document.ts';
import { ask, refusalWords } from '../ask.ts';
import { ROLE_WORDS } from '../people/words.ts';

export const ROLE_CHOICES = Object.entries(ROLE_WORDS).map(([value, label]) => ({ value, label }));

/** Freezes the report as it stands and sends it; what was sent before is told to be corrected, and why. */
export function SendReport({
  report,
  period,
  made,
  close,
}: {
  report: string;
  period: string;
  made: ReportDocument;
  close: () => void;
}) {
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [roles, setRoles] = useState<string[]>([]);
  const [addresses, setAddresses] = useState<string[]>([]);
  const [why, setWhy] = useState('');
  const send = useMutation({
    mutationFn: () =>
      ask<{ version: number; recipients: number }>(
        'POST',
        `/api/report-versions/${report}?period=${encodeURIComponent(period)}`,
        { roles, addresses, why },
      ),
    onSuccess: ({ version, recipients }) => {
      void message.success(`已定稿为第 ${version} 版，正在发给 ${recipients} 个收件人；结果在“已发送”里看`);
      void queries.invalidateQueries({ queryKey: ['report-versions'] });
      close();
    },
  });
  const empty = (made.passages ?? []).filter(({ text }) => text.trim() === '');
  return (
    <Modal
      open
      title={`定稿并发送：${made.title}（${made.period.words}）`}
      okText="定稿并发送"
      cancelText="返回"
      confirmLoading={send.isPending}
      okButtonProps={{ disabled: roles.length + addresses.length === 0 }}
      onOk={() => send.mutate()}
      onCancel={close}
    >
      <div className="send-report">
        <p className="quiet">定稿后这一版不再改变，随时可以打开；再次发送会成为下一版。</p>
        {empty.length > 0 && (
          <Alert
            type="warning"
            showIcon
            title={`还没有写：${empty.map(({ heading }) => heading).join('、')}`}
          />
        )}
        <label>
          收件角色
          <Select
            mode="multiple"
            aria-label="收件角色"
            value={roles}
            onChange={setRoles}
            options={ROLE_CHOICES}
          />
        </label>
        <label>
          邮箱地址（可填多个，回车分开）
          <Select
            mode="tags"
            aria-label="邮箱地址"
            value={addresses}
            onChange={setAddresses}
            open={false}
            tokenSeparators={[',', '，', ' ', ';']}
          />
        </label>
        <label>
          更正说明（第二版起请写明改了什么）
          <Input value={why} maxLength={500} onChange={(event) => setWhy(event.target.value)} />
        </label>
        {send.error && <Alert type="error" showIcon title={refusalWords(send.error)} />}
      </div>
    </Modal>
  );
}
