/** What is answered passes here: whole for who may see it, masked for everybody else (core/people/sight.ts). */
import type { Request, RequestHandler, Response } from 'express';
import { maskFor } from '../core/people/mask-for.ts';
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
  const setHeader = response.setHeader.bind(response);
  response.json = (body: unknown) =>
    json(response.locals.revealed ? body : maskFor(body, receiverOfRequest(request)));
  response.setHeader = (name, value) =>
    setHeader(
      name,
      name.toLowerCase() === 'content-disposition' && typeof value === 'string'
        ? maskedName(value, receiverOfRequest(request))
        : value,
    );
  next();
};

/** `attachment; filename*=UTF-8''…` with the numbers in the file's name masked. */
function maskedName(disposition: string, receiver: Receiver): string {
  const name =
    /filename\*=UTF-8''([^;]+)/i.exec(disposition)?.[1] ?? /filename="([^"]*)"/i.exec(disposition)?.[1];
  if (receiver.number === 'whole' || name === undefined) return disposition;
  const whole = decodeURIComponent(name);
  const shown = maskFor(whole, receiver);
  const how = disposition.split(';')[0]!;
  return shown === whole ? disposition : `${how}; filename*=UTF-8''${encodeURIComponent(shown)}`;
}
