import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Input, Modal, Popconfirm, Select, Space } from 'antd';
import { useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import {
  FILTER_DIMS,
  FILTER_WORDS,
  type FilterDim,
  type NamedReport,
  type ReportFilter,
} from '../../core/office/named-report.ts';
import type { Period } from '../../core/office/period.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMay } from '../shell/me.tsx';
import { ReportPage } from './page.tsx';
import { useReportWords } from './words.ts';

interface Named {
  named: NamedReport[];
  choices: Record<FilterDim, { value: string; label: string }[]>;
}

/** Article 23: any period, category, district, unit and channel; kept under a name, opened again, sent by a schedule. */
export function AnyReportPage() {
  const [query, setQuery] = useSearchParams();
  const found = useQuery({
    queryKey: ['named-reports'],
    queryFn: ({ signal }) => ask<Named>('GET', '/api/named-reports', undefined, signal),
  });
  const named = found.data?.named.find(({ id }) => String(id) === query.get('named'));
  if (query.has('named') && found.isPending) return null;
  // a named report that is changed on the page is not what its name says until it is saved
  const edited = !named || query.has('edited');
  const filter = edited ? filterOf(query) : named.filter;
  const narrowed = edited ? addressOf(filter).toString() : '';
  const narrow = (next: ReportFilter) => {
    const address = addressOf(next);
    for (const key of ['period', 'table', 'named']) if (query.has(key)) address.set(key, query.get(key)!);
    if (named) address.set('edited', '1');
    setQuery(address, { replace: true });
  };
  const open = (id: number | undefined) => setQuery(id === undefined ? {} : { named: String(id) });
  return (
    <ReportPage
      key={query.get('named') ?? ''}
      report={edited ? 'any' : named.report}
      kind={named?.kind ?? 'summer'}
      narrowed={narrowed}
      unsaved={narrowed !== '' || (named !== undefined && edited)}
      before={(period) => (
        <>
          {found.error && <Alert type="error" showIcon title={refusalWords(found.error)} />}
          <FilterBar
            {...{ filter, narrow, open, period, named, edited }}
            found={
              found.data ?? { named: [], choices: { category: [], district: [], unit: [], channel: [] } }
            }
          />
        </>
      )}
    />
  );
}

function FilterBar({
  filter,
  narrow,
  open,
  period,
  named,
  edited,
  found,
}: {
  filter: ReportFilter;
  narrow: (filter: ReportFilter) => void;
  open: (id: number | undefined) => void;
  period: Period;
  named: NamedReport | undefined;
  edited: boolean;
  found: Named;
}) {
  const say = useReportWords();
  const may = useMay();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [naming, setNaming] = useState<string | null>(null);
  const after = (id: number | undefined, words: string) => {
    void message.success(words);
    setNaming(null);
    void queries.invalidateQueries({ queryKey: ['named-reports'] }).then(() => open(id));
    void queries.invalidateQueries({ queryKey: ['report'] });
    void queries.invalidateQueries({ queryKey: ['report-schedules'] });
  };
  const save = useMutation({
    mutationFn: ({ id, name }: { id: number | null; name: string }) =>
      ask<{ id: number }>(id === null ? 'POST' : 'PUT', `/api/named-reports${id === null ? '' : `/${id}`}`, {
        ...{ name, kind: period.kind, filter },
      }),
    onSuccess: ({ id }) => after(id, say('savedNow')),
  });
  const remove = useMutation({
    mutationFn: (id: number) => ask('DELETE', `/api/named-reports/${id}`),
    onSuccess: () => after(undefined, say('removed')),
  });
  const fault = save.error ?? remove.error;
  const otherKind = named !== undefined && named.kind !== period.kind;
  return (
    <div className="filters no-print">
      <Select
        allowClear
        showSearch={{ optionFilterProp: 'label' }}
        aria-label={say('saved')}
        placeholder={say('saved')}
        value={named?.id}
        onChange={open}
        options={found.named.map(({ id, name }) => ({ value: id, label: name }))}
      />
      {FILTER_DIMS.map((dim) => (
        <Select
          key={dim}
          mode="multiple"
          maxTagCount={2}
          showSearch={{ optionFilterProp: 'label' }}
          aria-label={FILTER_WORDS[dim]}
          placeholder={`${FILTER_WORDS[dim]}：${say('everything')}`}
          value={filter[dim] ?? []}
          onChange={(values: string[]) => narrow({ ...filter, [dim]: values })}
          options={found.choices[dim]}
        />
      ))}
      {may('name-reports') && (
        <Space>
          {named && (edited || otherKind) && (
            <Button
              type="primary"
              loading={save.isPending}
              title={otherKind ? say('kindChanges') : ''}
              onClick={() => save.mutate({ id: named.id, name: named.name })}
            >
              {say('saveChange')}
            </Button>
          )}
          <Button onClick={() => setNaming('')}>{say('save')}</Button>
          {named && (
            <Popconfirm
              title={say('sureRemove', { name: named.name })}
              onConfirm={() => remove.mutate(named.id)}
            >
              <Button danger loading={remove.isPending}>
                {say('remove')}
              </Button>
            </Popconfirm>
          )}
        </Space>
      )}
      {named && may('send-reports') && <Link to="/reports/archive#schedules">{say('schedule')}</Link>}
      {fault && naming === null && <Alert type="error" showIcon title={refusalWords(fault)} />}
      {naming !== null && (
        <Modal
          open
          title={say('nameIt')}
          okText={say('save')}
          okButtonProps={{ disabled: naming.trim() === '', loading: save.isPending }}
          onOk={() => save.mutate({ id: null, name: naming })}
          onCancel={() => setNaming(null)}
        >
          <Input
            autoFocus
            maxLength={40}
            aria-label={say('name')}
            placeholder={say('namePlease')}
            value={naming}
            onChange={(event) => setNaming(event.target.value)}
            onPressEnter={() => naming.trim() && save.mutate({ id: null, name: naming })}
          />
          <p className="quiet">
            {period.kind === 'span' ? say('kindSpan') : say('kindKept', { kind: say(period.kind) })}
          </p>
          {fault && <Alert type="error" showIcon title={refusalWords(fault)} />}
        </Modal>
      )}
    </div>
  );
}

function filterOf(query: URLSearchParams): ReportFilter {
  return Object.fromEntries(FILTER_DIMS.flatMap((dim) => (query.has(dim) ? [[dim, query.getAll(dim)]] : [])));
}
function addressOf(filter: ReportFilter): URLSearchParams {
  const address = new URLSearchParams();
  for (const dim of FILTER_DIMS) for (const one of filter[dim] ?? []) address.append(dim, one);
  return address;
}
