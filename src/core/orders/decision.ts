/**
 * Annex 1 as a decision table: what the caller says, and the answers to its questions, ─▶ the answer to read or the unit
 * that is sent, and the clocks. The table is data that an administrator edits (postgres/decision-tables.ts).
 */
export const CLOCK_SETS = ['standard', 'card-meter', 'urgent-leak'] as const;
export type ClockSet = (typeof CLOCK_SETS)[number];

/** A unit by its code, or the one of a kind that covers the caller's district; where none does, the branch there. */
export type UnitChoice = { code: string } | { kind: 'sales' | 'network' };

export interface Question {
  id: string;
  /** numbers of the items it is asked about */
  items: number[];
  zh: string;
  answers: { id: string; zh: string }[];
}

/** The first rule that fits decides. An empty list fits everything. */
export interface Rule {
  items: number[];
  /** question ─▶ answers that fit */
  when: Record<string, string[]>;
  districts: string[];
  /** read aloud; with `lead` it is what can be said while the unit is sent */
  say: string;
  /** null: answered at once, nobody is sent */
  lead: UnitChoice | null;
  assist: UnitChoice[];
  clocks: Exclude<ClockSet, 'urgent-leak'>;
}

export interface Category {
  code: string;
  no: number;
  zh: string;
  items: { no: number; zh: string; say: string }[];
  questions: Question[];
  rules: Rule[];
  /** where the agent's urgent key counts: items and the answers that must be given; null: nowhere */
  urgent: { items: number[]; when: Record<string, string[]> } | null;
}

export interface DecisionTable {
  categories: Category[];
}

/** A unit as the table needs it. */
export interface CoveringUnit {
  id: number;
  code: string;
  name: string;
  kind: string;
  disabled: boolean;
  /** empty: all */
  districts: string[];
}

export interface Matter {
  category: string;
  item: number;
  answers: Record<string, string>;
  district: string;
  urgent: boolean;
}

export type Decision =
  | { kind: 'ask'; questions: Question[] }
  | { kind: 'answer'; say: string; ruleNo: number }
  | {
      kind: 'dispatch';
      say: string;
      leadId: number;
      assistIds: number[];
      clocks: ClockSet;
      ruleNo: number;
      /** Chinese: why it goes there */
      why: string;
    }
  | { kind: 'none'; why: 'no-category' | 'no-item' | 'no-district' | 'no-rule' | 'no-unit' };

/** What is to be asked about an item, in the order of the table. */
export function questionsOf(category: Category, item: number): Question[] {
  return category.questions.filter((one) => fits(one.items, item));
}

/** Where it goes, or what is still to be asked: an answer that no rule depends on is not waited for. */
export function decide(table: DecisionTable, matter: Matter, units: readonly CoveringUnit[]): Decision {
  const category = table.categories.find((one) => one.code === matter.category);
  if (!category) return { kind: 'none', why: 'no-category' };
  const item = category.items.find((one) => one.no === matter.item);
  if (!item) return { kind: 'none', why: 'no-item' };
  const questions = questionsOf(category, matter.item);
  const unasked = questions.filter((one) => !one.answers.some(({ id }) => id === matter.answers[one.id]));
  for (const [at, rule] of category.rules.entries()) {
    if (!fits(rule.items, matter.item)) continue;
    if (rule.districts.length > 0 && matter.district === '') return { kind: 'none', why: 'no-district' };
    if (!fits(rule.districts, matter.district)) continue;
    const verdict = answered(rule.when, matter.answers, unasked);
    if (verdict === 'no') continue;
    if (verdict === 'ask') return { kind: 'ask', questions: unasked };
    return outcome(category, item, rule, at + 1, matter, units);
  }
  return unasked.length > 0 ? { kind: 'ask', questions: unasked } : { kind: 'none', why: 'no-rule' };
}

function outcome(
  category: Category,
  item: Category['items'][number],
  rule: Rule,
  ruleNo: number,
  matter: Matter,
  units: readonly CoveringUnit[],
): Decision {
  const say = [item.say, rule.say].filter((words) => words !== '').join(' ');
  if (!rule.lead) return { kind: 'answer', say, ruleNo };
  const lead = unitOf(rule.lead, matter.district, units);
  if (!lead) return { kind: 'none', why: matter.district === '' ? 'no-district' : 'no-unit' };
  const assistIds = rule.assist
    .flatMap((choice) => unitOf(choice, matter.district, units)?.id ?? [])
    .filter((id) => id !== lead.id);
  const given = Object.entries(rule.when).map(([id]) => {
    const question = category.questions.find((one) => one.id === id);
    return question?.answers.find((one) => one.id === matter.answers[id])?.zh ?? '';
  });
  const because = [category.zh, item.zh, ...given, matter.district].filter((words) => words !== '');
  return {
    ...{ kind: 'dispatch', say, leadId: lead.id, assistIds, ruleNo },
    clocks: matter.urgent && mayBeUrgent(category, matter) ? 'urgent-leak' : rule.clocks,
    why: `${because.join(' · ')} → ${lead.name}`,
  };
}

/** Which clocks run: as the table says; an urgent leak's run before the table knows who goes. */
export function clocksFor(found: Decision, category: Category, matter: Matter): ClockSet {
  if (found.kind === 'dispatch') return found.clocks;
  return matter.urgent && mayBeUrgent(category, matter) ? 'urgent-leak' : 'standard';
}

/** Does the urgent key count for this? A leak behind the meter is never ours, and never urgent. */
export function mayBeUrgent(category: Category, matter: Pick<Matter, 'item' | 'answers'>): boolean {
  if (!category.urgent || !fits(category.urgent.items, matter.item)) return false;
  return Object.entries(category.urgent.when).every(([id, answers]) =>
    answers.includes(matter.answers[id] ?? ''),
  );
}

function answered(
  when: Record<string, string[]>,
  answers: Record<string, string>,
  unasked: Question[],
): 'yes' | 'no' | 'ask' {
  let verdict: 'yes' | 'ask' = 'yes';
  for (const [id, good] of Object.entries(when)) {
    if (unasked.some((one) => one.id === id)) verdict = 'ask';
    else if (!good.includes(answers[id] ?? '')) return 'no';
  }
  return verdict;
}

function fits<T>(list: readonly T[], one: T): boolean {
  return list.length === 0 || list.includes(one);
}

/** The unit that a rule means in this district. */
export function unitOf(
  choice: UnitChoice,
  district: string,
  units: readonly CoveringUnit[],
): CoveringUnit | null {
  const open = units.filter((one) => !one.disabled);
  if ('code' in choice) return open.find((one) => one.code === choice.code) ?? null;
  const covers = (kind: string) => open.find((one) => one.kind === kind && one.districts.includes(district));
  return covers(choice.kind) ?? covers('branch') ?? null;
}

export interface Hole {
  category: string;
  item: number;
  answers: Record<string, string>;
  district: string;
  why: string;
}
export interface Checked {
  combinations: number;
  /** combinations without a result */
  holes: Hole[];
  /** rules that no combination ever reaches, numbered from 1 */
  unreached: { category: string; ruleNo: number }[];
  faults: string[];
}

/** Goes through every combination: which has no result, and which rule is never reached. */
export function checkTable(
  table: DecisionTable,
  units: readonly CoveringUnit[],
  districts: readonly string[],
): Checked {
  const checked: Checked = { combinations: 0, holes: [], unreached: [], faults: faultsOf(table, units) };
  for (const category of table.categories) {
    const reached = new Set<number>();
    for (const { no } of category.items) {
      for (const answers of answersOf(questionsOf(category, no))) {
        for (const district of districts) {
          checked.combinations += 1;
          const matter = { category: category.code, item: no, answers, district, urgent: false };
          const found = decide(table, matter, units);
          if (found.kind === 'answer' || found.kind === 'dispatch') reached.add(found.ruleNo);
          else
            checked.holes.push({
              ...{ category: category.code, item: no, answers, district },
              why: found.kind === 'none' ? found.why : 'ask',
            });
        }
      }
    }
    for (const at of category.rules.keys())
      if (!reached.has(at + 1)) checked.unreached.push({ category: category.code, ruleNo: at + 1 });
  }
  return checked;
}

/** What is written wrong: words that name nothing. Chinese. */
function faultsOf(table: DecisionTable, units: readonly CoveringUnit[]): string[] {
  const faults: string[] = [];
  const codes = new Set<string>();
  for (const category of table.categories) {
    if (codes.has(category.code)) faults.push(`分类代码 ${category.code} 重复`);
    codes.add(category.code);
    for (const [at, rule] of category.rules.entries()) {
      const where = `${category.zh} 第 ${at + 1} 条`;
      if (
        !rule.lead &&
        rule.say.trim() === '' &&
        category.items.some((one) => fits(rule.items, one.no) && !one.say)
      )
        faults.push(`${where}：不派单时要写明答复内容`);
      for (const choice of [...(rule.lead ? [rule.lead] : []), ...rule.assist])
        if ('code' in choice && !units.some((one) => one.code === choice.code))
          faults.push(`${where}：没有代码为 ${choice.code} 的单位`);
      for (const [id, answers] of Object.entries(rule.when)) {
        const question = category.questions.find((one) => one.id === id);
        if (!question) faults.push(`${where}：没有问题 ${id}`);
        else
          for (const answer of answers)
            if (!question.answers.some((one) => one.id === answer))
              faults.push(`${where}：问题“${question.zh}”没有答案 ${answer}`);
      }
    }
  }
  return faults;
}

function answersOf(questions: readonly Question[]): Record<string, string>[] {
  return questions.reduce<Record<string, string>[]>(
    (all, { id, answers }) =>
      all.flatMap((given) => answers.map((answer) => ({ ...given, [id]: answer.id }))),
    [{}],
  );
}

/** Annex 1's leak of a whole street or area (整条街或一片区), by its numbers: reports read a burst from it, too. */
export const STREET_LEAK = { category: 'leak', zh: '漏水', item: 4 } as const;

/**
 * What a leak is that nobody has asked the caller about: a whole street. Where an administrator has taken the item out of
 * the table, the order has its category only, and who dispatches it chooses.
 */
export function leakInStreet(table: DecisionTable): {
  category: string;
  categoryCode: string;
  item: string;
  itemNo: number | null;
} {
  const category = table.categories.find((one) => one.code === STREET_LEAK.category);
  const item = category?.items.find((one) => one.no === STREET_LEAK.item);
  return {
    category: category?.zh ?? STREET_LEAK.zh,
    categoryCode: STREET_LEAK.category,
    item: item?.zh ?? '',
    itemNo: item?.no ?? null,
  };
}
