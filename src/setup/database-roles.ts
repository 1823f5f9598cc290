/**
 * Who comes into the embedded database as whom: the owner migrates, the service works, reports read. The superuser is only
 * for this file. What a DBA runs for a database of their own (ops/database-roles.sql) is run here.
 */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { canConnect, createDatabase } from '../postgres/pool.ts';

/** The addresses of one database, one for each role. */
export interface DatabaseUrls {
  /** owns the tables: migrations */
  migration: string;
  /** everything else */
  service: string;
  /** reads only */
  reports: string;
}

type Passwords = Record<keyof DatabaseUrls, string>;
const ROLES: Record<keyof DatabaseUrls, string> = {
  migration: 'hotline_owner',
  service: 'hotline_service',
  reports: 'hotline_reports',
};
const KINDS = Object.keys(ROLES) as (keyof DatabaseUrls)[];
const RIGHTS = readFileSync(resolve(import.meta.dirname, '../../ops/database-roles.sql'), 'utf8');
/** leading an old database over waits for what still uses it */
const PATIENCE_MS = 300_000;

/** Makes the database and its roles if they are missing, sets their rights anew, and gives their addresses. */
export async function prepareDatabase(
  superuserUrl: string,
  name: string,
  folder: string,
): Promise<DatabaseUrls> {
  const address = await createDatabase(superuserUrl, name);
  const passwords = keptPasswords(folder);
  const urls = databaseUrls(address, passwords);
  const client = new pg.Client({ connectionString: address, query_timeout: PATIENCE_MS });
  client.on('error', () => undefined); // told by the query that fails with it
  try {
    await client.connect();
    await client.query(RIGHTS);
    for (const kind of KINDS)
      if (!(await canConnect(urls[kind], name)))
        await client.query(`alter role ${ROLES[kind]} password '${scramVerifier(passwords[kind])}'`);
  } finally {
    await client.end().catch(() => undefined);
  }
  return urls;
}

/** The addresses of a database that has been prepared; null: its roles have no passwords yet. */
export function preparedUrls(address: string, folder: string): DatabaseUrls | null {
  return existsSync(passwordFile(folder)) ? databaseUrls(address, keptPasswords(folder)) : null;
}

function databaseUrls(address: string, passwords: Passwords): DatabaseUrls {
  const as = (kind: keyof DatabaseUrls) => {
    const url = new URL(address);
    url.username = ROLES[kind];
    url.password = passwords[kind];
    return url.href;
  };
  return { migration: as('migration'), service: as('service'), reports: as('reports') };
}

const passwordFile = (folder: string) => join(folder, 'role-passwords.json');

function keptPasswords(folder: string): Passwords {
  const file = passwordFile(folder);
  if (!existsSync(file)) {
    const made = Object.fromEntries(KINDS.map((kind) => [kind, randomBytes(24).toString('base64url')]));
    writeFileSync(file, JSON.stringify(made), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as Passwords;
}

/** What the server keeps of a password (RFC 5802): sent like this, the password stands in none of its logs. */
function scramVerifier(password: string): string {
  const salt = randomBytes(16);
  const rounds = 4096;
  const salted = pbkdf2Sync(password, salt, rounds, 32, 'sha256');
  const keyOf = (text: string) => createHmac('sha256', salted).update(text).digest();
  const storedKey = createHash('sha256').update(keyOf('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${storedKey}:${keyOf('Server Key').toString('base64')}`;
}
