import { useQuery } from '@tanstack/react-query';
import { Input, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import type { DeskRecord } from '../../protocol/records.ts';
import { ask } from '../ask.ts';
import { NumberHint } from '../phone/number-hint.tsx';
import { DeskOrderPanel, useDecisionTable, type PanelMatter } from './desk-panel.tsx';
import { useUnits } from './units.ts';
import { useOrderWords } from './words.ts';
import './orders.css';

const EMPTY: PanelMatter = {
  ...{
    recordId: null,
    callId: null,
    category: '',
    item: null,
    content: '',
    caller: '',
    phone: '',
    account: '',
  },
  ...{ address: '', district: '', urgent: false, source: 'visit' },
};

/** An order from a record (`?recordId=`), or of somebody who stands at the counter or wrote a letter. */
export function NewOrderPage() {
  const [query] = useSearchParams();
  const recordId = query.get('recordId');
  const record = useQuery({
    queryKey: ['record', recordId],
    enabled: recordId !== null,
    queryFn: ({ signal }) => ask<DeskRecord>('GET', `/api/records/${recordId}`, undefined, signal),
  });
  useEffect(() => {
    document.title = '新建工单 · 供水热线 96666';
  }, []);
  if (recordId !== null && !record.data) return <p className="quiet">正在打开受理记录…</p>;
  const from = record.data;
  const begin: PanelMatter = from
    ? {
        ...EMPTY,
        ...from.fields,
        recordId: from.id,
        callId: from.callId,
        source: from.callId ? 'call' : 'visit',
      }
    : EMPTY;
  return <Form key={recordId ?? 'new'} begin={begin} />;
}

function Form({ begin }: { begin: PanelMatter }) {
  const say = useOrderWords();
  const table = useDecisionTable();
  const units = useUnits();
  const [matter, setMatter] = useState(begin);
  const set = (more: Partial<PanelMatter>) => setMatter((before) => ({ ...before, ...more }));
  const category = table.data?.body.categories.find((one) => one.code === matter.category);
  const text = (name: 'caller' | 'phone' | 'account', placeholder: string) => (
    <Input
      aria-label={placeholder}
      placeholder={placeholder}
      value={matter[name]}
      onChange={(event) => set({ [name]: event.target.value })}
    />
  );
  return (
    <main className="page orders">
      <header>
        <h1>新建工单</h1>
      </header>
      <div className="new-order">
        <form className="order-matter" onSubmit={(event) => event.preventDefault()}>
          <Select
            autoFocus
            showSearch
            optionFilterProp="label"
            aria-label={say('matter')}
            placeholder={say('matter')}
            value={matter.category || undefined}
            onChange={(code) => set({ category: code ?? '', item: null })}
            options={(table.data?.body.categories ?? []).map((one) => ({ value: one.code, label: one.zh }))}
          />
          <Select
            showSearch
            optionFilterProp="label"
            aria-label="内容"
            placeholder="内容"
            value={matter.item}
            onChange={(item) => set({ item })}
            options={(category?.items ?? []).map((one) => ({ value: one.no, label: `${one.no} ${one.zh}` }))}
          />
          <Select
            aria-label={say('district')}
            placeholder={say('district')}
            value={matter.district || undefined}
            onChange={(district) => set({ district: district ?? '' })}
            options={(units.data?.districts ?? []).map((value) => ({ value }))}
          />
          {text('caller', say('caller'))}
          {text('phone', '电话')}
          <NumberHint written={matter.phone} />
          {text('account', '户号')}
          <Input
            className="wide"
            aria-label={say('place')}
            placeholder={say('place')}
            value={matter.address}
            onChange={(event) => set({ address: event.target.value })}
          />
          <Input.TextArea
            className="wide"
            rows={6}
            maxLength={FIELD_LIMITS.content}
            aria-label={say('content')}
            placeholder={say('content')}
            value={matter.content}
            onChange={(event) => set({ content: event.target.value })}
          />
        </form>
        <DeskOrderPanel key={`${matter.category} ${matter.item}`} matter={matter} />
      </div>
    </main>
  );
}
