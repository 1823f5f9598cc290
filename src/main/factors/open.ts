/** Second factors put together: the policy in memory, and the use cases for the routes. */
import { openSeal, type Seal } from '../../app/sealed.ts';
import { factorNeed, factorPolicy } from '../../core/people/factor.ts';
import type { FactorPorts } from '../../http/factors.ts';
import type { ComeInPorts } from '../../http/sign-in.ts';
import { writeAudit } from '../../postgres/audit.ts';
import { signOutEverywhere } from '../../postgres/accounts.ts';
import { askForFactor, factorsOf } from '../../postgres/factors.ts';
import { findPersonByLogin } from '../../postgres/people.ts';
import { keptSettings } from '../../postgres/settings.ts';
import { keptSecret } from '../../setup/start.ts';
import type { Ground } from '../wings.ts';
import type { FactorContext } from './context.ts';
import { beginPasskey, beginTotp, confirmPasskey, confirmTotp, newRecoveryCodes } from './enrol.ts';
import { askPasskey, prove } from './prove.ts';
import { removeOwnFactor, takeFactorsAway } from './take-away.ts';

/** so long a change made by another instance of the service may take to be seen here */
const REFRESH_MS = 5000;

export function openFactors({
  config,
  pool,
  varDir,
  now,
  log,
  accounts,
}: Pick<Ground, 'config' | 'pool' | 'varDir' | 'now' | 'log' | 'accounts'>) {
  let seal: Seal | null = null;
  const context: FactorContext = {
    pool,
    // a service in which nobody has an app needs no key
    seal: () => (seal ??= openSeal(config.FACTOR_SECRET ?? keptSecret(varDir, 'factor-secret'))),
    now,
    publicUrl: config.PUBLIC_URL ?? null,
  };
  // until the database was asked: the usual ones, which ask for more rather than less
  let policy = factorPolicy({});
  const refresh = async () => {
    policy = factorPolicy(await keptSettings(pool, 'security'));
  };
  const timer = setInterval(
    () => void refresh().catch((cause: unknown) => log.error({ err: cause }, 'factor policy')),
    REFRESH_MS,
  );
  timer.unref();

  const comeIn: ComeInPorts = {
    findPerson: (login) => findPersonByLogin(pool, login),
    async factorNeed(person) {
      await refresh();
      const { totp, passkeys, askedAtMs } = await factorsOf(pool, person.id);
      const hasFactor = totp !== null || passkeys.length > 0;
      const need = factorNeed({ role: person.role, hasFactor, askedAtMs }, policy, now());
      if (need.kind === 'later') await askForFactor(pool, person.id);
      return need;
    },
    audit: (entry) => writeAudit(pool, entry),
  };
  /** whoever's sessions ended is cut off at once */
  async function followed<T>(work: Promise<T>): Promise<T> {
    const result = await work;
    await accounts.refresh();
    return result;
  }
  const ports: FactorPorts = {
    ...comeIn,
    publicUrl: context.publicUrl,
    policy: () => policy,
    async factorsOf(personId) {
      const { totp, passkeys, recoveryLeft } = await factorsOf(pool, personId);
      return { totp, passkeys, recoveryLeft };
    },
    askPasskey: (asker) => askPasskey(context, asker),
    prove: (asker, proof) => prove(context, asker, proof),
    beginTotp: (asker) => beginTotp(context, asker),
    confirmTotp: (asker, given) => confirmTotp(context, asker, given),
    beginPasskey: (asker) => beginPasskey(context, asker),
    confirmPasskey: (asker, given) => confirmPasskey(context, asker, given),
    newRecoveryCodes: (asker) => newRecoveryCodes(context, asker),
    removeOwn: (asker, passkeyId, required) => removeOwnFactor(context, asker, passkeyId, required),
    takeAway: (asker, personId) => followed(takeFactorsAway(context, asker, personId)),
    endSessions: (personId) => followed(signOutEverywhere(pool, personId)),
  };
  return {
    comeIn,
    ports,
    policyChanged: (stored: Record<string, unknown>) => void (policy = factorPolicy(stored)),
    start: refresh,
    close: () => clearInterval(timer),
  };
}
