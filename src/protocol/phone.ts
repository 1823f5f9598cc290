import type { PhoneCall } from '../core/floor/phone-call.ts';

/** How the agent's last call ended, where the screen should say so. */
export interface PhoneEnded {
  number: string | null;
  result: 'busy' | 'declined' | 'no-answer' | 'unreachable' | 'ended';
}

export interface PhoneToClient {
  /** what this agent's phone does now, as the switch told it; null: nothing, and how the last call ended */
  phoneCall: (call: PhoneCall | null, ended: PhoneEnded | null) => void;
}
