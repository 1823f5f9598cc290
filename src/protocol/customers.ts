/** Customers as browser and server tell each other of them. */
import type { CustomerFields } from '../core/customers/card.ts';
import type { Columns } from '../core/customers/import.ts';

export interface CustomerLine extends CustomerFields {
  id: number;
  /** name of the unit that looks after it */
  unit: string | null;
}

export interface CustomerChange {
  id: number;
  atMs: number;
  /** empty: nobody signed in, such as the demo */
  who: string;
  how: 'new' | 'edit' | 'import' | 'merge';
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

export interface UnclearNumber {
  of: 'customer' | 'order' | 'case';
  /** the customer's id, the order's number, the case's id: where it is put right */
  ref: string;
  /** the customer's name; of an order or a case its number */
  name: string;
  written: string;
  reason: string;
}

/** What is still to be put right in the list of customers. */
export interface CustomersToMend {
  /** so many are not yet found by everything that they are found by; it goes on by itself */
  wordsDue: number;
  /** numbers from before that are not one telephone number, as they stand: of customers, and of what is still open */
  unclear: UnclearNumber[];
}

export interface CustomerPast {
  orders: {
    orderNo: string;
    category: string;
    item: string | null;
    content: string;
    status: string;
    atMs: number;
  }[];
  calls: {
    callId: string;
    outcome: string;
    agentName: string | null;
    talkMs: number | null;
    atMs: number;
  }[];
}

/** A list of the billing system on its way into the customers. */
export interface CustomerImport {
  id: number;
  file: string;
  headers: string[];
  /** the first rows below the header */
  sample: string[][];
  columns: Columns;
  /** what people should know of the file: other tabs, hidden rows, a title above the names */
  notes: string[];
  state: 'uploaded' | 'checking' | 'checked' | 'taking' | 'done' | 'failed';
  /** rows that are new, that change something, that change nothing, and that can't be taken; null: not checked yet */
  counts: { added: number; changed: number; same: number; bad: number } | null;
  /** why it failed, in words that say what to do */
  fault: string | null;
  who: string;
  atMs: number;
  /** rows read so far, while it is checked; null: nothing is being read */
  rows: number | null;
  /** of 1: how much of the file was read */
  share: number | null;
}
