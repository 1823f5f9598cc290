import { useQuery } from '@tanstack/react-query';
import { createContext, use, type ReactNode } from 'react';
import { may, type Deed, type Role } from '../../core/people/may.ts';
import { ask, Refusal, refusalWords } from '../ask.ts';

/** Who sits in front of this browser. */
export interface Me {
  id: number;
  login: string;
  name: string;
  role: Role;
  /** `PJSIP/1001`; null: has no phone */
  agent: string | null;
  unitId: number | null;
  /** the password was given by somebody else: nothing else is open before it is changed */
  mustChange: boolean;
  /** who came by the identity provider has no password here */
  cameBy: 'password' | 'link' | 'provider';
  /** until then they must have set up a second factor; null: have one, or need none */
  enrolByMs: number | null;
}

/** who was signed in at this phone last */
const KEPT = 'me';

const Mine = createContext<Me | null>(null);

/** The person signed in; only inside the frame. */
export function useMe(): Me {
  const me = use(Mine);
  if (!me) throw new Error('useMe outside SignedInOnly');
  return me;
}

/** May the person signed in do this? The server asks the same again. */
export function useMay(): (deed: Deed) => boolean {
  const { role } = useMe();
  return (deed) => may(role, deed);
}

/** Shows what is inside to who is signed in; everybody else is led to the sign-in page and back. */
export function SignedInOnly({ children }: { children: ReactNode }) {
  const me = useQuery({
    queryKey: ['me'],
    queryFn: async ({ signal }) => {
      try {
        const me = await ask<Me>('GET', '/api/me', undefined, signal);
        localStorage.setItem(KEPT, JSON.stringify(me));
        return me;
      } catch (cause) {
        // in a cellar: the page opens as it was, and the server asks again who it is
        const kept = cause instanceof Refusal && cause.status === 0 ? localStorage.getItem(KEPT) : null;
        if (kept && location.pathname === '/field') return JSON.parse(kept) as Me;
        throw cause;
      }
    },
    staleTime: Infinity,
    retry: 20,
    retryDelay: 1500,
  });
  if (me.data) return <Mine value={me.data}>{children}</Mine>;
  return <p className="quiet">{me.failureReason ? refusalWords(me.failureReason) : '正在打开…'}</p>;
}
