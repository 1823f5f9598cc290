/** The switch's bytes, spoilt: frame ─▶ message ─▶ translate ─▶ floor. Whatever comes, nothing throws and the floor can be saved. */
import { createChain } from '../../src/asterisk/capture.ts';
import { closeFloor, openFloor, step, tick } from '../../src/core/floor/floor.ts';
import { restoreFloor, saveFloor } from '../../src/core/floor/saved.ts';
import { bytesOf, RECORDINGS } from '../support/recordings.ts';
import { spoiltBytes } from './spoil.ts';
import type { FuzzTarget, Random } from './target.ts';

const SETTINGS = { ringCadenceMs: 5000, threeRingsMs: 15_000, trunkPattern: '^PJSIP/trunk' };

export const target: FuzzTarget = {
  cases: 250,
  mustSee: ['anomaly', 'call-offered', 'call-ended', 'lost in mid-frame'],
  open() {
    const captures = RECORDINGS.map(bytesOf);
    return {
      run(random, seen) {
        let floor = openFloor(SETTINGS);
        const hear = (facts: ReturnType<typeof step>) => {
          for (const fact of facts) {
            seen(fact.kind);
            if (fact.kind === 'anomaly' && fact.name === 'step-failed')
              throw new Error(`the floor threw at ${fact.detail}`);
          }
        };
        const chain = createChain((event) => hear(step(floor, event)));
        let atMs = 1_764_000_000_000;
        chain.opened(atMs);
        // sometimes the answers to our questions are told by their key from forged ones
        if (random.chance(0.5)) chain.key('ours');
        for (const chunk of chunks(random, stretch(random, random.pick(captures)))) {
          chain.bytes(chunk, (atMs += 5));
          if (random.chance(0.002)) {
            if (!chain.whole()) seen('lost in mid-frame');
            chain.lost(random.chance(0.5) ? atMs : NaN);
            chain.opened(atMs);
          }
          if (random.chance(0.002) && chain.whole()) floor = restoreFloor(saveFloor(floor), SETTINGS);
        }
        chain.lost(atMs);
        hear(tick(floor, atMs + 600_000));
        hear(closeFloor(restoreFloor(saveFloor(floor), SETTINGS)));
      },
    };
  },
};

/** Some frames of a capture in their order, a few of them spoilt. */
function stretch(random: Random, capture: Buffer): Buffer {
  const from = random.chance(0.5) ? 0 : random.whole(0, capture.length);
  const piece = capture.subarray(from, from + random.whole(2000, 120_000));
  const parts: Buffer[] = [];
  for (let at = 0; at < piece.length;) {
    const length = random.whole(500, 20_000);
    const part = piece.subarray(at, at + length);
    parts.push(random.chance(0.6) ? spoiltBytes(random, part) : part);
    at += length;
  }
  return Buffer.concat(parts);
}

/** As a network cuts them: anywhere, also within a letter. */
function* chunks(random: Random, bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length;) {
    const length = random.chance(0.1) ? 1 : random.whole(1, 3000);
    yield bytes.subarray(at, at + length);
    at += length;
  }
}
