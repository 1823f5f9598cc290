import { type Response } from 'express';
import { z } from 'zod';
import { FIELD_LIMITS } from '../core/field-limits.ts';
import type { CustomerFields } from '../core/customers/card.ts';
import { COLUMN_FIELDS, NEEDED, type Columns } from '../core/customers/import.ts';
import { may } from '../core/people/may.ts';
import { readNumbers } from '../core/people/number.ts';
import { numberText } from '../core/people/telephone.ts';
import type {
  CustomerChange,
  CustomerImport,
  CustomerLine,
  CustomerPast,
  CustomersToMend,
} from '../protocol/customers.ts';
import { allow, attach, personOf, refuse, said } from './door.ts';
import { answerRevealed } from './masks.ts';
import type { SignedIn } from './sessions.ts';
import { receiveFile } from './upload.ts';
import { declareRoutes, type Routes } from './routes.ts';

interface Row extends CustomerLine {
  version: number;
  mergedInto: number | null;
}
type Changed = { ok: true } | { ok: false; why: string; by?: string };

export interface CustomerPorts {
  find: (asked: { words: string; district: string | null }) => Promise<Row[]>;
  toMend: () => Promise<CustomersToMend>;
  one: (id: number) => Promise<Row | null>;
  past: (id: number) => Promise<CustomerPast>;
  changes: (id: number) => Promise<CustomerChange[]>;
  doubles: (id: number) => Promise<Row[]>;
  /** null: the account is another's */
  add: (fields: CustomerFields, person: SignedIn) => Promise<number | null>;
  change: (id: number, version: number, fields: CustomerFields, person: SignedIn) => Promise<Changed>;
  merge: (double: number, into: number, person: SignedIn) => Promise<boolean>;
  reveal: (id: number, person: SignedIn) => Promise<void>;
  imports: () => Promise<CustomerImport[]>;
  import: (id: number) => Promise<CustomerImport | null>;
  /** where an upload may be written, and what becomes of it; the words say why it can't be taken */
  uploadPath: () => string;
  upload: (file: string, path: string, person: SignedIn) => Promise<{ id: number } | { words: string }>;
  check: (id: number, columns: Columns) => Promise<boolean>;
  take: (id: number, person: SignedIn) => Promise<boolean>;
  bad: (id: number, after: number) => Promise<{ row: number; reason: string }[]>;
}

/** A list of 100,000 customers is some 15 MB. */
const MOST_BYTES = 60 * 1024 * 1024;
const text = (most: number) =>
  z
    .string()
    .max(most, `最多 ${most} 个字`)
    .transform((words) => words.replace(/\u0000/g, '').trim());
const fieldsShape = z.object({
  account: text(FIELD_LIMITS.account)
    .pipe(z.string().regex(/^[A-Za-z0-9_-]*$/, '户号只有字母、数字和横线'))
    .transform((account) => account || null)
    .nullable()
    .default(null),
  name: text(FIELD_LIMITS.name).pipe(z.string().min(1, '请填写户名')),
  address: text(FIELD_LIMITS.address).default(''),
  community: text(FIELD_LIMITS.community).default(''),
  district: text(FIELD_LIMITS.district).default(''),
  meterKind: z.enum(['', 'ic-card', 'mechanical', 'bulk']).default(''),
  meterPlace: z.enum(['', 'registered', 'behind']).default(''),
  unitId: z.number().int().positive().nullable().default(null),
  phones: z
    .array(z.string().max(FIELD_LIMITS.phone))
    .max(20, '最多 20 个电话')
    .default([])
    .transform((written, context) => {
      const read = written.map((text) => readNumbers(text));
      const refused = read.flatMap((text) => text.refused ?? []);
      if (refused.length === 0)
        return [...new Set(read.flatMap(({ numbers }) => numbers.map(numberText)))].sort();
      context.addIssue({ code: 'custom', message: `电话${refused.join('；')}` });
      return z.NEVER;
    }),
});
const changed = z.object({ version: z.number().int(), fields: fieldsShape });
const columnsShape = z.object({
  columns: z
    .partialRecord(z.enum(COLUMN_FIELDS), z.number().int().min(0).max(500))
    .refine(
      (columns) => NEEDED.every((field) => columns[field] !== undefined),
      '请指定户号、户名、地址是哪一列',
    ),
});

/** Looking for customers, reading, changing and joining them; lists from the billing system. */
export function customerRoutes(ports: CustomerPorts): Routes {
  const router = declareRoutes();
  const see = allow('see-customers');
  const idOf = (response: Response, sent: unknown) =>
    said(response, z.coerce.number().int().positive('没有这个客户'), sent);

  router.get('/customers/to-mend', allow('edit-customers'), async (_request, response) => {
    response.json(await ports.toMend());
  });
  router.get('/customers', see, async (request, response) => {
    const asked = said(
      response,
      z.object({ words: text(60).default(''), district: text(FIELD_LIMITS.district).default('') }),
      request.query,
    );
    if (!asked) return;
    const found = await ports.find({ words: asked.words, district: asked.district || null });
    response.json({ customers: found });
  });

  router.get('/customers/:id', see, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const customer = id && (await ports.one(id));
    if (id && !customer) return refuse(response, 404, 'no-such-customer', '没有这个客户，请从列表打开。');
    if (!id || !customer) return;
    const [past, changes, doubles] = await Promise.all([
      ports.past(id),
      ports.changes(id),
      ports.doubles(id),
    ]);
    const person = personOf(request);
    const whole = may(person.role, 'see-full-number');
    response.json({
      customer,
      past,
      // what was changed tells numbers and addresses; who may not see them sees that and by whom
      changes: whole ? changes : changes.map((one) => ({ ...one, before: null, after: null })),
      doubles,
      may: { edit: may(person.role, 'edit-customers'), merge: may(person.role, 'merge-customers') },
    });
  });

  router.post('/customers', allow('edit-customers'), async (request, response) => {
    const fields = said(response, fieldsShape, request.body);
    if (!fields) return;
    const id = await ports.add(fields, personOf(request));
    if (id === null) return refuse(response, 409, 'account-taken', '这个户号已经有客户了，请先查找。');
    response.status(201).json({ id });
  });

  router.put('/customers/:id', allow('edit-customers'), async (request, response) => {
    const id = idOf(response, request.params['id']);
    const wanted = id && said(response, changed, request.body);
    if (!id || !wanted) return;
    const answer = await ports.change(id, wanted.version, wanted.fields, personOf(request));
    if (answer.ok) return void response.json({ ok: true });
    if (answer.why === 'account-taken')
      return refuse(response, 409, 'account-taken', '这个户号是另一个客户的；如果是同一户，请用“合并”。');
    if (answer.why === 'changed-meanwhile')
      return refuse(
        response,
        409,
        'changed-meanwhile',
        `${answer.by || '另一人'}刚改过这个客户，没有保存；请刷新看过后再改。`,
      );
    refuse(response, 404, 'no-such-customer', '没有这个客户，或已并入另一个客户。');
  });

  router.post('/customers/:id/merge', allow('merge-customers'), async (request, response) => {
    const id = idOf(response, request.params['id']);
    const wanted = id && said(response, z.object({ into: z.number().int().positive() }), request.body);
    if (!id || !wanted) return;
    if (!(await ports.merge(id, wanted.into, personOf(request))))
      return refuse(response, 409, 'not-merged', '其中一个客户已经合并过了，请刷新后再看。');
    response.json({ ok: true });
  });

  router.post('/customers/:id/reveal', allow('reveal-numbers'), async (request, response) => {
    const id = idOf(response, request.params['id']);
    const customer = id && (await ports.one(id));
    if (id && !customer) return refuse(response, 404, 'no-such-customer', '没有这个客户。');
    if (!customer) return;
    await ports.reveal(customer.id, personOf(request));
    const { name, phones, address } = customer;
    answerRevealed(response, { name, phones, address });
  });

  const take = allow('merge-customers');
  router.get('/customer-imports', take, async (_request, response) => {
    response.json({ imports: await ports.imports() });
  });
  router.post('/customer-imports', take, async (request, response) => {
    const path = ports.uploadPath();
    const file = await receiveFile(request, response, path, MOST_BYTES);
    if (file === null) return;
    const made = await ports.upload(file, path, personOf(request));
    if ('words' in made) return refuse(response, 400, 'not-a-table', made.words);
    response.status(201).json(made);
  });
  router.get('/customer-imports/:id', take, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const found = id && (await ports.import(id));
    if (id && !found) return refuse(response, 404, 'no-such-import', '没有这次导入。');
    if (id && found) response.json({ import: found, bad: await ports.bad(id, 0) });
  });
  router.post('/customer-imports/:id/check', take, async (request, response) => {
    const id = idOf(response, request.params['id']);
    const wanted = id && said(response, columnsShape, request.body);
    if (!id || !wanted) return;
    if (!(await ports.check(id, wanted.columns))) return busy(response);
    response.status(202).json({ ok: true });
  });
  router.post('/customer-imports/:id/take', take, async (request, response) => {
    const id = idOf(response, request.params['id']);
    if (!id) return;
    if (!(await ports.take(id, personOf(request)))) return busy(response);
    response.status(202).json({ ok: true });
  });
  router.get('/customer-imports/:id/bad.csv', take, async (request, response) => {
    const id = idOf(response, request.params['id']);
    if (!id) return;
    attach(response, `导入${id}-不能导入的行.csv`);
    response.write('\ufeff行号,原因\r\n');
    for (let after = 0; ;) {
      const rows = await ports.bad(id, after);
      if (rows.length === 0) break;
      for (const { row, reason } of rows) response.write(`${row},"${reason.replace(/"/g, '""')}"\r\n`);
      after = rows.at(-1)!.row;
    }
    response.end();
  });
  return router;
}

function busy(response: Response): void {
  refuse(response, 409, 'not-now', '这个文件正在处理，或已经导入过了；请看列表里的状态。');
}
