/** Who sees what of callers and customers: one table, for every answer, event, file, mail and message that leaves. */
import type { Role } from './may.ts';

/** What of a caller or customer is private. Free text has no column of its own: what of these stands in it is masked in it. */
export const PRIVATE_KINDS = ['number', 'name', 'address'] as const;
export type PrivateKind = (typeof PRIVATE_KINDS)[number];

/** `own`: whole in the orders of the own unit, masked everywhere else. */
export type Sight = 'whole' | 'own' | 'masked';

/** Who receives something, as far as what they see goes. */
export interface Receiver extends Record<PrivateKind, Sight> {
  /** whose orders are own; null: nobody's */
  unitId: number | null;
}

type Party = Role | 'anybody' | 'group' | 'system';
const all = (sight: Sight) => ({ number: sight, name: sight, address: sight });

/** The rule book's Article 13 and PIPL 6: as much as the work asks for, and no more. `why` is printed in docs/security.md. */
export const WHO_SEES: Record<Party, Record<PrivateKind, Sight> & { why: string }> = {
  agent: { ...all('whole'), why: '接电话、登记、回访：要核对来电人、号码和地址' },
  supervisor: { ...all('whole'), why: '代班受理、督办、回访和质检' },
  administrator: { ...all('whole'), why: '核对导入的客户和号码；查看会记入审计' },
  dispatcher: { ...all('own'), why: '要上门、要联系用户：只看本单位主办或协办的工单' },
  'field-worker': { ...all('own'), why: '要上门、要联系用户：只看本单位主办或协办的工单' },
  manager: { ...all('masked'), why: '看报表，不看来电人；确需时在客户卡片上点“显示完整号码”，记入审计' },
  anybody: { ...all('masked'), why: '停水公告页、电视大屏：谁都看得到' },
  group: { ...all('masked'), why: '企业微信群、邮箱、对方系统：没有勾选“号码不打码”的收件方' },
  system: {
    ...all('masked'),
    why: '没有 numbers:read 的接口令牌；绑定单位的令牌看得到本单位工单的姓名和地址',
  },
};

/** All is whole: for who takes calls, and for our own keeping. */
export const SEES_ALL: Receiver = { ...all('whole'), unitId: null };
/** Nothing is whole: a television, a public page, a mailbox that anybody may open. */
export const SEES_NOTHING: Receiver = { ...all('masked'), unitId: null };

/** Somebody with an account. */
export function receiverOf(person: { role: Role; unitId: number | null }): Receiver {
  const { number, name, address } = WHO_SEES[person.role];
  return { number, name, address, unitId: person.unitId };
}

/** A group, a mailbox or a system that a message goes to. */
export function groupOf(party: { seesNumbers: boolean }): Receiver {
  return party.seesNumbers ? SEES_ALL : SEES_NOTHING;
}

/** Another system by its token: what it asks of orders is its own unit's where the token is bound to one. */
export function systemOf(
  token: { scopes: readonly string[]; unitId: number | null },
  scope: string,
): Receiver {
  if (token.scopes.includes('numbers:read')) return SEES_ALL;
  const own = token.unitId !== null && scope.startsWith('orders:');
  return own ? { ...all('whole'), number: 'masked', unitId: null } : SEES_NOTHING;
}

export function seesAll(receiver: Receiver): boolean {
  return PRIVATE_KINDS.every((kind) => receiver[kind] === 'whole');
}
