/**
 * The signature of Standard Webhooks (standardwebhooks.com), which has ready-made checkers in every language:
 * `webhook-id`, `webhook-timestamp` (seconds) and `webhook-signature: v1,base64(HMAC-SHA256(secret, id.timestamp.body))`.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** A new secret to share with a receiver: `whsec_` and 32 random bytes. */
export function newSecret(): string {
  return `whsec_${randomBytes(32).toString('base64')}`;
}

export function signature(secret: string, id: string, seconds: number, body: string): string {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return `v1,${createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}

/** Does what came bear our signature, made within five minutes of `nowSeconds`? What a receiver does; here for tests and the page's example. */
export function signatureFits(
  secret: string,
  headers: { id: string; timestamp: string; signature: string },
  body: string,
  nowSeconds: number,
): boolean {
  const seconds = Number(headers.timestamp);
  if (!Number.isInteger(seconds) || Math.abs(nowSeconds - seconds) > 300) return false;
  const wanted = Buffer.from(signature(secret, headers.id, seconds, body));
  return headers.signature
    .split(' ')
    .map((one) => Buffer.from(one))
    .some((one) => one.length === wanted.length && timingSafeEqual(one, wanted));
}
