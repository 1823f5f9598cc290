import type { Flow, PromptTexts } from '../core/ivr/flow.ts';

/** A version of the flow; it never changes. */
export interface KeptFlow {
  version: number;
  body: Flow;
  /** what was changed, in the words of who saved it */
  note: string;
  /** null: the house began with it */
  madeBy: string | null;
  madeAtMs: number;
}

/** A version in force from an instant on, until the next or until it is taken back. */
export interface FlowTerm {
  id: number;
  version: number;
  fromMs: number;
  putBy: string | null;
  putAtMs: number;
  takenBackBy: string | null;
  takenBackAtMs: number | null;
}

/** Everything the page needs to show and edit the flow. */
export interface FlowView {
  flows: KeptFlow[];
  terms: FlowTerm[];
  /** the version that callers meet now, and the decision that put it in force */
  current: { version: number; termId: number } | null;
  next: { version: number; termId: number; fromMs: number } | null;
  /** the switch goes by this; false: it could not be told yet */
  switchKnows: boolean;
  /** the house's prompts, to choose from and to see which have no words in a language */
  texts: PromptTexts;
}
