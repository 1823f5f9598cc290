/** Annex 2 of the regulation, said once for the report, the page, the workbook and the mail: its title, its ten columns, what stands in each. */
import type { Column } from '../office/document.ts';
import { numberText } from '../people/telephone.ts';

export const ANNEX_2_TITLE = '客户服务部供水热线"96666"工单处理回访记录表';

/** The columns in the regulation's order; `width` as the workbook prints them. */
export const ANNEX_2 = [
  { key: 'no', zh: '序号', unit: 'count', width: 6 },
  { key: 'accepted', zh: '受理时间', unit: 'instant', width: 17 },
  { key: 'calledBack', zh: '回访日期', unit: 'date', width: 12 },
  { key: 'caller', zh: '来电人', unit: 'text', width: 10, private: 'name' },
  { key: 'number', zh: '用户电话', unit: 'text', width: 14, private: 'number' },
  { key: 'address', zh: '用户地址', unit: 'text', width: 30, private: 'address' },
  { key: 'content', zh: '反映内容', unit: 'text', width: 36 },
  { key: 'by', zh: '处理部门及人员', unit: 'text', width: 20 },
  { key: 'handling', zh: '处理完成情况', unit: 'text', width: 24 },
  { key: 'satisfied', zh: '是否满意', unit: 'text', width: 10 },
] as const satisfies readonly (Column & { width: number })[];
export type Annex2Column = (typeof ANNEX_2)[number]['key'];

export const SATISFACTION = { satisfied: '满意', fair: '一般', dissatisfied: '不满意' } as const;

/** One order that was called back, as Annex 2 writes it. */
export interface Annex2Row {
  acceptedAtMs: number;
  calledBackAtMs: number | null;
  caller: string;
  number: string | null;
  /** of the number, apart from it */
  extension?: string | null;
  address: string;
  content: string;
  department: string;
  handledBy: string;
  handling: string;
  solved: boolean | null;
  satisfied: keyof typeof SATISFACTION | null;
}

/** What stands in each column of a line; `at`: how many lines stand before it. */
export function annex2Cells(row: Annex2Row, at: number): Record<Annex2Column, number | string | null> {
  const { number, extension, solved, satisfied } = row;
  return {
    no: at + 1,
    accepted: row.acceptedAtMs,
    calledBack: row.calledBackAtMs,
    caller: row.caller,
    number: number && numberText({ national: number, extension: extension ?? null }),
    address: row.address,
    content: row.content,
    by: [row.department, row.handledBy].filter((name) => name !== '').join(' '),
    handling: row.handling || (solved === null ? '' : solved ? '已解决' : '未解决'),
    satisfied: satisfied === null ? '' : SATISFACTION[satisfied],
  };
}
