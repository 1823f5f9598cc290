/**
 * What a browser may say on its line. Each event is declared once, with what it asks of who says it, and is held against
 * that at the moment when it comes (live.ts); the tests walk role × event over these declarations.
 */
import type { Socket } from 'socket.io';
import type { z } from 'zod';
import type { Permission, SignedIn } from '../core/people/rights.ts';
import type { ClientToServer, ServerToClient } from '../protocol.ts';

/** One browser tab's line, as the wings meet it. */
export interface PersonLine {
  /** as the account stands: when it changes the line ends, and the browser comes back as what it is then */
  readonly person: SignedIn;
  /** hears from now on what is told to this room, `orders:unit:3` */
  join(room: string): void;
  emit: Socket<ClientToServer, ServerToClient>['emit'];
  onGone(then: () => void): void;
  /** any word of this browser, if only the answer to the server's ping */
  onHeard(then: () => void): void;
}

export interface SocketEvent {
  name: string;
  permission: Exclude<Permission, 'anybody'>;
  /** of the first word; of all of them where `whole`. What has another shape is passed over */
  schema: z.ZodType;
  whole?: boolean;
  hear: (parsed: never, line: PersonLine, answer: (answer: unknown) => void) => void;
}

/** Declares an event with its shape and its listener in step. */
export function socketEvent<T>(event: {
  name: string;
  permission: SocketEvent['permission'];
  schema: z.ZodType<T>;
  whole?: boolean;
  hear: (parsed: T, line: PersonLine, answer: (answer: unknown) => void) => void;
}): SocketEvent {
  return event as SocketEvent;
}
