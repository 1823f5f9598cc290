/**
 * `npm run proof -- flood [SECONDS] [SEED] [CALLERS]`: so many forged callers (300) within so many seconds (600 is the real pace; the
 * same counts in less), and two real ones among them, who are served. Real Asterisk, SIPp; nothing random is in it.
 */
import { stopDatabase } from '../support/database.ts';
import { runFlood } from '../support/flood.ts';
import type { Proof } from './proof.ts';

export const proof: Proof = async ({ seconds, rest, say }) => {
  const forged = Number(rest[0] ?? 300);
  try {
    const told = await runFlood({ forged, overMs: seconds * 1000, threshold: null, say });
    say(
      `${forged} forged callers in ${seconds} s: ${told.forgedAnswered} answered, ${told.mostWaiting} at most waited at once; ` +
        `the customer waited ${told.customerWaitMs} ms, the stranger who pressed the key ${told.strangerWaitMs} ms`,
    );
  } finally {
    await stopDatabase();
  }
};
