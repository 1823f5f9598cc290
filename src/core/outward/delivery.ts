/** What goes out of the house: to whom, by what, how often it is tried, and what was answered. */
import type { NoticeName, OutwardEventName } from './event.ts';

/** `screen`: pages of ours that stand open; the others are wires to other parties. */
export type Channel = 'screen' | 'mail' | 'wechat' | 'webhook';
export const CHANNELS: readonly Channel[] = ['screen', 'mail', 'wechat', 'webhook'];

/** `dead`: tried as often as it may be; a person can send it again. */
export type DeliveryState = 'waiting' | 'sending' | 'delivered' | 'dead' | 'cancelled';
export const DELIVERY_STATES: readonly DeliveryState[] = [
  'waiting',
  'sending',
  'delivered',
  'dead',
  'cancelled',
];

export interface MailFile {
  name: string;
  contentType: string;
  /** what it holds, base64; of big ones better `path` */
  base64?: string;
  /** below VAR_DIR */
  path?: string;
}
export interface MailMessage {
  channel: 'mail';
  to: string[];
  subject: string;
  text: string;
  html?: string;
  files?: MailFile[];
}
export interface WechatMessage {
  channel: 'wechat';
  /** the group robot's whole webhook address, with its key */
  robot: string;
  format: 'text' | 'markdown';
  content: string;
}
export interface WebhookMessage {
  channel: 'webhook';
  url: string;
  /** `order-dispatched` */
  event: string;
  data: Record<string, unknown>;
}
export interface ScreenMessage {
  channel: 'screen';
  /** socket room: `told:role:supervisor`, `told:unit:3`, `person:7` */
  room: string;
  event: string;
  title: string;
  text: string;
  /** page of ours to open */
  link: string | null;
  sound: boolean;
}
export type Message = MailMessage | WechatMessage | WebhookMessage | ScreenMessage;

/** One message for one recipient, as a wing asks for it inside its own transaction. */
export interface NewDelivery {
  /** telling the same `once` twice is telling it once; null: no such check */
  once: string | null;
  /** what it tells of: the delivery log has a word for each */
  kind: OutwardEventName | NoticeName;
  /** what it is about, to find it in the log: an order's number, a call's id */
  about: string | null;
  /** who gets it, in words for the log */
  recipient: string;
  /** one after the other in a stream, the next only when the one before was delivered or is dead */
  stream: string | null;
  receiverId: number | null;
  message: Message;
  mostAttempts?: number;
  /** not before this instant */
  notBeforeMs?: number;
  /** it is as this recipient may see it; absent: what is private in it is masked before it goes out */
  shaped?: true;
}

/** A delivery that a wire is to send now. */
export interface Delivery {
  id: number;
  /** this try's number, from 1 */
  attempt: number;
  mostAttempts: number;
  /** the lane: what must not stand in another's way */
  lane: string;
  kind: string;
  createdAtMs: number;
  receiverId: number | null;
  /** signs a webhook */
  secret: string | null;
  message: Message;
}

/** What a wire says of one try. */
export type Answer =
  | {
      kind: 'delivered';
      status: number | null;
      words: string;
      /** what shows that it arrived: the mail server's queue number, a digest of the answer */
      proof: string | null;
    }
  | {
      kind: 'failed';
      status: number | null;
      words: string;
      /** false: another try would get the same answer */
      retry: boolean;
      /** the receiver said when */
      afterMs?: number;
      /** the receiver wants nothing any more */
      gone?: boolean;
    }
  /** not tried: the wire is full for now */
  | { kind: 'later'; afterMs: number; words: string };

/** How often a delivery is tried when nobody said otherwise: over about half a day. */
export const MOST_ATTEMPTS = 12;
const FIRST_WAIT_MS = 5000;
const LONGEST_WAIT_MS = 2 * 3_600_000;

/**
 * How long to wait after the try `attempt` failed: 5 s, 15 s, 45 s … 2 h at most, a quarter more or less by `random`
 * (0 to 1), so that what failed together is not tried together again.
 */
export function waitAfterMs(attempt: number, random: number): number {
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 3 ** (Math.max(1, attempt) - 1));
  return Math.round(wait * (0.75 + 0.5 * random));
}

/** What becomes of a delivery after one try. */
export type Outcome =
  | { state: 'delivered'; status: number | null; words: string; proof: string | null }
  | { state: 'dead'; status: number | null; words: string; gone: boolean }
  | { state: 'waiting'; status: number | null; words: string; afterMs: number; counted: boolean };

export function outcomeOf(
  delivery: Pick<Delivery, 'attempt' | 'mostAttempts'>,
  answer: Answer,
  random: number,
): Outcome {
  switch (answer.kind) {
    case 'delivered':
      return { state: 'delivered', status: answer.status, words: answer.words, proof: answer.proof };
    case 'later':
      return { state: 'waiting', status: null, words: answer.words, afterMs: answer.afterMs, counted: false };
    case 'failed': {
      const { status, words } = answer;
      if (!answer.retry || delivery.attempt >= delivery.mostAttempts) {
        return { state: 'dead', status, words, gone: answer.gone ?? false };
      }
      // a receiver may ask for patience, not for an eternity
      const asked = Math.min(answer.afterMs ?? 0, LONGEST_WAIT_MS);
      const afterMs = Math.max(asked, waitAfterMs(delivery.attempt, random));
      return { state: 'waiting', status, words, afterMs, counted: true };
    }
  }
}

/** What must not stand in another's way: each lane sends one at a time, and a lane that fails rests alone. */
export function laneOf(message: Message, receiverId: number | null): string {
  switch (message.channel) {
    case 'screen':
      return message.room;
    case 'mail':
      return message.to.join(',').toLowerCase();
    case 'wechat':
      return receiverId === null ? message.robot : `robot:${receiverId}`;
    case 'webhook':
      return receiverId === null ? message.url : `receiver:${receiverId}`;
  }
}
