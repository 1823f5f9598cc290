import { useQuery } from '@tanstack/react-query';
import { useEffect, type ReactNode } from 'react';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import type { FieldName, RecordFields } from '../../core/orders/records.ts';
import type { DeskRecord } from '../../protocol/records.ts';
import { ask } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { NumberHint } from '../phone/number-hint.tsx';
import { useUnits } from '../orders/units.ts';
import { useLanguage } from '../shell/words.ts';
import { when } from '../view.ts';
import { isAbout, Pick, useAnnex } from './pick.tsx';
import type { RecordDesk } from './use-record.ts';
import { useDeskWords } from './words.ts';

const CONCLUSIONS = [
  ['answered', 'Alt A', 'KeyA'],
  ['order', 'Alt O', 'KeyO'],
  ['void', 'Alt V', 'KeyV'],
] as const;

/** The record of a call, filled while talking, all by keyboard. Nothing is laid over it. */
export function RecordForm({ desk }: { desk: RecordDesk }) {
  const say = useDeskWords();
  const units = useUnits();
  const { draft, missing } = desk;
  const mine = draft?.mine ?? null;

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey && event.key === 'Enter') desk.complete();
      else if (!event.altKey || event.ctrlKey) return;
      else if (event.code === 'KeyU' && mine) desk.type('urgent', !mine.urgent);
      else if (event.code === 'KeyC') document.getElementById('field-category')?.focus();
      else if (event.code === 'KeyF') document.getElementById('field-content')?.focus();
      else {
        const told = CONCLUSIONS.find(([, , code]) => code === event.code);
        if (!told || !mine) return;
        desk.type('conclusion', told[0]);
      }
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });

  // a record that has come is written at once: what the call is about first. Who writes elsewhere goes on there
  const recordId = draft?.record.id;
  useEffect(() => {
    if (recordId !== undefined && document.activeElement === document.body)
      document.getElementById('field-category')?.focus();
  }, [recordId]);

  if (!draft || !mine) {
    return <p className="quiet">{desk.fault === 'slow' ? say('slow') : (desk.fault ?? say('opening'))}</p>;
  }
  const field = (name: FieldName & keyof typeof TEXTS, className: string, type = 'text') => (
    <Field name={name} className={className} desk={desk}>
      <input
        id={`field-${name}`}
        type={type}
        autoComplete="off"
        maxLength={TEXTS[name]}
        aria-invalid={missing.includes(name)}
        value={mine[name]}
        onChange={(event) => desk.type(name, event.target.value)}
      />
      {name === 'phone' && <NumberHint written={mine.phone} />}
    </Field>
  );
  return (
    <form className="fields" onSubmit={(event) => event.preventDefault()} data-record={draft.record.id}>
      {field('caller', 'third')}
      {field('phone', 'third', 'tel')}
      {field('account', 'third')}
      {field('address', 'wide')}
      <Field name="district" className="third" desk={desk}>
        <select
          id="field-district"
          value={mine.district}
          onChange={(event) => desk.type('district', event.target.value)}
        >
          <option value="">—</option>
          {[...new Set([...(units.data?.districts ?? []), ...(mine.district ? [mine.district] : [])])].map(
            (one) => (
              <option key={one}>{one}</option>
            ),
          )}
        </select>
      </Field>
      <Field name="category" className="wide" desk={desk} cap="Alt C">
        <Pick
          category={mine.category}
          item={mine.item}
          wrong={missing.includes('category') || missing.includes('item')}
          choose={(category, item) => {
            desk.type('category', category);
            desk.type('item', item);
          }}
        />
      </Field>
      <label className="third urgent">
        <input
          type="checkbox"
          checked={mine.urgent}
          onChange={(event) => desk.type('urgent', event.target.checked)}
        />
        <b>{say('urgent')}</b>
        <kbd>Alt U</kbd>
      </label>
      <Guidance category={mine.category} item={mine.item} district={mine.district} />
      <Field name="content" className="whole grows" desk={desk} cap="Alt F">
        <textarea
          id="field-content"
          rows={4}
          maxLength={FIELD_LIMITS.content}
          aria-invalid={missing.includes('content')}
          value={mine.content}
          onChange={(event) => desk.type('content', event.target.value)}
        />
      </Field>
      <fieldset className="whole conclusion" aria-invalid={missing.includes('conclusion')}>
        <legend>{say('conclusion')}</legend>
        {CONCLUSIONS.map(([value, cap]) => (
          <label key={value} className={mine.conclusion === value ? 'chosen' : ''}>
            <input
              type="radio"
              name="conclusion"
              checked={mine.conclusion === value}
              onChange={() => desk.type('conclusion', value)}
            />
            {say(value)}
            <kbd>{cap}</kbd>
          </label>
        ))}
      </fieldset>
      {mine.conclusion === 'answered' && (
        <Field name="answer" className="whole" desk={desk}>
          <textarea
            id="field-answer"
            rows={2}
            maxLength={FIELD_LIMITS.answer}
            aria-invalid={missing.includes('answer')}
            value={mine.answer}
            onChange={(event) => desk.type('answer', event.target.value)}
          />
        </Field>
      )}
    </form>
  );
}

const TEXTS = {
  caller: FIELD_LIMITS.name,
  phone: FIELD_LIMITS.phone,
  account: FIELD_LIMITS.account,
  address: FIELD_LIMITS.address,
} as const;

function Field({
  name,
  className,
  desk,
  cap,
  children,
}: {
  name: FieldName;
  className: string;
  desk: RecordDesk;
  cap?: string;
  children: ReactNode;
}) {
  const say = useDeskWords();
  const conflict = desk.draft?.conflicts[name];
  return (
    <div className={`field ${className}`} data-field={name}>
      <label htmlFor={`field-${name}`}>
        {say(name)}
        {cap && <kbd>{cap}</kbd>}
      </label>
      {children}
      {conflict && (
        <p className="conflict" role="alert">
          {say('changedElsewhere', { kept: String(conflict.kept) })}
          <button type="button" onClick={() => desk.choose(name, 'mine')}>
            {say('useMine')}
          </button>
          <button type="button" onClick={() => desk.choose(name, 'theirs')}>
            {say('useTheirs')}
          </button>
        </p>
      )}
    </div>
  );
}

/** What Annex 1 tells to ask, and whose it is. */
function Guidance({ category, item, district }: { category: string; item: number | null; district: string }) {
  const annex = useAnnex();
  const say = useDeskWords();
  const [language] = useLanguage();
  const here = annex.find((one) => one.code === category);
  if (!here) return null;
  const questions = here.questions.filter((one) => isAbout(one.items, item));
  const units = here.routes.filter(
    (one) =>
      one.unit !== null &&
      isAbout(one.items, item) &&
      (!one.district || district === '' || one.district.includes(district)),
  );
  return (
    <p className="whole guidance">
      {questions.length > 0 && (
        <>
          <b>{say('ask')}</b> {questions.map((one) => one[language]).join(' ')}{' '}
        </>
      )}
      {units.length > 0 && (
        <>
          <b>{say('unit')}</b>{' '}
          {units.map((one) => (one.when ? `${one.when}：${one.unit}` : one.unit)).join('；')}
        </>
      )}
    </p>
  );
}

/** Records of the same number or account, beside the one that is written. */
export function PastRecords({ fields, recordId }: { fields: RecordFields; recordId: number }) {
  const say = useDeskWords();
  const annex = useAnnex();
  const [language] = useLanguage();
  const query = new URLSearchParams({ phone: fields.phone, account: fields.account, not: String(recordId) });
  const past = useQuery({
    queryKey: ['records', 'past', fields.phone, fields.account, recordId],
    queryFn: ({ signal }) =>
      ask<DeskRecord[]>('GET', `/api/records/past?${query.toString()}`, undefined, signal),
    placeholderData: (before) => before,
  });
  const rows = past.data ?? [];
  return (
    <section className="past-records">
      <h3>
        {say('pastRecords')} <span className="figures">{rows.length || ''}</span>
      </h3>
      {rows.length === 0 && <p className="quiet">{say('noPast')}</p>}
      <ul>
        {rows.map((one) => {
          const category = annex.find((each) => each.code === one.fields.category);
          const item = category?.items.find((each) => each.no === one.fields.item);
          return (
            <li key={one.id}>
              <time className="figures">{when(one.createdAtMs, serverNow())}</time>
              <b>
                {category?.[language] ?? '—'}
                {item ? ` · ${item[language]}` : ''}
              </b>
              <span>{one.fields.content}</span>
              <small>
                {one.personName}
                {one.fields.conclusion ? ` · ${say(one.fields.conclusion)}` : ''}
              </small>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
