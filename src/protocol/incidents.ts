export type IncidentState = 'suspected' | 'confirmed' | 'dismissed' | 'lapsed';

/** More people call from one place than can be chance. */
export interface Incident {
  id: number;
  district: string;
  /** '': the whole district */
  community: string;
  suspectedAtMs: number;
  /** callers until then, and how many are usual in that time */
  count: number;
  usual: number;
  windowMs: number;
  callers: { callId: string; number: string; community: string; atMs: number }[];
  state: IncidentState;
  decidedAtMs: number | null;
  decidedBy: string | null;
  outageId: number | null;
  orderNo: string | null;
}

export interface IncidentsToClient {
  /** those that nobody has decided on */
  incidents: (open: Incident[]) => void;
}
