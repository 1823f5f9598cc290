import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { createChain } from '../../../src/asterisk/capture.ts';
import { consoleCalls, type ConsoleCall } from '../../../src/core/floor/console.ts';
import { openFloor, step } from '../../../src/core/floor/floor.ts';
import { ownLeg, phoneCall, type PhoneCall } from '../../../src/core/floor/phone-call.ts';
import type { OfferView } from '../../../src/core/floor/view.ts';
import { offerViews } from '../../../src/core/floor/views.ts';
import { FLOOR_SETTINGS } from '../../support/floor-events.ts';

/** What console, desks and call bars showed of a caller who was handed on, each time that a fact was told. */
function shownOf(name: string) {
  const floor = openFloor(FLOOR_SETTINGS);
  const shown = { console: [] as ConsoleCall[], pops: [] as OfferView[], bar: [] as PhoneCall[] };
  const chain = createChain((event) => {
    if (step(floor, event).length === 0) return;
    shown.console.push(...consoleCalls(floor));
    shown.pops.push(...offerViews(floor));
    for (const agent of ['PJSIP/1001', 'PJSIP/1002', 'PJSIP/1003']) {
      const own = ownLeg(floor, agent);
      if (own) shown.bar.push(phoneCall(own));
    }
  });
  const text = readFileSync(join(import.meta.dirname, '../../recordings', name, 'raw.jsonl'), 'utf8');
  for (const line of text.trim().split('\n')) {
    const { t_ms: atMs, data, conn } = JSON.parse(line) as { t_ms: number; data?: string; conn?: string };
    if (data !== undefined) chain.bytes(Buffer.from(data), atMs);
    else if (conn === 'open') chain.opened(atMs);
    else if (conn !== undefined) chain.lost(atMs);
  }
  const seen = (some: { handedOnBy: string | null }[]) => [...new Set(some.map((one) => one.handedOnBy))];
  return { console: seen(shown.console), pops: seen(shown.pops), bar: seen(shown.bar) };
}

describe('from whom a caller comes', () => {
  it('is shown to the leader and on the call bar after an attended transfer', () => {
    const { console, bar } = shownOf('e-atxfer-ami');
    expect(console).to.deep.equal([null, 'PJSIP/1001']);
    expect(bar).to.deep.equal([null, '1001']);
  });

  it('is shown after a blind transfer', () => {
    const { console, bar } = shownOf('e-blind-refer');
    expect(console).to.deep.equal([null, 'PJSIP/1001']);
    expect(bar).to.deep.equal([null, '1001']);
  });

  it('stands on the pop of who takes them in the other queue, by name', () => {
    const { console, pops } = shownOf('e-redirect-queue');
    expect(console).to.deep.equal([null, 'PJSIP/1001']);
    expect(pops).to.have.length(2);
    expect(pops[0]).to.equal(null);
    expect(pops[1]).to.be.a('string').that.includes('1001');
  });

  it('is nobody for a caller who was handed on by none', () => {
    expect(shownOf('a-ring1-2s')).to.deep.equal({ console: [null], pops: [null], bar: [null] });
  });
});
