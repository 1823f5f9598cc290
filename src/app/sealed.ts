/** Secrets that the database keeps but cannot read: encrypted with a key that only the service has. */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

export interface Seal {
  /** `about`: whose secret it is; it opens for nobody else */
  close(secret: Buffer, about: string): Buffer;
  /** null: another key closed it, it is somebody else's, or it was changed */
  open(sealed: Buffer, about: string): Buffer | null;
}

const VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const HEAD_BYTES = 1 + NONCE_BYTES + TAG_BYTES;

/** AES-256-GCM under a key derived from the configured secret (RFC 5869). */
export function openSeal(secret: string): Seal {
  const key = Buffer.from(hkdfSync('sha256', secret, 'hotline-96666', 'second-factor', 32));
  return {
    close(plain, about) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(about));
      const body = Buffer.concat([cipher.update(plain), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), nonce, cipher.getAuthTag(), body]);
    },
    open(sealed, about) {
      if (sealed.length < HEAD_BYTES || sealed[0] !== VERSION) return null;
      const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
      const decipher = createDecipheriv('aes-256-gcm', key, nonce)
        .setAAD(Buffer.from(about))
        .setAuthTag(sealed.subarray(1 + NONCE_BYTES, HEAD_BYTES));
      try {
        return Buffer.concat([decipher.update(sealed.subarray(HEAD_BYTES)), decipher.final()]);
      } catch {
        return null;
      }
    },
  };
}
