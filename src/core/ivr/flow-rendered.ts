/**
 * A version as the switch keeps it in its own database (AstDB), where dialplan/ivr.conf reads it with neither service
 * nor PostgreSQL. A version never changes, so each has a family of its own, `ivr-5`; which one is in force is one value.
 */
import {
  KIND_SAYS,
  LANGUAGE_PROMPT,
  type Closed,
  type Flow,
  type FlowNode,
  type Key,
  type Language,
} from './flow.ts';

export interface Entry {
  key: string;
  value: string;
}

/** What the dialplan calls the place of a kind; a person is `person`. */
const placeOf = (node: FlowNode) => `${node.kind === 'queue' ? 'person' : node.kind}:${node.id}`;

/** `own` names the sound of a text that belongs to this version alone (`flow-…`). */
export function renderFlow(flow: Flow, own: (texts: Partial<Record<Language, string>>) => string): Entry[] {
  const byId = new Map(flow.nodes.map((one) => [one.id, one]));
  const sound = (prompt: string) => {
    const texts = flow.texts[prompt];
    return `hotline/${texts && Object.values(texts).some((one) => one.trim()) ? own(texts) : prompt}`;
  };
  const sounds = (says: readonly string[]) => says.map(sound).join('&');
  const closed = (one: Closed) => `${one.way}:${sounds(one.says)}`;
  const entries: Entry[] = [];
  for (const node of flow.nodes) {
    const says = node.says.length > 0 ? node.says : KIND_SAYS[node.kind];
    if (says.length > 0) entries.push({ key: `${node.id}-says`, value: sounds(says) });
    for (const [key, to] of Object.entries(node.keys)) {
      const target = byId.get(to);
      if (target) entries.push({ key: `${node.id}-${key}`, value: placeOf(target) });
    }
    const then = node.then === undefined ? undefined : byId.get(node.then);
    if (then) entries.push({ key: `${node.id}-t`, value: placeOf(then) });
  }
  if (flow.languageKey !== null) {
    entries.push({ key: `greeting-${flow.languageKey}`, value: 'language:greeting' });
    // in the second language before it is chosen, after the greeting's own words
    entries.push({ key: 'offer', value: `&en/${sound(LANGUAGE_PROMPT)}` });
  }
  flow.hours.forEach((one, day) =>
    entries.push({
      key: `hours-${day + 1}`,
      value: one ? `${digits(one.from)}-${digits(one.until)}` : '0000-0000',
    }),
  );
  entries.push({ key: 'outside', value: closed(flow.outside) });
  for (const one of flow.holidays) entries.push({ key: `day-${digits(one.date)}`, value: closed(one) });
  // written last: a family of which a part is missing is not used
  entries.push({ key: 'ready', value: '1' });
  return entries;
}

const digits = (text: string) => text.replace(/\D/g, '');

/** A version in force from an instant on. */
export interface Term {
  version: number;
  fromMs: number;
}

/** What is in force now and what comes next, of terms that stand. */
export function termsAt(terms: readonly Term[], nowMs: number): { now: Term | null; next: Term | null } {
  const inOrder = [...terms].sort((a, b) => a.fromMs - b.fromMs);
  return {
    now: inOrder.filter((one) => one.fromMs <= nowMs).at(-1) ?? null,
    next: inOrder.find((one) => one.fromMs > nowMs) ?? null,
  };
}

/** `5`, or `5-6-1760000000`: version 6 follows by itself at that second, also with the service away. */
export function renderPlan(terms: readonly Term[], nowMs: number): string {
  const { now, next } = termsAt(terms, nowMs);
  const current = String(now?.version ?? 0);
  return next ? `${current}-${next.version}-${Math.ceil(next.fromMs / 1000)}` : current;
}

/** Of the same greeting, or a menu: where its keys lead, for who draws it. */
export function waysOf(node: FlowNode): { key: Key | null; to: string }[] {
  const ways: { key: Key | null; to: string }[] = Object.entries(node.keys).map(([key, to]) => ({
    key: key as Key,
    to,
  }));
  return node.then === undefined ? ways : [...ways, { key: null, to: node.then }];
}
