/**
 * May this person do this now? One answer for a request, an event of a browser's line, a browser's phone, a file that is
 * being made and the token of another system. It is asked each time, of the account as it stands now.
 */
import { may, type Deed, type Role } from './may.ts';

/** Who sits in front of the browser. */
export interface SignedIn {
  id: number;
  login: string;
  name: string;
  role: Role;
  /** `PJSIP/1001`, of an agent */
  agent: string | null;
  /** the unit that a dispatcher or field worker belongs to */
  unitId: number | null;
  /** the password was given by somebody else and must be changed before anything else */
  mustChange: boolean;
}

/** An account as every session is held against. */
export interface Account extends SignedIn {
  disabled: boolean;
  /** sessions of an earlier one are over */
  sessionEpoch: number;
  /** the personal links of a field worker that are neither withdrawn nor too old */
  openLinkIds: number[];
}

/** What a session knows of its own beginning. */
export interface SessionFacts {
  sid: string;
  personId: number;
  sessionEpoch: number;
  /** by a personal link or the identity provider: no password was typed, so none has to be changed */
  cameBy: 'password' | 'link' | 'provider';
  /** the link that it came in by; withdrawn, the session is over */
  linkId: number | null;
  beganAtMs: number;
}

/** `anybody`: asks nothing of who comes. `signed-in`: what everybody may do with their own account, a first password unchanged. */
export type Permission = Deed | 'signed-in' | 'anybody';

/** Why not; `right-withdrawn` only of what was under way. */
export type NoRight = 'not-signed-in' | 'must-change-password' | 'not-allowed';

/** The person of a session as the account stands now; null: the session is over. */
export function personNow(
  session: SessionFacts,
  account: Account,
  nowMs: number,
  longestMs: number,
): SignedIn | null {
  if (account.disabled || account.sessionEpoch !== session.sessionEpoch) return null;
  if (nowMs - session.beganAtMs >= longestMs) return null;
  const byLink = session.cameBy === 'link';
  if (byLink && (session.linkId === null || !account.openLinkIds.includes(session.linkId))) return null;
  const { id, login, name, role, agent, unitId } = account;
  // by their link come field workers only: one who is something else by now signs in with the password
  if (byLink && role !== 'field-worker') return null;
  return {
    id,
    login,
    name,
    role,
    agent,
    unitId,
    mustChange: account.mustChange && session.cameBy === 'password',
  };
}

/** Null: this person may. */
export function noRight(person: SignedIn | null | undefined, permission: Permission): NoRight | null {
  if (permission === 'anybody') return null;
  if (!person) return 'not-signed-in';
  if (permission === 'signed-in') return null;
  if (person.mustChange) return 'must-change-password';
  return may(person.role, permission) ? null : 'not-allowed';
}

/** Whether anything that rights hang on is another than it was. */
export function sameRights(one: SignedIn, other: SignedIn): boolean {
  return (
    one.role === other.role &&
    one.agent === other.agent &&
    one.unitId === other.unitId &&
    one.mustChange === other.mustChange &&
    one.name === other.name &&
    one.login === other.login
  );
}
