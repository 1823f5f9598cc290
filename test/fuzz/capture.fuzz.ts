/** Packets of the switch's SIP capture, spoilt: they are read or left, never thrown at, and nothing grows. */
import { readHep } from '../../src/asterisk/hep.ts';
import { createSipWitness } from '../../src/core/floor/sip-witness.ts';
import { BACK, hepOf, WAY } from '../support/hep.ts';
import { spoilt, spoiltBytes } from './spoil.ts';
import type { FuzzTarget } from './target.ts';

export const target: FuzzTarget = {
  cases: 3000,
  mustSee: ['no-message', 'a-message', 'refused'],
  open() {
    const witness = createSipWitness();
    return {
      run(random, seen) {
        const id = String(random.next());
        const messages = [
          `INVITE sip:96666@h SIP/2.0\r\nFrom: "x" <sip:13995002009@192.0.2.1>;tag=1\r\nTo: <sip:96666@h>\r\nCall-ID: ${id}\r\nCSeq: 1 INVITE\r\n\r\n`,
          `SIP/2.0 488 Not Acceptable Here\r\nCall-ID: ${id}\r\nCSeq: 1 INVITE\r\n\r\n`,
        ];
        for (const message of messages) {
          const whole = hepOf(
            random.chance(0.4) ? spoilt(random, message) : message,
            message.startsWith('SIP') ? BACK : WAY,
          );
          const read = readHep(random.chance(0.3) ? spoiltBytes(random, whole) : whole);
          seen(read === null ? 'no-message' : 'a-message');
          const refused = read === null ? null : witness.hear(read);
          if (!refused) continue;
          seen('refused');
          if (refused.number !== null && !/^\+?[0-9*#]{1,20}$/.test(refused.number))
            throw new Error(`this is no number: ${refused.number}`);
          if (!/^[0-9+*#]{0,20}$/.test(refused.called)) throw new Error(`called: ${refused.called}`);
        }
      },
    };
  },
};
