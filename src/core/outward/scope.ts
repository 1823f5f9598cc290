/** What another system's token may be good for. */
export const SCOPES = {
  'calls:read': '查询通话',
  'customers:read': '查询客户',
  'orders:read': '查询工单',
  'orders:create': '建立工单',
  'orders:step': '签收、处理、办结工单',
  'cases:read': '查询外部来件',
  'cases:create': '登记外部来件',
  'numbers:read': '电话、姓名、地址不打码',
} as const;
export type Scope = keyof typeof SCOPES;
export const SCOPE_NAMES = Object.keys(SCOPES) as Scope[];

/** Who is at the other end: a system that came in by its token. */
export interface OtherSystem {
  tokenId: number;
  system: string;
  scopes: Scope[];
  /** a unit's own system: sees and does only what is that unit's; null: all */
  unitId: number | null;
  perMinute: number;
}
