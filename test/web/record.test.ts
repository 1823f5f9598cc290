import { expect } from 'chai';
import { EMPTY_RECORD, type FieldConflict } from '../../src/core/orders/records.ts';
import type { DeskRecord } from '../../src/protocol/records.ts';
import { answered, chosen, draftOf, heard, nextChange, typed, unsavedOf } from '../../src/web/desk/record.ts';

const record = (version: number, fields: object): DeskRecord => ({
  id: 7,
  callId: 'c',
  personId: 1,
  personName: '马晓燕',
  fields: { ...EMPTY_RECORD, ...fields },
  version,
  createdAtMs: 0,
  updatedAtMs: 0,
  completedAtMs: null,
  orderNo: null,
});

describe('a record that is being typed', () => {
  it('sends one change at a time, and what is typed meanwhile goes after it', () => {
    let draft = typed(draftOf(record(0, {})), 'content', '没');
    const first = nextChange(draft)!;
    expect(first).to.deep.equal({ field: 'content', from: '', to: '没' });
    draft = typed({ ...draft, sending: first }, 'content', '没水');
    expect(nextChange(draft)).to.equal(null);
    draft = answered(draft, record(1, { content: '没' }), []);
    expect(draft.mine.content).to.equal('没水');
    expect(nextChange(draft)).to.deep.equal({ field: 'content', from: '没', to: '没水' });
  });

  it('follows what another tab changes, except where this one is being typed in', () => {
    const draft = typed(draftOf(record(0, {})), 'content', '我');
    const after = heard(draft, record(2, { content: '他', caller: '王' }));
    expect(after.mine).to.include({ content: '我', caller: '王' });
    // held against what this tab knew: the server will say that it was changed elsewhere
    expect(nextChange(after)).to.deep.equal({ field: 'content', from: '', to: '我' });
    expect(heard(after, record(1, { caller: '旧' })).mine.caller).to.equal('王');
  });

  it('lets the agent choose between two words of one field', () => {
    let draft = typed(draftOf(record(0, {})), 'caller', '王秀兰');
    draft = { ...draft, sending: nextChange(draft) };
    const conflict: FieldConflict = { field: 'caller', kept: '王秀英', refused: '王秀兰' };
    draft = answered(draft, record(1, { caller: '王秀英' }), [conflict]);
    expect(nextChange(draft)).to.equal(null);
    expect(nextChange(chosen(draft, 'caller', 'mine'))).to.deep.equal({
      field: 'caller',
      from: '王秀英',
      to: '王秀兰',
    });
    expect(unsavedOf(chosen(draft, 'caller', 'theirs'))).to.deep.equal({});
  });

  it('takes up what the browser kept when it died', () => {
    const kept = unsavedOf(typed(draftOf(record(3, { content: '写到' })), 'content', '写到一半'));
    expect(nextChange(draftOf(record(3, { content: '写到' }), kept))).to.deep.equal({
      field: 'content',
      from: '写到',
      to: '写到一半',
    });
    expect(nextChange(draftOf(record(4, { content: '写到一半' }), kept))).to.equal(null);
  });
});
