/** The files of cases from outside; their bytes lie on disk under their ids. */
import type pg from 'pg';

type Client = Pick<pg.ClientBase, 'query'>;

export interface CaseFile {
  id: string;
  name: string;
  type: string;
}

/** Keeps what was brought to a case; bringing it twice is bringing it once. Null: there is no such case. */
export async function addCaseFile(
  client: Client,
  caseId: number,
  file: CaseFile & { bytes: number; personId: number | null },
): Promise<CaseFile | null> {
  const { rows } = await client.query<CaseFile>(
    `with brought as (
       insert into case_files (case_id, id, name, type, bytes, person_id)
       select id, $2, $3, $4, $5, $6 from outside_cases where id = $1
           on conflict (case_id, id) do nothing returning id, name, type)
     select * from brought
      union all
     select id, name, type from case_files where case_id = $1 and id = $2 limit 1`,
    [caseId, file.id, file.name, file.type, file.bytes, file.personId],
  );
  return rows[0] ?? null;
}

/** A file of a case by its id; null: the case has none such. */
export async function caseFile(client: Client, caseId: number, id: string): Promise<CaseFile | null> {
  const { rows } = await client.query<CaseFile>(
    'select id, name, type from case_files where case_id = $1 and id = $2',
    [caseId, id],
  );
  return rows[0] ?? null;
}

/** Are all of these files of this case? */
export async function hasCaseFiles(client: Client, caseId: number, ids: readonly string[]): Promise<boolean> {
  const { rows } = await client.query<{ n: number }>(
    'select count(distinct id)::int as n from case_files where case_id = $1 and id = any($2)',
    [caseId, ids],
  );
  return rows[0]!.n === new Set(ids).size;
}
