/** Forms with a file, spoilt, cut and torn off in mid-upload: each is answered or gone, and none is left on the disk. */
import { openFuzzServer, sayRaw } from './lines.ts';
import { randomBytes, spoiltBytes } from './spoil.ts';
import type { FuzzTarget, Random } from './target.ts';

export const target: FuzzTarget = {
  cases: 250,
  mustSee: ['200', '400', '413', 'reset'],
  async open() {
    const server = await openFuzzServer();
    return {
      async run(random, seen) {
        const end = random.chance(0.25) ? 'reset' : 'answer';
        const whole = form(random);
        const body = random.chance(0.6) ? spoiltBytes(random, whole) : whole;
        const length = random.chance(0.9) ? body.length : random.whole(0, body.length * 2);
        const type = random.chance(0.9)
          ? 'multipart/form-data; boundary=b0'
          : random.pick([
              'multipart/form-data',
              'multipart/form-data; boundary=',
              'multipart/form-data; boundary="',
            ]);
        const head = `POST /api/files HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n\r\n`;
        const answer = await sayRaw(server.port, [Buffer.from(head), body], end);
        seen(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'nothing');
        if (end === 'reset') seen('reset');
        if (server.faults.length > 0) throw server.faults[0];
      },
      close: server.close,
    };
  },
};

function form(random: Random): Buffer {
  const parts: Buffer[] = [];
  for (let count = random.whole(0, 3); count >= 0; count -= 1) {
    const name = random.pick(['a.csv', '客户.xlsx', '../../x', '', 'a\0b', '"; x="', 'a'.repeat(3000)]);
    const content = random.chance(0.1)
      ? Buffer.alloc(120_000, 'x')
      : randomBytes(random, random.whole(0, 3000));
    const disposition = random.chance(0.8)
      ? `form-data; name="file"; filename="${name}"`
      : 'form-data; name="text"';
    parts.push(
      Buffer.from(`--b0\r\nContent-Disposition: ${disposition}\r\nContent-Type: text/csv\r\n\r\n`),
      content,
    );
    parts.push(Buffer.from('\r\n'));
  }
  return Buffer.concat([...parts, Buffer.from('--b0--\r\n')]);
}
