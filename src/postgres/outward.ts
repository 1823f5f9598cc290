/** Who is told what: receivers, rules, mail addresses; and the outbox of what happened. */
import type pg from 'pg';
import type { NewDelivery } from '../core/outward/delivery.ts';
import type { OutwardEvent } from '../core/outward/event.ts';
import {
  whoIsTold,
  type Audience,
  type Hearer,
  type Receiver,
  type Subscription,
  type Whom,
} from '../core/outward/subscription.ts';
import type { Role } from '../core/people/may.ts';
import { deliver } from './deliveries.ts';

type Client = Pick<pg.ClientBase, 'query'>;

export interface ReceiverRow extends Receiver {
  disabledWhy: string | null;
  /** signs what it gets; the secret itself is never read back */
  signed: boolean;
  createdAtMs: number;
  waiting: number;
  lastDeliveredAtMs: number | null;
}

/** Everybody outside who can be told something, with how it went lately. */
export async function listReceivers(pool: pg.Pool): Promise<ReceiverRow[]> {
  const { rows } = await pool.query<ReceiverRow>(
    `select r.id::float8 as id, r.name, r.channel, r.address, r.sees_numbers as "seesNumbers", r.disabled,
            r.disabled_why as "disabledWhy", r.secret is not null as signed,
            (extract(epoch from r.created_at) * 1000)::float8 as "createdAtMs",
            (select count(*)::int from deliveries d where d.receiver_id = r.id and d.state in ('waiting', 'sending')) as waiting,
            (select (extract(epoch from d.delivered_at) * 1000)::float8 from deliveries d
              where d.receiver_id = r.id and d.state = 'delivered' order by d.id desc limit 1) as "lastDeliveredAtMs"
       from receivers r order by r.id`,
  );
  return rows;
}

export interface NewReceiver {
  name: string;
  channel: Receiver['channel'];
  address: string;
  secret: string | null;
  seesNumbers: boolean;
}

/** Adds a receiver and gives its id; null: the name is taken. */
export async function addReceiver(pool: pg.Pool, one: NewReceiver, personId: number): Promise<number | null> {
  const { rows } = await pool.query<{ id: number }>(
    `insert into receivers (name, channel, address, secret, sees_numbers, created_by)
     values ($1, $2, $3, $4, $5, $6) on conflict (name) do nothing returning id::float8 as id`,
    [one.name, one.channel, one.address, one.secret, one.seesNumbers, personId],
  );
  return rows[0]?.id ?? null;
}

export interface ReceiverChange {
  name?: string | undefined;
  address?: string | undefined;
  secret?: string | undefined;
  seesNumbers?: boolean | undefined;
  disabled?: boolean | undefined;
}

/** Changes what is said of a receiver; false: there is none. What waits for it goes to the new address. */
export async function changeReceiver(pool: pg.Pool, id: number, change: ReceiverChange): Promise<boolean> {
  const { rowCount } = await pool.query(
    `with changed as (
       update receivers set name = coalesce($2, name), address = coalesce($3, address), secret = coalesce($4, secret),
              sees_numbers = coalesce($5, sees_numbers), disabled = coalesce($6, disabled),
              disabled_why = case when $6 then '管理员停用' when $6 = false then null else disabled_why end
        where id = $1 returning id, channel
     ), moved as (
       update deliveries d
          set message = case d.channel
                when 'webhook' then jsonb_set(d.message, '{url}', to_jsonb($3::text))
                when 'wechat' then jsonb_set(d.message, '{robot}', to_jsonb($3::text))
                else jsonb_set(d.message, '{to}', jsonb_build_array($3::text)) end
        where $3::text is not null and d.receiver_id = (select id from changed) and d.state in ('waiting', 'dead')
     )
     select id from changed`,
    [
      id,
      change.name ?? null,
      change.address ?? null,
      change.secret ?? null,
      change.seesNumbers ?? null,
      change.disabled ?? null,
    ],
  );
  return rowCount === 1;
}

interface SubscriptionColumns {
  id: number;
  event: Subscription['event'];
  channel: Subscription['channel'];
  whom: Whom['kind'];
  role: Role | null;
  unitId: number | null;
  personId: number | null;
  receiverId: number | null;
  ofUnitId: number | null;
  sound: boolean;
}

/** Every rule of who is told what; of one event: its own and those for everything. */
export async function listSubscriptions(
  client: Client,
  event: string | null = null,
): Promise<Subscription[]> {
  const { rows } = await client.query<SubscriptionColumns>({
    name: 'subscriptions',
    text: `select id::float8 as id, event, channel, whom, role, unit_id::float8 as "unitId", person_id::float8 as "personId",
                  receiver_id::float8 as "receiverId", of_unit_id::float8 as "ofUnitId", sound
             from subscriptions where $1::text is null or event in ($1, '*') order by event, id`,
    values: [event],
  });
  return rows.map((row) => ({
    id: row.id,
    event: row.event,
    channel: row.channel,
    whom: whomOf(row),
    ofUnitId: row.ofUnitId,
    sound: row.sound,
  }));
}

function whomOf(row: SubscriptionColumns): Whom {
  switch (row.whom) {
    case 'role':
      return { kind: 'role', role: row.role! };
    case 'unit':
      return { kind: 'unit', unitId: row.unitId! };
    case 'person':
      return { kind: 'person', personId: row.personId! };
    case 'receiver':
      return { kind: 'receiver', receiverId: row.receiverId! };
    default:
      return { kind: row.whom };
  }
}

/** Adds a rule and gives its id. */
export async function addSubscription(
  pool: pg.Pool,
  rule: Omit<Subscription, 'id'>,
  personId: number,
): Promise<number> {
  const { whom } = rule;
  const { rows } = await pool.query<{ id: number }>(
    `insert into subscriptions (event, channel, whom, role, unit_id, person_id, receiver_id, of_unit_id, sound, created_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) returning id::float8 as id`,
    [
      rule.event,
      rule.channel,
      whom.kind,
      whom.kind === 'role' ? whom.role : null,
      whom.kind === 'unit' ? whom.unitId : null,
      whom.kind === 'person' ? whom.personId : null,
      whom.kind === 'receiver' ? whom.receiverId : null,
      rule.ofUnitId,
      rule.sound,
      personId,
    ],
  );
  return rows[0]!.id;
}

/** Takes a rule away; false: there is none. */
export async function removeSubscription(pool: pg.Pool, id: number): Promise<boolean> {
  const { rowCount } = await pool.query('delete from subscriptions where id = $1', [id]);
  return rowCount === 1;
}

/** Everybody with an account that is open, and the mail address if one is known. */
export async function listHearers(client: Client): Promise<Hearer[]> {
  const { rows } = await client.query<Hearer>({
    name: 'hearers',
    text: `select p.id::float8 as id, p.name, p.role, p.unit_id::float8 as "unitId", m.address as mail
             from people p left join mail_addresses m on m.person_id = p.id
            where not p.disabled order by p.name, p.id`,
  });
  return rows;
}

/** Gives a person a mail address, or takes it away. */
export async function setMailAddress(pool: pg.Pool, personId: number, address: string | null): Promise<void> {
  if (address === null) await pool.query('delete from mail_addresses where person_id = $1', [personId]);
  else
    await pool.query(
      `insert into mail_addresses (person_id, address) values ($1, $2)
       on conflict (person_id) do update set address = excluded.address`,
      [personId, address],
    );
}

/**
 * Tells who asked to be told of this event, inside the caller's transaction. Gives how many messages were written down;
 * telling the same event twice writes none the second time.
 */
export async function tell(client: Client, event: OutwardEvent, publicUrl: string | null): Promise<number> {
  const rules = await listSubscriptions(client, event.name);
  if (rules.length === 0) return 0;
  const wanted: NewDelivery[] = whoIsTold(event, rules, await audience(client, publicUrl));
  const ids = await deliver(client, wanted);
  return ids.filter((id) => id !== null).length;
}

async function audience(client: Client, publicUrl: string | null): Promise<Audience> {
  const { rows: receivers } = await client.query<Receiver>({
    name: 'open-receivers',
    text: `select id::float8 as id, name, channel, address, sees_numbers as "seesNumbers", disabled
             from receivers where not disabled`,
  });
  const { rows: units } = await client.query<{ id: number; name: string }>({
    name: 'unit-names',
    text: 'select id::float8 as id, name from units',
  });
  return { receivers, people: await listHearers(client), units, publicUrl };
}
