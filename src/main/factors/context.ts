import type pg from 'pg';
import type { Seal } from '../../app/sealed.ts';
import { passkeyPlace, type PasskeyPlace } from '../../core/people/factor.ts';
import type { Asker, Refused } from '../../http/factors.ts';

/** What the use cases of second factors stand on. */
export interface FactorContext {
  pool: pg.Pool;
  /** for secrets of authenticator apps */
  seal: () => Seal;
  /** Unix ms */
  now: () => number;
  publicUrl: string | null;
}

export function placeOf(context: FactorContext, asker: Asker): PasskeyPlace {
  return passkeyPlace(context.publicUrl, asker.pageUrl);
}

export function refused(status: number, code: string, message: string): Refused {
  return { refused: { status, code, message } };
}

/** Why passkeys can't be used where the page was opened, and what to do. */
export function noPasskeys(place: Exclude<PasskeyPlace, { rpId: string }>): Refused {
  const open = place.publicUrl === null ? '' : `，请从 ${place.publicUrl} 打开`;
  const words = {
    address: `用 IP 地址打开的页面不能用通行密钥${open === '' ? '，本机试用请从 http://localhost 打开' : open}；也可以用验证器。`,
    plain: '通行密钥只能在 https 页面上用；这里请用验证器。',
    elsewhere: `通行密钥只在正式网址上能用${open}；也可以用验证器。`,
    unset: '还没有设置对外网址（PUBLIC_URL），不能用通行密钥；请用验证器。',
  };
  return refused(409, `passkeys-${place.why}`, words[place.why]);
}
