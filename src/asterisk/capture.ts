import type { SwitchEvent } from '../core/floor/event.ts';
import { createFramer } from './frame.ts';
import { isUnread, parseMessage } from './message.ts';
import { createRejoiner } from './rejoin.ts';
import { createSnapshotReader, LISTED } from './snapshot.ts';
import { translate, WANTED } from './translate.ts';

const READ: ReadonlySet<string> = new Set([...WANTED, ...LISTED]);

/** The chain from the switch's bytes to the floor's events; the live service, recovery and `replay` use this one. */
export interface Chain {
  bytes(chunk: Buffer, receivedAtMs: number): void;
  /** the connection opened: what the one before left torn is forgotten */
  opened(atMs: number): void;
  lost(atMs: number): void;
  /** how our questions' ActionIDs begin: list answers with another are forged; without it (a capture) they are believed */
  key(key: string): void;
  /** nothing half-told is held */
  whole(): boolean;
}

export interface ChainSettings {
  /** each event's own instant (NaN: it has none) beside ours, for who watches the clocks */
  onStamp?: (stampedMs: number, receivedMs: number) => void;
  /** a capture of a switch that writes no Timestamp: events are taken at the instant at which they were received */
  byReceipt?: boolean;
}

export function createChain(onEvent: (event: SwitchEvent) => void, settings: ChainSettings = {}): Chain {
  let connected = false;
  let ours = '';
  let receivedAtMs = NaN;
  const byReceipt = settings.byReceipt === true;
  const snapshots = createSnapshotReader(onEvent);
  const misfit = (name: string, atMs: number, linkedId: string | null, detail: string) =>
    onEvent({ kind: 'misfit', atMs, name, linkedId, detail });

  const rejoiner = createRejoiner(
    (message) => {
      const actionId = message.header('ActionID');
      if (message.kind === 'event' && actionId !== undefined && message.header('Privilege') === undefined) {
        if (!actionId.startsWith(ours)) misfit('forged-event', receivedAtMs, null, message.name);
        else snapshots.push(message, receivedAtMs);
        return;
      }
      for (const event of translate(message, byReceipt ? receivedAtMs : NaN)) onEvent(event);
      if (settings.onStamp && message.kind === 'event') {
        const seconds = Number(message.header('Timestamp'));
        if (seconds > 0) settings.onStamp(seconds * 1000, receivedAtMs);
      }
    },
    (name, message) => {
      const seconds = Number(message.header('Timestamp'));
      const atMs = seconds > 0 ? Math.round(seconds * 1e6) / 1e3 : NaN;
      misfit(name, atMs, message.header('Linkedid') ?? null, message.name);
      if (name === 'event-without-timestamp') settings.onStamp?.(NaN, receivedAtMs);
    },
    { needsTimestamp: !byReceipt },
  );
  const framer = createFramer(
    (frame) => {
      if (rejoiner.whole() && isUnread(frame, READ)) return;
      try {
        rejoiner.push(parseMessage(frame));
      } catch (fault) {
        // one frame that is not understood: those behind it are read, now and when the journal is read again
        misfit('frame-failed', receivedAtMs, null, String(fault).slice(0, 200));
      }
    },
    () => {
      // a banner in mid-stream: another connection, though nobody said that the one before was lost
      if (connected) onEvent({ kind: 'feed-lost', atMs: NaN });
      connected = true;
    },
    (bytes) => misfit('frame-too-long', receivedAtMs, null, String(bytes)),
  );
  return {
    bytes(chunk, atMs) {
      receivedAtMs = atMs;
      framer.push(chunk);
    },
    opened(atMs) {
      framer.reset();
      connected = false;
      onEvent({ kind: 'feed-opened', atMs });
    },
    lost(atMs) {
      rejoiner.flush();
      framer.reset();
      connected = false;
      onEvent({ kind: 'feed-lost', atMs });
    },
    key(key) {
      ours = `${key}-`;
    },
    whole: () => framer.whole() && rejoiner.whole(),
  };
}
