import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Collapse, Input, Select, Space, Table, Tag } from 'antd';
import { useState } from 'react';
import type { Vocabulary } from '../../core/lists/columns.ts';
import { headerKey } from '../../core/lists/columns.ts';
import { ask, refusalWords } from '../ask.ts';

type Words = Record<string, string>;
const NONE = '（都不是）';

/** The names of columns that lists have: those that we know, and those that people have taught, to be mended here. */
export function ColumnWords<Field extends string>({
  kind,
  fields,
  known,
}: {
  kind: 'cases' | 'customers';
  /** each field as people call it */
  fields: Readonly<Record<Field, string>>;
  known: Vocabulary<Field>;
}) {
  return (
    <Collapse
      size="small"
      style={{ marginTop: 16 }}
      items={[
        { key: 'words', label: '认得的列名', children: <Editor kind={kind} fields={fields} known={known} /> },
      ]}
    />
  );
}

function Editor<Field extends string>({ kind, fields, known }: Parameters<typeof ColumnWords<Field>>[0]) {
  const queries = useQueryClient();
  const [word, setWord] = useState('');
  const [field, setField] = useState<string | null>(null);
  const queryKey = ['column-words', kind];
  const list = useQuery({
    queryKey,
    queryFn: ({ signal }) => ask<{ words: Words }>('GET', `/api/column-words/${kind}`, undefined, signal),
  });
  const keep = useMutation({
    mutationFn: (words: Words) => ask<{ words: Words }>('PUT', `/api/column-words/${kind}`, { words }),
    onSuccess: (answer) => {
      queries.setQueryData(queryKey, answer);
      setWord('');
    },
  });
  const words = list.data?.words ?? {};
  const fault = list.error ?? keep.error;
  const names = Object.entries<string>(fields);
  const key = headerKey(word);
  return (
    <>
      <p className="quiet">改过一次的列名会记住，下次同样的列名自动对应；也可以在这里先教。不对的请删掉。</p>
      {fault && <Alert type="error" showIcon title={refusalWords(fault)} />}
      <Space wrap style={{ marginBottom: 12 }}>
        <Input
          aria-label="列名"
          placeholder="表格里的列名"
          style={{ width: 200 }}
          maxLength={60}
          value={word}
          onChange={(event) => setWord(event.target.value)}
        />
        <Select
          aria-label="对应"
          placeholder="是什么"
          style={{ width: 160 }}
          value={field}
          onChange={setField}
          options={[...names.map(([value, label]) => ({ value, label })), { value: '', label: NONE }]}
        />
        <Button
          disabled={key === '' || field === null || !list.data}
          loading={keep.isPending}
          onClick={() => field !== null && keep.mutate({ ...words, [key]: field })}
        >
          记住
        </Button>
      </Space>
      <Table
        size="small"
        rowKey="key"
        pagination={false}
        loading={list.isPending}
        locale={{ emptyText: '还没有教过。' }}
        dataSource={Object.entries(words).map(([key, value]) => ({ key, value }))}
        columns={[
          { title: '教过的列名', dataIndex: 'key' },
          {
            title: '是',
            width: 160,
            render: (_, { value }) => (value === '' ? NONE : (fields[value as Field] ?? value)),
          },
          {
            title: '',
            width: 80,
            render: (_, taught) => (
              <Button
                size="small"
                disabled={keep.isPending}
                onClick={() =>
                  keep.mutate(Object.fromEntries(Object.entries(words).filter(([one]) => one !== taught.key)))
                }
              >
                删除
              </Button>
            ),
          },
        ]}
      />
      <h4>本来就认得的</h4>
      {(Object.keys(fields) as Field[]).map((name) => (
        <p key={name}>
          {fields[name]}：
          {known[name].map((label) => (
            <Tag key={label}>{label.replace(/^=/, '')}</Tag>
          ))}
        </p>
      ))}
    </>
  );
}
