import type { SnapshotLeg, SwitchEvent } from '../core/floor/event.ts';
import { cleanNumber } from '../core/floor/number.ts';
import type { Message } from './message.ts';
import { memberOf, textOf } from './translate.ts';

/** Events of list answers: they carry our ActionID, and no Privilege. */
export const LISTED: ReadonlySet<string> = new Set([
  'QueueMember',
  'QueueEntry',
  'CoreShowChannel',
  'CoreShowChannelsComplete',
]);

/** Gathers the answers to CoreShowChannels and QueueStatus, asked for after every connect, into events for the floor. */
export interface SnapshotReader {
  /** true: the message was part of an answer of ours */
  push(message: Message, atMs: number): boolean;
}

export function createSnapshotReader(onEvent: (event: SwitchEvent) => void): SnapshotReader {
  let live: SnapshotLeg[] = [];
  return {
    push(message, atMs) {
      const text = textOf(message);
      switch (message.name) {
        case 'QueueMember':
          onEvent({
            kind: 'member',
            atMs,
            queue: text('Queue'),
            agent: text('Location'),
            member: memberOf(message),
          });
          return true;
        case 'QueueEntry': {
          const uniqueId = text('Uniqueid');
          if (!uniqueId) return true;
          onEvent({
            kind: 'found-waiting',
            atMs: atMs - (Number(text('Wait')) || 0) * 1000,
            leg: { uniqueId, linkedId: uniqueId, channel: text('Channel') },
            queue: text('Queue'),
            number: cleanNumber(text('CallerIDNum')),
          });
          return true;
        }
        case 'CoreShowChannel':
          live.push({
            uniqueId: text('Uniqueid'),
            linkedId: text('Linkedid') || text('Uniqueid'),
            channel: text('Channel'),
            number: cleanNumber(text('CallerIDNum')),
            exten: text('Exten'),
            context: text('Context'),
            bornAtMs: atMs - durationMs(text('Duration')),
            up: text('ChannelState') === '6',
            bridge: text('BridgeId') || null,
          });
          return true;
        case 'CoreShowChannelsComplete':
          onEvent({ kind: 'snapshot', atMs, live });
          live = [];
          return true;
        default:
          return false;
      }
    },
  };
}

/** `00:01:02` */
function durationMs(told: string): number {
  const [hours, minutes, seconds] = told.split(':').map(Number);
  return ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000 || 0;
}
