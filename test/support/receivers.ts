/** Other parties on a wire, on loopback: a web server that remembers, a mail server that keeps. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { simpleParser, type ParsedMail } from 'mailparser';
import { SMTPServer } from 'smtp-server';

export interface Heard {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A server that keeps what it was posted; `answer` says what it answers (default: 200). */
export async function openReceiver(answer?: (heard: Heard, response: ServerResponse) => void) {
  const heard: Heard[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      const one = { path: request.url!, headers: request.headers, body };
      heard.push(one);
      if (answer) answer(one, response);
      else response.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** A mail server; `refuse` gives the code and words for an address that it does not take. */
export async function openMailbox(refuse?: (address: string) => { code: number; words: string } | null) {
  const mails: ParsedMail[] = [];
  const server = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo({ address }, _session, done) {
      const no = refuse?.(address) ?? null;
      if (no === null) return done();
      done(Object.assign(new Error(no.words), { responseCode: no.code }));
    },
    onData(stream, _session, done) {
      simpleParser(stream).then(
        (mail) => {
          mails.push(mail);
          done();
        },
        (cause: Error) => done(cause),
      );
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    close: () => new Promise<void>((done) => server.close(() => done())),
  };
}
