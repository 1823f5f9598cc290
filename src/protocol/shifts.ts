/** What the server tells a browser of shifts and handovers. */
export interface ShiftsToClient {
  /** a line, a tick or a signature of this handover changed: whoever shows it asks again */
  handoverMoved: (id: number) => void;
}
