/** Tells another system what happened: a signed POST; anything of the 200s is its receipt. */
import { createHash } from 'node:crypto';
import type { Answer, Delivery, WebhookMessage } from '../core/outward/delivery.ts';
import { NotAllowed, whyFailed, type Post } from './post.ts';
import { signature } from './sign.ts';

export interface WebhookPorts {
  post: Post;
  now: () => number;
}

export function openWebhooks(ports: WebhookPorts) {
  return async (delivery: Delivery): Promise<Answer> => {
    const message = delivery.message as WebhookMessage;
    // the same for every try of one delivery: by it the receiver knows what it has already
    const id = `msg_${delivery.id}`;
    const seconds = Math.floor(ports.now() / 1000);
    const body = JSON.stringify({
      type: message.event,
      timestamp: new Date(delivery.createdAtMs).toISOString(),
      // grows with what happened: a receiver sees what comes late, or twice
      sequence: delivery.id,
      data: message.data,
    });
    const headers: Record<string, string> = {
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-attempt': String(delivery.attempt),
    };
    if (delivery.secret !== null)
      headers['webhook-signature'] = signature(delivery.secret, id, seconds, body);
    try {
      const { status, text, retryAfter } = await ports.post(message.url, body, headers);
      const words = text.slice(0, 2000);
      if (status >= 200 && status < 300) {
        const digest = createHash('sha256').update(text).digest('hex').slice(0, 16);
        return { kind: 'delivered', status, words, proof: `${id} · HTTP ${status} · sha256 ${digest}` };
      }
      if (status >= 300 && status < 400)
        return {
          kind: 'failed',
          status,
          retry: false,
          words: '对方要求转到别的地址，不予跟随；请改填最终的地址',
        };
      if (status === 410)
        return { kind: 'failed', status, retry: false, gone: true, words: `对方已停止接收（410）${words}` };
      const afterMs = secondsOf(retryAfter, ports.now());
      return {
        kind: 'failed',
        status,
        retry: true,
        words: words || `HTTP ${status}`,
        ...(afterMs === null ? {} : { afterMs }),
      };
    } catch (cause) {
      return {
        kind: 'failed',
        status: null,
        retry: !(cause instanceof NotAllowed),
        words: whyFailed(cause),
      };
    }
  };
}

/** `Retry-After`: seconds, or a date. */
function secondsOf(said: string | null, nowMs: number): number | null {
  if (said === null) return null;
  if (/^\d{1,6}$/.test(said)) return Number(said) * 1000;
  const until = Date.parse(said);
  return Number.isNaN(until) ? null : Math.max(0, until - nowMs);
}
