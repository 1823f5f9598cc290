/** The list of receipts that can be taken along as a file, as the page has it. */
import { z } from 'zod';
import { parsePeriod, periodWords } from '../core/office/period.ts';
import { CATEGORIES, CHANNEL_WORDS, DIMS, dimWords, valuesOf, type Where } from '../core/office/receipts.ts';
import { countReceiptList, streamReceipts } from '../postgres/receipts.ts';
import { PAGE, type ListSource } from './list-source.ts';

const text = z.string().max(80);
const some = z.union([text, z.array(text).max(60)]).optional();
const filter = z.object({
  period: z
    .string()
    .max(60)
    .transform((key, context) => {
      const period = parsePeriod(key);
      if (period) return period;
      context.addIssue({ code: 'custom', message: '没有这个时间段' });
      return z.NEVER;
    }),
  ...(Object.fromEntries([...DIMS, 'community', 'day'].map((dim) => [dim, some])) as Record<
    keyof Where,
    typeof some
  >),
});
const DONE = { yes: '是', no: '否' } as const;

export const RECEIPT_LIST: ListSource<z.output<typeof filter>> = {
  kind: {
    name: 'receipts',
    zh: '受理清单',
    deed: 'read-reports',
    columns: [
      { zh: '受理时间', kind: 'instant', width: 20 },
      { zh: '渠道', kind: 'text', width: 14 },
      { zh: '类别', kind: 'text', width: 14 },
      { zh: '内容', kind: 'text', width: 50 },
      { zh: '辖区', kind: 'text', width: 10 },
      { zh: '地址', kind: 'text', width: 34, private: 'address' },
      { zh: '来电人', kind: 'text', width: 10, private: 'name' },
      { zh: '电话', kind: 'text', width: 15, private: 'number' },
      { zh: '单位', kind: 'text', width: 20 },
      { zh: '工单', kind: 'text', width: 18, private: 'code' },
      { zh: '已回复', kind: 'text', width: 8 },
      { zh: '已办结', kind: 'text', width: 8 },
      { zh: '受理编号', kind: 'text', width: 16, private: 'code' },
    ],
  },
  filter,
  words: ({ period, ...where }) =>
    [
      periodWords(period),
      ...Object.entries(where).flatMap(([dim, value]) =>
        // a unit's name is not known here; the file has its column
        value === undefined || dim === 'unit'
          ? []
          : valuesOf(value).map((one) => dimWords(dim, one, new Map())),
      ),
    ].join(' '),
  count: (client, { period, ...where }) => countReceiptList(client, period, where as Where),
  async *pages(client, { period, ...where }) {
    for await (const page of streamReceipts(client, period, where as Where, PAGE))
      yield page.map((one) => [
        one.atMs,
        CHANNEL_WORDS[one.channel] ?? one.channel,
        CATEGORIES.find(({ code }) => code === one.category)?.zh ?? '未分类',
        one.content,
        one.district,
        one.address,
        one.caller,
        one.phone,
        one.unit,
        one.orderNo,
        DONE[one.answered],
        DONE[one.closed],
        one.ref,
      ]);
  },
};
