/**
 * Answers that are being given: a sound that is played, a file that is fetched, a report that is reckoned. Each was let in
 * by a right; when that goes, the answer ends, too.
 */
import type { Response } from 'express';
import type { NoRight } from '../core/people/rights.ts';

/** A no as it is answered: a code for programs, and a Chinese sentence that says what to do. */
export interface RefusalAnswer {
  status: number;
  code: string;
  message: string;
}

const WORDS: Record<NoRight, Omit<RefusalAnswer, 'code'>> = {
  'not-signed-in': { status: 401, message: '请先登录。' },
  'must-change-password': { status: 403, message: '请先修改初始密码，再继续使用。' },
  'not-allowed': { status: 403, message: '您的账号没有这项权限，需要时请联系管理员。' },
};

export function refusalOf(no: NoRight | null): RefusalAnswer | null {
  return no === null ? null : { code: no, ...WORDS[no] };
}

const underWay = new Map<Response, () => RefusalAnswer | null>();

/** Watches over this answer until it is given; `stillNo` says why it may not go on, null: it may. */
export function watchAnswer(response: Response, stillNo: () => RefusalAnswer | null): void {
  if (response.writableEnded || response.destroyed) return;
  if (!underWay.has(response)) response.once('close', () => underWay.delete(response));
  underWay.set(response, stillNo);
}

/** A deed that ends its own session, such as a new password, still answers: whoever did it is told that it is done. */
export function answerInAnyCase(response: Response): void {
  underWay.delete(response);
}

/** Ends the answers whose right has gone. What a deed has begun to write is written: it began by right. */
export function recheckAnswers(): void {
  for (const [response, stillNo] of underWay) {
    const no = stillNo();
    if (no === null) continue;
    underWay.delete(response);
    endAnswer(response, no);
  }
}

/** was this answer ended before its work was? What the work still wants to say is heard by nobody */
export function wasEnded(response: Response): boolean {
  return response.locals['endedForRights'] === true;
}

function endAnswer(response: Response, { status, code, message }: RefusalAnswer): void {
  response.locals['endedForRights'] = true;
  // the work goes on writing for a moment
  response.on('error', () => undefined);
  if (response.headersSent) return void response.destroy();
  response.status(status).json({ code, message });
}
