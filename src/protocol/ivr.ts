import type { IvrSums, Rating } from '../core/ivr/figures.ts';

/** What a caller said when nobody could answer. */
export interface SpokenWord {
  callId: string;
  number: string | null;
  /** the customer of this number, if one is known */
  name: string | null;
  about: '' | 'leak';
  atMs: number;
  /** how long it is */
  ms: number;
  takenBy: string | null;
  takenAtMs: number | null;
  orderNo: string | null;
  /** its time was over (管理 › 设置 › 数据保存) */
  soundGone: boolean;
}

/** What callers did in the IVR in a span of time. */
export interface IvrFigures extends IvrSums {
  /** from node to node, or to how it ended: `answered`, `callback`, `word`, `left` */
  moves: { from: string; to: string; count: number }[];
  ratings: Rating[];
}

/** One prompt as the page shows it. */
export interface Prompt {
  name: string;
  text: string;
  /** spoken by the machine; false: a person's voice was put in its place */
  synthetic: boolean;
}

export interface IvrToClient {
  /** words came in, were taken, or a place was kept or ended */
  ivrMoved: () => void;
  /** a version of the flow was put in force or taken back */
  ivrFlowMoved: () => void;
}
