import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import type { CallRecord } from '../../src/core/floor/record.ts';
import { WANTED } from '../../src/asterisk/translate.ts';
import { replay } from '../../src/replay.ts';
import { RECORDINGS } from '../support/recordings.ts';

const root = resolve(import.meta.dirname, '../..');
const LETS_THROUGH = new Set(
  [
    ...readFileSync(join(root, 'dialplan/manager.conf'), 'utf8').matchAll(
      /^eventfilter\(action\(include\),name\((\w+)\)\)/gm,
    ),
  ].map(([, name]) => name!),
);
/** What only an unfiltered account hears: it says where a call was led to, and a survey's result once more. */
const UNFILTERED = ['BridgeEnter', 'Newexten', 'VarSet'];

describe('the filter of the events account', () => {
  it('lets through every event that the floor reads, and none that it does not', () => {
    // FullyBooted and answers to our own questions come to every account
    const read = [...WANTED].filter((name) => !UNFILTERED.includes(name) && name !== 'FullyBooted');
    expect([...LETS_THROUGH].sort()).to.deep.equal(read.sort());
  });

  for (const name of RECORDINGS) {
    it(`loses nothing of what is measured: ${name}`, () => {
      const capture = readFileSync(join(root, 'test/recordings', name, 'raw.jsonl'), 'utf8');
      const measured = ({ anomalies: _, transfers, dnis: __, ...record }: CallRecord) => ({
        ...record,
        transfers: transfers.map(({ kind, atMs }) => [kind, atMs]),
      });
      const all = replay(Buffer.from(capture)).map(measured);
      expect(replay(Buffer.from(filtered(capture))).map(measured)).to.deep.equal(all);
    });
  }
});

/** The capture as the filtered account would have heard it: whole frames again, one read a frame. */
function filtered(capture: string): string {
  let held = '';
  return capture
    .trim()
    .split('\n')
    .flatMap((line) => {
      const told = JSON.parse(line) as { data?: string; b64?: string; t_ms?: number; conn?: string };
      const text = told.data ?? (told.b64 === undefined ? null : Buffer.from(told.b64, 'base64').toString());
      if (text === null) return [line];
      const frames = (held + text).split('\r\n\r\n');
      held = frames.pop()!;
      return frames
        .filter((frame) => {
          const event = /(?:^|\n)Event: (\w+)\r\n/.exec(frame)?.[1];
          const listed = /\nActionID: /.test(frame);
          return event === undefined || listed || event === 'FullyBooted' || LETS_THROUGH.has(event);
        })
        .map((frame) => JSON.stringify({ t_ms: told.t_ms, data: `${frame}\r\n\r\n` }));
    })
    .join('\n');
}
