/** Mails that became cases, each once. */
import type pg from 'pg';

type Client = Pick<pg.ClientBase, 'query'>;

/**
 * Takes a mail for this transaction; null: it has been taken before. Who takes the same mail at the same time waits here
 * for the other's end.
 */
export async function takeMail(
  client: Client,
  mail: { messageId: string; fromAddress: string; subject: string; atMs: number },
): Promise<number | null> {
  const { rows } = await client.query<{ id: number }>(
    `insert into case_mails (message_id, from_address, subject, taken_at)
     values ($1, $2, $3, to_timestamp($4::float8 / 1000))
         on conflict (message_id) do nothing returning id::float8 as id`,
    [mail.messageId, mail.fromAddress, mail.subject, mail.atMs],
  );
  return rows[0]?.id ?? null;
}
