import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Input, InputNumber, Select, Table } from 'antd';
import { useEffect, useState } from 'react';
import type { Category, Checked, DecisionTable, Rule, UnitChoice } from '../../core/orders/decision.ts';
import { questionsOf } from '../../core/orders/decision.ts';
import type { DecisionView } from '../../protocol/orders.ts';
import { ask, refusalWords } from '../ask.ts';
import { when } from '../view.ts';
import { serverNow } from '../clock.tsx';
import { useDecisionTable } from './desk-panel.tsx';
import { useUnits } from './units.ts';
import './orders.css';

interface VersionRow {
  version: number;
  note: string;
  madeBy: string | null;
  madeAtMs: number;
}

/** Annex 1 as the administrator edits it: rules in their order, a check of every combination, a trial, versions. */
export function OrderRulesPage() {
  const table = useDecisionTable();
  useEffect(() => {
    document.title = '派工分类表 · 供水热线 96666';
  }, []);
  if (!table.data) return <p className="quiet">{table.error ? refusalWords(table.error) : '正在打开…'}</p>;
  return <Editor key={table.data.version} version={table.data.version} saved={table.data.body} />;
}

function Editor({ version, saved }: { version: number; saved: DecisionTable }) {
  const queries = useQueryClient();
  const [table, setTable] = useState(saved);
  const [code, setCode] = useState(saved.categories[0]!.code);
  const [note, setNote] = useState('');
  const category = table.categories.find((one) => one.code === code) ?? table.categories[0]!;
  const change = (next: Category) =>
    setTable({ categories: table.categories.map((one) => (one.code === next.code ? next : one)) });
  const check = useMutation({
    mutationFn: () => ask<Checked>('POST', '/api/decision-table/check', { table }),
  });
  const save = useMutation({
    mutationFn: () =>
      ask<{ version: number }>('POST', '/api/decision-table', { after: version, table, note }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['decision-table'] }),
  });
  const versions = useQuery({
    queryKey: ['decision-table', 'versions'],
    queryFn: ({ signal }) => ask<VersionRow[]>('GET', '/api/decision-table/versions', undefined, signal),
  });
  const name = (one: string) => table.categories.find((each) => each.code === one)?.zh ?? one;
  return (
    <main className="page orders rules-page">
      <header>
        <h1>派工分类表（附件 1）</h1>
        <span>现行第 {version} 版</span>
        <span className="grow" />
        <Button onClick={() => check.mutate()} loading={check.isPending}>
          检查全部组合
        </Button>
        <Input
          style={{ width: 220 }}
          placeholder="改了什么"
          aria-label="改了什么"
          value={note}
          onChange={(event) => setNote(event.target.value)}
        />
        <Button
          type="primary"
          disabled={table === saved || note.trim() === ''}
          loading={save.isPending}
          onClick={() => save.mutate()}
        >
          存为新版本
        </Button>
      </header>
      {(save.error ?? check.error) && (
        <Alert type="error" showIcon title={refusalWords(save.error ?? check.error)} />
      )}
      {check.data && (
        <Alert
          type={
            check.data.holes.length + check.data.unreached.length + check.data.faults.length === 0
              ? 'success'
              : 'warning'
          }
          showIcon
          title={`查了 ${check.data.combinations} 种组合：${check.data.holes.length} 种没有结果，${check.data.unreached.length} 条规则用不到`}
          description={[
            ...check.data.faults,
            ...check.data.holes
              .slice(0, 8)
              .map(
                (one) =>
                  `没有结果：${name(one.category)} 第 ${one.item} 项 ${Object.values(one.answers).join('/')} ${one.district}`,
              ),
            ...check.data.unreached.map((one) => `用不到：${name(one.category)} 第 ${one.ruleNo} 条`),
          ].map((line) => (
            <div key={line}>{line}</div>
          ))}
        />
      )}
      <nav className="order-lists" aria-label="投诉事由">
        {table.categories.map((one) => (
          <button
            key={one.code}
            type="button"
            className={one.code === code ? 'here' : ''}
            onClick={() => setCode(one.code)}
          >
            {one.no} {one.zh}
          </button>
        ))}
      </nav>
      <Rules category={category} change={change} />
      <Button
        onClick={() =>
          change({
            ...category,
            rules: [
              ...category.rules,
              {
                items: [],
                when: {},
                districts: [],
                say: '',
                lead: { kind: 'network' },
                assist: [],
                clocks: 'standard',
              },
            ],
          })
        }
      >
        加一条规则
      </Button>
      <Trial table={table} category={category} />
      <h2>版本</h2>
      <Table
        size="small"
        rowKey="version"
        pagination={false}
        dataSource={versions.data ?? []}
        columns={[
          { title: '版本', dataIndex: 'version', width: 80 },
          { title: '改了什么', dataIndex: 'note' },
          { title: '谁', render: (_, row) => row.madeBy ?? '系统' },
          { title: '何时', render: (_, row) => when(row.madeAtMs, serverNow()) },
          {
            title: '',
            render: (_, row) => (
              <Button
                size="small"
                onClick={() =>
                  void ask<{ body: DecisionTable }>(
                    'GET',
                    `/api/decision-table/versions/${row.version}`,
                  ).then((old) => {
                    setTable(old.body);
                    setNote(`恢复第 ${row.version} 版`);
                  })
                }
              >
                取回这一版
              </Button>
            ),
          },
        ]}
      />
    </main>
  );
}

const keyOf = (choice: UnitChoice | null) =>
  choice === null ? '' : 'code' in choice ? `code:${choice.code}` : `kind:${choice.kind}`;
function choiceOf(key: string): UnitChoice | null {
  if (key === '') return null;
  return key.startsWith('code:') ? { code: key.slice(5) } : { kind: key.slice(5) as 'sales' | 'network' };
}

function Rules({ category, change }: { category: Category; change: (next: Category) => void }) {
  const units = useUnits();
  const choices = [
    { value: 'kind:network', label: '辖区管网维修' },
    { value: 'kind:sales', label: '辖区营销所' },
    ...(units.data?.units ?? []).map((one) => ({ value: `code:${one.code}`, label: one.name })),
  ];
  const set = (at: number, more: Partial<Rule>) =>
    change({ ...category, rules: category.rules.map((one, n) => (n === at ? { ...one, ...more } : one)) });
  const answers = category.questions.flatMap((one) =>
    one.answers.map((answer) => ({ value: `${one.id}:${answer.id}`, label: answer.zh })),
  );
  const move = (at: number, by: number) => {
    const rules = [...category.rules];
    const [one] = rules.splice(at, 1);
    rules.splice(at + by, 0, one!);
    change({ ...category, rules });
  };
  return (
    <Table
      size="small"
      rowKey={(_, at) => String(at)}
      pagination={false}
      dataSource={category.rules.map((rule, at) => ({ rule, at }))}
      columns={[
        { title: '序', width: 44, render: (_, { at }) => at + 1 },
        {
          title: '内容（空：全部）',
          render: (_, { rule, at }) => (
            <Select
              mode="multiple"
              style={{ width: '100%' }}
              aria-label="内容"
              value={rule.items}
              onChange={(items) => set(at, { items })}
              options={category.items.map((one) => ({ value: one.no, label: `${one.no} ${one.zh}` }))}
            />
          ),
        },
        {
          title: '问答',
          render: (_, { rule, at }) => (
            <Select
              mode="multiple"
              style={{ width: '100%' }}
              aria-label="问答"
              disabled={answers.length === 0}
              value={Object.entries(rule.when).flatMap(([id, list]) =>
                list.map((answer) => `${id}:${answer}`),
              )}
              onChange={(keys: string[]) => {
                const when: Rule['when'] = {};
                for (const key of keys) {
                  const [id, answer] = key.split(':') as [string, string];
                  when[id] = [...(when[id] ?? []), answer];
                }
                set(at, { when });
              }}
              options={answers}
            />
          ),
        },
        {
          title: '辖区（空：全部）',
          render: (_, { rule, at }) => (
            <Select
              mode="multiple"
              style={{ width: '100%' }}
              aria-label="辖区"
              value={rule.districts}
              onChange={(districts) => set(at, { districts })}
              options={(units.data?.districts ?? []).map((value) => ({ value }))}
            />
          ),
        },
        {
          title: '主办单位',
          width: 210,
          render: (_, { rule, at }) => (
            <Select
              style={{ width: '100%' }}
              aria-label="主办单位"
              value={keyOf(rule.lead)}
              onChange={(key) => set(at, { lead: choiceOf(key) })}
              options={[{ value: '', label: '不派单，当场答复' }, ...choices]}
            />
          ),
        },
        {
          title: '协办',
          render: (_, { rule, at }) => (
            <Select
              mode="multiple"
              style={{ width: '100%' }}
              aria-label="协办"
              value={rule.assist.map(keyOf)}
              onChange={(keys: string[]) => set(at, { assist: keys.flatMap((key) => choiceOf(key) ?? []) })}
              options={choices}
            />
          ),
        },
        {
          title: '时限',
          width: 130,
          render: (_, { rule, at }) => (
            <Select
              style={{ width: '100%' }}
              aria-label="时限"
              value={rule.clocks}
              onChange={(clocks) => set(at, { clocks })}
              options={[
                { value: 'standard', label: '普通' },
                { value: 'card-meter', label: '3 小时上门' },
              ]}
            />
          ),
        },
        {
          title: '答复内容',
          render: (_, { rule, at }) => (
            <Input
              aria-label="答复内容"
              value={rule.say}
              onChange={(event) => set(at, { say: event.target.value })}
            />
          ),
        },
        {
          title: '',
          width: 120,
          render: (_, { at }) => (
            <>
              <Button size="small" aria-label="上移" disabled={at === 0} onClick={() => move(at, -1)}>
                ↑
              </Button>
              <Button
                size="small"
                danger
                aria-label="删除"
                onClick={() => change({ ...category, rules: category.rules.filter((_, n) => n !== at) })}
              >
                删
              </Button>
            </>
          ),
        },
      ]}
    />
  );
}

function Trial({ table, category }: { table: DecisionTable; category: Category }) {
  const units = useUnits();
  const [item, setItem] = useState(1);
  const [district, setDistrict] = useState('兴庆区');
  const [answers, setAnswers] = useState<Record<string, string>>({});
  const trial = useMutation({
    mutationFn: () =>
      ask<DecisionView>('POST', '/api/decision-table/decide', {
        category: category.code,
        item,
        answers,
        district,
        table,
      }),
  });
  const found = trial.data;
  return (
    <section className="order-panel" aria-label="试一试">
      <h2>哪个单位会收到？</h2>
      <div className="order-filter">
        <InputNumber
          min={1}
          max={99}
          aria-label="内容序号"
          value={item}
          onChange={(value) => setItem(value ?? 1)}
        />
        <span>{category.items.find((one) => one.no === item)?.zh ?? '没有这一项'}</span>
        <Select
          aria-label="试用辖区"
          value={district}
          onChange={setDistrict}
          options={(units.data?.districts ?? []).map((value) => ({ value }))}
        />
        {questionsOf(category, item).map((one) => (
          <Select
            key={one.id}
            style={{ minWidth: 190 }}
            placeholder={one.zh}
            aria-label={one.zh}
            value={answers[one.id] ?? null}
            onChange={(answer) => setAnswers({ ...answers, [one.id]: answer ?? '' })}
            options={one.answers.map((answer) => ({ value: answer.id, label: answer.zh }))}
          />
        ))}
        <Button onClick={() => trial.mutate()}>试一试</Button>
      </div>
      {trial.error && <Alert type="error" showIcon title={refusalWords(trial.error)} />}
      {found && (
        <p className="verdict">
          {found.kind === 'dispatch' && `${found.lead} 会收到。${found.why}`}
          {found.kind === 'answer' && `当场答复：${found.say}`}
          {found.kind === 'ask' && `还要问：${found.questions.map((one) => one.zh).join(' ')}`}
          {found.kind === 'none' && found.message}
        </p>
      )}
    </section>
  );
}
