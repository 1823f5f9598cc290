import { connect } from 'node:net';
import { join } from 'node:path';
import type { Pbx } from '../../src/setup/pbx.ts';

/** Types one line at the switch's own console, as its administrator does; answers with what it said. */
export function atConsole(pbx: Pbx, line: string): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(join(pbx.dir, 'run/asterisk.ctl'));
    let answer = '';
    socket.on('error', fail);
    socket.on('data', (bytes) => (answer += bytes.toString()));
    socket.on('close', () => done(answer));
    // the console takes lines that end with a zero byte; when it has nothing more to read, it answers and is left
    socket.write(`${line}\0`, () => socket.end());
  });
}
