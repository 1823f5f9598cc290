/** What other systems ask of the cases from outside, put together: they hand cases in and read what became of them. */
import type pg from 'pg';
import { wrongCaseTimes } from '../core/office/cases.ts';
import type { HandedCase } from '../core/outward/case.ts';
import { caseOperations, type WantedCase } from '../http/v1/cases.ts';
import { No, type Operation } from '../http/v1/operation.ts';
import { deliver } from '../postgres/deliveries.ts';
import { decisionTable } from '../postgres/order-rules.ts';
import { handInCase, readCase, readCases } from '../postgres/outward-cases.ts';
import { arrivedNotices } from './case-notices.ts';

export function openCaseOperations({ own, now }: { own: pg.Pool; now: () => number }): Operation[] {
  return caseOperations({
    list: (asked, most) => readCases(own, asked, most),
    find: (id, unitId) => readCase(own, id, unitId),
    async handIn(given, wanted, system) {
      const client = given as pg.PoolClient;
      const atMs = Math.round(now());
      const handed = await handedOf(client, wanted);
      const times = { receivedAtMs: handed.receivedAtMs ?? atMs, dueAtMs: handed.dueAtMs };
      const done = await handInCase(client, handed, system, atMs);
      if ('takenBy' in done)
        throw new No(
          409,
          'already-entered',
          `编号 ${handed.outsideNo} 已由 ${done.madeBy} 登记（来件 ${done.takenBy}），内容与这次不一样。请用新的编号，或请热线在原来件上更正。`,
        );
      if (!done.again) {
        // thrown inside the transaction: what was wrong was not entered
        const wrong = wrongCaseTimes(times, atMs);
        if (wrong) throw new No(400, 'wrong-field', wrong);
        await deliver(client, arrivedNotices(done.id, { ...handed, receivedAtMs: times.receivedAtMs }));
      }
      return { one: (await readCase(client, done.id, null))!, again: done.again };
    },
  });
}

/** As it is kept: the category by its code. */
async function handedOf(client: pg.PoolClient, wanted: WantedCase): Promise<HandedCase> {
  const { category, itemNo, receivedAt, dueAt, ...fields } = wanted;
  const times = {
    receivedAtMs: receivedAt === null ? null : Date.parse(receivedAt),
    dueAtMs: dueAt === null ? null : Date.parse(dueAt),
  };
  if (category === '' && itemNo === null) return { ...fields, ...times, category: '', item: null };
  const { body } = await decisionTable(client as unknown as pg.Pool);
  const found = body.categories.find((one) => [one.code, one.zh].includes(category));
  if (!found || (itemNo !== null && !found.items.some((one) => one.no === itemNo)))
    throw new No(
      400,
      'wrong-field',
      `category、itemNo：分类表里没有。category 可写 ${body.categories.map(({ zh }) => zh).join('、')}；不确定就都不写。`,
    );
  return { ...fields, ...times, category: found.code, item: itemNo };
}
