import type { Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { Deed } from '../core/people/may.ts';
import { noRight, type NoRight, type Permission, type SignedIn } from '../core/people/rights.ts';
import { refusalOf, watchAnswer } from './answers.ts';
import type { Guard, Routes } from './routes.ts';

// a field's fault is said in Chinese where its schema has no words of its own
z.config(z.locales.zhCN());

declare module 'express-serve-static-core' {
  interface Locals {
    /** asks again whether who asked may (sessions.ts) */
    rightNow?: (permission: Permission) => NoRight | null;
    forgetCookie?: () => void;
  }
}

/** Every answer that says no: a code for programs, and a Chinese sentence that says what to do. */
export function refuse(response: Response, status: number, code: string, message: string): void {
  response.status(status).json({ code, message });
}

function guard(permission: Permission): Guard {
  const handler: RequestHandler = (request, response, next) => {
    const no = refusalOf(noRight(request.session.person, permission));
    if (no) return refuse(response, no.status, no.code, no.message);
    const { rightNow } = response.locals;
    if (rightNow) watchAnswer(response, () => refusalOf(rightNow(permission)));
    next();
  };
  return Object.assign(handler, { permission });
}

/** Lets through who is signed in: only for what everybody may do with their own account. */
export const signedIn: Guard = guard('signed-in');

/** Lets everybody through: for the ways in, each of which proves by itself who comes. */
export const anybody: Guard = Object.assign(((_request, _response, next) => next()) as RequestHandler, {
  permission: 'anybody' as const,
});

/** Lets through who may do this deed (core/people/may.ts); every route of ours begins with it. */
export function allow(deed: Deed): Guard {
  return guard(deed);
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
/** A refusal that a page answers by itself, by its code. */
export interface Coded {
  code: string;
  words: string;
}

/** Gives a router its deeds: what was sent is read, the work is done, and the answer says so, or why it was not. */
export function deedsOn(router: Routes) {
  return <T extends object>(
    path: string,
    door: Guard,
    shape: z.ZodType<T>,
    work: (told: T, person: SignedIn) => Promise<string | Coded | null>,
  ) =>
    router.post(path, door, async (request, response) => {
      const told = said(response, shape, request.body ?? {});
      if (!told) return;
      const no = await work(told, personOf(request));
      if (typeof no === 'string') return refuse(response, 409, 'not-now', no);
      if (no !== null) return refuse(response, 409, no.code, no.words);
      response.json({ ok: true });
    });
}

/** What is sent next is a file to keep, under this name; its type is the name's ending. */
export function attach(response: Response, name: string): Response {
  return response.attachment(name.replace(/[\\/:*?"<>|]/g, '-'));
}
