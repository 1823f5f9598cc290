/**
 * What came of one call that placed itself. The evidence is of two kinds: the floor's record of the call (events), and
 * what the switch wrote down itself while the person pressed keys (its own database), which outlives a service that was
 * away. Each may be missing; together they are folded into one result, the same whichever came first or twice.
 */
export type AttemptResult =
  /** both questions were answered by a key */
  | 'complete'
  /** one of them was */
  | 'partly'
  /** picked up, and no key at all: a mailbox, or someone who did not understand */
  | 'nodigit'
  /** only keys that mean nothing */
  | 'invalid'
  /** picked up and hung up before any answer */
  | 'hung-up'
  /** pressed 0 */
  | 'asks-person'
  /** pressed 9 */
  | 'do-not-call'
  | 'busy'
  | 'declined'
  | 'no-answer'
  | 'unreachable'
  /** the switch died under it: whether somebody picked up is not known */
  | 'lost'
  /** the switch never took the order to call */
  | 'not-placed';

export interface Answers {
  solved: 'yes' | 'no' | null;
  satisfied: 'satisfied' | 'fair' | 'dissatisfied' | null;
  /** a word was left after the tone */
  word: boolean;
  person: boolean;
  doNotCall: boolean;
}
export const NO_ANSWERS: Answers = {
  solved: null,
  satisfied: null,
  word: false,
  person: false,
  doNotCall: false,
};

/** What the floor knows of an ended call. */
export interface Recorded {
  answered: boolean;
  /** the end was seen */
  known: boolean;
  result: string | null;
  /** question ─▶ the key that was pressed */
  keys: Readonly<Record<string, string>>;
}

const SATISFIED = { '1': 'satisfied', '2': 'fair', '3': 'dissatisfied' } as const;

/** Questions and keys as the script says them; anything else is passed over. */
export function answersOf(...told: (Readonly<Record<string, string>> | null)[]): Answers {
  const keys: Record<string, string> = Object.assign({}, ...told);
  return {
    solved: keys['solved'] === '1' ? 'yes' : keys['solved'] === '2' ? 'no' : null,
    satisfied: SATISFIED[keys['satisfied'] as keyof typeof SATISFIED] ?? null,
    word: keys['word'] === '1',
    person: keys['person'] === '0',
    doNotCall: keys['stop'] === '9',
  };
}

/** `up:1.solved:1.satisfied:3.result:scored` as the script writes it into the switch's database; null: nothing there. */
export function parseKept(text: string | null): Record<string, string> | null {
  if (!text) return null;
  const kept: Record<string, string> = {};
  for (const part of text.split('.')) {
    const [, question, key] = /^([a-z]+):([a-z0-9]+)$/.exec(part) ?? [];
    if (question && key) kept[question] ??= key;
  }
  return kept;
}

export function outcomeOf(
  recorded: Recorded | null,
  kept: Readonly<Record<string, string>> | null,
): { result: AttemptResult; answers: Answers } {
  const answers = answersOf(recorded?.keys ?? null, kept);
  const result = resultOf(recorded, kept, answers);
  return { result, answers };
}

function resultOf(
  recorded: Recorded | null,
  kept: Readonly<Record<string, string>> | null,
  answers: Answers,
): AttemptResult {
  if (answers.doNotCall) return 'do-not-call';
  if (answers.solved && answers.satisfied) return 'complete';
  if (answers.person) return 'asks-person';
  if (answers.solved || answers.satisfied) return 'partly';
  const pickedUp = recorded?.answered === true || kept !== null;
  const said = kept?.['result'] ?? recorded?.result ?? null;
  if (pickedUp) return said === 'nodigit' || said === 'invalid' ? said : 'hung-up';
  switch (said) {
    case 'busy':
    case 'declined':
    case 'no-answer':
    case 'unreachable':
      return recorded?.known === false ? 'lost' : said;
    default:
      return recorded === null ? 'not-placed' : 'lost';
  }
}
