import { z } from 'zod';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import { soughtNumber } from '../../core/people/number.ts';
import { fromCursor, No, operation, page, pageOf, paging, type Operation } from './operation.ts';

export const customerShape = z
  .object({
    account: z.string().meta({ description: '户号', example: '0300012345' }),
    name: z.string(),
    address: z.string(),
    district: z.string().meta({ example: '兴庆区' }),
    meterKind: z
      .enum(['ic-card', 'mechanical', 'bulk', ''])
      .meta({ description: 'IC 卡表、机械表、趸售总表；空：未知' }),
    phones: z
      .array(z.string())
      .meta({ description: '没有 numbers:read 权限时打码；分机写在横线后：09515012345-8001' }),
  })
  .meta({ id: 'Customer' });
type Customer = z.output<typeof customerShape>;

export interface CustomersPorts {
  listCustomers: (
    asked: {
      phone?: string | undefined;
      district?: string | undefined;
      account?: string | undefined;
      after?: string | undefined;
    },
    most: number,
  ) => Promise<Customer[]>;
}

export function customerOperations(ports: CustomersPorts): Operation[] {
  return [
    operation({
      method: 'get',
      path: '/customers',
      scope: 'customers:read',
      group: '客户',
      summary: '客户清单，按户号排序',
      query: z.object({
        phone: z.string().max(FIELD_LIMITS.phone).optional().meta({ description: '登记的电话，任何写法' }),
        district: z.string().max(FIELD_LIMITS.district).optional(),
        ...paging,
      }),
      answer: pageOf(customerShape, 'CustomerPage'),
      async run({ query }) {
        const phone = query.phone === undefined ? undefined : (soughtNumber(query.phone) ?? undefined);
        if (query.phone !== undefined && phone === undefined)
          throw new No(400, 'wrong-field', 'phone：里面没有号码，请写电话号码。');
        const after = fromCursor(query.after, z.object({ account: z.string() }))?.account;
        const rows = await ports.listCustomers({ phone, district: query.district, after }, query.limit + 1);
        const { items, next } = page(rows, query.limit, ({ account }) => ({ account }));
        return { body: { items, next } };
      },
    }),
    operation({
      method: 'get',
      path: '/customers/{account}',
      scope: 'customers:read',
      group: '客户',
      summary: '一个客户',
      params: z.object({ account: z.string().min(1).max(60) }),
      answer: customerShape,
      refusals: { 404: '没有这个户号' },
      async run({ params }) {
        const [found] = await ports.listCustomers({ account: params.account }, 1);
        if (!found) throw new No(404, 'no-customer', '没有这个户号，请核对。');
        return { body: found };
      },
    }),
  ];
}
