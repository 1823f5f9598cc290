import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import { FIELD_WORDS, METER_PLACES, type CustomerFields } from '../../core/customers/card.ts';
import type { CustomerChange, CustomerLine, CustomerPast } from '../../protocol/customers.ts';
import { ask, refusalWords } from '../ask.ts';
import { Dial } from '../phone/dial.tsx';
import { serverNow } from '../clock.tsx';
import { useUnits } from '../orders/units.ts';
import { useMay } from '../shell/me.tsx';
import { duration, spaced, when } from '../view.ts';
import { METER_KINDS, OUTCOMES } from '../words.ts';
import { CustomerForm, EMPTY_CUSTOMER } from './form.tsx';
import { useCustomerWords } from './words.ts';
import './customers.css';

interface Whole extends CustomerLine {
  version: number;
  mergedInto: number | null;
}
interface View {
  customer: Whole;
  past: CustomerPast;
  changes: CustomerChange[];
  doubles: CustomerLine[];
  may: { edit: boolean; merge: boolean };
}

/** One customer: who they are, what they asked for, what was changed, and who may be the same. `new`: an empty form. */
export function CustomerPage() {
  const { id } = useParams();
  const say = useCustomerWords();
  const isNew = id === 'new';
  const found = useQuery({
    queryKey: ['customers', 'one', id],
    enabled: !isNew,
    queryFn: ({ signal }) => ask<View>('GET', `/api/customers/${id}`, undefined, signal),
  });
  useEffect(() => {
    document.title = '客户 · 供水热线 96666';
  }, []);
  return (
    <main className="page customers">
      <header>
        <Link to="/customers">{say('back')}</Link>
      </header>
      {found.error && <Alert type="error" showIcon title={refusalWords(found.error)} />}
      {isNew && <New />}
      {found.data && <Customer key={`${id} ${found.data.customer.version}`} view={found.data} />}
    </main>
  );
}

function New() {
  const go = useNavigate();
  const add = useMutation({
    mutationFn: (fields: CustomerFields) => ask<{ id: number }>('POST', '/api/customers', fields),
    onSuccess: ({ id }) => void go(`/customers/${id}`, { replace: true }),
  });
  return (
    <section className="customer-card">
      <CustomerForm
        begin={EMPTY_CUSTOMER}
        saving={add.isPending}
        error={add.error}
        save={(fields) => add.mutate(fields)}
        cancel={() => void go('/customers')}
      />
    </section>
  );
}

function Customer({ view }: { view: View }) {
  const say = useCustomerWords();
  const may = useMay();
  const queries = useQueryClient();
  const { message } = App.useApp();
  const [editing, setEditing] = useState(false);
  const { customer, past } = view;
  const save = useMutation({
    mutationFn: (fields: CustomerFields) =>
      ask('PUT', `/api/customers/${customer.id}`, { version: customer.version, fields }),
    onSuccess: async () => {
      void message.success(say('saved'));
      setEditing(false);
      await queries.invalidateQueries({ queryKey: ['customers'] });
    },
  });
  const reveal = useMutation({
    mutationFn: () =>
      ask<{ name: string; phones: string[]; address: string }>(
        'POST',
        `/api/customers/${customer.id}/reveal`,
      ),
  });
  const { name, phones, address } = reveal.data ?? customer;
  const unit = customer.unit ?? say('unitNone');
  return (
    <div className="customer-body">
      <section className="customer-card">
        <h1>{name}</h1>
        {customer.mergedInto !== null && (
          <Alert
            type="warning"
            showIcon
            title={say('mergedInto')}
            action={<Link to={`/customers/${customer.mergedInto}`}>{say('openKept')}</Link>}
          />
        )}
        {editing ? (
          <CustomerForm
            begin={customer}
            saving={save.isPending}
            error={save.error}
            save={(fields) => save.mutate(fields)}
            cancel={() => setEditing(false)}
          />
        ) : (
          <>
            <dl>
              <dt>{say('account')}</dt>
              <dd className="figures">{customer.account ?? say('noAccount')}</dd>
              <dt>{say('phones')}</dt>
              <dd className="figures">
                {phones.length === 0 && '—'}
                {phones.map((number, at) => (
                  <span key={number}>
                    {at > 0 && '、'}
                    <Dial number={number} />
                  </span>
                ))}
              </dd>
              <dt>{say('address')}</dt>
              <dd>{address || '—'}</dd>
              <dt>{say('community')}</dt>
              <dd>{customer.community || '—'}</dd>
              <dt>{say('district')}</dt>
              <dd>{customer.district || '—'}</dd>
              <dt>{say('meter')}</dt>
              <dd>
                {METER_KINDS[customer.meterKind]}
                {customer.meterPlace && ` · ${METER_PLACES[customer.meterPlace]}`}
              </dd>
              <dt>{say('unit')}</dt>
              <dd>{unit}</dd>
            </dl>
            {customer.mergedInto === null && view.may.edit && (
              <Button onClick={() => setEditing(true)}>{say('edit')}</Button>
            )}
            {may('reveal-numbers') && !reveal.data && (
              <>
                <Button loading={reveal.isPending} onClick={() => reveal.mutate()}>
                  {say('reveal')}
                </Button>
                <small className="quiet"> {say('revealed')}</small>
              </>
            )}
            {reveal.error && <Alert type="error" showIcon title={refusalWords(reveal.error)} />}
          </>
        )}
        {view.doubles.length > 0 && customer.mergedInto === null && <Doubles view={view} />}
      </section>
      <section className="customer-past">
        <h2>{say('orders')}</h2>
        {past.orders.length === 0 && <p className="quiet">{say('noOrders')}</p>}
        <ul>
          {past.orders.map((one) => (
            <li key={one.orderNo}>
              <span className="tag">{one.status}</span>
              <span className="what">
                <b>
                  {one.category}
                  {one.item && ` · ${one.item}`}
                </b>
                <span>{one.content}</span>
              </span>
              <Link className="figures" to={`/orders/${one.orderNo}`}>
                {when(one.atMs, serverNow())}
              </Link>
            </li>
          ))}
        </ul>
        <h2>{say('calls')}</h2>
        {past.calls.length === 0 && <p className="quiet">{say('noCalls')}</p>}
        <ul>
          {past.calls.map((one) => (
            <li key={one.callId}>
              <span className="tag">{OUTCOMES[one.outcome] ?? one.outcome}</span>
              <span className="what">
                {one.agentName ?? ''} {one.talkMs !== null && duration(one.talkMs)}
              </span>
              <time className="figures">{when(one.atMs, serverNow())}</time>
            </li>
          ))}
        </ul>
        <Changes changes={view.changes} />
      </section>
    </div>
  );
}

function Doubles({ view }: { view: View }) {
  const say = useCustomerWords();
  const queries = useQueryClient();
  const { message, modal } = App.useApp();
  const merge = useMutation({
    mutationFn: (double: number) => ask('POST', `/api/customers/${double}/merge`, { into: view.customer.id }),
    onSuccess: async () => {
      void message.success(say('merged'));
      await queries.invalidateQueries({ queryKey: ['customers'] });
    },
  });
  return (
    <>
      <h2>{say('doubles')}</h2>
      {merge.error && <Alert type="error" showIcon title={refusalWords(merge.error)} />}
      <ul className="doubles">
        {view.doubles.map((one) => (
          <li key={one.id}>
            <span>
              <Link to={`/customers/${one.id}`}>{one.name}</Link>{' '}
              <span className="figures">{one.account ?? say('noAccount')}</span>
              <br />
              <small>{one.address || one.phones.map(spaced).join('、')}</small>
            </span>
            {view.may.merge && (
              <Button
                size="small"
                loading={merge.isPending}
                onClick={() =>
                  void modal.confirm({
                    title: say('mergeSure', { name: one.name }),
                    okText: say('mergeHere'),
                    cancelText: say('cancel'),
                    onOk: () => merge.mutateAsync(one.id).catch(() => undefined),
                  })
                }
              >
                {say('mergeHere')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

function Changes({ changes }: { changes: CustomerChange[] }) {
  const say = useCustomerWords();
  const units = useUnits();
  const value = (name: string, of: unknown): string => {
    if (of === null || of === undefined || of === '') return '—';
    if (name === 'meterKind') return METER_KINDS[of as keyof typeof METER_KINDS];
    if (name === 'meterPlace') return METER_PLACES[of as keyof typeof METER_PLACES];
    if (name === 'unitId') return units.data?.units.find(({ id }) => id === of)?.name ?? String(of);
    return Array.isArray(of) ? of.join('、') || '—' : String(of);
  };
  return (
    <>
      <h2>{say('changes')}</h2>
      {changes.length === 0 && <p className="quiet">{say('noChanges')}</p>}
      <ul className="changes">
        {changes.map((one) => (
          <li key={one.id}>
            <span className="tag">{say(one.how === 'edit' ? 'editBy' : one.how)}</span>
            <span className="what">
              {one.how !== 'new' &&
                Object.entries(one.after ?? {})
                  .filter(([name, after]) => JSON.stringify(one.before?.[name]) !== JSON.stringify(after))
                  .map(([name, after]) => (
                    <span key={name}>
                      {(FIELD_WORDS as Record<string, string>)[name] ?? say('merge')}：
                      {name in FIELD_WORDS && <del>{value(name, one.before?.[name])}</del>}{' '}
                      {value(name, after)}
                    </span>
                  ))}
              <small>{one.who}</small>
            </span>
            <time className="figures">{when(one.atMs, serverNow())}</time>
          </li>
        ))}
      </ul>
    </>
  );
}
