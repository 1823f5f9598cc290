/** One thing that another system can ask: said once, for the door, for the check and for the OpenAPI page. */
import { z } from 'zod';
import type { OtherSystem, Scope } from '../../core/outward/scope.ts';

/** No, with a status, a code for programs and a Chinese sentence that says what to do. */
export class No extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface Asked<P, Q, B> {
  system: OtherSystem;
  params: P;
  query: Q;
  body: B;
  /** the version that the asker believes to change (If-Match); null: not said */
  version: number | null;
  /** of a change: the transaction in which it is done, together with its answer */
  client: unknown;
  /** of a change: what follows once the transaction stands; of one that was only answered again: nothing */
  afterwards: (follow: () => void) => void;
}

export interface Told {
  status?: number;
  body: unknown;
  /** of a thing that changes: goes out as its ETag */
  version?: number;
}

export interface Operation {
  method: 'get' | 'post';
  /** `/calls/{callId}` */
  path: string;
  scope: Scope;
  group: string;
  summary: string;
  description?: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType;
  answer: z.ZodType;
  /** what it may say no with, beside what every operation may */
  refusals?: Record<number, string>;
  /** done in a transaction, once for each Idempotency-Key */
  changes: boolean;
  run: (asked: Asked<never, never, never>) => Promise<Told>;
}

/** Says an operation with its shapes in step: what `run` gets is what the schemas say. */
export function operation<
  P extends z.ZodObject = z.ZodObject,
  Q extends z.ZodObject = z.ZodObject,
  B extends z.ZodType = z.ZodType,
>(
  one: Omit<Operation, 'run' | 'params' | 'query' | 'body' | 'changes'> & {
    params?: P;
    query?: Q;
    body?: B;
    changes?: boolean;
    run: (asked: Asked<z.output<P>, z.output<Q>, z.output<B>>) => Promise<Told>;
  },
): Operation {
  return { changes: one.method !== 'get', ...one } as unknown as Operation;
}

export const refusal = z
  .object({
    code: z.string().meta({ description: '供程序判断', example: 'wrong-field' }),
    message: z.string().meta({ description: '中文说明，告诉对方怎么办', example: 'limit：不能超过 500' }),
  })
  .meta({ id: 'Refusal' });

/** Pages by keyset: `after` is the `next` of the page before. */
export const paging = {
  limit: z.coerce
    .number('要写数字')
    .int('要写整数')
    .min(1, '至少 1 条')
    .max(500, '每页最多 500 条')
    .default(100)
    .meta({ description: '每页条数' }),
  after: z.string().max(400).optional().meta({ description: '上一页答复里的 next；不写从头开始' }),
};

export function pageOf<T extends z.ZodType>(item: T, id: string) {
  return z
    .object({
      items: z.array(item),
      next: z.string().nullable().meta({ description: '下一页的 after；null：没有更多' }),
    })
    .meta({ id });
}

/** A place in a list, as the other side keeps it for us. */
export function toCursor(place: unknown): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

export function fromCursor<T>(cursor: string | undefined, shape: z.ZodType<T>): T | undefined {
  if (cursor === undefined) return undefined;
  try {
    return shape.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch {
    throw new No(400, 'wrong-cursor', 'after 不对：请原样使用上一页答复里的 next，或去掉它从头开始。');
  }
}

/** A page out of one row more than asked for. */
export function page<T>(
  rows: T[],
  limit: number,
  placeOf: (last: T) => unknown,
): { items: T[]; next: string | null } {
  const items = rows.slice(0, limit);
  return { items, next: rows.length > limit ? toCursor(placeOf(items.at(-1)!)) : null };
}
