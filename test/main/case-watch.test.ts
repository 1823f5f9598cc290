import { expect } from 'chai';
import type pg from 'pg';
import type { CaseFields, CaseStep } from '../../src/core/office/cases.ts';
import { ORDER_SETTINGS } from '../../src/core/orders/clocks.ts';
import { openCaseWatch } from '../../src/main/case-watch.ts';
import { addCase, listCases, stepCase } from '../../src/postgres/cases.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { inTransaction, openPool } from '../../src/postgres/pool.ts';
import { keepSettings } from '../../src/postgres/settings.ts';
import { cloneDatabase } from '../support/database.ts';

const at = (time: string) => Date.parse(`2026-11-${time}:00+08:00`);
const LETTER: CaseFields = {
  ...{ channel: '12345', outsideNo: '', kind: '', receivedAtMs: at('25T08:00'), dueAtMs: at('28T18:00') },
  ...{ person: '马建国', phone: '139 0951 1234', address: '', community: '', district: '', category: '' },
  ...{ item: null, content: '停水两天' },
};

describe('the watch over cases from outside', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let ma: { id: number; name: string };
  let nowMs = at('25T09:00');
  const watch = () =>
    openCaseWatch({ pool, now: () => nowMs, onFault: (cause) => expect.fail(String(cause)) });
  before(async () => {
    pool = openPool(await cloneDatabase());
    const { id } = (await createPerson(pool, {
      ...{ login: '1001', name: '马晓燕', role: 'agent', agent: null, passwordHash: 'x' },
    }))!;
    ma = { id, name: '马晓燕' };
  });
  after(() => pool.end());

  const enter = async (more: Partial<CaseFields> = {}) => {
    const made = await inTransaction(pool, (client) =>
      addCase(client, { ...LETTER, ...more }, '', ma, nowMs),
    );
    return (made as { id: number }).id;
  };
  const step = (id: number, kind: CaseStep['kind'], untilMs: number | null = null) =>
    inTransaction(pool, (client) =>
      stepCase(client, id, null, { kind, note: '为此', untilMs }, ma, nowMs, null, ORDER_SETTINGS),
    );
  /** what was said of a case, to whom, since the last time */
  let seen = 0;
  const said = async (id: number) => {
    const { rows } = await pool.query<{ id: number; title: string; recipient: string }>(
      `select id::int, message ->> 'title' as title, recipient from deliveries where about = $1 and id > $2 order by id`,
      [String(id), seen],
    );
    seen = Math.max(seen, ...rows.map((row) => row.id));
    return rows.map(({ title, recipient }) => `${title} ${recipient}`);
  };

  it('each clock speaks in its time, once, whatever restarts and however many watch', async () => {
    const id = await enter();
    await watch().look();
    expect(await said(id)).to.deep.equal([]);
    nowMs = at('25T10:30');
    await Promise.all([watch().look(), watch().look()]);
    await watch().look();
    expect(await said(id)).to.have.members(['来件将到签收时限 agent', '来件将到签收时限 supervisor']);
    // the list of what is near knows it, though its reply is due in three days, and says which clock it is
    const filter = { list: 'near', channel: null, state: null, words: '', warnMs: 0, nowMs } as const;
    expect((await listCases(pool, filter, 0, 50)).map((one) => [one.id, one.next])).to.deep.equal([
      [id, { name: 'sign', dueAtMs: at('25T11:00') }],
    ]);
    nowMs = at('25T11:00');
    await watch().look();
    expect(await said(id)).to.have.members(['来件已超过签收时限 agent', '来件已超过签收时限 supervisor']);
    await step(id, 'sign');
    nowMs = at('25T12:30');
    await watch().look();
    expect(await said(id)).to.deep.equal([]);
    // the day after: the service was down, and says the last word of each clock only
    nowMs = at('26T10:30');
    await watch().look();
    expect(await said(id)).to.have.members([
      '来件超时仍未退单或认领 supervisor',
      '来件超时仍未退单或认领 manager',
    ]);
  });

  it('a deferral speaks anew at its new time; replied to, the callback is asked for', async () => {
    nowMs = at('25T09:00');
    const id = await enter();
    await step(id, 'sign');
    nowMs = at('28T14:00');
    await watch().look();
    expect((await said(id)).filter((one) => one.includes('回复'))).to.have.members([
      ...['来件将到回复时限 agent', '来件将到回复时限 supervisor'],
    ]);
    await step(id, 'defer', at('29T18:00'));
    nowMs = at('29T13:59');
    await watch().look();
    expect(await said(id)).to.deep.equal([]);
    nowMs = at('29T14:00');
    await watch().look();
    expect(await said(id)).to.have.length(2);
    await step(id, 'reply');
    nowMs = at('30T14:01');
    await watch().look();
    expect(await said(id)).to.have.members(['来件已超过回访时限 agent', '来件已超过回访时限 supervisor']);
    await step(id, 'call-back');
    nowMs = at('30T19:00');
    await watch().look();
    expect(await said(id)).to.deep.equal([]);
  });

  it('the lengths are the utility’s to set, also for what is open', async () => {
    nowMs = at('25T09:00');
    const id = await enter();
    const one = watch();
    await one.look();
    await inTransaction(pool, (client) => keepSettings(client, 'cases', { signMinutes: 20 }, '班长'));
    nowMs = at('25T09:10');
    await one.look();
    expect(await said(id)).to.have.members(['来件将到签收时限 agent', '来件将到签收时限 supervisor']);
    const { rows } = await pool.query<{ n: number }>(
      'select count(*)::int as n from outside_cases where clocked_version <> version',
    );
    expect(rows[0]!.n).to.equal(0);
  });
});
