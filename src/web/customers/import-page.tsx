import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Progress, Select, Table, Upload } from 'antd';
import { useEffect, useState } from 'react';
import { FIELD_WORDS } from '../../core/customers/card.ts';
import { COLUMN_FIELDS, CUSTOMER_LABELS, NEEDED, type Columns } from '../../core/customers/import.ts';
import type { CustomerImport } from '../../protocol/customers.ts';
import { ask, Refusal, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { ColumnWords } from '../lists/column-words.tsx';
import { when } from '../view.ts';
import './customers.css';

const STATES: Record<CustomerImport['state'], string> = {
  uploaded: '已上传，待检查',
  checking: '正在检查',
  checked: '已检查，待导入',
  taking: '正在导入',
  done: '已导入',
  failed: '没有成功',
};
interface View {
  import: CustomerImport;
  bad: { row: number; reason: string }[];
}

/** A list of the billing system: uploaded, its columns named, checked row by row, then taken whole. */
export function ImportPage() {
  const queries = useQueryClient();
  const [openId, setOpen] = useState<number | null>(null);
  const list = useQuery({
    queryKey: ['customers', 'imports'],
    queryFn: ({ signal }) =>
      ask<{ imports: CustomerImport[] }>('GET', '/api/customer-imports', undefined, signal),
  });
  useEffect(() => {
    document.title = '客户导入 · 供水热线 96666';
  }, []);
  const upload = useMutation({
    mutationFn: send,
    onSuccess: ({ id }) => {
      setOpen(id);
      void queries.invalidateQueries({ queryKey: ['customers', 'imports'] });
    },
  });
  const shown = openId ?? list.data?.imports.find(({ state }) => state !== 'done')?.id ?? null;
  return (
    <main className="page customers imports">
      <Upload.Dragger
        accept=".xlsx,.xlsm,.ods,.csv,.txt,.xls"
        showUploadList={false}
        disabled={upload.isPending}
        customRequest={({ file }) => upload.mutate(file as File)}
      >
        <p className="drop">{upload.isPending ? '正在上传…' : '点这里选文件，或把文件拖进来'}</p>
        <p className="quiet">
          营业系统导出的 .xlsx 或 .csv（UTF-8、GBK、UTF-16
          都可以），读第一个可见的工作表，列名上面的标题会跳过；先检查，看过结果再导入。
        </p>
      </Upload.Dragger>
      {upload.error && <Alert type="error" showIcon title={refusalWords(upload.error)} />}
      {list.error && <Alert type="error" showIcon title={refusalWords(list.error)} />}
      {shown !== null && <One key={shown} id={shown} />}
      <Table<CustomerImport>
        size="small"
        rowKey="id"
        pagination={false}
        loading={list.isPending}
        locale={{ emptyText: '还没有导入过。' }}
        dataSource={list.data?.imports ?? []}
        columns={[
          { title: '文件', dataIndex: 'file' },
          { title: '时间', width: 120, render: (_, one) => when(one.atMs, serverNow()) },
          { title: '上传人', width: 120, dataIndex: 'who' },
          { title: '状态', width: 140, render: (_, one) => STATES[one.state] },
          { title: '结果', render: (_, one) => countsOf(one) },
          {
            title: '',
            width: 80,
            render: (_, one) => (
              <Button size="small" onClick={() => setOpen(one.id)}>
                查看
              </Button>
            ),
          },
        ]}
      />
      <ColumnWords kind="customers" fields={FIELD_WORDS} known={CUSTOMER_LABELS} />
    </main>
  );
}

function countsOf({ counts }: CustomerImport): string {
  if (!counts) return '—';
  return `新增 ${counts.added}，变更 ${counts.changed}，不变 ${counts.same}，不能导入 ${counts.bad}`;
}

function One({ id }: { id: number }) {
  const queries = useQueryClient();
  const found = useQuery({
    queryKey: ['customers', 'imports', id],
    queryFn: ({ signal }) => ask<View>('GET', `/api/customer-imports/${id}`, undefined, signal),
    // while it is read or taken the page shows how far it is
    refetchInterval: ({ state }) =>
      ['checking', 'taking'].includes(state.data?.import.state ?? '') ? 700 : false,
  });
  const [columns, setColumns] = useState<Columns | null>(null);
  const step = useMutation({
    mutationFn: (what: 'check' | 'take') =>
      ask('POST', `/api/customer-imports/${id}/${what}`, what === 'check' ? { columns: chosen } : undefined),
    onSettled: () => queries.invalidateQueries({ queryKey: ['customers'] }),
  });
  const state = found.data?.import.state;
  useEffect(() => {
    if (state === 'done' || state === 'checked')
      void queries.invalidateQueries({ queryKey: ['customers', 'imports'], exact: true });
  }, [state, queries]);
  if (!found.data) return null;
  const { import: job, bad } = found.data;
  const chosen = columns ?? job.columns;
  const missing = NEEDED.filter((field) => chosen[field] === undefined);
  const busy = job.state === 'checking' || job.state === 'taking';
  return (
    <section className="import-card">
      <h2>
        {job.file} <small>{STATES[job.state]}</small>
      </h2>
      {job.fault && <Alert type="error" showIcon title={job.fault} />}
      {job.notes.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={job.notes.map((note) => (
            <div key={note}>{note}</div>
          ))}
        />
      )}
      {step.error && <Alert type="error" showIcon title={refusalWords(step.error)} />}
      {job.state === 'checking' && (
        <Progress
          percent={Math.floor((job.share ?? 0) * 100)}
          format={() => `已读 ${job.rows ?? 0} 行`}
          status="active"
        />
      )}
      {job.state === 'taking' && <Progress percent={100} showInfo={false} status="active" />}
      {job.state !== 'done' && (
        <>
          <div className="import-columns">
            {COLUMN_FIELDS.map((field) => (
              <label key={field}>
                <span className={NEEDED.includes(field) ? 'needed' : ''}>{FIELD_WORDS[field]}</span>
                <Select
                  allowClear
                  disabled={busy}
                  placeholder="文件里没有"
                  value={chosen[field]}
                  onChange={(column?: number) => {
                    const { [field]: _before, ...others } = chosen;
                    setColumns(column === undefined ? others : { ...others, [field]: column });
                  }}
                  options={job.headers.map((header, value) => ({
                    value,
                    label: header || `第 ${value + 1} 列`,
                  }))}
                />
                <small title={job.sample[0]?.[chosen[field] ?? -1]}>
                  {chosen[field] === undefined ? '' : (job.sample[0]?.[chosen[field]] ?? '')}
                </small>
              </label>
            ))}
          </div>
          {missing.length > 0 && (
            <p className="quiet">
              还要指定：{missing.map((field) => FIELD_WORDS[field]).join('、')}是文件里的哪一列。
            </p>
          )}
        </>
      )}
      {job.counts && (
        <p className="import-counts">
          <span>
            新增 <b>{job.counts.added}</b>
          </span>
          <span>
            变更 <b>{job.counts.changed}</b>
          </span>
          <span>
            不变 <b>{job.counts.same}</b>
          </span>
          <span>
            不能导入 <b className={job.counts.bad > 0 ? 'bad' : ''}>{job.counts.bad}</b>
          </span>
        </p>
      )}
      <p className="import-do">
        {job.state !== 'done' && (
          <Button
            type={job.state === 'checked' ? 'default' : 'primary'}
            disabled={missing.length > 0 || busy}
            loading={job.state === 'checking'}
            onClick={() => step.mutate('check')}
          >
            {job.state === 'uploaded' ? '检查' : '重新检查'}
          </Button>
        )}
        {(job.state === 'checked' || job.state === 'taking') && job.counts && (
          <Button
            type="primary"
            disabled={busy || job.counts.added + job.counts.changed === 0}
            loading={job.state === 'taking'}
            onClick={() => step.mutate('take')}
          >
            导入 {job.counts.added + job.counts.changed} 个客户
          </Button>
        )}
        {bad.length > 0 && (
          <a href={`/api/customer-imports/${id}/bad.csv`} download>
            下载不能导入的行
          </a>
        )}
      </p>
      {bad.length > 0 && (
        <ul className="bad-rows">
          {bad.slice(0, 100).map(({ row, reason }) => (
            <li key={row}>
              <span className="figures">第 {row} 行</span> {reason}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

async function send(file: File): Promise<{ id: number }> {
  const form = new FormData();
  form.append('file', file);
  let answer: Response;
  try {
    answer = await fetch('/api/customer-imports', { method: 'POST', body: form });
  } catch {
    throw new Refusal(0, 'offline', '没有传完，请检查网络后再传一次。');
  }
  const said = (await answer.json().catch(() => null)) as {
    id: number;
    code: string;
    message: string;
  } | null;
  if (answer.ok && said) return said;
  throw new Refusal(answer.status, said?.code ?? 'failed', said?.message ?? '服务没有回应，请稍候再试。');
}
