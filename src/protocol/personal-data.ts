/** The page 个人信息: what is kept, and of one caller. */
export interface PersonalKindView {
  key: string;
  zh: string;
  of: 'caller' | 'employee';
  where: string;
  why: string;
  keptFor: string;
  seenBy: string[];
  erasure: string;
}
export interface PersonDataFound {
  key: string;
  zh: string;
  count: number;
  erasure: string;
}
export interface PersonDataErased {
  erased: { key: string; zh: string; count: number }[];
  /** what is still there, and why */
  left: PersonDataFound[];
  /** files that could not be removed; an administrator must */
  filesLeft: number;
}
