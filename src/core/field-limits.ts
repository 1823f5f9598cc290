/**
 * How long a field may be, once for every form, route, interface, file and mail: what one takes the next takes, so that an
 * order can be made of any record and any case. Characters, as people count them on the screen.
 */
export const FIELD_LIMITS = {
  /** a caller, a customer or who sent a case */
  name: 100,
  /** as it was typed, with an extension or a word */
  phone: 40,
  account: 60,
  address: 300,
  community: 100,
  district: 40,
  /** code of a category of Annex 1 */
  category: 40,
  content: 20_000,
  /** what the caller was told at once */
  answer: 1000,
  /** the number that another system gave */
  outsideNo: 100,
  /** 投诉、咨询、求助 */
  caseKind: 60,
  /** of a step */
  note: 10_000,
} as const;
export type LimitedField = keyof typeof FIELD_LIMITS;
