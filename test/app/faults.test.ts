import { expect } from 'chai';
import { Registry } from 'prom-client';
import { startEngine, type Position } from '../../src/app/engine.ts';
import { openFaults } from '../../src/app/faults.ts';
import { openHealth } from '../../src/app/health.ts';
import { createChain } from '../../src/asterisk/capture.ts';
import { openFloor } from '../../src/core/floor/floor.ts';
import { bytesOf } from '../support/recordings.ts';

const SETTINGS = { ringCadenceMs: 5000, threeRingsMs: 15000, trunkPattern: '^(trunk|pstn|sip-?trunk)' };

describe('a fault that nobody foresaw', () => {
  function house() {
    let nowMs = 1_000_000;
    const health = openHealth(() => nowMs);
    const registry = new Registry();
    const logged: { where: string; journalAt: Position | null }[] = [];
    let hopeless = 0;
    const faults = openFaults({
      health,
      registry,
      now: () => nowMs,
      journalAt: () => ({ segment: 3, offset: 77 }),
      log: (_cause, where, journalAt) => logged.push({ where, journalAt }),
      onHopeless: () => (hopeless += 1),
    });
    return {
      faults,
      health,
      registry,
      logged,
      hopeless: () => hopeless,
      later: (ms: number) => (nowMs += ms),
    };
  }

  it('is counted, shown to people, and logged with the place in the journal', async () => {
    const { faults, health, registry, logged } = house();
    faults.unforeseen(new Error('nobody'), 'uncaughtException');
    faults.unforeseen('no error at all', 'unhandledRejection');
    expect(health.alarms().map(({ code }) => code)).to.deep.equal(['unforeseen-fault']);
    expect(logged).to.deep.equal([
      { where: 'uncaughtException', journalAt: { segment: 3, offset: 77 } },
      { where: 'unhandledRejection', journalAt: { segment: 3, offset: 77 } },
    ]);
    expect(await registry.metrics()).to.contain(
      'hotline_unforeseen_faults_total{where="uncaughtException"} 1',
    );
    faults.close();
  });

  it('in floods ends the process, once it had its chance; the log is not flooded', () => {
    const { faults, logged, hopeless, later } = house();
    for (let count = 0; count < 500; count += 1) faults.unforeseen(new Error('again'), 'listener');
    expect(hopeless(), 'just begun').to.equal(0);
    expect(logged.length).to.equal(20);
    later(11 * 60_000);
    for (let count = 0; count < 100; count += 1) faults.unforeseen(new Error('again'), 'listener');
    expect(hopeless()).to.equal(0);
    faults.unforeseen(new Error('again'), 'listener');
    expect(hopeless()).to.equal(1);
    faults.close();
  });

  it('of one listener keeps no fact from the others, and the calls go on to their end', () => {
    const heard: string[] = [];
    const thrown: string[] = [];
    let offset = 0;
    const engine = startEngine(
      openFloor(SETTINGS),
      createChain,
      {
        append: () => ({ segment: 1, offset: (offset += 1) }),
        rotate: () => undefined,
        wantsRotation: () => false,
      },
      [
        () => {
          throw new Error('a desk broke');
        },
        (facts) => heard.push(...facts.map(({ kind }) => kind)),
      ],
      (fault, where) => thrown.push(`${where} ${(fault as Error).message} at ${engine.position().offset}`),
    );
    engine.opened(0);
    engine.bytes(bytesOf('a-ring1-2s'), 0);
    expect(heard).to.include.members(['call-offered', 'call-answered', 'call-ended']);
    expect(thrown[0]).to.equal('listener a desk broke at 2');
  });

  it('of the journal’s rotation or of a broken chain is told too, and the next bytes are read', () => {
    const thrown: string[] = [];
    const engine = startEngine(
      openFloor(SETTINGS),
      () => ({
        bytes: () => {
          throw new Error('chain');
        },
        opened: () => undefined,
        lost: () => undefined,
        key: () => undefined,
        whole: () => true,
      }),
      {
        append: () => ({ segment: 1, offset: 1 }),
        wantsRotation: () => true,
        rotate: () => {
          throw new Error('rotation');
        },
      },
      [],
      (fault) => thrown.push((fault as Error).message),
    );
    engine.bytes(Buffer.from('x'), 0);
    expect(thrown).to.deep.equal(['chain', 'rotation']);
  });
});
