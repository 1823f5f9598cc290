import type { ConsoleCall, SuperviseMode } from '../core/floor/console.ts';
import type { AgentSums } from '../core/floor/tally.ts';
import type { AgentView } from '../core/floor/view.ts';
import type { Adherence } from '../core/shifts/adherence.ts';

/** An agent with what they did today. */
export interface ConsoleAgent extends AgentView, AgentSums {
  /** ratings of today: content, and all */
  content: number;
  rated: number;
  adherence: Adherence;
}

export interface Listening {
  personId: number;
  name: string;
  agent: string;
  callId: string;
  mode: SuperviseMode;
}

export interface HelpCall {
  id: number;
  agent: string;
  name: string;
  askedAtMs: number;
}

export interface ConsoleQueue {
  queue: string;
  waiting: number;
  /** agents signed in to it */
  agents: number;
  /** new callers are called back or leave a word; null: the switch could not be asked */
  closed: boolean | null;
}

export interface ConsoleView {
  atMs: number;
  calls: ConsoleCall[];
  agents: ConsoleAgent[];
  listening: Listening[];
  helps: HelpCall[];
  queues: ConsoleQueue[];
}

export interface Supervision {
  by: string;
  mode: SuperviseMode;
  callId: string;
  fromMs: number;
  untilMs: number | null;
}

export interface ConsoleToClient {
  console: (view: ConsoleView) => void;
  /** to a leader whose phone did not get the caller that was led to it: what became of the caller */
  notLed: (said: string) => void;
  /** the shift's leader says this to everybody at a desk */
  broadcast: (said: { text: string; by: string; atMs: number }) => void;
}
