import type { RecordingClass } from '../core/recordings/classes.ts';
import type { CallMeasures } from '../core/recordings/measures.ts';
import type { Transcript } from '../core/recordings/transcript.ts';

/** One recorded call as the list shows it. */
export interface RecordingLine {
  callId: string;
  atMs: number;
  ms: number;
  direction: 'inbound' | 'outbound' | 'internal';
  /** the other party's number */
  number: string | null;
  customer: string | null;
  agent: string | null;
  agentName: string | null;
  orderNo: string | null;
  class: RecordingClass;
  /** kept whatever its age, and why */
  held: string | null;
  /** null: it is there */
  deletedAtMs: number | null;
}

/** A recording that can't be packed, or whose file can't be removed: a person must see to it. */
export interface StuckRecording {
  callId: string;
  why: string;
  sinceMs: number;
}

export interface Recording extends RecordingLine {
  sha256: string;
  bytes: number;
  measures: CallMeasures;
  /** ten pairs a second, base64: caller and agent, 0 to 255 */
  peaks: string;
  mutes: { fromMs: number; untilMs: number }[];
  hungUpFirst: 'caller' | 'agent' | 'pbx' | null;
  transcript: Transcript;
  /** what happened in it, from its begin */
  marks: { atMs: number; words: string }[];
}

export interface RecordingFilter {
  fromMs: number;
  untilMs: number;
  /** digits anywhere in the number */
  number: string;
  agent: string;
  orderNo: string;
  leastMs: number;
  /** words anywhere in what was said; empty: any */
  words: string;
  /** empty: any */
  class: RecordingClass | '';
}
