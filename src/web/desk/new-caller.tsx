import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import type { Customer } from '../../protocol.ts';
import { ask, refusalWords } from '../ask.ts';
import { useMay } from '../shell/me.tsx';
import { useDeskWords } from './words.ts';

/** An unknown number becomes a customer by one field: the name. The address follows from the record. */
export function NewCaller({ number, done }: { number: string; done: (customer: Customer) => void }) {
  const say = useDeskWords();
  const may = useMay();
  const [name, setName] = useState('');
  const add = useMutation({
    mutationFn: () => ask<{ id: number }>('POST', '/api/customers', { name: name.trim(), phones: [number] }),
    onSuccess: ({ id }) =>
      done({
        ...{ id, name: name.trim(), phone: number, address: '', district: '', account: '' },
        ...{ meterKind: '', meterPlace: '', community: '', unit: null },
      }),
  });
  if (!may('edit-customers')) return null;
  return (
    <form
      className="new-caller"
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() !== '' && !add.isPending) add.mutate();
      }}
    >
      <input
        value={name}
        maxLength={FIELD_LIMITS.name}
        aria-label={say('newCaller')}
        placeholder={say('newCaller')}
        onChange={(event) => setName(event.target.value)}
      />
      {add.error && <small className="fault">{refusalWords(add.error)}</small>}
    </form>
  );
}
