/** What a proof is given by test/proof/run.ts. */
export interface ProofRun {
  /** how long it may go on; a proof that walks a fixed list does not heed it */
  seconds: number;
  /** all that is random comes of it */
  seed: number;
  /** the other words of the command line */
  rest: readonly string[];
  say: (line: string) => void;
}

/** Throws if it does not hold. */
export type Proof = (run: ProofRun) => Promise<void>;
