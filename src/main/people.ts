/** Accounts, sign-in, units and settings put together. */
import type pg from 'pg';
import type { Config } from '../config.ts';
import { SETTINGS, settingValues } from '../core/people/settings.ts';
import { peopleRoutes, type By } from '../http/people.ts';
import { oidcRoutes, type OidcSettings } from '../http/oidc.ts';
import { hashPassword, signInRoutes } from '../http/sign-in.ts';
import {
  addAccount,
  changeAccount,
  countFailure,
  failuresOf,
  forgetFailures,
  listAccounts,
  setPassword,
  signOutEverywhere,
} from '../postgres/accounts.ts';
import { writeAudit } from '../postgres/audit.ts';
import { findPerson, findPersonByLogin } from '../postgres/people.ts';
import { inTransaction, oneAtATime } from '../postgres/pool.ts';
import { keepSettings, keptSettings } from '../postgres/settings.ts';
import { addDistrict, listDistricts, listUnits, saveUnit } from '../postgres/units.ts';
import { newPassword } from '../setup/people.ts';
import type { OpenWing } from './wings.ts';

export const openPeople: OpenWing = ({ config, pool, accounts, peopleChanged, log }) => {
  /** Changes something of people and writes down who did it, both or neither; then everybody who must know hears of it. */
  async function changed<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const result = await inTransaction(pool, work);
    await accounts.refresh();
    await peopleChanged();
    return result;
  }
  const audit = (
    client: pg.Pool | pg.PoolClient,
    { personId, address }: By,
    what: string,
    about: string,
    detail?: unknown,
  ) => writeAudit(client, { personId, address, what, about, detail });
  const called = (person: { name: string; login: string }) => `${person.name}（${person.login}）`;

  return {
    routers: [
      oidcRoutes({
        settings: oidcSettings(config),
        findPerson: (login) => findPersonByLogin(pool, login),
        audit: (entry) => writeAudit(pool, entry),
        onFault: (cause) => log.error({ err: cause }, 'oidc'),
      }),
      signInRoutes({
        findPerson: (login) => findPersonByLogin(pool, login),
        failuresOf: (key) => failuresOf(pool, key),
        countFailure: (key) => countFailure(pool, key),
        forgetFailures: (key) => forgetFailures(pool, key),
        async setPassword(id, passwordHash) {
          const epoch = await setPassword(pool, id, passwordHash, false);
          await accounts.refresh();
          return epoch;
        },
        async signOutEverywhere(id) {
          await signOutEverywhere(pool, id);
          await accounts.refresh();
        },
        audit: (entry) => writeAudit(pool, entry),
      }),
      peopleRoutes({
        list: () => listAccounts(pool),
        add: (by, fields) =>
          changed(async (client) => {
            const password = newPassword();
            const account = await addAccount(client, fields, await hashPassword(password));
            if (!account) return null;
            await audit(client, by, 'person-added', called(account), fields);
            return { account, password };
          }),
        change: (by, id, fields, was) =>
          changed(async (client) => {
            const before = await findPerson(client, id);
            const account = before && (await changeAccount(client, id, fields, was));
            if (account && account !== 'changed-meanwhile')
              await audit(client, by, 'person-changed', called(account), { before, after: fields });
            return account;
          }),
        resetPassword: (by, id) =>
          changed(async (client) => {
            const person = await findPerson(client, id);
            if (!person) return null;
            const password = newPassword();
            await setPassword(client, id, await hashPassword(password), true);
            await audit(client, by, 'password-reset', called(person));
            return password;
          }),
        signOut: (by, id) =>
          changed(async (client) => {
            const person = await findPerson(client, id);
            await signOutEverywhere(client, id);
            if (person) await audit(client, by, 'person-signed-out', called(person));
          }),
        units: () => listUnits(pool),
        districts: () => listDistricts(pool),
        saveUnit: (by, id, fields) =>
          changed(async (client) => {
            const saved = await saveUnit(client, id, fields);
            if (saved !== null)
              await audit(client, by, id === null ? 'unit-added' : 'unit-changed', fields.name, fields);
            return saved;
          }),
        addDistrict: (by, name) =>
          changed(async (client) => {
            const added = await addDistrict(client, name);
            if (added) await audit(client, by, 'district-added', name);
            return added;
          }),
        settings: (name) => keptSettings(pool, name),
        keepSettings: (by, name, value, was) =>
          changed(async (client) => {
            await oneAtATime(client, 'settings');
            const before = settingValues(SETTINGS[name]!, await keptSettings(client, name));
            const keys = was ? Object.keys(value) : [];
            if (keys.some((key) => JSON.stringify(before[key]) !== JSON.stringify(was![key]))) return false;
            await keepSettings(client, name, value, String(by.personId));
            await audit(client, by, 'settings-changed', name, { before, after: value });
            return true;
          }),
      }),
    ],
  };
};

/** All of it, or none: half a configuration is refused at the start. */
function oidcSettings(config: Config): OidcSettings | null {
  const {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    PUBLIC_URL,
  } = config;
  if (!issuer) return null;
  if (!clientId || !clientSecret || !PUBLIC_URL)
    throw new Error('设置了 OIDC_ISSUER，还要设置 OIDC_CLIENT_ID、OIDC_CLIENT_SECRET 和 PUBLIC_URL。');
  return {
    issuer,
    clientId,
    clientSecret,
    claim: config.OIDC_CLAIM,
    publicUrl: PUBLIC_URL.replace(/\/$/, ''),
  };
}
