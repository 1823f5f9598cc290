/** A version is checked before it may be put in force: each fault says where it is and what to do. */
import {
  KIND_SAYS,
  LANGUAGE_PROMPT,
  LEAVES,
  promptsHeard,
  textOf,
  type Closed,
  type Flow,
  type FlowNode,
  type Language,
  type PromptTexts,
} from './flow.ts';
import { waysOf } from './flow-rendered.ts';

/** `hint`: something that may be meant; all others keep a version out of force. */
export interface Finding {
  kind:
    | 'unknown-target'
    | 'dead-end'
    | 'no-person'
    | 'loop'
    | 'too-deep'
    | 'missing-prompt'
    | 'wrong-node'
    | 'wrong-hours'
    | 'wrong-day'
    | 'language'
    | 'hint';
  /** the node it is about; null: the whole version */
  node: string | null;
  words: string;
}

/** A leaf is reached with so many keys at most (GB/T 33358: no menu to climb). */
const MOST_KEYS = 2;
const MOST_NODES = 40;
const asksKeys = (node: FlowNode) => node.kind === 'greeting' || node.kind === 'menu';
const goesOn = (node: FlowNode) => asksKeys(node) || node.kind === 'say';
const DIGIT_WORDS: Record<string, string> = {
  ...{
    '0': '零',
    '1': '一',
    '2': '二',
    '3': '三',
    '4': '四',
    '5': '五',
    '6': '六',
    '7': '七',
    '8': '八',
    '9': '九',
  },
  ...{ '*': '星', '#': '井' },
};

export function flowFindings(flow: Flow, house: PromptTexts): Finding[] {
  const nodes = nodeFindings(flow);
  // ways are followed only where each node stands once
  return [
    ...nodes,
    ...wayFindings(flow),
    ...depthFindings(flow),
    ...timeFindings(flow),
    ...promptFindings(flow, house),
  ];
}

/** What keeps a version out of force. */
export const flowFaults = (flow: Flow, house: PromptTexts): Finding[] =>
  flowFindings(flow, house).filter((one) => one.kind !== 'hint');

function nodeFindings(flow: Flow): Finding[] {
  const found: Finding[] = [];
  const say = (node: string | null, words: string) => found.push({ kind: 'wrong-node', node, words });
  const seen = new Set<string>();
  for (const one of flow.nodes) {
    const where = `“${one.words || one.id}”`;
    if (!/^[a-z][a-z-]{0,23}$/.test(one.id)) say(one.id, `${where}的代号只能是小写字母和横线，请删掉重加。`);
    if (seen.has(one.id)) say(one.id, `代号 ${one.id} 有两个节点在用，请删掉一个。`);
    seen.add(one.id);
    if (one.kind !== 'menu' && one.kind !== 'say' && one.id !== one.kind)
      say(one.id, `${where}这类节点只能有一个，请删掉多出来的。`);
    if (!asksKeys(one) && Object.keys(one.keys).length > 0)
      say(one.id, `${where}不收按键，请把它的按键删掉。`);
  }
  for (const id of ['greeting', 'menu', 'queue'])
    if (!seen.has(id))
      say(null, `缺少“${id === 'greeting' ? '问候' : id === 'menu' ? '自助服务' : '人工'}”，请加上。`);
  if (flow.nodes.length > MOST_NODES) say(null, `节点最多 ${MOST_NODES} 个，请删掉一些。`);
  return found;
}

function wayFindings(flow: Flow): Finding[] {
  const byId = new Map(flow.nodes.map((one) => [one.id, one]));
  const found: Finding[] = [];
  for (const one of flow.nodes) {
    const where = `“${one.words || one.id}”`;
    for (const { key, to } of waysOf(one)) {
      const at = key === null ? '不按键时' : `按 ${key}`;
      if (!byId.has(to))
        found.push({
          kind: 'unknown-target',
          node: one.id,
          words: `${where}${at}通向没有的节点，请改选一个。`,
        });
      else if (to === 'greeting')
        found.push({ kind: 'loop', node: one.id, words: `${where}${at}又回到问候，请改到菜单或人工。` });
    }
    if (goesOn(one) && one.then === undefined)
      found.push({
        kind: 'dead-end',
        node: one.id,
        words: `${where}没有写不按键时去哪里，请选人工或别的节点。`,
      });
    if (!goesOn(one) && one.then !== undefined)
      found.push({ kind: 'wrong-node', node: one.id, words: `${where}之后由它自己决定，请去掉“不按键时”。` });
    if (asksKeys(one) && byId.get(one.keys['0'] ?? '')?.kind !== 'queue')
      found.push({ kind: 'no-person', node: one.id, words: `${where}按 0 到不了人工，请把 0 设为人工。` });
    if (one.kind === 'menu' && Object.values(one.keys).every((to) => byId.get(to)?.kind === 'queue'))
      found.push({
        kind: 'dead-end',
        node: one.id,
        words: `${where}除了人工没有别的选择，请加按键或删掉这个菜单。`,
      });
    found.push(...silentEnd(one, byId));
  }
  return found;
}

/** What comes to a caller who presses nothing: never a circle, never a line that goes dead by itself. */
function silentEnd(from: FlowNode, byId: ReadonlyMap<string, FlowNode>): Finding[] {
  const where = `“${from.words || from.id}”`;
  const passed = new Set([from.id]);
  let at = from;
  while (at.then !== undefined) {
    const next = byId.get(at.then);
    if (!next) return [];
    if (next.kind === 'hang-up')
      return [
        { kind: 'no-person', node: from.id, words: `${where}不按键就会被挂断，请改到人工、留言或登记回拨。` },
      ];
    if (passed.has(next.id))
      return [
        { kind: 'loop', node: from.id, words: `${where}不按键会一直转圈，请把其中一处“不按键时”改到人工。` },
      ];
    passed.add(next.id);
    at = next;
  }
  return [];
}

/** The keys that a caller needs at least, from the greeting on. */
export function keysTo(flow: Flow): Map<string, number> {
  const byId = new Map(flow.nodes.map((one) => [one.id, one]));
  const reached = new Map<string, number>([['greeting', 0]]);
  let edge = ['greeting'];
  for (let keys = 0; edge.length > 0; keys += 1) {
    // whoever presses nothing comes as far with the same keys
    const here = [...edge];
    for (const id of here) {
      const then = byId.get(id)?.then;
      if (then !== undefined && !reached.has(then)) {
        reached.set(then, keys);
        here.push(then);
      }
    }
    edge = [];
    for (const id of here)
      for (const to of Object.values(byId.get(id)?.keys ?? {}))
        if (!reached.has(to)) {
          reached.set(to, keys + 1);
          edge.push(to);
        }
  }
  return reached;
}

function depthFindings(flow: Flow): Finding[] {
  const keys = keysTo(flow);
  return flow.nodes.flatMap((one): Finding[] => {
    const needed = keys.get(one.id);
    const where = `“${one.words || one.id}”`;
    if (needed !== undefined && needed > MOST_KEYS && (LEAVES.includes(one.kind) || one.kind === 'menu'))
      return [
        {
          ...{ kind: 'too-deep', node: one.id },
          words: `${where}要按 ${needed} 次键才到，最多 ${MOST_KEYS} 次，请移到上一层菜单。`,
        },
      ];
    if (needed === undefined && (one.kind === 'menu' || one.kind === 'say') && one.id !== 'menu')
      return [{ kind: 'hint', node: one.id, words: `没有按键通向${where}，来电人到不了这里。` }];
    return [];
  });
}

const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$|^24:00$/;
function timeFindings(flow: Flow): Finding[] {
  const found: Finding[] = [];
  const DAYS = ['周一', '周二', '周三', '周四', '周五', '周六', '周日'];
  if (flow.hours.length !== 7)
    found.push({ kind: 'wrong-hours', node: null, words: '工作时间要写满一周七天。' });
  flow.hours.forEach((one, day) => {
    if (one && !(CLOCK.test(one.from) && CLOCK.test(one.until) && one.from < one.until))
      found.push({
        ...{ kind: 'wrong-hours', node: null },
        words: `${DAYS[day]}的工作时间 ${one.from}–${one.until} 不对，请写成从早到晚，到半夜写 24:00。`,
      });
  });
  const says = (one: Closed, where: string) => {
    if (one.way === 'announce' && one.says.length === 0)
      found.push({
        kind: 'missing-prompt',
        node: null,
        words: `${where}要先播报，但没有选播什么，请选一条语音。`,
      });
  };
  says(flow.outside, '“非工作时间”');
  const dates = new Set<string>();
  for (const one of flow.holidays) {
    const words = `节假日“${one.name || one.date}”`;
    if (!/^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/.test(one.date))
      found.push({ kind: 'wrong-day', node: null, words: `${words}的日期不对，请重新选。` });
    if (dates.has(one.date))
      found.push({ kind: 'wrong-day', node: null, words: `${one.date} 写了两次，请删掉一个。` });
    dates.add(one.date);
    says(one, words);
  }
  return found;
}

function promptFindings(flow: Flow, house: PromptTexts): Finding[] {
  const languages: Language[] = flow.languageKey === null ? ['zh'] : ['zh', 'en'];
  const found: Finding[] = [];
  const missing = (node: string | null, words: string) => found.push({ kind: 'missing-prompt', node, words });
  for (const one of flow.nodes)
    if (one.kind === 'say' && one.says.length === 0)
      missing(one.id, `“${one.words || one.id}”没有选播什么，请选一条语音。`);
  const heard = [...promptsHeard(flow)];
  if (flow.languageKey !== null) heard.push({ where: '“问候”', prompt: LANGUAGE_PROMPT });
  const told = new Set<string>();
  for (const { where, prompt } of heard)
    for (const language of languages) {
      if (told.has(`${prompt} ${language}`) || (prompt === LANGUAGE_PROMPT && language === 'zh')) continue;
      told.add(`${prompt} ${language}`);
      if (!/^[a-z0-9-]{1,40}$/.test(prompt))
        missing(null, `${where}用的语音代号“${prompt}”不对，请改选一条语音。`);
      else if (textOf(flow, prompt, language, house) === undefined)
        missing(
          null,
          `${where}的语音 ${prompt} 没有${language === 'zh' ? '普通话' : '英语'}的话，请写上文字。`,
        );
    }
  if (flow.languageKey !== null && flow.nodes.find((one) => one.id === 'greeting')?.keys[flow.languageKey])
    found.push({
      ...{ kind: 'language', node: 'greeting' },
      words: `“问候”的按键 ${flow.languageKey} 已有去处，不能同时换语言，请换一个键。`,
    });
  return [...found, ...unsaidKeys(flow, house)];
}

/** A key that no word of the menu names: the text was forgotten when the key was moved. */
function unsaidKeys(flow: Flow, house: PromptTexts): Finding[] {
  return flow.nodes.flatMap((one) => {
    if (one.kind !== 'menu') return [];
    const said = (one.says.length > 0 ? one.says : KIND_SAYS.menu)
      .map((prompt) => textOf(flow, prompt, 'zh', house) ?? '')
      .join('');
    return Object.keys(one.keys)
      .filter(
        (key) =>
          !said.includes(`按${DIGIT_WORDS[key]}`) &&
          !said.includes(`按 ${key}`) &&
          !said.includes(`按${key}`),
      )
      .map((key): Finding => ({
        ...{ kind: 'hint', node: one.id },
        words: `“${one.words}”的话里没有说到按 ${key}，请看看文字要不要一起改。`,
      }));
  });
}
