import { createHash, randomBytes } from 'node:crypto';

/**
 * Gives agents their phones: endpoint, aor and auth of SIP are put into the switch by ARI (dialplan/ari.conf) and kept in
 * its own database (dialplan/sorcery.conf). No file, no reload; they are there after a restart of either side, and a
 * switch on another machine is served the same way. A password never goes over: only its digest.
 */
export type PhoneKind = 'browser' | 'desk';

export interface Phone {
  /** `1001`, its user in SIP too */
  extension: string;
  kind: PhoneKind;
  /** {@link digestOf} its password; null: nobody can register as it */
  digest: string | null;
}

export interface Phones {
  /** makes the phone what is said, whatever it was */
  give(phone: Phone): Promise<void>;
  /** no such phone any more; one that never was is no fault */
  take(extension: string): Promise<void>;
}

export interface PhonesSettings {
  /** the switch's HTTP, `http://127.0.0.1:8088` */
  url: string;
  user: string;
  secret: string;
  /** how often a phone is asked whether it is still there; 0: never */
  qualifySeconds: number;
}

/** What SIP's digest is reckoned with; the phones are told the same. */
export const REALM = 'hotline';
const DEADLINE_MS = 5000;

/** What the switch keeps instead of a password (RFC 2617, HA1). */
export function digestOf(extension: string, password: string): string {
  return createHash('md5').update(`${extension}:${REALM}:${password}`).digest('hex');
}

export function openPhones(settings: PhonesSettings): Phones {
  const authorization = `Basic ${Buffer.from(`${settings.user}:${settings.secret}`).toString('base64')}`;

  async function ask(method: 'GET' | 'PUT' | 'DELETE', object: string, fields?: Fields) {
    const answer = await fetch(`${settings.url}/ari/asterisk/config/dynamic/res_pjsip/${object}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(DEADLINE_MS),
      ...(fields
        ? {
            body: JSON.stringify({
              fields: Object.entries(fields).map(([attribute, value]) => ({ attribute, value })),
            }),
          }
        : {}),
    });
    const text = await answer.text();
    if (!answer.ok && answer.status !== 404)
      throw new Error(`the switch refused ${method} ${object}: ${answer.status} ${text.slice(0, 200)}`);
    return { status: answer.status, ok: answer.ok, text };
  }

  async function put(object: string, fields: Fields): Promise<void> {
    const { status } = await ask('PUT', object, fields);
    if (status === 404) throw new Error('the switch does not take phones: is res_ari_asterisk loaded?');
  }

  /**
   * Where a phone is reached. A registered one is not written again: the switch would write the address of this moment
   * down beside it for ever, and ring it after the phone has moved. So it stays as it is as long as it is of this kind, and
   * goes, with its registration, when it is to be another or such an address stands there.
   */
  async function giveAddress(extension: string, fields: Fields): Promise<void> {
    const there = await ask('GET', `aor/${extension}`);
    if (there.ok) {
      const now = JSON.parse(there.text) as { attribute: string; value: string }[];
      const valueOf = (name: string) => now.find(({ attribute }) => attribute === name)?.value;
      const reachedAt = now.filter(({ attribute, value }) => attribute === 'contact' && value !== '');
      const sameKind = same(valueOf('maximum_expiration'), fields['maximum_expiration']!);
      const asWanted = Object.entries(fields).every(([name, value]) => same(valueOf(name), value));
      // one may register: the second was written down
      if (reachedAt.length < 2 && (asWanted || (reachedAt.length === 1 && sameKind))) return;
      await ask('DELETE', `aor/${extension}`);
    }
    await put(`aor/${extension}`, fields);
  }

  return {
    async give(phone) {
      const extension = plain(phone.extension);
      const { auth, aor, endpoint } = shapeOf(phone, settings.qualifySeconds);
      await put(`auth/${extension}`, auth);
      await giveAddress(extension, aor);
      await put(`endpoint/${extension}`, endpoint);
    },
    async take(extension) {
      for (const type of ['endpoint', 'aor', 'auth']) await ask('DELETE', `${type}/${plain(extension)}`);
    },
  };
}

type Fields = Record<string, string>;

/** The switch says `true` for yes, and `3.000000` for 3.0. */
function same(said: string | undefined, wanted: string): boolean {
  if (said === wanted) return true;
  const words: Partial<Fields> = { yes: 'true', no: 'false' };
  return said !== undefined && (said === words[wanted] || (said !== '' && Number(said) === Number(wanted)));
}

/** Every field that differs between the kinds stands in both: a phone may become the other kind. */
function shapeOf(phone: Phone, qualifySeconds: number): Record<'auth' | 'aor' | 'endpoint', Fields> {
  const { extension, kind } = phone;
  const browser = kind === 'browser';
  return {
    auth: {
      auth_type: 'digest',
      username: extension,
      realm: REALM,
      password_digest: `MD5:${phone.digest ?? randomBytes(16).toString('hex')}`,
    },
    aor: {
      max_contacts: '1',
      remove_existing: 'yes',
      remove_unavailable: 'yes',
      // a browser that went without a word is noticed by its line; a desk phone only by being asked
      qualify_frequency: browser ? '0' : String(qualifySeconds),
      qualify_timeout: '3.0',
      maximum_expiration: browser ? '600' : '7200',
    },
    endpoint: {
      auth: extension,
      aors: extension,
      callerid: `${extension} <${extension}>`,
      // a browser dials nothing by itself but its own echo: the service places its calls
      context: browser ? 'phone-test' : 'phones',
      transport: browser ? 'transport-ws' : 'transport-udp',
      allow: browser ? '!all,opus,alaw,ulaw' : '!all,alaw,ulaw',
      webrtc: browser ? 'yes' : 'no',
      dtls_auto_generate_cert: browser ? 'yes' : 'no',
      use_avpf: browser ? 'yes' : 'no',
      ice_support: browser ? 'yes' : 'no',
      rtcp_mux: browser ? 'yes' : 'no',
      bundle: browser ? 'yes' : 'no',
      media_use_received_transport: browser ? 'yes' : 'no',
      media_encryption: browser ? 'dtls' : 'no',
      // keys as sounds are heard where the phone knows no telephone-event
      dtmf_mode: 'auto',
      direct_media: 'no',
      trust_id_inbound: 'no',
      language: 'zh',
      // A desk phone that is muted, or sends nothing while nobody speaks (DTX), is not dead. Whether it is there is asked
      // over SIP (qualify, app/pulse.ts); these hold when the service is away, too
      rtp_timeout: browser ? '30' : '60',
      rtp_timeout_hold: browser ? '0' : '1800',
      timers_min_se: '90',
      timers_sess_expires: browser ? '1800' : '90',
    },
  };
}

function plain(extension: string): string {
  if (!/^\d{3,6}$/.test(extension)) throw new Error(`no extension: ${extension.slice(0, 20)}`);
  return extension;
}
