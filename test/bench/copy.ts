/** COPY in and out over a pg connection: the fastest that PostgreSQL can be told rows, to be measured against. */
import type pg from 'pg';

interface Wire {
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** All rows of a query in COPY's text form. */
export function copyOut(client: pg.ClientBase, query: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  return submit(client, `copy (${query}) to stdout`, {
    handleCopyData: ({ chunk }: { chunk: Buffer }) => chunks.push(Buffer.from(chunk)),
  }).then(() => Buffer.concat(chunks));
}

/** Stores rows in COPY's text form. */
export function copyIn(client: pg.ClientBase, target: string, rows: Buffer): Promise<void> {
  return submit(client, `copy ${target} from stdin`, {
    handleCopyInResponse(wire: Wire) {
      for (let at = 0; at < rows.length; at += 65_536) wire.sendCopyFromChunk(rows.subarray(at, at + 65_536));
      wire.endCopyFrom();
    },
  });
}

function submit(client: pg.ClientBase, text: string, handlers: object): Promise<void> {
  return new Promise((done, failed) => {
    client.query({
      submit: (wire: Wire) => wire.query(text),
      handleCommandComplete: () => undefined,
      handleRowDescription: () => undefined,
      handleReadyForQuery: () => done(),
      handleError: (cause: Error) => failed(cause),
      ...handlers,
    } as unknown as pg.Submittable);
  });
}
