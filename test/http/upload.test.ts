import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { anybody } from '../../src/http/door.ts';
import { declareRoutes } from '../../src/http/routes.ts';
import { receiveFile } from '../../src/http/upload.ts';
import { openHttp, type TestHttp } from '../support/http.ts';
import { until } from '../support/until.ts';

describe('a file that is uploaded', function () {
  this.timeout(20_000);
  let http: TestHttp;
  let folder: string;
  let path: string;
  let handled = 0;

  before(async () => {
    const router = declareRoutes();
    router.post('/files', anybody, async (request, response) => {
      try {
        const name = await receiveFile(request, response, path, 1_000_000);
        if (name !== null) response.json({ name });
      } finally {
        handled += 1;
      }
    });
    http = await openHttp({ routers: [router] }, () => ({ id: 1, role: 'manager' }));
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hotline-test-upload-'));
    path = join(folder, 'file');
    handled = 0;
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  after(() => http.close());

  const boundary = 'b0undary';
  const part = (content: string, name = 'a.csv') =>
    `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/csv\r\n\r\n${content}`;
  const send = async (body: string, type = `multipart/form-data; boundary=${boundary}`) => {
    const answer = await fetch(`${http.url}/api/files`, {
      method: 'POST',
      body,
      headers: { 'content-type': type },
    });
    return { status: answer.status, body: (await answer.json()) as { code?: string; name?: string } };
  };

  it('is on the disk, with its name', async () => {
    expect(await send(`${part('户号,户名', '客户.csv')}\r\n--${boundary}--\r\n`)).to.deep.equal({
      status: 200,
      body: { name: '客户.csv' },
    });
    expect(readFileSync(path, 'utf8')).to.equal('户号,户名');
  });

  it('that is cut, or is no form at all, is refused in words, and nothing is left of it', async () => {
    for (const [body, type] of [
      [part('half a file')],
      [part('x'), 'multipart/form-data'],
      [part('x'), 'multipart/form-data; boundary='],
      [part('x'), `multipart/form-data; boundary=${'b'.repeat(300)}`],
      ['', `multipart/form-data; boundary=${boundary}`],
      [`--${boundary}\r\nContent-Disp`],
      [`--${boundary}\r\n\r\n\r\n--${boundary}--`],
      [`--${boundary}\r\n${'x-y: z\r\n'.repeat(20_000)}\r\n--${boundary}--`],
    ] as [string, string?][]) {
      const { status, body: said } = await send(body, type);
      expect([status, said.code], body.slice(0, 40)).to.be.deep.oneOf([
        [400, 'torn-upload'],
        [400, 'no-file'],
      ]);
      expect(readdirSync(folder)).to.deep.equal([]);
    }
  });

  it('that is too large is refused, and nothing is left of it', async () => {
    const { status } = await send(`${part('x'.repeat(1_200_000))}\r\n--${boundary}--\r\n`);
    expect(status).to.equal(413);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('whose connection is torn in the middle leaves nothing, and no one waits', async () => {
    const { port } = new URL(http.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(
      `POST /api/files HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=${boundary}\r\nContent-Length: 900000\r\n\r\n${part('y'.repeat(200_000))}`,
    );
    await until('it has begun', () => existsSync(path));
    socket.resetAndDestroy();
    await until('it is over', () => handled === 1);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('that the disk does not take ends with an error, not with silence', async () => {
    rmSync(folder, { recursive: true });
    const { status } = await send(`${part('z'.repeat(900_000))}\r\n--${boundary}--\r\n`);
    expect(status).to.equal(503);
    expect(handled).to.equal(1);
  });
});
