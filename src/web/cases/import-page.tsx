import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Select, Space, Table, Upload } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { CASE_COLUMNS, type CaseColumn, type CaseColumns } from '../../core/office/case-import.ts';
import { CHANNELS, type Channel } from '../../core/office/cases.ts';
import type { CaseCheck as Check, CaseList as List } from '../../protocol/case-import.ts';
import { LABELS } from '../../core/office/case-labels.ts';
import { ask, Refusal, refusalWords } from '../ask.ts';
import { ColumnWords } from '../lists/column-words.tsx';
import './cases.css';

/** A portal's list, as it was exported: which column is what, what can be taken, and nothing half done. */
export function ImportCasesPage() {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [channel, setChannel] = useState<Channel>('12345');
  const [list, setList] = useState<List | null>(null);
  const [columns, setColumns] = useState<CaseColumns>({});
  useEffect(() => {
    document.title = '导入来件 · 供水热线 96666';
  }, []);
  const read = useMutation({
    mutationFn: async (file: File) => {
      const query = new URLSearchParams({ channel, name: file.name });
      const answer = await fetch(`/api/case-imports?${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/octet-stream' },
        body: file,
      });
      const said = (await answer.json().catch(() => null)) as
        (List & { code?: string; message?: string }) | null;
      if (!answer.ok || !said)
        throw new Refusal(
          answer.status,
          said?.code ?? 'failed',
          said?.message ?? '文件太大或没有传上，请重试。',
        );
      return said;
    },
    onSuccess: (told) => {
      setList(told);
      setColumns(told.columns);
      check.reset();
    },
  });
  const body = { token: list?.token, channel, columns };
  const check = useMutation({ mutationFn: () => ask<Check>('POST', '/api/case-imports/check', body) });
  const take = useMutation({
    mutationFn: () => ask<Check>('POST', '/api/case-imports/take', body),
    onSuccess: (done) => {
      void message.success(`已登记 ${done.good} 件`);
      void queries.invalidateQueries({ queryKey: ['cases'] });
      void navigate('/cases');
    },
  });
  const fault = read.error ?? check.error ?? take.error;
  return (
    <main className="page cases">
      <Space wrap style={{ marginBottom: 12 }}>
        <Select
          aria-label="渠道"
          style={{ width: 220 }}
          value={channel}
          onChange={(one) => {
            setChannel(one);
            setList(null);
          }}
          options={Object.entries(CHANNELS).map(([value, { zh }]) => ({
            value: value as Channel,
            label: zh,
          }))}
        />
        <Upload
          accept=".xlsx,.xlsm,.ods,.csv,.txt,.xls"
          showUploadList={false}
          beforeUpload={(file) => {
            read.mutate(file);
            return false;
          }}
        >
          <Button type={list ? 'default' : 'primary'} loading={read.isPending}>
            选择文件（xlsx、csv）
          </Button>
        </Upload>
        <Link to="/cases">返回来件</Link>
      </Space>
      {fault && <Alert type="error" showIcon title={refusalWords(fault)} />}
      {!list && (
        <p className="quiet">
          从平台导出工单列表，选渠道后上传。读第一个可见的工作表，表头上面的标题会跳过；GBK、UTF-8、UTF-16
          都认得。
        </p>
      )}
      {list && (
        <>
          <p>
            {list.file}：{list.count} 行。
            {list.remembered
              ? '各列按这个渠道上次的对应。'
              : '各列按表头猜的，请核对；改过的列名登记后会记住。'}
          </p>
          {list.notes.length > 0 && (
            <Alert
              type="warning"
              showIcon
              style={{ marginBottom: 12 }}
              title={list.notes.map((note) => (
                <div key={note}>{note}</div>
              ))}
            />
          )}
          <div className="columns">
            {(Object.keys(CASE_COLUMNS) as CaseColumn[]).map((column) => (
              <label key={column}>
                {CASE_COLUMNS[column]}
                <Select
                  style={{ width: 170 }}
                  value={columns[column] ?? -1}
                  onChange={(at: number) => {
                    setColumns({ ...columns, [column]: at });
                    check.reset();
                  }}
                  options={[
                    { value: -1, label: '（没有）' },
                    ...list.headers.map((label, value) => ({ value, label: label || `第 ${value + 1} 列` })),
                  ]}
                />
              </label>
            ))}
          </div>
          <Table
            size="small"
            pagination={false}
            scroll={{ x: 'max-content' }}
            rowKey={(row) => row.join('\u0001')}
            dataSource={list.sample}
            columns={list.headers.map((title, at) => ({
              title,
              key: at,
              ellipsis: true,
              width: 160,
              render: (_: unknown, row: string[]) => row[at] ?? '',
            }))}
          />
          <Space style={{ marginTop: 12 }}>
            <Button loading={check.isPending} onClick={() => check.mutate()}>
              检查
            </Button>
            <Button
              type="primary"
              disabled={!check.data || check.data.good === 0}
              loading={take.isPending}
              onClick={() => take.mutate()}
            >
              {check.data ? `登记 ${check.data.good} 件` : '登记'}
            </Button>
          </Space>
          {check.data && (
            <>
              <p>
                可以登记 {check.data.good} 件
                {check.data.known.length > 0 &&
                  `；${check.data.known.length} 件的编号已经有了，不重复登记（第 ${check.data.known
                    .slice(0, 20)
                    .map((one) => one.row)
                    .join('、')} 行）`}
                {check.data.bad.length > 0 && `；${check.data.bad.length} 行不能登记：`}
              </p>
              {(check.data.notes ?? []).slice(0, 50).map(({ row, words }) => (
                <Alert key={`${row}${words}`} type="warning" showIcon title={`第 ${row} 行：${words}`} />
              ))}
              <ul>
                {check.data.bad.slice(0, 200).map((one) => (
                  <li key={one.row}>
                    第 {one.row} 行：{one.reason}
                  </li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
      <ColumnWords kind="cases" fields={CASE_COLUMNS} known={LABELS} />
    </main>
  );
}
