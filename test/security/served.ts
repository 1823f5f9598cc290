/** A whole service without a switch, and one person of each role signed in: what the proofs of security attack. */
import { hash } from '@node-rs/argon2';
import type pg from 'pg';
import type { Role } from '../../src/core/people/may.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { startServiceWith, type Service } from '../support/service.ts';
import { signedIn } from '../support/sign-in.ts';

export interface Served {
  service: Service;
  pool: pg.Pool;
  /** the session's cookie of one with this role */
  cookies: Record<'agent' | 'supervisor' | 'manager' | 'administrator', string>;
  stop(): Promise<void>;
}

const PASSWORD = 'wo zai ce shi 96666';

export async function serve(settings: Record<string, string> = {}): Promise<Served> {
  const service = await startServiceWith({ AMI_HOST: 'none', ...settings });
  const pool = openPool(service.databaseUrl);
  try {
    const passwordHash = await hash(PASSWORD);
    const roles = ['agent', 'supervisor', 'manager', 'administrator'] as const;
    const signIn = async (role: Role) => {
      await createPerson(pool, { login: `test-${role}`, name: role, role, agent: null, passwordHash });
      return [role, await signedIn(service.url, `test-${role}`, PASSWORD)] as const;
    };
    const cookies = Object.fromEntries(await Promise.all(roles.map(signIn))) as Served['cookies'];
    return {
      service,
      pool,
      cookies,
      async stop() {
        await pool.end();
        await service.stop();
      },
    };
  } catch (cause) {
    await pool.end();
    await service.stop();
    throw cause;
  }
}
