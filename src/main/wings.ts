import type { RequestHandler } from 'express';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Accounts } from '../app/accounts.ts';
import type { Listener } from '../app/engine.ts';
import type { Health } from '../app/health.ts';
import type { Commands } from '../asterisk/commands.ts';
import type { Config } from '../config.ts';
import type { Floor } from '../core/floor/floor.ts';
import type { AgentSums } from '../core/floor/tally.ts';
import type { PersonLine, SocketEvent } from '../http/events.ts';
import type { LiveEdge } from '../http/live.ts';
import type { Routes } from '../http/routes.ts';
import type { WallView } from '../protocol.ts';
import type { Upgrades } from '../http/upgrades.ts';
import type { Operation } from '../http/v1/operation.ts';
import type { ApiRoutes } from '../http/v1/router.ts';
import { openAudit } from './audit.ts';
import { openPhonesWing } from './phones.ts';
import { openApi } from './api.ts';
import { openCaseMail } from './case-mail.ts';
import { openCases } from './cases.ts';
import { openConsole } from './console.ts';
import { openCallbacksWing } from './callbacks.ts';
import { openCustomers } from './customers.ts';
import { openDesk } from './desk.ts';
import { openExportsWing } from './exports.ts';
import { openIncidentsWing } from './incidents.ts';
import { openIvr } from './ivr.ts';
import { openIvrFlow } from './ivr-flow.ts';
import { openField } from './field.ts';
import { openOutagesWing } from './outages.ts';
import { openOrders } from './orders.ts';
import { openOutward } from './outward.ts';
import { openPeople } from './people.ts';
import { openQuality } from './quality.ts';
import { openRecordings } from './recordings.ts';
import { openReports } from './reports.ts';
import { openRetention } from './retention.ts';
import { openRoster } from './roster.ts';
import { openTelephone } from './telephone.ts';
import { openShifts } from './shifts.ts';
import { openSystem } from './system.ts';
import { openWallsWing } from './walls.ts';

/** Where the switch takes phones (dialplan/ari.conf), and SIP over WebSocket. */
export interface SwitchHttp {
  url: string;
  user: string;
  secret: string;
  qualifySeconds: number;
  /** an earlier version made the passwords of desk phones of this and the extension; null: none here */
  sharedPhoneSecret: string | null;
}

/** What every wing stands on. */
export interface Ground {
  config: Config;
  pool: pg.Pool;
  databaseUrl: string;
  /** as a role that only reads, with time to do so */
  reportsUrl: string;
  /** our own folder, for what a wing keeps on disk */
  varDir: string;
  /** Unix ms, with decimals */
  now: () => number;
  log: Logger;
  /** read only; it is changed by the switch's events alone */
  floor: Floor;
  /** what each agent did with callers today, by the wall's own count */
  agentsToday: () => ReadonlyMap<string, AgentSums>;
  /** who sits at `PJSIP/1001`; null: nobody is known there (yet: somebody new is within a second or two) */
  nameOf: (agent: string) => string | null;
  /** null: no PBX is configured */
  commands: () => Commands | null;
  /** the id under which a phone registered last, of the switch's SIP messages; null: not heard */
  registrationOf: (extension: string) => string | null;
  /** the switch's HTTP: phones are given there (ARI) and browsers' SIP goes there; null: no switch is configured */
  switchHttp: SwitchHttp | null;
  /** where the switch plays prompts from (`zh/hotline/…` below it) and keeps what callers say; null: not on this machine */
  switchFolders: { sounds: string; spool: string } | null;
  /** where the switch writes who guessed a password; null: not on this machine */
  securityLog: string | null;
  live: Pick<LiveEdge, 'tell' | 'audience'>;
  health: Health;
  registry: Registry;
  /** of this service; a page of another one loads itself anew */
  version: string;
  accounts: Pick<
    Accounts,
    'refresh' | 'stands' | 'mayNow' | 'mayAnswerAt' | 'tokenStands' | 'isKnownToken' | 'televisionStands'
  >;
  /** is this person's browser connected as a phone? */
  isBrowserPhone: (personId: number) => boolean;
  /** somebody was added or changed: phones and names follow */
  peopleChanged: () => Promise<void>;
  /** writes down for good what a person did (postgres/audit.ts) */
  audit: (personId: number, what: string, about: string) => Promise<void>;
}

/** One subject of the house as main.ts meets it: what it answers, hears and does by itself. */
export interface Wing {
  /** mounted under `/api` */
  routers?: Routes[];
  /** pages that need no session at all, mounted at the top */
  pages?: Routes[];
  /** mounted before the session and its origin check: who comes in brings a token of their own */
  open?: ApiRoutes[];
  /** what other systems may ask of this subject under /api/v1, read through connections of their own */
  outward?: (own: pg.Pool) => Operation[];
  /** what browsers may say of this subject on their line */
  events?: SocketEvent[];
  /** a signed-in browser's line opened: it joins the rooms of what this person may hear */
  line?: (line: PersonLine) => void;
  /** facts of the floor, after the browsers and the database's queue */
  hear?: Listener;
  /** claims lines of its own, beside the routes */
  serve?: (upgrades: Upgrades, session: RequestHandler) => void;
  /** no more lines are taken, those that are open end */
  stopServing?: () => void;
  /** the wall was told anew: at a change, and every second without one */
  wall?: (view: WallView) => void;
  /** something was told to browsers, by whichever wing */
  overhear?: (event: string) => void;
  /** rights may have moved, of whomever; told every second at least: what is held open is asked for again */
  rightsMoved?: () => void;
  isBrowserPhone?: (personId: number) => boolean;
  /** people were added or changed */
  peopleAdded?: () => Promise<void>;
  /** the database is there and migrated: watches and jobs may begin */
  start?: () => Promise<void>;
  close?: () => Promise<void> | void;
}

/** with its name, for logs */
export type NamedWing = Wing & { name: string };
export type OpenWing = (ground: Ground) => Wing;

/** The wings of the house; each is put together in a file of its own beside this one. */
const WINGS: OpenWing[] = [
  openPeople,
  openAudit,
  openReports,
  openPhonesWing,
  openOutward,
  openExportsWing,
  openCustomers,
  openDesk,
  openOrders,
  openField,
  openOutagesWing,
  openCases,
  openCaseMail,
  openCallbacksWing,
  openShifts,
  openIvr,
  openIvrFlow,
  openTelephone,
  openIncidentsWing,
  openRecordings,
  openConsole,
  openRoster,
  openQuality,
  openWallsWing,
  openRetention,
  openSystem,
];

export function openWings(ground: Ground): NamedWing[] {
  const wings = WINGS.map((open) => ({ name: open.name.replace('open', ''), ...open(ground) }));
  // what other systems ask is offered by the wings
  const api = openApi(ground, (own) => wings.flatMap((wing) => wing.outward?.(own) ?? []));
  return [...wings, { name: 'Api', ...api }];
}
