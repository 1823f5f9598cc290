/** What rights stand now, read over a connection of its own that hears of every change (migration 0181). */
import pg from 'pg';
import type { Account } from '../core/people/rights.ts';

/** All that any right hangs on, as one statement saw it. */
export interface StandingRights {
  accounts: Account[];
  /** tokens of other systems that open nothing: revoked, or the account of who answers for them is closed */
  shutTokenIds: number[];
  /** links of televisions that open a wall */
  openTelevisionIds: number[];
  /** of those that open, the SHA-256 in hex, also of the one before the last rotation */
  openTokenHashes: string[];
  /** the settings of sessions, as they are kept */
  sessionSettings: Record<string, unknown>;
}

export interface RightsLine {
  read(): Promise<StandingRights>;
  /** which of these sessions are over: signed out, or not used for too long */
  endedSessions(sids: readonly string[]): Promise<string[]>;
  close(): Promise<void>;
}

/** a database that is slower is taken as away, and asked again in a second */
const ANSWER_MS = 3000;

const STANDING = `
  select coalesce((select json_agg(json_build_object(
           'id', p.id, 'login', p.login, 'name', p.name, 'role', p.role, 'agent', p.agent, 'unitId', p.unit_id,
           'mustChange', p.must_change, 'disabled', p.disabled, 'sessionEpoch', p.session_epoch,
           'openLinkIds', coalesce((select json_agg(l.id) from field_links l
              where l.person_id = p.id and l.withdrawn_at is null and l.expires_at > now()), '[]')))
           from people p), '[]') as accounts,
         array(select t.id::float8 from api_tokens t left join people o on o.id = t.owner_id
                where t.revoked_at is not null or o.disabled) as "shutTokenIds",
         array(select encode(h.hash, 'hex') from api_tokens t left join people o on o.id = t.owner_id,
                 lateral (values (t.hash), (t.previous_hash)) h (hash)
                where t.revoked_at is null and h.hash is not null and o.disabled is not true)
           as "openTokenHashes",
         array(select id::float8 from televisions where withdrawn_at is null) as "openTelevisionIds",
         coalesce((select value from settings where name = 'sessions'), '{}') as "sessionSettings"`;

/** `onMoved`: some right was changed, here or elsewhere; what it was is to be read. A broken line is opened again by the next question. */
export function openRightsLine(
  url: string,
  onMoved: () => void,
  onFault: (cause: unknown) => void,
): RightsLine {
  let opening: Promise<pg.Client> | null = null;
  let closed = false;

  async function open(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: url,
      connectionTimeoutMillis: ANSWER_MS,
      statement_timeout: ANSWER_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
      application_name: 'hotline rights',
    });
    // the next question, a second later, finds it broken and opens another
    client.on('error', () => void drop(client));
    client.on('notification', onMoved);
    await client.connect();
    await client.query('listen hotline_rights');
    return client;
  }

  async function drop(client: pg.Client): Promise<void> {
    opening = null;
    await client.end().catch(() => undefined);
  }

  async function asked<Row extends pg.QueryResultRow>(text: string, values: unknown[]): Promise<Row[]> {
    if (closed) throw new Error('the line of rights is closed');
    opening ??= open().catch((cause: unknown) => {
      opening = null;
      throw cause;
    });
    const client = await opening;
    try {
      return (await client.query<Row>(text, values)).rows;
    } catch (cause) {
      // also a connection whose other end is gone without a word: it is not listened to any longer
      void drop(client);
      throw cause;
    }
  }

  return {
    async read() {
      const [rights] = await asked<StandingRights & pg.QueryResultRow>(STANDING, []);
      return rights!;
    },
    async endedSessions(sids) {
      if (sids.length === 0) return [];
      const rows = await asked<{ sid: string }>(
        `select asked.sid from unnest($1::text[]) as asked(sid)
          where not exists (select 1 from sessions s where s.sid = asked.sid and s.expire > now())`,
        [sids],
      );
      return rows.map(({ sid }) => sid);
    },
    async close() {
      closed = true;
      const client = await opening?.catch(() => null);
      opening = null;
      await client?.end().catch(onFault);
    },
  };
}
