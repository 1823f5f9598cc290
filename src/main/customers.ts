/** Customers put together: looking for them, changing them, and lists from the billing system. */
import { randomUUID } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as breathe, setTimeout as pause } from 'node:timers/promises';
import { customerQuestion, customerWords } from '../core/customers/card.ts';
import {
  besideCustomerColumns,
  furtherPhoneColumns,
  guessColumns,
  readRow,
  recogniseCustomers,
  type Columns,
} from '../core/customers/import.ts';
import { firstRows } from '../core/lists/doubles.ts';
import { taughtBy } from '../core/lists/columns.ts';
import { openList } from '../documents/list-reader.ts';
import { NotATable } from '../documents/table-reader.ts';
import { customerRoutes } from '../http/customers.ts';
import {
  addCustomer,
  changeCustomer,
  customerChanges,
  customerPast,
  customersToMend,
  findCustomer,
  findCustomers,
  likelyDoubles,
  mergeCustomers,
  wordsDue,
  writeWords,
} from '../postgres/customer-cards.ts';
import {
  addImport,
  addRows,
  badRows,
  beginImport,
  clearRows,
  countImport,
  failImport,
  findImport,
  listImports,
  noteImport,
  resetImports,
  takeImport,
  type ImportJob,
} from '../postgres/customer-imports.ts';
import { writeAudit } from '../postgres/audit.ts';
import { inTransaction, isPassing, LONG_WORK, openPool } from '../postgres/pool.ts';
import { listDistricts, listUnits } from '../postgres/units.ts';
import type { CustomerImport } from '../protocol/customers.ts';
import { taughtWords, teachWords } from './column-words.ts';
import { soundsOf } from './spelling.ts';
import type { OpenWing } from './wings.ts';

const FOUND_MOST = 50;
const PAST_MOST = 20;
const BAD_PAGE = 500;
const SAMPLE_ROWS = 5;
const ROWS_AT_ONCE = 500;
const WORDS_AT_ONCE = 200;
/** rows that are read in one go: calls go on meanwhile */
const BREATHE_EVERY = 50;
const TELL_AGAIN_MS = 5_000;
const LOOK_FOR_WORDS_MS = 5_000;

export const openCustomers: OpenWing = ({ pool, databaseUrl, varDir, log }) => {
  const onFault = (cause: unknown) => log.error({ err: cause }, 'customers');
  // a list takes its time, on connections of its own
  const own = openPool(databaseUrl, { ...LONG_WORK, statementMs: 600_000, most: 2, onBreak: onFault });
  const folder = join(varDir, 'imports');
  const underWay = new Map<number, { rows: number; share: number }>();
  let indexing: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  /** Writes what changed customers are found by, a few at a time, until nothing is due. */
  function writeDueWords(): void {
    indexing ??= (async () => {
      for (;;) {
        const due = closed ? [] : await wordsDue(own, WORDS_AT_ONCE);
        if (due.length === 0) return;
        const written = [];
        for (const [at, one] of due.entries()) {
          if (at % BREATHE_EVERY === 0) await breathe();
          written.push({ id: one.id, version: one.version, words: customerWords(one, soundsOf) });
        }
        await writeWords(own, written);
      }
    })()
      .catch(onFault)
      .finally(() => (indexing = null));
  }

  async function upload(file: string, path: string, personId: number) {
    try {
      const taught = await taughtWords(pool, 'customers');
      const list = await openList(path, recogniseCustomers(taught));
      const sample: string[][] = [];
      for await (const { cells } of list.rows) {
        sample.push(cells.slice(0, 100).map((cell) => cell.slice(0, 200)));
        if (sample.length >= SAMPLE_ROWS) break;
      }
      const headers = list.headers.slice(0, 100).map((header) => header.slice(0, 200));
      const columns = guessColumns(headers, taught);
      const notes = [...list.file().notes, ...besideCustomerColumns(headers, columns, taught)];
      const id = await addImport(pool, { file, path, headers, sample, columns, notes }, personId);
      return { id };
    } catch (cause) {
      rmSync(path, { force: true });
      if (cause instanceof NotATable) return { words: cause.message };
      throw cause;
    }
  }

  /** Reads the whole list into rows beside the customers, and says what taking it would do. */
  async function check(job: ImportJob, columns: Columns): Promise<void> {
    const { id } = job;
    try {
      const [districts, units] = await Promise.all([listDistricts(own), listUnits(own)]);
      const rules = { districts, units: new Map(units.map((unit) => [unit.name, unit.id])) };
      await clearRows(own, id);
      const firstRow = firstRows();
      let read = 0;
      let batch: Parameters<typeof addRows>[2][number][] = [];
      const flush = async () => {
        await addRows(own, id, batch);
        batch = [];
      };
      const taught = await taughtWords(own, 'customers');
      const list = await openList(job.path, recogniseCustomers(taught));
      const furtherPhones = furtherPhoneColumns(list.headers, columns, taught);
      for await (const { row, cells, faults, refused, share } of list.rows) {
        if (closed) return;
        let customer =
          refused === undefined
            ? readRow(cells, columns, rules, faults, furtherPhones)
            : { ok: false as const, reason: refused };
        if (customer.ok) {
          const first = firstRow(customer.card.account!, row);
          if (first !== null) customer = { ok: false, reason: `户号和第 ${first} 行重复` };
        }
        batch.push({ row, read: customer });
        read += 1;
        underWay.set(id, { rows: read, share });
        if (batch.length >= ROWS_AT_ONCE) await flush();
        else if (read % BREATHE_EVERY === 0) await breathe();
      }
      await noteImport(own, id, [
        ...list.file().notes,
        ...besideCustomerColumns(list.headers, columns, taught),
      ]);
      await flush();
      await countImport(own, id, columns);
    } catch (cause) {
      onFault(cause);
      const words =
        cause instanceof NotATable ? cause.message : '读取时出错，请稍候再检查一次；还不行请告诉管理员。';
      await failed(id, words);
    } finally {
      underWay.delete(id);
    }
  }

  /** Says on the page that it failed; a database that is away is told when it is back: nobody waits for a dead import. */
  async function failed(id: number, words: string): Promise<void> {
    while (!closed) {
      try {
        return await failImport(own, id, words);
      } catch (cause) {
        onFault(cause);
        if (!isPassing(cause)) return;
        await pause(TELL_AGAIN_MS, undefined, { ref: false });
      }
    }
  }

  async function take(job: ImportJob, personId: number): Promise<void> {
    try {
      const guessed = guessColumns(job.headers, await taughtWords(own, 'customers'));
      const learnt = taughtBy(job.headers, job.columns, guessed);
      await takeImport(own, job.id, job.columns, personId, async (client) => {
        await teachWords(client, 'customers', learnt, job.who);
        await writeAudit(client, {
          ...{ personId, what: 'customers-imported', about: job.file, detail: job.counts },
        });
      });
    } catch (cause) {
      onFault(cause);
      return failed(job.id, '导入时出错，一行也没有改；请再检查一次后重试。');
    }
    writeDueWords();
  }

  const told = ({ path: _path, ...job }: ImportJob): CustomerImport => ({
    ...job,
    rows: underWay.get(job.id)?.rows ?? null,
    share: underWay.get(job.id)?.share ?? null,
  });

  return {
    routers: [
      customerRoutes({
        async find(asked) {
          return findCustomers(pool, customerQuestion(asked, await listDistricts(pool)), FOUND_MOST);
        },
        toMend: () => customersToMend(pool, FOUND_MOST),
        one: (id) => findCustomer(pool, id),
        past: (id) => customerPast(pool, id, PAST_MOST),
        changes: (id) => customerChanges(pool, id),
        doubles: (id) => likelyDoubles(pool, id),
        async add(fields, person) {
          const id = await inTransaction(pool, (client) => addCustomer(client, fields, person.id));
          writeDueWords();
          return id;
        },
        async change(id, version, fields, person) {
          const answer = await inTransaction(pool, (client) =>
            changeCustomer(client, id, version, fields, person.id),
          );
          writeDueWords();
          return answer;
        },
        async merge(double, into, person) {
          const merged = await inTransaction(pool, async (client) => {
            const done = await mergeCustomers(client, double, into, person.id);
            if (done)
              await writeAudit(client, {
                ...{ personId: person.id, what: 'customers-merged', about: `${double} → ${into}` },
              });
            return done;
          });
          writeDueWords();
          return merged;
        },
        reveal: (id, person) =>
          writeAudit(pool, { personId: person.id, what: 'number-revealed', about: `客户 ${id}` }),
        imports: async () => (await listImports(pool, 20)).map(told),
        async import(id) {
          const job = await findImport(pool, id);
          return job && told(job);
        },
        uploadPath() {
          mkdirSync(folder, { recursive: true, mode: 0o700 });
          return join(folder, randomUUID());
        },
        upload: (file, path, person) => upload(file, path, person.id),
        async check(id, columns) {
          const job = await findImport(pool, id);
          if (!job || !(await beginImport(pool, id, 'checking', columns))) return false;
          underWay.set(id, { rows: 0, share: 0 });
          void check(job, columns);
          return true;
        },
        async take(id, person) {
          if (!(await beginImport(pool, id, 'taking', null))) return false;
          void take((await findImport(pool, id))!, person.id);
          return true;
        },
        bad: (id, after) => badRows(pool, id, after, BAD_PAGE),
      }),
    ],
    async start() {
      await resetImports(pool);
      writeDueWords();
      timer = setInterval(writeDueWords, LOOK_FOR_WORDS_MS);
      timer.unref();
    },
    async close() {
      closed = true;
      if (timer) clearInterval(timer);
      await indexing;
      await own.end();
    },
  };
};
