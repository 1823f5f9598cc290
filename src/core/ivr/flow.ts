/**
 * The caller's way as data: which key leads where, what is said, when the house is open, the second language. The page
 * edits it, flow-faults.ts checks it, flow-rendered.ts gives it to the switch, dialplan/ivr.conf walks it.
 */
export type Key = '0' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9' | '*' | '#';
export const KEYS: readonly Key[] = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '0', '*', '#'];

/** What stands at a node. Of `menu` and `say` there may be many, of the others one, named as its kind. */
export type NodeKind =
  | 'greeting'
  | 'menu'
  | 'say'
  | 'outages'
  | 'order'
  | 'account'
  | 'leak'
  | 'queue'
  | 'message'
  | 'callback'
  | 'hang-up';

export interface FlowNode {
  /** `menu`, `menu-b`: small letters, as the dialplan's events tell it */
  id: string;
  kind: NodeKind;
  /** as people call it */
  words: string;
  /** prompts in order; of a kind that asks, its question. None: what the kind says by itself */
  says: string[];
  /** of `greeting` and `menu`: key ─▶ node */
  keys: Partial<Record<Key, string>>;
  /** of `greeting`, `menu`, `say`: where a caller goes who presses nothing */
  then?: string;
}

/** What becomes of callers out of hours or on a holiday. */
export type DayWay = 'queue' | 'announce' | 'message' | 'callback';
export interface Closed {
  way: DayWay;
  says: string[];
}
export interface Holiday extends Closed {
  /** `2026-10-01` */
  date: string;
  name: string;
}

export type Language = 'zh' | 'en';

export interface Flow {
  nodes: FlowNode[];
  /** Monday first: `{ from: '08:30', until: '17:30' }`; null: closed all day */
  hours: ({ from: string; until: string } | null)[];
  /** out of hours */
  outside: Closed;
  holidays: Holiday[];
  /** the key of the greeting that turns to the second language; null: there is none */
  languageKey: Key | null;
  /** what a prompt says in this version alone; a name that the house does not have is this version's own prompt */
  texts: Record<string, Partial<Record<Language, string>>>;
}

/** A house's prompt texts, by language. */
export type PromptTexts = Record<Language, Record<string, string>>;

/** Where a caller may be led; who comes here hears what the kind says. */
export const KIND_WORDS: Record<NodeKind, string> = {
  greeting: '问候',
  menu: '菜单',
  say: '播报',
  outages: '停水信息',
  order: '查工单',
  account: '核对户号',
  leak: '报漏水',
  queue: '人工',
  message: '留言',
  callback: '登记回拨',
  'hang-up': '挂机',
};
export const WAY_WORDS: Record<DayWay, string> = {
  queue: '照常转人工',
  announce: '先播报，再转人工',
  message: '请来电人留言',
  callback: '登记回拨',
};

/** What a kind says when a node names no prompt of its own; the dialplan has the same. */
export const KIND_SAYS: Record<NodeKind, readonly string[]> = {
  greeting: ['greeting'],
  menu: ['menu'],
  say: [],
  outages: ['menu-district'],
  order: ['order-number'],
  account: ['account-number'],
  leak: [],
  queue: [],
  message: ['word'],
  callback: ['fallback-back'],
  'hang-up': [],
};
/** What a kind says besides, in either language; these belong to the kind and are never changed by a version. */
export const KIND_ALSO: Record<NodeKind, readonly string[]> = {
  greeting: [],
  menu: [],
  say: ['leaf'],
  outages: ['no-outage', 'ask-failed', 'leaf'],
  order: ['order-none', 'ask-failed', 'leaf'],
  account: ['account-digits', 'account-none', 'ask-failed', 'leaf'],
  leak: ['word-leak', 'word-thanks'],
  queue: ['all-busy', 'nobody-there', 'queue-closed', 'fallback', 'fallback-back', 'word', 'word-thanks'],
  message: ['word-thanks'],
  callback: [],
  'hang-up': [],
};
/** Kinds that answer by themselves: a caller who hears them can come back to the menu or goes on to a person. */
export const LEAVES: readonly NodeKind[] = [
  'outages',
  'order',
  'account',
  'leak',
  'say',
  'message',
  'callback',
];
/** Spoken in the second language after the greeting, when there is one. */
export const LANGUAGE_PROMPT = 'language-key';

const leaf = (kind: NodeKind): FlowNode => ({
  ...{ id: kind, kind, words: KIND_WORDS[kind], says: [...KIND_SAYS[kind]], keys: {} },
});
const ALL_DAY = { from: '00:00', until: '24:00' };

/** The flow that the house began with: what dialplan/ivr.conf does when nothing else was put in force. */
export const FIRST_FLOW: Flow = {
  nodes: [
    { ...leaf('greeting'), keys: { '9': 'menu', '0': 'queue' }, then: 'queue' },
    {
      ...leaf('menu'),
      words: '自助服务',
      keys: { '1': 'outages', '2': 'order', '3': 'account', '4': 'leak', '0': 'queue' },
      then: 'queue',
    },
    ...(['outages', 'order', 'account', 'leak', 'queue', 'message', 'callback', 'hang-up'] as const).map(
      leaf,
    ),
  ],
  hours: Array.from({ length: 7 }, () => ({ ...ALL_DAY })),
  outside: { way: 'queue', says: [] },
  holidays: [],
  languageKey: null,
  texts: {},
};

/** What a prompt says in this version: its own words, else the house's; undefined: nothing is there. */
export function textOf(
  flow: Flow,
  prompt: string,
  language: Language,
  house: PromptTexts,
): string | undefined {
  const own = flow.texts[prompt]?.[language]?.trim();
  return own || house[language][prompt] || undefined;
}

/** Every prompt that a caller may hear in this version, with where; what a kind says besides included. */
export function promptsHeard(flow: Flow): { where: string; prompt: string }[] {
  const heard = flow.nodes.flatMap((one) =>
    [...(one.says.length > 0 ? one.says : KIND_SAYS[one.kind]), ...KIND_ALSO[one.kind]].map((prompt) => ({
      where: `“${one.words}”`,
      prompt,
    })),
  );
  const closed = [
    ...flow.outside.says.map((prompt) => ({ where: '“非工作时间”', prompt })),
    ...flow.holidays.flatMap((one) => one.says.map((prompt) => ({ where: `节假日“${one.name}”`, prompt }))),
  ];
  return [...heard, ...closed];
}
