import { useQuery } from '@tanstack/react-query';
import { Alert, App, Button, Checkbox, Input, InputNumber, Select, Space, Tag } from 'antd';
import { useEffect, useState } from 'react';
import { formFaults, pointsOf, type Point, type QualityForm, type Section } from '../../core/quality/form.ts';
import { MEASURED, type Measured } from '../../core/quality/measured.ts';
import type { KeptForm } from '../../protocol/quality.ts';
import { ask, refusalWords } from '../ask.ts';
import { serverNow } from '../clock.tsx';
import { useDeed } from './quality.ts';
import { useQualityWords } from './words.ts';
import './quality.css';

/** The builder: sections, points, weights, what is fatal and what may not apply; saving makes a next version. */
export function FormPage() {
  const say = useQualityWords();
  const { data, error } = useQuery({
    queryKey: ['quality', 'forms'],
    queryFn: ({ signal }) => ask<KeptForm[]>('GET', '/api/quality/forms', undefined, signal),
  });
  const [chosen, setChosen] = useState<number | 'new' | null>(null);
  useEffect(() => {
    document.title = '质检表 · 供水热线 96666';
  }, []);
  const form = chosen === 'new' ? null : (data?.find((one) => one.formId === chosen) ?? data?.[0] ?? null);
  return (
    <main className="page quality form">
      {error && <Alert type="error" showIcon title={refusalWords(error)} />}
      {data && (
        <Space wrap>
          {data.map((one) => (
            <Button
              key={one.formId}
              type={form?.formId === one.formId ? 'primary' : 'default'}
              onClick={() => setChosen(one.formId)}
            >
              {one.body.name} {one.inForce && <Tag color="green">{say('inForce')}</Tag>}
            </Button>
          ))}
          <Button type={form === null ? 'primary' : 'dashed'} onClick={() => setChosen('new')}>
            {say('newForm')}
          </Button>
        </Space>
      )}
      {data && (
        <Builder
          key={form ? `${form.formId} ${form.version}` : 'new'}
          kept={form}
          onMade={() => setChosen(null)}
        />
      )}
    </main>
  );
}

/** stays with the point through all versions, and is never given again */
const newPoint = (n: number): Point => ({
  ...{ key: `${Math.round(serverNow()).toString(36)}-${n}`, name: '', hint: '', weight: 1 },
  ...{ fatal: false, optional: false, measured: null },
});

function Builder({ kept, onMade }: { kept: KeptForm | null; onMade: () => void }) {
  const say = useQualityWords();
  const deed = useDeed();
  const { message } = App.useApp();
  const [body, setBody] = useState<QualityForm>(
    () => kept?.body ?? { name: '', sections: [{ name: '', points: [newPoint(0)] }] },
  );
  const faults = formFaults(body);
  const sum = pointsOf(body).reduce((total, one) => total + one.weight, 0);
  const changed = JSON.stringify(body) !== JSON.stringify(kept?.body);
  const setSection = (at: number, section: Section | null) =>
    setBody((before) => ({
      ...before,
      sections: before.sections.flatMap((one, n) => (n !== at ? [one] : section ? [section] : [])),
    }));
  const save = () =>
    deed.mutate(
      {
        path: '/forms',
        body: { of: kept && { formId: kept.formId, version: kept.version }, body },
      },
      {
        onSuccess: () => {
          void message.success(say('saved'));
          if (!kept) onMade();
        },
      },
    );
  return (
    <>
      <p className="quiet">
        {kept && `${say('version', { version: kept.version, count: kept.scoreCount })} · `}
        {say('versionHow')}
      </p>
      <Space wrap>
        <Input
          value={body.name}
          maxLength={40}
          style={{ width: 360 }}
          aria-label={say('formName')}
          placeholder={say('formName')}
          onChange={(event) => setBody({ ...body, name: event.target.value })}
        />
        <b className={sum === 100 ? 'figures' : 'figures red'}>{say('sum', { sum })}</b>
        {kept && !kept.inForce && (
          <Button
            loading={deed.isPending}
            onClick={() => deed.mutate({ path: '/forms/in-force', body: { formId: kept.formId } })}
          >
            {say('putInForce')}
          </Button>
        )}
      </Space>
      {body.sections.map((section, at) => (
        <SectionForm key={at} section={section} onChange={(next) => setSection(at, next)} />
      ))}
      <Button
        type="dashed"
        onClick={() =>
          setBody({ ...body, sections: [...body.sections, { name: '', points: [newPoint(sum)] }] })
        }
      >
        {say('addSection')}
      </Button>
      {changed && faults.length > 0 && (
        <Alert
          type="warning"
          showIcon
          title={faults.map((fault) => (
            <div key={fault}>{fault}</div>
          ))}
        />
      )}
      <div className="actions">
        <Button
          type="primary"
          loading={deed.isPending}
          disabled={!changed || faults.length > 0}
          onClick={save}
        >
          {kept ? say('saveVersion', { version: kept.version + 1 }) : say('makeForm')}
        </Button>
      </div>
    </>
  );
}

function SectionForm({
  section,
  onChange,
}: {
  section: Section;
  onChange: (section: Section | null) => void;
}) {
  const say = useQualityWords();
  const { points } = section;
  const set = (next: Point[]) => onChange({ ...section, points: next });
  const swap = (at: number, by: -1 | 1) => {
    const next = [...points];
    [next[at], next[at + by]] = [next[at + by]!, next[at]!];
    set(next);
  };
  return (
    <fieldset>
      <Space>
        <Input
          value={section.name}
          maxLength={40}
          style={{ width: 320 }}
          aria-label={say('section')}
          placeholder={say('section')}
          onChange={(event) => onChange({ ...section, name: event.target.value })}
        />
        <Button type="text" danger onClick={() => onChange(null)}>
          {say('remove')}
        </Button>
      </Space>
      {points.map((point, at) => (
        <PointForm
          key={point.key}
          point={point}
          onChange={(next) => set(points.flatMap((one, n) => (n !== at ? [one] : next ? [next] : [])))}
          onUp={at > 0 ? () => swap(at, -1) : null}
          onDown={at < points.length - 1 ? () => swap(at, 1) : null}
        />
      ))}
      <Button type="dashed" size="small" onClick={() => set([...points, newPoint(points.length)])}>
        {say('addPoint')}
      </Button>
    </fieldset>
  );
}

function PointForm({
  point,
  onChange,
  onUp,
  onDown,
}: {
  point: Point;
  onChange: (point: Point | null) => void;
  onUp: (() => void) | null;
  onDown: (() => void) | null;
}) {
  const say = useQualityWords();
  return (
    <div className="point-form">
      <Input
        value={point.name}
        maxLength={60}
        aria-label={say('point')}
        placeholder={say('point')}
        onChange={(event) => onChange({ ...point, name: event.target.value })}
      />
      <Input
        value={point.hint}
        maxLength={200}
        aria-label={say('hint')}
        placeholder={say('hint')}
        onChange={(event) => onChange({ ...point, hint: event.target.value })}
      />
      <InputNumber
        min={0}
        max={100}
        precision={0}
        value={point.weight}
        aria-label={say('weight')}
        onChange={(weight) => onChange({ ...point, weight: weight ?? 0 })}
      />
      <Checkbox
        checked={point.fatal}
        onChange={(event) => onChange({ ...point, fatal: event.target.checked })}
      >
        {say('fatal')}
      </Checkbox>
      <Checkbox
        checked={point.optional}
        onChange={(event) => onChange({ ...point, optional: event.target.checked })}
      >
        {say('optional')}
      </Checkbox>
      <Select<Measured | ''>
        value={point.measured ?? ''}
        aria-label={say('prefill')}
        onChange={(measured) => onChange({ ...point, measured: measured === '' ? null : measured })}
        options={[
          { value: '', label: say('noPrefill') },
          ...(Object.keys(MEASURED) as Measured[]).map((value) => ({ value, label: MEASURED[value] })),
        ]}
      />
      <Space size={0}>
        <Button type="text" size="small" disabled={!onUp} aria-label={say('up')} onClick={() => onUp?.()}>
          ↑
        </Button>
        <Button
          type="text"
          size="small"
          disabled={!onDown}
          aria-label={say('down')}
          onClick={() => onDown?.()}
        >
          ↓
        </Button>
        <Button type="text" size="small" danger onClick={() => onChange(null)}>
          {say('remove')}
        </Button>
      </Space>
    </div>
  );
}
