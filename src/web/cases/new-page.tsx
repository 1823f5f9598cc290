import { useMutation } from '@tanstack/react-query';
import { Alert, Button, Form, Input } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import { CHANNELS, type Channel } from '../../core/office/cases.ts';
import type { PortalReading, PortalText, TimeRemark } from '../../core/office/portal-text.ts';
import { ask, Refusal, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import type { CaseView } from './case.ts';
import { CaseFieldsForm, fieldsOf, written, type Written } from './fields.tsx';
import './cases.css';

/** which fields of the form a part of the text fills */
const FILLS: Record<keyof PortalText, keyof Written> = {
  ...{ outsideNo: 'outsideNo', kind: 'kind', person: 'person', phone: 'phone', address: 'address' },
  ...{ content: 'content', receivedAtMs: 'received', dueAtMs: 'due' },
} as const;

/** A case is typed in, or what a portal shows is pasted: what was understood is shown, and corrected before it is kept. */
export function NewCasePage() {
  const [query] = useSearchParams();
  const navigate = useNavigate();
  const [form] = Form.useForm<Written>();
  const [pasted, setPasted] = useState('');
  const [understood, setUnderstood] = useState<string[] | null>(null);
  const [remarks, setRemarks] = useState<TimeRemark[]>([]);
  const asked = query.get('channel');
  useEffect(() => {
    document.title = '登记来件 · 供水热线 96666';
  }, []);
  const read = useMutation({
    mutationFn: (text: string) => ask<PortalReading>('POST', '/api/cases/read', { text }),
    onSuccess: ({ remarks: found, ...told }) => {
      setRemarks(found);
      const now = form.getFieldsValue();
      const fill = written({
        ...{
          channel: now.channel,
          community: '',
          district: now.district ?? '',
          category: now.category ?? '',
        },
        item: now.item ?? null,
        ...told,
        receivedAtMs: told.receivedAtMs ?? serverNow(),
      });
      form.setFieldsValue(fill);
      setUnderstood(
        (Object.keys(FILLS) as (keyof PortalText)[]).filter((part) => told[part]).map((part) => FILLS[part]),
      );
    },
  });
  const add = useMutation({
    mutationFn: (fields: Written) => ask<CaseView>('POST', '/api/cases', { ...fieldsOf(fields), pasted }),
    onSuccess: (made) => navigate(`/cases/${made.id}`),
  });
  const taken = add.error instanceof Refusal && add.error.code === 'already-entered';
  const begin = written({
    ...{ channel: (asked && asked in CHANNELS ? asked : '12345') as Channel, outsideNo: '', kind: '' },
    ...{ receivedAtMs: serverNow(), dueAtMs: null, person: '', phone: '', address: '', community: '' },
    ...{ district: '', category: '', item: null, content: '' },
  });
  return (
    <main className="page cases">
      <div className="new-case">
        <section>
          <h2>粘贴平台原文</h2>
          <Input.TextArea
            autoFocus
            rows={16}
            maxLength={FIELD_LIMITS.content}
            value={pasted}
            aria-label="平台原文"
            placeholder="在12345、政民互动等平台上选中整条工单，复制后粘贴到这里，系统会读出编号、姓名、电话、地址、时限；也可以直接在右边填写。"
            onChange={(event) => setPasted(event.target.value)}
            onPaste={(event) => {
              const text = event.clipboardData.getData('text');
              if (pasted === '' && text.trim() !== '') read.mutate(text);
            }}
          />
          <Button
            type={understood ? 'default' : 'primary'}
            disabled={pasted.trim() === ''}
            loading={read.isPending}
            onClick={() => read.mutate(pasted)}
          >
            {understood ? '重新识别' : '识别'}
          </Button>
          {read.error && <Alert type="error" showIcon title={refusalWords(read.error)} />}
          {understood && (
            <Alert
              type={understood.length > 1 ? 'success' : 'warning'}
              showIcon
              title={
                understood.length > 1
                  ? `读出了 ${understood.length} 项，已标在右边，请核对后保存。`
                  : '没有读出编号、电话等项目，请在右边补全。'
              }
            />
          )}
          {remarks.map(({ part, text, words, taken }) => (
            <Alert
              key={part + text}
              type="warning"
              showIcon
              title={`${part === 'dueAtMs' ? '办理时限' : '受理时间'}“${text}”${taken ? '' : '没有读进去，请在右边填写'}：${words}`}
            />
          ))}
        </section>
        <Form<Written>
          form={form}
          layout="vertical"
          requiredMark={false}
          initialValues={begin}
          onFinish={(fields) => add.mutate(fields)}
        >
          <h2>来件</h2>
          <CaseFieldsForm understood={understood ?? []} />
          {add.error && (
            <Alert
              type="error"
              showIcon
              title={
                <>
                  {refusalWords(add.error)}
                  {taken && (
                    <>
                      {'　'}
                      <Link
                        to={`/cases?list=all&words=${encodeURIComponent(form.getFieldValue('outsideNo') as string)}`}
                      >
                        打开它
                      </Link>
                    </>
                  )}
                </>
              }
            />
          )}
          <Button type="primary" htmlType="submit" loading={add.isPending}>
            保存来件
          </Button>
        </Form>
      </div>
    </main>
  );
}
