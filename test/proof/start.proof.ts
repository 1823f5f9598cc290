/**
 * A first start with the demo where the hotline gets a tenth of the time, as at load 20 on two processors: it is slow, says so,
 * and succeeds: every printed login signs in, and callers are answered. SECONDS: how long it may take at most.
 */
import { firstStart } from '../support/first-start.ts';
import { signedIn } from '../support/sign-in.ts';
import { until } from '../support/until.ts';
import type { Proof } from './proof.ts';

const SHARE = 0.1;
/** what a first start with the demo may take on such a machine, when nobody says otherwise */
const USUAL_SECONDS = 3600;

export const proof: Proof = async ({ seconds, say }) => {
  const began = Date.now();
  const start = await firstStart({
    args: ['--demo'],
    share: SHARE,
    withinMs: Math.max(seconds, USUAL_SECONDS) * 1000,
  });
  try {
    say(`started after ${Math.round((Date.now() - began) / 1000)} s`);
    const slow = start.said().match(/还在进行（负载/g)?.length ?? 0;
    if (slow === 0) throw new Error(`it did not say that it is slow:\n${start.said()}`);
    say(`said ${slow} times that it is slow`);
    const logins = [...start.said().matchAll(/演示登录 +(\S+) \/ (\S+)　/g)];
    if (logins.length < 5) throw new Error(`a login for each role was to be printed:\n${start.said()}`);
    for (const [, login, password] of logins) await signedIn(start.url, login!, password!);
    say(`${logins.length} logins sign in`);
    await until(
      'callers are answered',
      async () => {
        const text = await (await fetch(`${start.url}/metrics`)).text();
        return Number(/^hotline_calls_answered_total (\d+)$/m.exec(text)?.[1] ?? 0) > 0;
      },
      600_000,
    );
    say('callers are answered');
  } finally {
    await start.stop();
  }
};
