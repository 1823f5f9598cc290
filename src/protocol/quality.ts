import type { Answers, Pin, QualityForm } from '../core/quality/form.ts';
import type { Proposal } from '../core/quality/measured.ts';
import type { ScoreState } from '../core/quality/score.ts';
import type { PointTrend, Spread, Trend } from '../core/quality/spread.ts';

/** A version of a form, as it was when calls were scored by it. */
export interface FormVersion {
  formId: number;
  version: number;
  body: QualityForm;
}

/** A form as the builder shows it: its latest version, and how it is used. */
export interface KeptForm extends FormVersion {
  inForce: boolean;
  madeAtMs: number;
  madeBy: string | null;
  /** given scores by any of its versions */
  scoreCount: number;
}

/** A call that an agent's week has to be judged by. */
export interface ToListen {
  callId: string;
  atMs: number;
  ms: number;
  state: ScoreState | null;
  scorer: string | null;
  tenths: number | null;
}

/** The draw of a week and how far it has been listened to. */
export interface QualityWeek {
  week: string;
  words: string;
  before: string;
  /** null: this week is the latest that has begun */
  after: string | null;
  /** the week is over: it can be drawn */
  over: boolean;
  perAgent: number;
  draw: { seed: string; drawVersion: number; drawnAtMs: number; drawnBy: string | null } | null;
  agents: { agent: string; name: string; calls: ToListen[] }[];
}

/** The draw was drawn again on the spot: what came out otherwise, and of how many calls. */
export interface DrawProof {
  seed: string;
  calls: number;
  differences: string[];
}

/** One score as lists show it. */
export interface ScoreLine {
  id: number;
  callId: string;
  atMs: number;
  ms: number;
  agentId: number;
  agentName: string;
  scorerId: number;
  scorer: string;
  state: ScoreState;
  /** what counts: after an appeal what was decided */
  tenths: number | null;
  givenAtMs: number | null;
  appeal: string;
}

/** One score with all that was said of it. */
export interface Score extends ScoreLine, Omit<FormVersion, 'body'> {
  calibrationId: number | null;
  answers: Answers;
  comments: Pin[];
  note: string;
  total: number | null;
  answer: string;
  decision: string;
  decidedBy: string | null;
  decidedAnswers: Answers | null;
  decidedTotal: number | null;
}

/** The scoring page of a call. */
export interface ScoreSheet {
  callId: string;
  atMs: number;
  ms: number;
  agentId: number;
  agentName: string;
  form: FormVersion;
  /** null: nobody has begun */
  score: Score | null;
  /** what was measured, by the point's key */
  proposals: Record<string, Proposal>;
  /** the recording is there and may be heard */
  there: boolean;
}

/** A call that several score. Who has not given their own score yet sees nobody else's. */
export interface Calibration {
  id: number;
  callId: string;
  atMs: number;
  agentName: string;
  openedBy: string;
  openedAtMs: number;
  closedAtMs: number | null;
  given: number;
  mine: ScoreState | null;
  spread: Spread | null;
}

export interface QualityTrends {
  people: { id: number; name: string }[];
  weeks: Trend[];
  points: PointTrend[];
}

/** What a scorer sends: a draft, or (`give`) the finished score. */
export interface FilledForm {
  formId: number;
  version: number;
  calibrationId: number | null;
  answers: Answers;
  comments: Pin[];
  note: string;
  give: boolean;
  /** the draft as this page saw or saved it last, null: nobody had begun; not there: whatever it is */
  was?: Pick<Score, 'answers' | 'comments' | 'note'> | null | undefined;
}
