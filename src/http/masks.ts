/** What is answered passes here: whole for who may see it, masked for everybody else (core/people/sight.ts). */
import type { Request, RequestHandler, Response } from 'express';
import { maskFor } from '../core/people/mask-for.ts';
import { maskText } from '../core/people/mask.ts';
import { receiverOf, SEES_NOTHING, type Receiver } from '../core/people/sight.ts';

/** Who asks, as far as what they may see goes; nobody signed in sees nothing. */
export function receiverOfRequest(request: Request): Receiver {
  const person = (request.session as Partial<Request['session']> | undefined)?.person;
  return person ? receiverOf(person) : SEES_NOTHING;
}

declare module 'express-serve-static-core' {
  interface Locals {
    /** who asked for it and why was written into the audit log first */
    revealed?: true;
  }
}

/** Answers whole, once, what somebody asked to have shown; only after the audit log has it. */
export function answerRevealed(response: Response, body: object): void {
  response.locals.revealed = true;
  response.json(body);
}

/** Every JSON answer, and every name under which a file is given, is masked when it is sent: routes answer whole. */
export const masks: RequestHandler = (request, response, next) => {
  const json = response.json.bind(response);
  const attachment = response.attachment.bind(response);
  response.json = (body: unknown) =>
    json(response.locals.revealed ? body : maskFor(body, receiverOfRequest(request)));
  response.attachment = (name?: string) =>
    attachment(name === undefined || receiverOfRequest(request).number === 'whole' ? name : maskText(name));
  next();
};
