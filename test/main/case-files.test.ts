import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import express, { type RequestHandler } from 'express';
import type pg from 'pg';
import { pino } from 'pino';
import { openCases } from '../../src/main/cases.ts';
import type { Ground } from '../../src/main/wings.ts';
import { createPerson } from '../../src/postgres/people.ts';
import { openPool } from '../../src/postgres/pool.ts';
import { cloneDatabase } from '../support/database.ts';

const NOW = Date.parse('2026-11-25T10:00:00+08:00');
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const MAIL = Buffer.from('From: hotline@example.cn\r\nSubject: reply\r\n\r\nwater is back\r\n');

interface View {
  id: number;
  version: number;
  state: string;
  reply: string;
  steps: { kind: string; files: { id: string; name: string; type: string }[] }[];
  code: string;
  message: string;
}

describe('a case keeps its files, and its reply keeps its proof', function () {
  this.timeout(60_000);
  let pool: pg.Pool;
  let base: string;
  let close: () => void;
  let role = 'agent';
  const varDir = mkdtempSync(join(tmpdir(), 'hotline-case-files-'));

  before(async () => {
    pool = openPool(await cloneDatabase());
    const person = (await createPerson(pool, {
      ...{ login: '1001', name: '马晓燕', role: 'agent', agent: null, passwordHash: 'x' },
    }))!;
    const ground = { pool, varDir, now: () => NOW, log: pino({ level: 'silent' }) } as unknown as Ground;
    const session: RequestHandler = (request, _response, next) => {
      request.session = { person: { ...person, login: '1001', name: '马晓燕', role, unitId: null } } as never;
      next();
    };
    const app = express();
    app.use(express.json(), session, ...openCases(ground).routers!);
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/cases`;
    close = () => {
      server.closeAllConnections();
      server.close();
    };
  });
  after(async () => {
    close();
    await pool.end();
    rmSync(varDir, { recursive: true, force: true });
  });

  const send = async (path: string, body: object) => {
    const answer = await fetch(base + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    return { status: answer.status, said: (await answer.json()) as View };
  };
  const bring = async (id: number, name: string, bytes: Buffer) => {
    const answer = await fetch(`${base}/${id}/files`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', 'x-file-name': encodeURIComponent(name) },
      body: bytes as unknown as BodyInit,
    });
    return { status: answer.status, said: (await answer.json()) as { id: string; message: string } };
  };
  const enter = async (outsideNo: string) => {
    const letter = { channel: 'petition', outsideNo, receivedAtMs: NOW, content: '水压不足' };
    return (await send('', letter)).said;
  };

  it('the letter’s scan and the reply’s screenshot and mail are kept apart, and open again', async () => {
    const { id } = await enter('X1');
    const scan = (await bring(id, '来函.png', PNG)).said;
    expect((await bring(id, '来函.png', PNG)).said.id).to.equal(scan.id);
    expect((await send(`/${id}/steps`, { kind: 'attach', fileIds: [scan.id] })).status).to.equal(200);
    await send(`/${id}/steps`, { kind: 'sign' });
    const proof = (await bring(id, '已发送.eml', MAIL)).said;
    const fileIds = [proof.id, scan.id];
    const { said } = await send(`/${id}/steps`, { kind: 'reply', note: '已恢复供水', fileIds });
    expect([said.state, said.reply]).to.deep.equal(['replied', '已恢复供水']);
    expect(said.steps.map(({ kind, files }) => [kind, files.map(({ name }) => name)])).to.deep.equal([
      ...[
        ['enter', []],
        ['attach', ['来函.png']],
        ['sign', []],
        ['reply', ['已发送.eml', '来函.png']],
      ],
    ]);
    const picture = await fetch(`${base}/${id}/files/${scan.id}`);
    expect(picture.headers.get('content-disposition')).to.match(/^inline/);
    expect(picture.headers.get('content-security-policy')).to.include('sandbox');
    expect(Buffer.from(await picture.arrayBuffer()).equals(PNG)).to.equal(true);
    const mail = await fetch(`${base}/${id}/files/${proof.id}`);
    expect(mail.headers.get('content-disposition')).to.match(/^attachment/);
    expect(mail.headers.get('content-type')).to.include('message/rfc822');
    // done again, the first reply and its proof stay among the steps
    await send(`/${id}/steps`, { kind: 'take-back', note: '用户不满意' });
    const again = (await send(`/${id}/steps`, { kind: 'reply', note: '已换表' })).said;
    expect(again.reply).to.equal('已换表');
    expect(again.steps.filter(({ kind }) => kind === 'reply').map(({ files }) => files.length)).to.deep.equal(
      [2, 0],
    );
  });

  it('another case’s file, a program, a file too big, an empty attachment: no, in Chinese', async () => {
    const [one, other] = [await enter('X2'), await enter('X3')];
    const { said } = await bring(one.id, '图.png', PNG);
    const stolen = await send(`/${other.id}/steps`, { kind: 'note', note: '见附件', fileIds: [said.id] });
    expect([stolen.status, stolen.said.message]).to.deep.equal([409, '有附件没有传完，请去掉后重新选择。']);
    expect((await fetch(`${base}/${other.id}/files/${said.id}`)).status).to.equal(404);
    expect((await send(`/${one.id}/steps`, { kind: 'attach' })).said.message).to.match(/请先选附件/);
    const program = await bring(
      one.id,
      '照片.png',
      Buffer.from('MZ\u0090\0\u0003\0\0\0'.padEnd(600, '\0'), 'latin1'),
    );
    expect([program.status, program.said.message]).to.satisfy(
      ([status, words]: [number, string]) => status === 415 && /请换一个文件/.test(words),
    );
    expect((await bring(one.id, '大.png', Buffer.alloc(10 * 1024 * 1024 + 1))).status).to.equal(413);
    expect((await bring(one.id, '空.png', Buffer.alloc(0))).status).to.equal(400);
    expect((await bring(999_999, '图.png', PNG)).status).to.equal(404);
  });

  it('who may only see cases opens files and brings none', async () => {
    const { id } = await enter('X4');
    const { said } = await bring(id, '图.png', PNG);
    role = 'manager';
    expect((await fetch(`${base}/${id}/files/${said.id}`)).status).to.equal(200);
    expect((await bring(id, '图.png', PNG)).status).to.equal(403);
    role = 'field-worker';
    expect((await fetch(`${base}/${id}/files/${said.id}`)).status).to.equal(403);
    role = 'agent';
  });
});
