import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import type { ReportDocument } from '../../core/office/document.ts';
import { ask, refusalWords } from '../ask.ts';
import { ROLE_WORDS } from '../people/words.ts';
import { ReportBody } from './body.tsx';
import { Written } from './passage.tsx';

export const ROLE_CHOICES = Object.entries(ROLE_WORDS).map(([value, label]) => ({ value, label }));

interface Preview {
  id: string;
  document: ReportDocument;
  recipients: string[];
  mail: { subject: string; text: string; files: string[] };
}

/** Shows what would go and to whom, then freezes just that and sends it; a correction says what it corrects. */
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
  const [seen, setSeen] = useState<Preview | null>(null);
  const [table, setTable] = useState('');
  const preview = useMutation({
    mutationFn: () =>
      ask<Preview>('POST', `/api/report-previews/${report}?period=${encodeURIComponent(period)}`, {
        ...{ roles, addresses, why },
      }),
    onSuccess: (found) => {
      setSeen(found);
      setTable(found.document.tables[0]?.key ?? '');
    },
  });
  const send = useMutation({
    mutationFn: (id: string) =>
      ask<{ version: number; recipients: number }>('POST', `/api/report-previews/${id}/send`),
    onSuccess: ({ version, recipients }) => {
      void message.success(`已定稿为第 ${version} 版，正在发给 ${recipients} 个收件人；结果在“已发送”里看`);
      void queries.invalidateQueries({ queryKey: ['report-versions'] });
      close();
    },
  });
  const empty = (made.passages ?? []).filter(({ text }) => text.trim() === '');
  if (seen)
    return (
      <Modal
        open
        width={1200}
        title={`发送前预览：${seen.mail.subject}`}
        okText={`定稿并发给 ${seen.recipients.length} 个收件人`}
        cancelText="返回修改"
        confirmLoading={send.isPending}
        onOk={() => send.mutate(seen.id)}
        onCancel={() => {
          send.reset();
          setSeen(null);
        }}
      >
        <div className="send-report report">
          {send.error && <Alert type="error" showIcon title={refusalWords(send.error)} />}
          <dl className="mail">
            <dt>收件人</dt>
            <dd>{seen.recipients.join('、')}</dd>
            <dt>主题</dt>
            <dd>{seen.mail.subject}</dd>
            <dt>正文</dt>
            <dd className="written">{seen.mail.text}</dd>
            <dt>附件</dt>
            <dd>
              {(['docx', 'xlsx'] as const).map((kind, at) => (
                <a key={kind} href={`/api/report-previews/${seen.id}/file?as=${kind}`}>
                  {seen.mail.files[at]}
                </a>
              ))}
              <small>用户电话和门牌在邮件里隐去，完整的在系统里看。</small>
            </dd>
          </dl>
          <ReportBody
            made={seen.document}
            shown={table}
            choose={setTable}
            passage={(one) => <Written key={one.key} passage={one} />}
          />
        </div>
      </Modal>
    );
  return (
    <Modal
      open
      title={`定稿并发送：${made.title}（${made.period.words}）`}
      okText="预览"
      cancelText="返回"
      confirmLoading={preview.isPending}
      okButtonProps={{ disabled: roles.length + addresses.length === 0 }}
      onOk={() => preview.mutate()}
      onCancel={close}
    >
      <div className="send-report">
        <p className="quiet">先预览再发。定稿后这一版不再改变，随时可以打开；再次发送会成为下一版。</p>
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
        {preview.error && <Alert type="error" showIcon title={refusalWords(preview.error)} />}
      </div>
    </Modal>
  );
}
