import { createHash } from 'node:crypto';
import { WebSocket } from 'ws';

/** What came of one attempt to be a phone: the last SIP status, or why the line was ended. */
export interface Attempt {
  /** of the upgrade, when it was refused */
  http: number | null;
  status: number | null;
  closed: number | null;
}

/** A REGISTER by hand, through any WebSocket that speaks SIP, as someone who is not our page would send it. */
export function tryToRegister(
  url: string,
  given: { as: string; password: string; headers?: Record<string, string>; contact?: string },
): Promise<Attempt> {
  const { as, password, headers = {}, contact = `<sip:${as}@stranger.invalid;transport=ws>` } = given;
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  return new Promise((done) => {
    const line = new WebSocket(url, 'sip', { headers });
    const attempt: Attempt = { http: null, status: null, closed: null };
    const end = () => {
      clearTimeout(patience);
      line.terminate();
      done(attempt);
    };
    const patience = setTimeout(end, 5000);
    const register = (sequence: number, authorization: string) =>
      line.send(
        [
          'REGISTER sip:hotline SIP/2.0',
          `Via: SIP/2.0/WS stranger.invalid;branch=z9hG4bK${Math.random().toString(36).slice(2)}`,
          'Max-Forwards: 70',
          `From: <sip:${as}@hotline>;tag=s1`,
          `To: <sip:${as}@hotline>`,
          `Call-ID: stranger-${as}`,
          `CSeq: ${sequence} REGISTER`,
          `Contact: ${contact};expires=60`,
          ...(authorization ? [`Authorization: ${authorization}`] : []),
          'Content-Length: 0',
          '',
          '',
        ].join('\r\n'),
      );
    line.on('open', () => register(1, ''));
    line.on('message', (data: Buffer) => {
      const text = data.toString();
      attempt.status = Number(/^SIP\/2\.0 (\d{3})/.exec(text)?.[1] ?? 0);
      const nonce = /nonce="([^"]+)"/.exec(text)?.[1];
      if (attempt.status !== 401 || !nonce || !/CSeq: 1 /.test(text)) return end();
      const ha1 = md5(`${as}:hotline:${password}`);
      const response = md5(`${ha1}:${nonce}:00000001:c1:auth:${md5('REGISTER:sip:hotline')}`);
      register(
        2,
        `Digest username="${as}", realm="hotline", nonce="${nonce}", uri="sip:hotline", response="${response}", algorithm=MD5, qop=auth, cnonce="c1", nc=00000001`,
      );
    });
    line.on('unexpected-response', (_request, answer) => {
      attempt.http = answer.statusCode ?? 0;
      end();
    });
    line.on('close', (code) => {
      attempt.closed = code;
      end();
    });
    line.on('error', () => undefined);
  });
}
