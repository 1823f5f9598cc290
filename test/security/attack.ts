/** The attacks of `npm run proof -- security` that need no foreign program; short in `npm test`. */
import { connect } from 'node:net';
import { INJECTIONS, INSIDES, LISTS, PLACES, WAYS_OUT } from './injections.ts';
import type { Served } from './served.ts';

/** Every parameter of every list, one foreign word at a time: an answer or a refusal, never a fault, never our insides. */
export async function injectIntoLists({ service, cookies }: Served, words = INJECTIONS): Promise<number> {
  let asked = 0;
  for (const list of LISTS) {
    const [path, query] = list.split('?') as [string, string];
    for (const name of new URLSearchParams(query).keys())
      for (const word of words) {
        const given = new URLSearchParams(query);
        given.set(name, word);
        const address = `${path}?${given.toString()}`;
        const answer = await fetch(`${service.url}${address}`, { headers: { cookie: cookies.supervisor } });
        const text = await answer.text();
        asked += 1;
        if (answer.status >= 500) throw new Error(`${answer.status} for ${address}: ${text.slice(0, 200)}`);
        // the words come back in a search; what the database or the program would say does not
        if (INSIDES.test(text.replaceAll(word, '')))
          throw new Error(`insides in ${address}: ${text.slice(0, 200)}`);
      }
  }
  return asked;
}

/** No name leads out of its folder, said as browsers never would: a path that is not tidied up. */
export async function walkOut({ service, cookies }: Served): Promise<number> {
  const { port } = new URL(service.url);
  let asked = 0;
  for (const place of PLACES)
    for (const way of [
      ...WAYS_OUT,
      ...WAYS_OUT.map((one) => `${one}/file`),
      ...WAYS_OUT.map((one) => `${one}/sound`),
    ]) {
      const answer = await rawGet(Number(port), place + way, cookies.administrator);
      asked += 1;
      if (/^HTTP\/1\.1 5/.test(answer))
        throw new Error(`a fault for ${place}${way}: ${answer.slice(0, 120)}`);
      if (/root:x:0:0/.test(answer)) throw new Error(`a file of the machine at ${place}${way}`);
      const type = /^content-type: (.*)$/im.exec(answer)?.[1] ?? '';
      if (/^HTTP\/1\.1 200/.test(answer) && !/text\/html|json|javascript|css/.test(type))
        throw new Error(`${place}${way} was answered as ${type}`);
    }
  return asked;
}

/** The headers that each kind of answer carries. */
export async function lookAtHeaders({ service, cookies }: Served): Promise<string[]> {
  const wrong: string[] = [];
  const paths = [
    '/',
    '/sign-in',
    '/notice',
    '/api/me',
    '/api/nothing',
    '/healthz',
    '/icon.svg',
    '/api/v1/docs/',
    '/%',
  ];
  for (const path of paths) {
    const answer = await fetch(`${service.url}${path}`, { headers: { cookie: cookies.administrator } });
    await answer.arrayBuffer();
    const header = (name: string) => answer.headers.get(name) ?? '';
    const policy = header('content-security-policy');
    if (/unsafe-(inline|eval)/.test(policy)) wrong.push(`${path}: ${policy}`);
    if (!/default-src|frame-ancestors 'none'/.test(policy)) wrong.push(`${path}: no policy`);
    if (!/frame-ancestors 'none'/.test(policy)) wrong.push(`${path}: may be framed`);
    if (header('x-content-type-options') !== 'nosniff') wrong.push(`${path}: nosniff`);
    if (!/no-referrer|same-origin/.test(header('referrer-policy'))) wrong.push(`${path}: referrer`);
    if (header('x-powered-by') !== '') wrong.push(`${path}: says what it is`);
    if (path.startsWith('/api/m') && !/no-store/.test(header('cache-control')))
      wrong.push(`${path}: may be kept`);
  }
  return wrong;
}

function rawGet(port: number, path: string, cookie: string): Promise<string> {
  return new Promise((done, fail) => {
    const socket = connect(port, '127.0.0.1');
    let said = '';
    socket.setTimeout(20_000, () => socket.destroy(new Error(`no answer for ${path}`)));
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`,
    );
    socket.on('data', (bytes) => (said += bytes.toString('latin1')));
    socket.on('error', fail);
    socket.on('close', () => done(said));
  });
}
