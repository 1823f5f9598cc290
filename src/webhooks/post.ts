/** One POST to somebody else's server, guarded, with an end to time and size; redirects are answers, never followed. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Guard } from './guard.ts';

export interface PostAnswer {
  status: number;
  /** the beginning of what was answered */
  text: string;
  /** seconds or a date, as the receiver said it */
  retryAfter: string | null;
}
export type Post = (url: string, body: string, headers: Record<string, string>) => Promise<PostAnswer>;

const MOST_ANSWER_BYTES = 64 * 1024;

/** The receiver may not be posted to: another try would get the same answer. */
export class NotAllowed extends Error {}

export function openPost(guard: Guard, timeMs = 10_000): Post {
  return (url, body, headers) =>
    new Promise((done, fail) => {
      const refused = guard.refusal(url);
      if (refused !== null) return fail(new NotAllowed(refused));
      const bytes = Buffer.from(body, 'utf8');
      const send = url.startsWith('https:') ? httpsRequest : httpRequest;
      const call = send(url, {
        method: 'POST',
        lookup: guard.lookup,
        // a connection of its own: nothing is left open to a receiver that answers once an hour
        agent: false,
        headers: {
          'content-type': 'application/json; charset=utf-8',
          'content-length': bytes.length,
          'user-agent': 'hotline-96666',
          connection: 'close',
          ...headers,
        },
      });
      // the whole of it: connecting, sending, and an answer that trickles
      const timer = setTimeout(() => call.destroy(new Error(`对方 ${timeMs / 1000} 秒内没有答复`)), timeMs);
      const end = (then: () => void) => {
        clearTimeout(timer);
        then();
      };
      call.on('error', (cause) => end(() => fail(cause)));
      call.on('response', (answer) => {
        const parts: Buffer[] = [];
        let size = 0;
        const finish = () =>
          end(() =>
            done({
              status: answer.statusCode ?? 0,
              text: Buffer.concat(parts).toString('utf8').slice(0, MOST_ANSWER_BYTES),
              retryAfter: answer.headers['retry-after'] ?? null,
            }),
          );
        answer.on('data', (part: Buffer) => {
          parts.push(part);
          size += part.length;
          if (size <= MOST_ANSWER_BYTES) return;
          // the status is what counts; the rest nobody reads
          finish();
          call.destroy();
        });
        answer.on('end', finish);
        answer.on('error', (cause) => end(() => fail(cause)));
      });
      call.end(bytes);
    });
}

/** Why a post failed, in words for the log. */
export function whyFailed(cause: unknown): string {
  const { code, message } = cause as NodeJS.ErrnoException;
  const known: Record<string, string> = {
    ECONNREFUSED: '对方没有开门（连接被拒绝）',
    ECONNRESET: '对方中途断开了连接',
    ENOTFOUND: '找不到这个主机名',
    EAI_AGAIN: '域名解析暂时失败',
    ETIMEDOUT: '连接超时',
    EHOSTUNREACH: '网络不通',
    ENETUNREACH: '网络不通',
    CERT_HAS_EXPIRED: '对方的证书已过期',
    DEPTH_ZERO_SELF_SIGNED_CERT: '对方的证书是自签的，不受信任',
  };
  return (code !== undefined && known[code]) || message || '发送失败';
}
