import { useQuery } from '@tanstack/react-query';
import { createContext, use, type ReactNode } from 'react';
import { may, type Deed, type Role } from '../../core/people/may.ts';
import { ask, refusalWords } from '../ask.ts';

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
}

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
    queryFn: ({ signal }) => ask<Me>('GET', '/api/me', undefined, signal),
    staleTime: Infinity,
    retry: 20,
    retryDelay: 1500,
  });
  if (me.data) return <Mine value={me.data}>{children}</Mine>;
  return <p className="quiet">{me.failureReason ? refusalWords(me.failureReason) : '正在打开…'}</p>;
}
