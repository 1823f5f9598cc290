import type { Request, RequestHandler, Response, Router } from 'express';
import { z } from 'zod';
import { USUAL_PROVEN_MS } from '../core/people/factor.ts';
import { may, type Deed } from '../core/people/may.ts';
import type { SignedIn } from './sessions.ts';

// a field's fault is said in Chinese where its schema has no words of its own
z.config(z.locales.zhCN());

/** Every answer that says no: a code for programs, and a Chinese sentence that says what to do. */
export function refuse(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ code, message });
}

/** Lets through who is signed in: only for what everybody may do with their own account. */
export const signedIn: RequestHandler = (request, response, next) => {
  if (request.session.person) return next();
  refuse(response, 401, 'not-signed-in', '请先登录。');
};

/** Lets through who may do this deed (core/people/may.ts); every route of ours begins with it. */
export function allow(deed: Deed): RequestHandler {
  return (request, response, next) => {
    const person = request.session.person;
    if (!person) return refuse(response, 401, 'not-signed-in', '请先登录。');
    if (person.mustChange)
      return refuse(response, 403, 'must-change-password', '请先修改初始密码，再继续使用。');
    if (!may(person.role, deed))
      return refuse(response, 403, 'not-allowed', '您的账号没有这项权限，需要时请联系管理员。');
    next();
  };
}

/** Did who asks prove who they are lately? A stolen session did not. */
export function provenLately(request: Request, response: Response): boolean {
  const { provenMs = USUAL_PROVEN_MS } = response.locals as { provenMs?: number };
  return Date.now() - (request.session.provenAtMs ?? 0) < provenMs;
}

/** Lets through who proved lately who they are: before exports, tokens and rights; behind `allow`. */
export const proven: RequestHandler = (request, response, next) => {
  if (provenLately(request, response)) return next();
  askProof(request, response);
};

/** A page asks for the proof and goes on (web/sign-in/prove.tsx); who opened a file's address is led there and back. */
export function askProof(request: Request, response: Response): void {
  // a page's fetch takes anything; on plain http there is no sec-fetch-mode that would say it
  if (request.method === 'GET' && request.headers.accept?.includes('text/html'))
    return response.redirect(`/prove?to=${encodeURIComponent(request.originalUrl)}`);
  refuse(response, 403, 'prove-again', '这一步要先再验证一次您的身份。');
}

/** Who asks; only behind `allow`. */
export function personOf(request: Request): SignedIn {
  return request.session.person!;
}

/** What was sent, if it has the shape; else the answer is given, naming the first field that is wrong, and null returned. */
export function said<T>(response: Response, schema: z.ZodType<T>, sent: unknown): T | null {
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  const first = parsed.error.issues[0]!;
  const field = first.path.join('.');
  // words first: people read them; the field's name is for who looks after the page
  refuse(response, 400, 'wrong-field', `${first.message}${field === '' ? '' : `（${field}）`}`);
  return null;
}

/** What a deed comes to: null, it was done; else the Chinese sentence that says why not, and what to do. */
export type Done = Promise<string | null>;

/** Gives a router its deeds: what was sent is read, the work is done, and the answer says so, or why it was not. */
export function deedsOn(router: Router) {
  return <T extends object>(
    path: string,
    door: RequestHandler,
    shape: z.ZodType<T>,
    work: (told: T, person: SignedIn) => Done,
  ) =>
    router.post(path, door, async (request, response) => {
      const told = said(response, shape, request.body ?? {});
      if (!told) return;
      const no = await work(told, personOf(request));
      if (no !== null) return refuse(response, 409, 'not-now', no);
      response.json({ ok: true });
    });
}

/** What is sent next is a file to keep, under this name; its type is the name's ending. */
export function attach(response: Response, name: string): Response {
  return response.attachment(name.replace(/[\\/:*?"<>|]/g, '-'));
}
