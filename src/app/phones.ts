/**
 * Agents' phones: what the database says, the switch is given. A phone is given when an agent is added, changed when they
 * choose another kind, and taken when the account closes; a secret of a browser lives as long as its session.
 */
export type PhoneKind = 'browser' | 'desk';

/** As the database keeps it (postgres/phones.ts). */
export interface KeptPhone {
  personId: number;
  agent: string | null;
  kind: PhoneKind;
  givenExtension: string | null;
  deskDigest: string | null;
  sessionSid: string | null;
  sessionDigest: string | null;
  ticket: string | null;
}

export interface PhonesPorts<Row extends KeptPhone> {
  list: () => Promise<Row[]>;
  find: (personId: number) => Promise<Row | null>;
  setKind: (personId: number, kind: PhoneKind) => Promise<void>;
  setGiven: (personId: number, extension: string | null) => Promise<void>;
  setDeskDigest: (personId: number, digest: string) => Promise<void>;
  beginSession: (personId: number, session: { sid: string; digest: string; ticket: string }) => Promise<void>;
  /** forgets the secrets of sessions that ended; says whose */
  endSessions: () => Promise<number[]>;
  /** the switch (asterisk/phones.ts) */
  give: (phone: { extension: string; kind: PhoneKind; digest: string | null }) => Promise<void>;
  take: (extension: string) => Promise<void>;
  digestOf: (extension: string, secret: string) => string;
  newSecret: () => string;
  /** a desk phone's password, typed by a person into a phone */
  newPassword: () => string;
  /** ends this person's line to the switch */
  cut: (personId: number) => void;
  /** the same, but not before the call that is talked on is over */
  release: (personId: number) => void;
  /** is somebody talked to at this extension? Its phone is not touched meanwhile */
  isTalking: (extension: string) => boolean;
  onFault: (fault: unknown) => void;
}

export interface PhoneSession {
  extension: string;
  /** for the page's memory only */
  secret: string;
  ticket: string;
}

export interface Phones<Row extends KeptPhone> {
  list(): Promise<Row[]>;
  find(personId: number): Promise<Row | null>;
  /** this session's browser becomes the phone; null: the agent works with a desk phone, or has none */
  begin(personId: number, sid: string): Promise<PhoneSession | null>;
  /** may this session's tab be this phone? The extension, or null */
  holder(personId: number, sid: string, ticket: string): Promise<string | null>;
  choose(personId: number, kind: PhoneKind): Promise<void>;
  /** a new password for the desk phone, said this once; null: the person has no phone */
  renew(personId: number): Promise<{ extension: string; password: string } | null>;
  /** the switch is given what it does not have yet */
  sync(): Promise<void>;
  /** the switch may have forgotten: everything is given anew at the next sync */
  forget(): void;
  start(): Promise<void>;
  close(): void;
}

const SYNC_EVERY_MS = 3000;

export function openPhones<Row extends KeptPhone>(ports: PhonesPorts<Row>): Phones<Row> {
  /** extension ─▶ what the switch was given in this life of the service */
  const given = new Map<string, string>();
  let timer: NodeJS.Timeout | null = null;
  let working: Promise<void> = Promise.resolve();

  /** One after the other: two writers would give the switch a mixture. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = working.then(work);
    working = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  }

  /** A phone that is talked on is left as it is, and settled when the call is over; `now`: another tab takes it, with the call. */
  async function settle(row: KeptPhone, now = false): Promise<void> {
    const extension = extensionOf(row.agent);
    if (!now && [extension, row.givenExtension].some((at) => at !== null && ports.isTalking(at))) return;
    if (row.givenExtension !== null && row.givenExtension !== extension) {
      await ports.take(row.givenExtension);
      given.delete(row.givenExtension);
      ports.cut(row.personId);
    }
    if (extension !== null) {
      const digest = row.kind === 'browser' ? row.sessionDigest : row.deskDigest;
      const wanted = `${row.kind} ${digest ?? ''}`;
      if (given.get(extension) !== wanted) {
        await ports.give({ extension, kind: row.kind, digest });
        given.set(extension, wanted);
      }
    }
    if (row.givenExtension !== extension) await ports.setGiven(row.personId, extension);
  }

  async function settleOne(personId: number, now = false): Promise<void> {
    const row = await ports.find(personId);
    if (row) await settle(row, now);
  }

  async function syncNow(): Promise<void> {
    for (const personId of await ports.endSessions()) ports.release(personId);
    const rows = await ports.list();
    // what is taken back goes first: its extension may be another person's now
    const gone = rows.filter((row) => row.agent === null);
    for (const row of [...gone, ...rows.filter((one) => one.agent !== null)]) await settle(row);
  }

  const sync = () => inTurn(syncNow);

  function later(): void {
    timer = setTimeout(() => {
      void sync()
        .catch(ports.onFault)
        .finally(() => timer && later());
    }, SYNC_EVERY_MS);
    timer.unref();
  }

  return {
    list: ports.list,
    find: ports.find,
    begin: (personId, sid) =>
      inTurn(async () => {
        const row = await ports.find(personId);
        const extension = extensionOf(row?.agent ?? null);
        if (!row || extension === null || row.kind !== 'browser') return null;
        const secret = ports.newSecret();
        const ticket = ports.newSecret();
        await ports.beginSession(personId, { sid, digest: ports.digestOf(extension, secret), ticket });
        ports.cut(personId);
        await settleOne(personId, true);
        return { extension, secret, ticket };
      }),
    async holder(personId, sid, ticket) {
      const row = await ports.find(personId);
      if (!row || row.kind !== 'browser' || row.sessionSid !== sid || row.ticket !== ticket) return null;
      return extensionOf(row.agent);
    },
    choose: (personId, kind) =>
      inTurn(async () => {
        await ports.setKind(personId, kind);
        if (kind === 'desk') ports.cut(personId);
        await settleOne(personId);
      }),
    renew: (personId) =>
      inTurn(async () => {
        const extension = extensionOf((await ports.find(personId))?.agent ?? null);
        if (extension === null) return null;
        const password = ports.newPassword();
        await ports.setDeskDigest(personId, ports.digestOf(extension, password));
        await settleOne(personId);
        return { extension, password };
      }),
    sync,
    forget: () => given.clear(),
    async start() {
      // without a switch the service still starts; the phones follow when it is there
      await sync().catch(ports.onFault);
      later();
    },
    close() {
      if (timer) clearTimeout(timer);
      timer = null;
    },
  };
}

/** `PJSIP/1001` ─▶ `1001`; what has no number is no phone of ours. */
export function extensionOf(agent: string | null): string | null {
  return /^PJSIP\/(\d{3,6})$/.exec(agent ?? '')?.[1] ?? null;
}
