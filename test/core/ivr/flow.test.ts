import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import {
  FIRST_FLOW,
  KEYS,
  type Flow,
  type FlowNode,
  type NodeKind,
  type PromptTexts,
} from '../../../src/core/ivr/flow.ts';
import { flowFaults, flowFindings, keysTo } from '../../../src/core/ivr/flow-faults.ts';
import { renderFlow, renderPlan, termsAt } from '../../../src/core/ivr/flow-rendered.ts';

const dialplan = resolve(import.meta.dirname, '../../../dialplan');
const texts = (name: string) =>
  JSON.parse(readFileSync(join(dialplan, name), 'utf8')) as Record<string, string>;
const house: PromptTexts = { zh: texts('prompts.json'), en: texts('prompts-en.json') };
const own = () => 'flow-own';

/** The first flow with one thing changed. */
function changed(change: (flow: Flow, node: (id: string) => FlowNode) => void): Flow {
  const flow = structuredClone(FIRST_FLOW);
  change(flow, (id) => flow.nodes.find((one) => one.id === id)!);
  return flow;
}
const menu = (id: string, keys: FlowNode['keys'], then?: string): FlowNode => ({
  ...{ id, kind: 'menu' as const, words: id, says: ['menu'], keys },
  ...(then === undefined ? {} : { then }),
});
const kinds = (flow: Flow) => flowFaults(flow, house).map((one) => one.kind);

describe('the flow of the IVR as data', () => {
  it('the first version has no fault and not even a hint', () =>
    expect(flowFindings(FIRST_FLOW, house)).to.deep.equal([]));

  it('the first version is what the dialplan does when nothing was put in force', () => {
    const text = readFileSync(join(dialplan, 'ivr.conf'), 'utf8');
    const builtIn = /\[ivr-built-in\]\n([\s\S]*?)\n\n/.exec(text)![1]!;
    const keys = [...builtIn.matchAll(/exten => ([a-z]+-[0-9t]),1,Set\(to=([a-z:-]+)\)/g)].map((hit) => ({
      ...{ key: hit[1]!, value: hit[2]! },
    }));
    const rendered = renderFlow(FIRST_FLOW, own);
    const led = rendered.filter((one) => /^(greeting|menu)-[0-9t]$/.test(one.key));
    expect(keys).to.have.deep.members(led);
    for (const { key, value } of rendered.filter((one) => one.key.endsWith('-says'))) {
      const [node] = key.split('-says');
      expect(text + readFileSync(join(dialplan, 'extensions.conf'), 'utf8'), key).to.match(
        new RegExp(`ivr-says,s,1\\((${node}|\\$\\{node\\}),${value}\\)`),
      );
    }
  });

  const table: [string, Flow, string, RegExp][] = [
    [
      'a key to nowhere',
      changed((_, node) => (node('menu').keys['5'] = 'gone')),
      'unknown-target',
      /“自助服务”按 5通向没有的节点/,
    ],
    [
      'a menu without a way on',
      changed((_, node) => delete node('menu').then),
      'dead-end',
      /“自助服务”没有写/,
    ],
    [
      'no person by 0',
      changed((_, node) => (node('menu').keys['0'] = 'outages')),
      'no-person',
      /“自助服务”按 0 到不了人工/,
    ],
    [
      'a circle without a key',
      changed((flow, node) => {
        flow.nodes.push(menu('menu-b', { '0': 'queue', '1': 'order' }, 'menu'));
        node('menu').then = 'menu-b';
      }),
      'loop',
      /一直转圈/,
    ],
    [
      'a leaf three keys deep',
      changed((flow, node) => {
        node('menu').keys['5'] = 'menu-b';
        delete node('menu').keys['3'];
        flow.nodes.push(menu('menu-b', { '0': 'queue', '1': 'account' }, 'queue'));
      }),
      'too-deep',
      /“核对户号”要按 3 次键/,
    ],
    [
      'who does nothing is hung up on',
      changed((_, node) => (node('greeting').then = 'hang-up')),
      'no-person',
      /“问候”不按键就会被挂断/,
    ],
    [
      'a prompt that is not there',
      changed((_, node) => (node('menu').says = ['spring'])),
      'missing-prompt',
      /spring 没有普通话的话/,
    ],
    [
      'a second language without words',
      changed((flow, node) => {
        flow.languageKey = '8';
        flow.texts = { spring: { zh: '春节放假。' } };
        node('menu').says = ['spring', 'menu'];
      }),
      'missing-prompt',
      /spring 没有英语的话/,
    ],
    [
      'the language key leads elsewhere, too',
      changed((flow) => (flow.languageKey = '9')),
      'language',
      /按键 9 已有去处/,
    ],
    [
      'a day that ends before it begins',
      changed((f) => (f.hours[0] = { from: '17:30', until: '08:30' })),
      'wrong-hours',
      /周一/,
    ],
    [
      'a holiday that says nothing',
      changed((f) => f.holidays.push({ date: '2026-10-01', name: '国庆', way: 'announce', says: [] })),
      'missing-prompt',
      /国庆/,
    ],
    [
      'no self-service at all',
      changed((f) => (f.nodes = f.nodes.filter((one) => one.id !== 'menu'))),
      'wrong-node',
      /缺少“自助服务”/,
    ],
  ];
  for (const [what, flow, kind, words] of table)
    it(`refuses ${what}, and says where`, () => {
      const found = flowFaults(flow, house).filter((one) => one.kind === kind);
      expect(found.map((one) => one.words).join('\n'), JSON.stringify(flowFaults(flow, house))).to.match(
        words,
      );
    });

  it('a second language is good when every prompt has its words', () =>
    expect(kinds(changed((flow) => (flow.languageKey = '8')))).to.deep.equal([]));

  it('a key that the menu does not name is a hint, no fault', () => {
    const flow = changed((_, node) => (node('menu').keys['5'] = 'order'));
    expect(kinds(flow)).to.deep.equal([]);
    expect(flowFindings(flow, house).map((one) => one.words)).to.deep.equal([
      '“自助服务”的话里没有说到按 5，请看看文字要不要一起改。',
    ]);
  });

  it('words of its own are another sound than the house’s prompt', () => {
    const flow = changed((one) => (one.texts = { menu: { zh: '新的菜单。' } }));
    const told: unknown[] = [];
    const entries = renderFlow(flow, (one) => (told.push(one), 'flow-1'));
    expect(entries).to.deep.include({ key: 'menu-says', value: 'hotline/flow-1' });
    expect(told).to.deep.equal([{ zh: '新的菜单。' }]);
  });

  it('hours, holidays and the language key are what the dialplan reads', () => {
    const flow = changed((one) => {
      one.hours[5] = null;
      one.hours[0] = { from: '08:30', until: '17:30' };
      one.outside = { way: 'message', says: ['nobody-there'] };
      one.holidays = [{ date: '2026-10-01', name: '国庆节', way: 'callback', says: [] }];
      one.languageKey = '8';
    });
    expect(renderFlow(flow, own)).to.deep.include.members([
      { key: 'hours-1', value: '0830-1730' },
      { key: 'hours-6', value: '0000-0000' },
      { key: 'hours-7', value: '0000-2400' },
      { key: 'outside', value: 'message:hotline/nobody-there' },
      { key: 'day-20261001', value: 'callback:' },
      { key: 'greeting-8', value: 'language:greeting' },
    ]);
  });

  it('what is in force, and what follows, is one value for the switch', () => {
    const terms = [
      { version: 1, fromMs: 0 },
      { version: 3, fromMs: 9000 },
      { version: 2, fromMs: 5000 },
    ];
    expect(renderPlan(terms, 4999)).to.equal('1-2-5');
    expect(renderPlan(terms, 5000)).to.equal('2-3-9');
    expect(renderPlan(terms, 9000)).to.equal('3');
    expect(renderPlan([], 9000)).to.equal('0');
  });
});

describe('the flow of the IVR, whatever people make of it', () => {
  const ids = [
    'greeting',
    'menu',
    'menu-b',
    'say-a',
    'outages',
    'order',
    'queue',
    'message',
    'hang-up',
    'gone',
  ];
  const target = fc.constantFrom(...ids);
  const keys = fc.dictionary(fc.constantFrom(...KEYS), target, { maxKeys: 5 });
  const node = (id: string): fc.Arbitrary<FlowNode> => {
    const kind = (id.startsWith('menu') ? 'menu' : id.startsWith('say') ? 'say' : id) as NodeKind;
    return fc.record(
      {
        ...{ id: fc.constant(id), kind: fc.constant(kind), words: fc.constant(id) },
        says: fc.subarray(['greeting', 'menu', 'nothing-there']),
        keys: kind === 'menu' || kind === 'greeting' ? keys : fc.constant({}),
        then: target,
      },
      { requiredKeys: ['id', 'kind', 'words', 'says', 'keys'] },
    ) as fc.Arbitrary<FlowNode>;
  };
  const flows = fc
    .tuple(fc.tuple(...ids.slice(0, -1).map(node)), fc.subarray(ids), fc.option(fc.constantFrom(...KEYS)))
    .map(([nodes, left, languageKey]): Flow => ({
      ...FIRST_FLOW,
      nodes: nodes.filter((one) => !left.includes(one.id) || one.id === 'greeting'),
      languageKey,
    }));

  /** A caller by key, as the dialplan leads them: null presses nothing. */
  const step = (flow: Flow, at: FlowNode, key: string | null) =>
    flow.nodes.find((one) => one.id === (key === null ? at.then : (at.keys as Record<string, string>)[key]));

  it('a version without faults never lets go of a caller, and 0 is always a person', () =>
    fc.assert(
      fc.property(
        fc.oneof(flows, repaired(flows)),
        fc.array(fc.option(fc.constantFrom(...KEYS)), { maxLength: 8 }),
        (flow, pressed) => {
          if (flowFaults(flow, house).length > 0) return;
          let at = flow.nodes.find((one) => one.id === 'greeting')!;
          for (const key of pressed) {
            if (at.kind !== 'greeting' && at.kind !== 'menu') break;
            expect(step(flow, at, '0')?.kind).to.equal('queue');
            at = step(flow, at, key) ?? at;
          }
          // from here on they press nothing
          for (let n = 0; at.then !== undefined; n += 1) {
            expect(n).to.be.below(flow.nodes.length);
            at = step(flow, at, null)!;
            expect(at.kind).not.to.equal('hang-up');
          }
          expect(['greeting', 'menu', 'say']).not.to.include(at.kind);
          for (const one of flow.nodes)
            expect(keysTo(flow).get(one.id) ?? 0).to.be.at.most(
              one.kind === 'hang-up' || one.kind === 'queue' ? 9 : 2,
            );
        },
      ),
      { numRuns: 400 },
    ));

  it('each finding is a Chinese sentence, and all that is rendered is harmless for the dialplan', () =>
    fc.assert(
      fc.property(flows, (flow) => {
        for (const one of flowFindings(flow, house)) expect(one.words).to.match(/[一-龥].*。$/);
        const entries = renderFlow(flow, own);
        for (const { key, value } of entries) {
          expect(key).to.match(/^[a-z0-9-]+[*#]?$/);
          expect(value).to.match(/^[-a-z0-9&/:]*$/);
        }
        expect(entries.at(-1)!.key).to.equal('ready');
      }),
    ));

  it('what is in force is the last that began, and the next begins later', () =>
    fc.assert(
      fc.property(
        fc.array(fc.record({ version: fc.nat(9), fromMs: fc.nat(50) })),
        fc.nat(50),
        (terms, nowMs) => {
          const { now, next } = termsAt(terms, nowMs);
          if (now) expect(now.fromMs).to.be.at.most(nowMs);
          if (next) expect(next.fromMs).to.be.above(nowMs);
          expect(now === null).to.equal(terms.every((one) => one.fromMs > nowMs));
          expect(next === null).to.equal(terms.every((one) => one.fromMs <= nowMs));
        },
      ),
    ));

  /** Ways to nowhere lead to a person, so that more versions are good. */
  function repaired(some: fc.Arbitrary<Flow>): fc.Arbitrary<Flow> {
    return some.map((flow) => {
      const ids = new Set(['queue', 'menu', ...flow.nodes.map((one) => one.id)]);
      const good = (id: string | undefined) =>
        id !== undefined && ids.has(id) && id !== 'greeting' ? id : 'queue';
      const nodes = flow.nodes.map((one) => {
        const asks = one.kind === 'menu' || one.kind === 'greeting';
        const { then: _then, ...rest } = one;
        return {
          ...rest,
          says: one.kind === 'say' ? ['menu'] : [],
          keys: asks
            ? {
                ...Object.fromEntries(Object.entries(one.keys).map(([key, to]) => [key, good(to)])),
                ...{ '1': 'order', '0': 'queue' },
              }
            : {},
          ...(asks || one.kind === 'say' ? { then: good(one.then) } : {}),
        };
      });
      for (const id of ['menu', 'queue', 'order'] as const)
        if (!flow.nodes.some((one) => one.id === id))
          nodes.push(FIRST_FLOW.nodes.find((one) => one.id === id)!);
      return { ...flow, nodes, languageKey: null };
    });
  }
});
