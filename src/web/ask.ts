import { leaveFor } from './leave.ts';

/** The server said no, or could not be reached: `message` is Chinese and says what to do. */
export class Refusal extends Error {
  /** `not-allowed`, `wrong-field`, …; `offline`: no answer came */
  readonly code: string;
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Asks who sits here to prove it (sign-in/prove-again.tsx); false: they would rather not. */
let askProof: (() => Promise<boolean>) | null = null;
export function onProofAsked(asking: (() => Promise<boolean>) | null): void {
  askProof = asking;
}

/** Exports, tokens and rights ask first for a new proof of who sits here; then it is asked once more. */
export async function fetchProven(path: string, init: RequestInit): Promise<Response> {
  const answer = await fetch(path, init);
  if (answer.status !== 403 || !askProof) return answer;
  const said = (await answer
    .clone()
    .json()
    .catch(() => null)) as { code?: string } | null;
  return said?.code === 'prove-again' && (await askProof()) ? fetchProven(path, init) : answer;
}

/**
 * Asks our own server and gives its answer. A session that ended leads to the sign-in page and back; every other no is
 * thrown as a `Refusal`. `stop` gives up an answer that nobody waits for any more.
 */
export async function ask<T>(method: Method, path: string, body?: unknown, stop?: AbortSignal): Promise<T> {
  let answer: Response;
  try {
    answer = await fetchProven(path, {
      method,
      ...(body === undefined
        ? {}
        : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      ...(stop ? { signal: stop } : {}),
    });
  } catch (cause) {
    if (stop?.aborted) throw cause;
    throw new Refusal(0, 'offline', '连不上服务，请检查网络后重试。');
  }
  const said = (await answer.json().catch(() => null)) as (T & { code?: string; message?: string }) | null;
  if (answer.ok) return said as T;
  if (answer.status === 401 && location.pathname !== '/sign-in') {
    leaveFor(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`);
  }
  throw new Refusal(answer.status, said?.code ?? 'failed', said?.message ?? '服务没有回应，请稍候再试。');
}

/** Was it refused for this? */
export function isRefusal(thrown: unknown, code: string): boolean {
  return thrown instanceof Refusal && thrown.code === code;
}

/** What to show of anything that was thrown. */
export function refusalWords(thrown: unknown): string {
  return thrown instanceof Refusal ? thrown.message : '出了意外，请刷新页面后重试；还不行请告诉管理员。';
}
