import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { openGuard } from '../../src/webhooks/guard.ts';
import { NotAllowed, openPost } from '../../src/webhooks/post.ts';
import { newSecret, signature, signatureFits } from '../../src/webhooks/sign.ts';

describe('whom the hotline may post to', () => {
  it('nothing inside the house, however it is written', () => {
    const guard = openGuard('');
    for (const address of [
      'http://127.0.0.1/x',
      'http://localhost:6666/api',
      'http://2130706433/',
      'http://0x7f.1/',
      'http://0177.0.0.1/',
      'http://[::1]/',
      'http://[::ffff:127.0.0.1]/',
      'http://[::ffff:10.0.0.1]/',
      'http://[fe80::1]/',
      'http://[fd00::1]/',
      'http://10.0.0.8/',
      'http://172.31.255.1/',
      'http://192.168.1.1/',
      'http://169.254.169.254/latest/meta-data',
      'http://100.64.0.1/',
      'http://0.0.0.0/',
      'http://224.0.0.1/',
      'http://oa/',
      'http://[64:ff9b::7f00:1]/',
      'http://[2002:7f00:1::]/',
      'ftp://example.cn/',
      'file:///etc/passwd',
      'javascript:alert(1)',
      'gopher://example.cn/',
      'http://user:pw@example.cn/',
      '不是地址',
      '',
    ])
      expect(guard.refusal(address), address).to.match(/[\u4e00-\u9fff]/);
    for (const address of [
      'https://gw.example.cn/hook?x=1',
      'http://8.8.8.8:8080/',
      'http://[2606:4700::1]/',
    ])
      expect(guard.refusal(address), address).to.equal(null);
  });

  it('inside only what the operator lists', () => {
    const guard = openGuard('10.1.0.0/16, oa.local, oa ,::1');
    for (const address of ['http://10.1.2.3/', 'http://oa.local/', 'http://oa/', 'http://[::1]/'])
      expect(guard.refusal(address), address).to.equal(null);
    expect(guard.refusal('http://10.2.0.1/')).to.be.a('string');
  });

  it('a name that leads into the house is refused at the connection itself', async () => {
    // 「localhost」as a name passes through the resolver: the address that it gives is what counts
    const lookup = (allowed: string) =>
      new Promise<string>((done) => {
        openGuard(allowed).lookup('localhost', { all: false }, (fault, address) =>
          done(fault ? fault.message : String(address)),
        );
      });
    expect(await lookup('')).to.include('内网');
    expect(await lookup('127.0.0.0/8,::1')).to.match(/^(127\.|::1)/);
  });
});

describe('a post to another system', () => {
  let server: Server;
  let base: string;
  const seen: string[] = [];
  before(async () => {
    server = createServer((request, response) => {
      seen.push(request.url!);
      if (request.url === '/away') return void response.writeHead(302, { location: `${base}/inner` }).end();
      if (request.url === '/silent') return;
      if (request.url === '/drip') {
        response.writeHead(200);
        const timer = setInterval(() => response.write('x'), 20);
        request.socket.on('close', () => clearInterval(timer));
        return;
      }
      if (request.url === '/flood') {
        response.writeHead(200);
        const push = (): void =>
          void (response.destroyed || response.write(Buffer.alloc(65_536), () => setImmediate(push)));
        return push();
      }
      response.end('ok');
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it('follows no redirect, waits for no silence, reads no flood', async () => {
    const post = openPost(openGuard('127.0.0.1'), 300);
    expect(await post(`${base}/away`, '{}', {})).to.include({ status: 302 });
    expect(seen).to.not.include('/inner');
    for (const path of ['/silent', '/drip']) {
      const fault = await post(base + path, '{}', {}).catch((cause: Error) => cause);
      expect((fault as Error).message, path).to.include('没有答复');
    }
    const flood = await post(`${base}/flood`, '{}', {});
    expect(flood.status).to.equal(200);
    expect(flood.text.length).to.be.at.most(64 * 1024);
  });

  it('does not reach the house without leave', async () => {
    const before = seen.length;
    const fault = await openPost(openGuard(''))(`${base}/x`, '{}', {}).catch((cause: Error) => cause);
    expect(fault).to.be.instanceOf(NotAllowed);
    expect(seen.length).to.equal(before);
  });
});

describe('the signature of a webhook', () => {
  it('is that of Standard Webhooks (their published example)', () => {
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    expect(signature(secret, 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}')).to.equal(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('fits only the body, the id and the time it was made for', () => {
    const secret = newSecret();
    const headers = {
      id: 'msg_1',
      timestamp: '1764000000',
      signature: signature(secret, 'msg_1', 1_764_000_000, '{"a":1}'),
    };
    expect(signatureFits(secret, headers, '{"a":1}', 1_764_000_010)).to.equal(true);
    expect(signatureFits(secret, headers, '{"a":2}', 1_764_000_010)).to.equal(false);
    expect(signatureFits(secret, { ...headers, id: 'msg_2' }, '{"a":1}', 1_764_000_010)).to.equal(false);
    expect(signatureFits(secret, headers, '{"a":1}', 1_764_000_400)).to.equal(false);
    expect(signatureFits(newSecret(), headers, '{"a":1}', 1_764_000_010)).to.equal(false);
  });
});
