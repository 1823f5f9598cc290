import { expect } from 'chai';
import { openPhoneBans } from '../../src/app/phone-bans.ts';

describe("a browser's phone line that says what it may not, again and again", () => {
  it('is ended and kept out; a slip now and then is not', () => {
    const world = {
      nowMs: 1_000_000,
      cut: [] as string[],
      banned: [] as { subject: string; untilMs: number }[],
    };
    const bans = openPhoneBans({
      now: () => world.nowMs,
      limits: () => ({ banRefusals: 3, banMinutes: 30 }),
      cut: (extension) => void world.cut.push(extension),
      ban: ({ subject, untilMs }) => Promise.resolve(void world.banned.push({ subject, untilMs })),
      onFault: (fault) => {
        throw fault;
      },
    });
    for (let at = 0; at < 10; at += 1) {
      bans.refused('1001', 'not-sip');
      world.nowMs += 300_001;
    }
    expect(world.cut).to.deep.equal([]);
    for (const extension of ['1002', '1002', '1003', '1002']) bans.refused(extension, 'number-not-allowed');
    expect(world.cut).to.deep.equal(['1002']);
    expect(world.banned).to.deep.equal([{ subject: 'phone:1002', untilMs: world.nowMs + 1_800_000 }]);
  });
});
