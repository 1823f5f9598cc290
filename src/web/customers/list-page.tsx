import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Alert, Button, Input, Select, Table, type InputRef } from 'antd';
import { useDeferredValue, useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { Link, useNavigate, useSearchParams } from 'react-router';
import type { CustomerLine, CustomersToMend } from '../../protocol/customers.ts';
import { ask, refusalWords } from '../ask.ts';
import { useUnits } from '../orders/units.ts';
import { useMay } from '../shell/me.tsx';
import { spaced } from '../view.ts';
import { METER_KINDS } from '../words.ts';
import { useCustomerWords } from './words.ts';
import './customers.css';

const MOST = 50;

/** Customers by whatever the caller says of themselves; what is typed is looked for at once. */
export function CustomersPage() {
  const say = useCustomerWords();
  const may = useMay();
  const go = useNavigate();
  const units = useUnits();
  const [query, setQuery] = useSearchParams();
  const [words, setWords] = useState(query.get('words') ?? '');
  const [at, setAt] = useState(0);
  const input = useRef<InputRef>(null);
  const asked = useDeferredValue(words.trim());
  const district = query.get('district');
  const found = useQuery({
    queryKey: ['customers', 'found', asked, district],
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      ask<{ customers: CustomerLine[] }>(
        'GET',
        `/api/customers?words=${encodeURIComponent(asked)}&district=${encodeURIComponent(district ?? '')}`,
        undefined,
        signal,
      ),
  });
  useEffect(() => {
    document.title = '客户 · 供水热线 96666';
  }, []);
  const put = (name: string, value: string | null) => {
    const next = new URLSearchParams(query);
    if (value) next.set(name, value);
    else next.delete(name);
    setQuery(next, { replace: true });
  };
  const lines = found.data?.customers ?? [];
  const here = Math.min(at, lines.length - 1);
  const settled = asked === words.trim() && !found.isPlaceholderData;
  const onKey = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      setAt(Math.max(0, Math.min(lines.length - 1, here + step)));
    } // a list that still answers the words before is not chosen from
    else if (event.key === 'Enter' && lines[here] && settled) void go(`/customers/${lines[here].id}`);
  };
  return (
    <main className="page customers">
      <header>
        <Input
          ref={input}
          autoFocus
          allowClear
          size="large"
          className="find"
          placeholder={say('find')}
          aria-label={say('find')}
          value={words}
          onChange={(event) => {
            setWords(event.target.value);
            setAt(0);
            put('words', event.target.value.trim());
          }}
          onKeyDown={onKey}
        />
        <Select
          allowClear
          size="large"
          placeholder={say('anyDistrict')}
          aria-label={say('anyDistrict')}
          value={district ?? undefined}
          onChange={(one?: string) => put('district', one ?? null)}
          options={(units.data?.districts ?? []).map((value) => ({ value }))}
        />
        <small className="quiet">{say('hint')}</small>
        {may('edit-customers') && (
          <Link to="/customers/new">
            <Button type="primary" size="large">
              {say('add')}
            </Button>
          </Link>
        )}
      </header>
      {found.error && <Alert type="error" showIcon title={refusalWords(found.error)} />}
      <ToMend />
      <Table<CustomerLine>
        size="small"
        rowKey="id"
        tableLayout="fixed"
        pagination={false}
        loading={found.isPending}
        dataSource={lines}
        locale={{ emptyText: asked === '' && !district ? say('empty') : say('none') }}
        rowClassName={(_, row) => (row === here ? 'here' : '')}
        onRow={(one) => ({ onClick: () => void go(`/customers/${one.id}`) })}
        columns={[
          {
            title: say('name'),
            width: 150,
            ellipsis: true,
            render: (_, one) => <Link to={`/customers/${one.id}`}>{one.name}</Link>,
          },
          {
            title: say('account'),
            width: 140,
            ellipsis: true,
            className: 'figures',
            render: (_, one) => one.account ?? '—',
          },
          {
            title: say('phones'),
            width: 230,
            ellipsis: true,
            className: 'figures',
            render: (_, one) => one.phones.map(spaced).join('、') || '—',
          },
          { title: say('address'), ellipsis: true, render: (_, one) => one.address || '—' },
          { title: say('community'), width: 130, ellipsis: true, render: (_, one) => one.community || '—' },
          { title: say('district'), width: 84, render: (_, one) => one.district || '—' },
          { title: say('meter'), width: 92, render: (_, one) => METER_KINDS[one.meterKind] },
        ]}
      />
      {lines.length === MOST && asked !== '' && <p className="quiet">{say('most')}</p>}
    </main>
  );
}

/** What is still to be put right: words that are being written, and numbers from before that are none. */
function ToMend() {
  const say = useCustomerWords();
  const may = useMay()('edit-customers');
  const { data } = useQuery({
    queryKey: ['customers', 'to-mend'],
    enabled: may,
    queryFn: ({ signal }) => ask<CustomersToMend>('GET', '/api/customers/to-mend', undefined, signal),
    refetchInterval: (query) => ((query.state.data?.wordsDue ?? 0) > 0 ? 5000 : false),
  });
  if (!data) return null;
  return (
    <>
      {data.wordsDue > 0 && <Alert type="info" showIcon title={say('wordsDue', { count: data.wordsDue })} />}
      {data.unclear.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={say('unclear')}
          description={data.unclear.map((one) => (
            <div key={`${one.of} ${one.ref} ${one.written}`}>
              <Link to={`/${one.of}s/${encodeURIComponent(one.ref)}`}>{one.name}</Link> {one.reason}
            </div>
          ))}
        />
      )}
    </>
  );
}
