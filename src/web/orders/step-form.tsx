import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Alert, Button, DatePicker, Input, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import { STEP_TABLE, type Corrected, type StepKind } from '../../core/orders/order.ts';
import { STEP_WORDS } from '../../core/orders/words.ts';
import type { OrderView } from '../../protocol/orders.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMe } from '../shell/me.tsx';
import { CorrectFields } from './correct.tsx';
import { AddFiles, type OrderFile } from './files.tsx';
import { useUnits } from './units.ts';
import { useOrderWords } from './words.ts';

/** One step of an order, taken on the version that the person saw. */
export function useStep(orderNo: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (step: { kind: StepKind; version: number | null; note?: string } & Record<string, unknown>) =>
      ask<OrderView>('POST', `/api/orders/${orderNo}/steps`, step),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['order', orderNo] });
      await queries.invalidateQueries({ queryKey: ['orders'] });
    },
  });
}

const NEEDS_MORE: StepKind[] = ['dispatch', 'assign', 'defer-ask', 'correct'];
const QUIET: StepKind[] = ['join', 'correct', 'note', 'cancel', 'assign', 'return'];
const HIDDEN: StepKind[] = ['join'];

/** The buttons of what the person may do now; what needs a word or a choice opens a small form. */
export function StepForm({ order }: { order: OrderView }) {
  const say = useOrderWords();
  const [chosen, setChosen] = useState<StepKind | null>(null);
  const step = useStep(order.orderNo);
  const kinds = order.may.filter((kind) => !HIDDEN.includes(kind));
  const take = (kind: StepKind, more: Record<string, unknown> = {}) =>
    step.mutate(
      { kind, version: order.version, ...more },
      // the next form may be open already
      { onSuccess: () => setChosen((now) => (now === kind ? null : now)) },
    );
  const needs = (kind: StepKind) =>
    NEEDS_MORE.includes(kind) || (kind !== 'draft' && STEP_TABLE[kind].noteNeeded === true);
  return (
    <div className="step-form">
      {step.error && <Alert type="error" showIcon title={refusalWords(step.error)} />}
      <div className="buttons">
        {kinds.map((kind, at) => (
          <Button
            key={kind}
            type={at === 0 && !QUIET.includes(kind) ? 'primary' : 'default'}
            danger={kind === 'cancel'}
            loading={step.isPending && step.variables.kind === kind}
            // what follows is tapped on what this step led to
            disabled={step.isPending}
            data-step={kind}
            onClick={() => (needs(kind) ? setChosen(kind) : take(kind))}
          >
            {STEP_WORDS[kind]}
          </Button>
        ))}
      </div>
      {chosen && (
        <More
          key={chosen}
          kind={chosen}
          order={order}
          send={(more) => take(chosen, more)}
          stop={() => setChosen(null)}
          words={say}
        />
      )}
    </div>
  );
}

function More({
  kind,
  order,
  send,
  stop,
  words: say,
}: {
  kind: StepKind;
  order: OrderView;
  send: (more: Record<string, unknown>) => void;
  stop: () => void;
  words: ReturnType<typeof useOrderWords>;
}) {
  const me = useMe();
  const units = useUnits();
  const workers = useQuery({
    queryKey: ['workers', me.unitId],
    enabled: kind === 'assign',
    queryFn: ({ signal }) =>
      ask<{ id: number; name: string; open: number }[]>('GET', '/api/orders/workers', undefined, signal),
  });
  const [note, setNote] = useState('');
  const [unitId, setUnitId] = useState<number | undefined>(order.unitId ?? undefined);
  const [assistIds, setAssistIds] = useState<number[]>(order.assistIds);
  const [workerId, setWorkerId] = useState<number>();
  const [until, setUntil] = useState<Dayjs | null>(null);
  const [to, setTo] = useState<Corrected>({});
  const [files, setFiles] = useState<OrderFile[]>([]);
  const choices = (units.data?.units ?? [])
    .filter((one) => !one.disabled)
    .map((one) => ({ value: one.id, label: one.name }));
  return (
    <form
      className="step-more"
      onSubmit={(event) => {
        event.preventDefault();
        send({
          note,
          ...(kind === 'dispatch' ? { unitId, assistIds } : {}),
          ...(kind === 'assign' ? { workerId } : {}),
          ...(kind === 'defer-ask' ? { untilMs: until?.valueOf() } : {}),
          ...(kind === 'correct' ? { to } : {}),
          files,
        });
      }}
    >
      <b>{STEP_WORDS[kind]}</b>
      {kind === 'dispatch' && (
        <>
          <Select
            showSearch
            optionFilterProp="label"
            aria-label={say('chooseUnit')}
            placeholder={say('chooseUnit')}
            value={unitId}
            onChange={setUnitId}
            options={choices}
          />
          <Select
            mode="multiple"
            aria-label={say('assist')}
            placeholder={say('assist')}
            value={assistIds}
            onChange={setAssistIds}
            options={choices}
          />
        </>
      )}
      {kind === 'assign' && (
        <Select
          aria-label={say('chooseWorker')}
          placeholder={say('chooseWorker')}
          value={workerId}
          onChange={setWorkerId}
          notFoundContent="本单位还没有维修人员，请管理员添加。"
          options={(workers.data ?? []).map((one) => ({
            value: one.id,
            label: `${one.name}（在办 ${one.open}）`,
          }))}
        />
      )}
      {kind === 'defer-ask' && (
        <DatePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          placeholder={say('until')}
          value={until}
          onChange={(value) => setUntil(value as Dayjs | null)}
        />
      )}
      {kind === 'correct' && <CorrectFields order={order} to={to} change={setTo} />}
      <Input.TextArea
        autoFocus
        rows={2}
        maxLength={FIELD_LIMITS.note}
        placeholder={say('why')}
        aria-label={say('why')}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      <AddFiles folder={`/api/orders/${order.orderNo}/files`} files={files} change={setFiles} />
      <div className="buttons">
        <Button type="primary" htmlType="submit">
          {say('submit')}
        </Button>
        <Button onClick={stop}>{say('stop')}</Button>
      </div>
    </form>
  );
}
