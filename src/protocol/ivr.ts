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
}

/** What callers did in the IVR in a span of time. */
export interface IvrFigures {
  callers: number;
  /** went to the self-service */
  menu: number;
  /** heard of an outage where they live */
  area: number;
  /** were content with what they heard there: hung up before the queue */
  servedAlone: number;
  ratingsAsked: number;
  ratingsGiven: number;
  /** median from the call's arrival to the queue: what the IVR adds before the first ring */
  addedMs: number | null;
  placesKept: number;
  placesReached: number;
  words: number;
  /** from node to node, or to how it ended: `answered`, `callback`, `word`, `left` */
  moves: { from: string; to: string; count: number }[];
  /** key 1 content, 2 so-so, 3 not content */
  ratings: { agent: string; key: string; count: number }[];
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
