/**
 * What is done over HTTP is in the audit log, whether its handler thought of it or not: the row stands before the answer goes
 * out. What was refused is in it too, and what is looked for; core/people/audited.ts says which.
 */
import type { Request, RequestHandler, Response } from 'express';
import { MinuteLimit } from '../core/people/audit-limit.ts';
import { auditedAs } from '../core/people/audited.ts';

export interface AuditDoorPorts {
  /** runs the rest of a request; `rows`: how many it has written by itself so far */
  counting: (work: (rows: () => number) => void) => void;
  write: (entry: {
    personId: number | null;
    who?: string | undefined;
    what: string;
    about: string;
    detail?: unknown;
    address: string | null;
  }) => Promise<void>;
  now: () => number;
  onFault: (cause: unknown) => void;
}

export interface AuditDoor {
  /** before everything else of `/api` */
  around: RequestHandler;
  /** behind the session: whose deed it is, which signing out forgets */
  whose: RequestHandler;
  /** writes what was counted and not yet written */
  close: () => Promise<void>;
}

/** of one person and route each minute, and of all */
const REFUSED = [1, 30] as const;
const SEARCHED = [10, 200] as const;
const MINUTE_MS = 60_000;
const MOST_ABOUT = 200;

declare module 'express-serve-static-core' {
  interface Locals {
    auditedPersonId?: number;
  }
}

export function openAuditDoor(ports: AuditDoorPorts): AuditDoor {
  const limits = { refused: new MinuteLimit(...REFUSED), 'person-searched': new MinuteLimit(...SEARCHED) };

  /** What a flood left uncounted in its minute. */
  async function writeCounted(nowMs: number): Promise<void> {
    for (const [what, limit] of Object.entries(limits)) {
      const over = limit.over(nowMs);
      for (const { key, count } of over?.counted ?? []) {
        const [personId, address, about] = JSON.parse(key) as [number | null, string | null, string];
        await ports.write({ personId, what, about, detail: { furtherTimes: count }, address });
      }
      if (over && over.beyond > 0)
        await ports.write({
          ...{ personId: null, what, about: '其余', address: null },
          detail: { furtherTimes: over.beyond },
        });
    }
  }
  const timer = setInterval(() => void writeCounted(ports.now()).catch(ports.onFault), MINUTE_MS);
  timer.unref();

  async function write(request: Request, response: Response, written: number): Promise<void> {
    const personId = response.locals.auditedPersonId ?? request.session?.person?.id ?? null;
    const address = request.ip ?? null;
    const { system } = response.locals;
    const who = system && `接口：${system.system}`;
    const path = request.route as { path?: unknown } | undefined;
    const route = `${request.method} ${typeof path?.path === 'string' ? path.path : request.path}`;
    if (response.statusCode === 403) {
      await writeCounted(ports.now());
      if (limits.refused.take(JSON.stringify([personId, address, route])))
        await ports.write({ personId, who, what: 'refused', about: route, address });
      return;
    }
    if (response.getHeader('Idempotent-Replayed') !== undefined) return;
    if (written > 0 || response.statusCode >= 300 || path === undefined) return;
    // a player fetches a sound in pieces: it is heard once
    if (request.headers.range !== undefined && !request.headers.range.startsWith('bytes=0-')) return;
    const asked = { ...request.query, ...(request.body as Record<string, unknown> | undefined) };
    const audited = auditedAs(route, asked);
    if (audited === null) return;
    const about = [
      ...Object.values(request.params),
      ...audited.of.map((field) => asked[field]),
      response.locals['auditedId'] as unknown,
    ]
      .filter((word) => ['string', 'number', 'boolean'].includes(typeof word) && word !== '')
      .map(String)
      .join(' ');
    if (audited.code === 'person-searched') {
      await writeCounted(ports.now());
      if (!limits['person-searched'].take(JSON.stringify([personId, address, route]))) return;
    }
    const detail =
      audited.code === 'changed-otherwise' || audited.code === 'person-searched' ? { route } : undefined;
    await ports.write({
      personId,
      who,
      what: audited.code,
      about: about.slice(0, MOST_ABOUT),
      detail,
      address,
    });
  }

  return {
    around: (request, response, next) => {
      if (request.method === 'HEAD' || request.method === 'OPTIONS') return next();
      ports.counting((rows) => {
        const { end, json } = response;
        let written = false;
        response.end = ((...args: Parameters<typeof end>) => {
          if (written) return response;
          written = true;
          void write(request, response, rows())
            .catch(ports.onFault)
            .finally(() => end.apply(response, args));
          return response;
        }) as typeof end;
        // who stops a sound in the middle has heard it
        response.once('close', () => {
          if (written || !response.headersSent) return;
          written = true;
          void write(request, response, rows()).catch(ports.onFault);
        });
        response.json = (body: unknown) => {
          // what was made has its number in the answer
          const made = body as { id?: unknown; orderNo?: unknown; no?: unknown } | null | undefined;
          if (request.method === 'POST') response.locals['auditedId'] = made?.orderNo ?? made?.no ?? made?.id;
          return json.call(response, body);
        };
        next();
      });
    },
    whose: (request, response, next) => {
      const personId = request.session.person?.id;
      if (personId !== undefined) response.locals.auditedPersonId = personId;
      next();
    },
    async close() {
      clearInterval(timer);
      await writeCounted(Infinity).catch(ports.onFault);
    },
  };
}
