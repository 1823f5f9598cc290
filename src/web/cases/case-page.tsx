import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Form, Input, Space } from 'antd';
import type { Dayjs } from 'dayjs';
import { useEffect, useState } from 'react';
import { Link, useParams } from 'react-router';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import { CASE_CLOCKS } from '../../core/office/case-clocks.ts';
import {
  CASE_STATES,
  CASE_STEPS,
  CHANNELS,
  correctionText,
  type CaseStepKind,
} from '../../core/office/cases.ts';
import { ask, refusalWords } from '../ask.ts';
import { Dial } from '../phone/dial.tsx';
import { ClockRow } from '../orders/due.tsx';
import { DeskOrderPanel, useDecisionTable } from '../orders/desk-panel.tsx';
import { AddFiles, Files, type OrderFile } from '../orders/files.tsx';
import { useMay } from '../shell/me.tsx';
import { minuteText, useCase, type CaseView } from './case.ts';
import { CaseFieldsForm, fieldsOf, ofWall, written, type Written } from './fields.tsx';
import { DueOf, StateOf } from './list-page.tsx';
import './cases.css';

const PLACEHOLDERS: Partial<Record<CaseStepKind, string>> = {
  return: '退单原因（会写入对方平台的，照抄）',
  defer: '延期原因',
  'call-back': '回访时用户怎么说',
  reply: '在对方平台上回复的原文',
  'take-back': '重办原因',
  note: '备注',
  attach: '附件是什么（可不写）',
};
const folderOf = (one: CaseView) => `/api/cases/${one.id}/files`;
const ACCEPTED = 'image/*,application/pdf,.doc,.docx,.wps,.xls,.xlsx,.et,.pptx,.eml,.msg';

/** One case: what came, what was done with it, and what can be done now. */
export function CasePage() {
  const { id } = useParams();
  const found = useCase(id);
  useEffect(() => {
    document.title = '来件 · 供水热线 96666';
  }, []);
  if (found.error) return <Alert type="error" showIcon title={refusalWords(found.error)} />;
  if (!found.data) return <p className="quiet">正在打开来件…</p>;
  return <Case key={found.data.version} one={found.data} />;
}

function Case({ one }: { one: CaseView }) {
  const may = useMay();
  const table = useDecisionTable();
  const category = table.data?.body.categories.find((row) => row.code === one.category);
  const item = category?.items.find((row) => row.no === one.item);
  const keeps = may('keep-cases');
  const [editing, setEditing] = useState(false);
  const ownFiles = one.steps.filter(({ kind }) => kind === 'enter' || kind === 'attach').flatMap(filesOf);
  const proof = one.steps.findLast(({ kind }) => kind === 'reply')?.files ?? [];
  return (
    <main className="page cases">
      <header className="case-head">
        <h1>
          {CHANNELS[one.channel].zh}　<span className="figures">{one.outsideNo || '（无编号）'}</span>
        </h1>
        <StateOf one={one} />
        <DueOf one={one} />
        {one.dueAtMs !== null && (
          <small className="figures">
            时限 {minuteText(one.dueAtMs)}
            {one.firstDueAtMs !== null &&
              one.firstDueAtMs !== one.dueAtMs &&
              `（原时限 ${minuteText(one.firstDueAtMs)}）`}
          </small>
        )}
        <Link to="/cases">返回来件箱</Link>
      </header>
      <div className="case-body">
        <section className="case-matter">
          {one.dueAsked !== '' && !editing && (
            <DueAsked one={one} keeps={keeps} edit={() => setEditing(true)} />
          )}
          {editing ? (
            <Correct one={one} done={() => setEditing(false)} />
          ) : (
            <>
              <dl>
                <dt>来件人</dt>
                <dd>
                  {one.person || '—'}　{one.phone && <Dial number={one.phone} />}
                </dd>
                <dt>地址</dt>
                <dd>{[one.district, one.address.replace(one.district, '')].join(' ').trim() || '—'}</dd>
                <dt>类型</dt>
                <dd>{one.kind || '—'}</dd>
                <dt>分类</dt>
                <dd>{category ? `${category.zh}${item ? ` · ${item.zh}` : ''}` : '未分类'}</dd>
                <dt>受理</dt>
                <dd className="figures">
                  {minuteText(one.receivedAtMs)}　登记人 {one.madeBy}
                </dd>
                <dt>工单</dt>
                <dd>
                  {one.orderNo ? (
                    <Link className="figures" to={`/orders/${one.orderNo}`}>
                      {one.orderNo}
                      {one.joined && '（并入）'}
                    </Link>
                  ) : (
                    '—'
                  )}
                </dd>
              </dl>
              <p className="case-content">{one.content}</p>
              <Files folder={folderOf(one)} files={ownFiles} />
              {one.reply && (
                <>
                  <h2>回复原文</h2>
                  <p className="case-content">{one.reply}</p>
                  {proof.length > 0 ? (
                    <Files folder={folderOf(one)} files={proof} />
                  ) : (
                    <p className="quiet">没有附回复凭证。</p>
                  )}
                </>
              )}
              {one.pasted && one.pasted.trim() !== one.content.trim() && (
                <details>
                  <summary>{one.channel === 'mail' ? '邮件原文' : '平台原文'}</summary>
                  <p className="case-content">{one.pasted}</p>
                </details>
              )}
              {keeps && one.may.includes('correct') && <Button onClick={() => setEditing(true)}>更正</Button>}
            </>
          )}
          <Clocks one={one} />
          <Steps one={one} />
        </section>
        {keeps && (
          <section className="case-do">
            <StepForm one={one} />
            {one.may.includes('order') && <OrderOf one={one} />}
          </section>
        )}
      </div>
    </main>
  );
}

const filesOf = (step: CaseView['steps'][number]) => step.files;

function useSaved() {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['cases'] });
}

/** The deadline that could not be read for sure: a person reads it, and sets it, or says that there is none. */
function DueAsked({ one, keeps, edit }: { one: CaseView; keeps: boolean; edit: () => void }) {
  const saved = useSaved();
  const none = useMutation({
    mutationFn: () =>
      ask<CaseView>('PUT', `/api/cases/${one.id}`, { ...fieldsOf(written(one)), dueRead: true }),
    onSuccess: saved,
  });
  return (
    <Alert
      type="warning"
      showIcon
      title={`时限待确认：原文写的是${one.dueAsked}`}
      description={
        keeps &&
        one.may.includes('correct') && (
          <Space>
            <Button type="primary" onClick={edit}>
              填写时限
            </Button>
            <Button loading={none.isPending} onClick={() => none.mutate()}>
              没有时限
            </Button>
            {none.error && refusalWords(none.error)}
          </Space>
        )
      }
    />
  );
}

function Correct({ one, done }: { one: CaseView; done: () => void }) {
  const saved = useSaved();
  const save = useMutation({
    mutationFn: (fields: Written) =>
      ask<CaseView>('PUT', `/api/cases/${one.id}`, { ...fieldsOf(fields), version: one.version }),
    onSuccess: async () => {
      await saved();
      done();
    },
  });
  return (
    <Form<Written>
      layout="vertical"
      requiredMark={false}
      initialValues={written(one)}
      onFinish={(fields) => save.mutate(fields)}
    >
      <CaseFieldsForm />
      {save.error && <Alert type="error" showIcon title={refusalWords(save.error)} />}
      <Space>
        <Button type="primary" htmlType="submit" loading={save.isPending}>
          保存更正
        </Button>
        <Button onClick={done}>取消</Button>
      </Space>
    </Form>
  );
}

function StepForm({ one }: { one: CaseView }) {
  const saved = useSaved();
  const kinds = one.may.filter((kind) => !['order', 'join', 'correct'].includes(kind));
  const [chosen, setChosen] = useState<CaseStepKind | null>(null);
  const [note, setNote] = useState('');
  const [until, setUntil] = useState<Dayjs | null>(null);
  const [files, setFiles] = useState<OrderFile[]>([]);
  const step = useMutation({
    mutationFn: (kind: CaseStepKind) =>
      ask<CaseView>('POST', `/api/cases/${one.id}/steps`, {
        ...{ kind, version: one.version, note, fileIds: files.map((file) => file.id) },
        untilMs: kind === 'defer' && until ? ofWall(until) : null,
      }),
    onSuccess: saved,
  });
  const atOnce = (kind: CaseStepKind) => kind === 'sign' || kind === 'close';
  return (
    <div className="case-steps-form">
      <h2>办理</h2>
      <Space wrap>
        {kinds.map((kind) => (
          <Button
            key={kind}
            type={atOnce(kind) || kind === 'reply' ? 'primary' : 'default'}
            aria-pressed={chosen === kind}
            disabled={step.isPending}
            onClick={() => (atOnce(kind) ? step.mutate(kind) : setChosen(kind))}
          >
            {CASE_STEPS[kind]}
          </Button>
        ))}
      </Space>
      {chosen && (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            step.mutate(chosen);
          }}
        >
          {chosen === 'defer' && (
            <DatePicker
              showTime={{ format: 'HH:mm' }}
              format="YYYY-MM-DD HH:mm"
              placeholder="延期到"
              value={until}
              onChange={setUntil}
            />
          )}
          <Input.TextArea
            autoFocus
            key={chosen}
            rows={chosen === 'reply' ? 5 : 3}
            maxLength={FIELD_LIMITS.note}
            placeholder={PLACEHOLDERS[chosen]}
            aria-label={PLACEHOLDERS[chosen]}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
          <AddFiles
            folder={folderOf(one)}
            files={files}
            change={setFiles}
            accept={ACCEPTED}
            label={
              chosen === 'reply'
                ? '回复凭证：平台截图、发出的邮件，每个不超过 10 MB'
                : '附件：照片、PDF、Office 文件、邮件，每个不超过 10 MB'
            }
          />
          <Button type="primary" htmlType="submit" loading={step.isPending}>
            提交{CASE_STEPS[chosen]}
          </Button>
        </form>
      )}
      {step.error && <Alert type="error" showIcon title={refusalWords(step.error)} />}
    </div>
  );
}

/** Makes an order of it by the decision table, or joins it to one about the same matter. */
function OrderOf({ one }: { one: CaseView }) {
  const saved = useSaved();
  const [orderNo, setOrderNo] = useState('');
  const join = useMutation({
    mutationFn: () => ask<CaseView>('POST', `/api/cases/${one.id}/join`, { orderNo: orderNo.trim() }),
    onSuccess: saved,
  });
  return (
    <div className="case-order">
      <h2>转工单</h2>
      {one.category === '' && <p className="quiet">先“更正”，选好投诉事由、内容和辖区，就能按派工表派单。</p>}
      <DeskOrderPanel
        key={`${one.category} ${one.item}`}
        matter={{
          ...{ recordId: null, callId: null, category: one.category, item: one.item, content: one.content },
          ...{
            caller: one.person,
            phone: one.phone,
            account: '',
            address: one.address,
            district: one.district,
          },
          ...{ urgent: false, source: 'case' },
          outside: { caseId: one.id, outsideNo: one.outsideNo, outsideDueAtMs: one.dueAtMs },
        }}
        onMade={() => void saved()}
      />
      <form
        className="case-join"
        onSubmit={(event) => {
          event.preventDefault();
          join.mutate();
        }}
      >
        <Input
          placeholder="已有同一件事的工单号，HL…"
          aria-label="要并入的工单号"
          value={orderNo}
          onChange={(event) => setOrderNo(event.target.value)}
        />
        <Button htmlType="submit" disabled={orderNo.trim() === ''} loading={join.isPending}>
          并入工单
        </Button>
      </form>
      {join.error && <Alert type="error" showIcon title={refusalWords(join.error)} />}
    </div>
  );
}

/** Its own deadlines, each as it stands. */
function Clocks({ one }: { one: CaseView }) {
  return (
    <section className="order-clocks" aria-label="时限">
      <h2>时限</h2>
      <ul>
        {one.clocks.map((clock) => (
          <li key={clock.name}>
            <ClockRow clock={clock} title={CASE_CLOCKS[clock.name]} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Steps({ one }: { one: CaseView }) {
  return (
    <>
      <h2>经过</h2>
      <ol className="case-steps">
        {one.steps.map((step) => (
          <li key={step.ordinal}>
            <b>{CASE_STEPS[step.kind]}</b>
            <span className="figures">{minuteText(step.atMs)}</span>
            <span>{step.personName}</span>
            <small>{CASE_STATES[step.state]}</small>
            <p>
              {step.body.orderNo && <Link to={`/orders/${step.body.orderNo}`}>{step.body.orderNo}　</Link>}
              {step.body.untilMs !== undefined && `延期到 ${minuteText(step.body.untilMs)}　`}
              {step.note}
              {step.body.changed?.map(correctionText).join('；')}
            </p>
            <Files folder={folderOf(one)} files={step.files} />
          </li>
        ))}
      </ol>
    </>
  );
}
