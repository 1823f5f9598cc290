/**
 * Guessing gets slow: after five wrong passwords in a row, from one address for one login, each further one costs a wait
 * that doubles from 15 s to 15 min. It is counted by login and address together, so that nobody can lock others out.
 */
const FREE = 5;
const FIRST_MS = 15_000;
const LONGEST_MS = 900_000;

/**
 * Codes of an authenticator app are short: wrong ones are counted by account as well, from wherever they come. Only who
 * knows the password gets so far; the real person still comes in by passkey or recovery code, and a new password ends it.
 */
export const FREE_CODES = 20;

/** How long from the last wrong try until the next one is heard, in ms; the first ones are `free`. */
export function lockoutMs(failures: number, free = FREE): number {
  if (failures < free) return 0;
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures - free, 20));
}

/** A run of wrong passwords is forgotten after a day. */
export const FAILURES_KEPT_MS = 86_400_000;

/** What who has to wait is told. */
export function lockedWords(waitMs: number, what: '密码' | '验证码'): string {
  const seconds = Math.ceil(waitMs / 1000);
  const wait = seconds > 90 ? `${Math.ceil(seconds / 60)} 分钟` : `${seconds} 秒`;
  const help = what === '密码' ? '忘记密码请找管理员重设' : '也可以用恢复码或通行密钥';
  return `${what}连续输错，请 ${wait}后再试；${help}。`;
}
