import { z } from 'zod';

const port = z.coerce.number().int().min(1).max(65535);
const flag = z
  .enum(['true', 'false', '1', '0', ''])
  .transform((v) => v === 'true' || v === '1')
  .optional();

/** Every setting of the service, from the environment; `.env.example` lists them. Nothing set means: embedded. */
export const settings = z.object({
  /** where the service listens; loopback unless said otherwise */
  HTTP_HOST: z.string().default('127.0.0.1'),
  // not 6666: browsers open no page on 6665–6669 (Fetch standard, "port blocking")
  HTTP_PORT: port.default(9666),
  /** our own folder for database, PBX, journal */
  VAR_DIR: z.string().default('var'),
  /** PostgreSQL; not set: an embedded one under VAR_DIR */
  DATABASE_URL: z.string().url().optional(),
  /** the same database as the role that owns the tables: only migrations; not set: DATABASE_URL */
  MIGRATION_DATABASE_URL: z.string().url().optional(),
  /** the same database as a role that only reads: reports and lists; not set: DATABASE_URL */
  REPORTS_DATABASE_URL: z.string().url().optional(),
  /** Asterisk's AMI; not set: an embedded Asterisk 22 under VAR_DIR. `none`: no PBX at all */
  AMI_HOST: z.string().optional(),
  AMI_PORT: port.default(5038),
  /** the account that only reads events (dialplan/manager.conf) */
  AMI_EVENTS_USER: z.string().default('hotline-events'),
  AMI_EVENTS_SECRET: z.string().optional(),
  /** the account that only acts */
  AMI_ACTIONS_USER: z.string().default('hotline-actions'),
  AMI_ACTIONS_SECRET: z.string().optional(),
  /** the same Asterisk's HTTP, where agents' phones are given and browsers' SIP goes (dialplan/ari.conf); not set: AMI_HOST:8088 */
  ARI_URL: z.string().url().optional(),
  ARI_USER: z.string().default('hotline-phones'),
  ARI_SECRET: z.string().optional(),
  /** `host:port` where a given Asterisk sends copies of its SIP messages (HEP_ADDRESS of site.conf); not set: callers whom it refuses by itself are not counted */
  SIP_CAPTURE_LISTEN: z
    .string()
    .regex(/^[^:\s]+:\d{1,5}$/)
    .optional(),
  /** a given Asterisk's folders, if they are on this machine: for announcements that are spoken, and callers' words */
  PBX_SOUNDS_DIR: z.string().optional(),
  PBX_SPOOL_DIR: z.string().optional(),
  /** a given Asterisk's security log (dialplan/logger.conf), `/var/log/asterisk/security.log`: who guesses passwords is told */
  PBX_SECURITY_LOG: z.string().optional(),
  /** signs the session cookie; not set: generated once into VAR_DIR */
  SESSION_SECRET: z.string().min(32).optional(),
  /** behind a TLS proxy: how many proxies to trust; cookies become Secure */
  TRUST_PROXY: z.coerce.number().int().min(0).max(9).default(0),
  /** the embedded Asterisk's own loopback address; several stand side by side on 127.0.N.1 */
  PBX_ADDRESS: z
    .string()
    .regex(/^127\.\d+\.\d+\.\d+$/)
    .default('127.0.66.1'),
  /** how often Asterisk asks a desk phone whether it is there: so soon a phone that died in mid-call is noticed; 0: never */
  PBX_QUALIFY_SECONDS: z.coerce.number().int().min(0).max(600).default(5),
  /** what a held caller hears, or one whose agent was lost: `music`, `ring` or the path of a sound file (embedded Asterisk) */
  HOLD_SOUND: z.string().default('music'),
  /** the hotline's number */
  HOTLINE_NUMBER: z
    .string()
    .regex(/^\d{3,12}$/)
    .default('96666'),
  /** the area code of the utility's place: a number of seven or eight digits is one of there */
  HOME_AREA: z
    .string()
    .regex(/^0(?:10|2[0-57-9]|(?![48]00)[3-9]\d{2})$/, '要写带 0 的区号，如 0951')
    .default('0951'),
  /** MEASURES: the ring's cadence and the limit of three rings */
  RING_CADENCE_MS: z.coerce.number().int().min(1000).max(10000).default(5000),
  THREE_RINGS_MS: z.coerce.number().int().min(1000).max(60000).default(15000),
  SHORT_ABANDON_MS: z.coerce.number().int().min(0).max(60000).default(5000),
  /** endpoints of Asterisk that are lines to the outside; what is not a trunk is a phone */
  TRUNK_PATTERN: z.string().default('^(trunk|pstn|sip-?trunk)'),
  TIME_ZONE: z.string().default('Asia/Shanghai'),
  /** how much journal is kept, after it has been stored in the database */
  JOURNAL_KEEP_MB: z.coerce.number().int().min(1).default(512),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  /** `/metrics` needs `Authorization: Bearer …` with this; not set: only from loopback */
  METRICS_TOKEN: z.string().min(16).optional(),
  /** the utility's mail server, `smtps://user:password@host:465`; not set: mail waits */
  SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/\S+$/, '要以 smtp:// 或 smtps:// 开头')
    .optional(),
  /** who mail comes from */
  MAIL_FROM: z.string().regex(/@/).default('供水热线96666 <hotline@localhost>'),
  /** the mailbox whose mails become cases, `imaps://user:password@host:993` (`@` in the user: %40); not set: no such channel */
  IMAP_URL: z
    .string()
    .regex(
      /^imaps?:\/\/[^\s:/]+:[^\s/]+@[^\s/@]+\/?$/,
      '要写成 imaps://账号:密码@主机:993，账号里的 @ 写 %40',
    )
    .refine(
      (url) => URL.canParse(url) && !/%(?![0-9a-f]{2})/i.test(url),
      '账号和密码里的特殊字符要写成 %xx，% 本身写 %25',
    )
    .optional(),
  IMAP_FOLDER: z.string().default('INBOX'),
  IMAP_POLL_SECONDS: z.coerce.number().int().min(5).max(3600).default(60),
  /** names, addresses and networks inside the house that may be posted to, `10.1.0.0/16,oa.local` */
  OUTWARD_ALLOW: z.string().default(''),
  /** what our pages are called from outside, for links in mails and groups, and for OpenID Connect: `https://hotline.example.cn` */
  PUBLIC_URL: z
    .string()
    .regex(/^https?:\/\/[^/\s]+$/, '只写协议和主机，如 https://hotline.example.cn')
    .optional(),
  /** sign-in by the utility's identity provider (OpenID Connect); not set: only by password */
  OIDC_ISSUER: z.string().url().optional(),
  OIDC_CLIENT_ID: z.string().optional(),
  OIDC_CLIENT_SECRET: z.string().optional(),
  /** the claim that holds the login */
  OIDC_CLAIM: z.string().default('preferred_username'),
  /** speech to text of the utility's choosing, `http://host/v1/audio/transcriptions`; not set: recordings have no text */
  STT_URL: z
    .string()
    .url()
    .regex(/^https?:/, '要以 http:// 或 https:// 开头')
    .optional(),
  STT_TOKEN: z.string().optional(),
  STT_MODEL: z.string().default('whisper-1'),
  /** whether Debian is asked once a day for security updates; unset: yes */
  SECURITY_UPDATE_CHECK: flag,
  DEMO: flag,
});
export type Config = z.infer<typeof settings>;

/** Reads the settings once; a wrong one is refused with its name and what it must be. */
export function readConfig(environment: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, v]) => v !== undefined && v !== ''),
  );
  const parsed = settings.safeParse(given);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('\n  ');
  throw new Error(`设置有误，请改正环境变量后再启动：\n  ${wrong}`);
}
