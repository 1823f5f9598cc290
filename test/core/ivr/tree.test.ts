import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { IVR_TREE, NODE_WORDS, treeFaults } from '../../../src/core/ivr/tree.ts';

const dialplan = resolve(import.meta.dirname, '../../../dialplan');
const text = ['extensions.conf', 'ivr.conf']
  .map((name) => readFileSync(join(dialplan, name), 'utf8'))
  .join('\n');
const prompts = JSON.parse(readFileSync(join(dialplan, 'prompts.json'), 'utf8')) as Record<string, string>;

/** which module brings an application of the dialplan; the others are the core's own */
const MODULES: Record<string, string> = {
  ...{ ChanSpy: 'app_chanspy', Dial: 'app_dial', Echo: 'app_echo', MixMonitor: 'app_mixmonitor' },
  ...{ Playback: 'app_playback', Queue: 'app_queue', Read: 'app_read', Record: 'app_record' },
  ...{ Gosub: 'app_stack', GosubIf: 'app_stack', Return: 'app_stack', UserEvent: 'app_userevent' },
  ...{ StartMusicOnHold: 'res_musiconhold', StopMusicOnHold: 'res_musiconhold' },
};
const BUILT_IN = new Set(['Answer', 'BackGround', 'Goto', 'GotoIf', 'Hangup', 'NoOp', 'Set', 'Wait']);

describe('the picture of the IVR', () => {
  it('has no dead end: each node leads to a person, a word or a callback', () =>
    expect(treeFaults(IVR_TREE)).to.deep.equal([]));
  it('names a dead end and a way to nowhere', () =>
    expect(treeFaults([{ node: 'a', words: '', prompts: [], ways: [{ key: '1', to: 'b' }] }])).to.deep.equal([
      'a 通向没有的 b',
      'a 到不了人、留言或回拨',
    ]));
  it('shows every node that the dialplan tells of, and no other', () => {
    const told = new Set([...text.matchAll(/UserEvent\(IvrStep,Node: ([a-z-]+)/g)].map((hit) => hit[1]!));
    for (const node of told) expect(NODE_WORDS).to.have.property(node);
    for (const { node } of IVR_TREE)
      if (!['queue', 'menu'].includes(node)) expect([...told]).to.include(node);
  });
  it('says at its nodes what the dialplan plays; every prompt has a text', () => {
    const played = [...text.matchAll(/hotline\/([a-z0-9-]+)/g)]
      .map((hit) => hit[1]!)
      .filter((one) => one !== 'made');
    for (const name of played) if (name !== 'tone') expect(prompts, name).to.have.property(name);
    const shown = IVR_TREE.flatMap((one) => one.prompts);
    for (const name of shown) expect(prompts, name).to.have.property(name);
  });
  it('uses no application that is not loaded: a caller who meets one hears a dead line', () => {
    const files = readdirSync(dialplan).filter((name) => name.endsWith('.conf'));
    const loaded = readFileSync(join(dialplan, 'modules.conf'), 'utf8');
    const used = files.flatMap((name) =>
      [
        ...readFileSync(join(dialplan, name), 'utf8').matchAll(/^(?:exten| same) => [^;]*?,([A-Z]\w+)\(/gm),
      ].map((hit) => hit[1]!),
    );
    expect(used.length).to.be.above(200);
    for (const name of new Set(used)) {
      if (BUILT_IN.has(name)) continue;
      expect(MODULES, name).to.have.property(name);
      expect(loaded, name).to.contain(`load = ${MODULES[name]}.so`);
    }
  });
  it('gives a routine of Dial its arguments, and nothing before them: U(ROUTINE^ARGUMENT), not U(ROUTINE^s^1(ARGUMENT))', () => {
    const routines = readdirSync(dialplan)
      .filter((name) => name.endsWith('.conf'))
      .flatMap((name) => [...readFileSync(join(dialplan, name), 'utf8').matchAll(/U\(([-a-z]+)([^)\s]*)/g)]);
    expect(routines.length).to.be.above(3);
    for (const [whole, , rest] of routines) expect(rest, whole).to.match(/^(?:\^\$\{[a-z]+\})?$/);
  });
  it('greets in under 4 s: at 210 words a minute no more than 14 characters', () =>
    expect(prompts['greeting']!.replace(/[，。]/g, '').length).to.be.at.most(14));
});
