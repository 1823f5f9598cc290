/**
 * Recordings by class, each kept for its own time (settings, `recordings`). What a call came to says its class: its
 * record and order, or that it was a callback. A legal hold stands above all of them.
 */
export type RecordingClass = 'complaint' | 'ordinary' | 'survey' | 'outbound' | 'void';

/** What the screens call each class. */
export const RECORDING_CLASSES: Record<RecordingClass, string> = {
  complaint: '投诉报修（有工单）',
  ordinary: '咨询（无工单）',
  survey: '回访',
  outbound: '外呼',
  void: '无效来电',
};

/** The setting that says for how many days a class is kept. */
export const KEEP_FIELDS: Record<RecordingClass, string> = {
  complaint: 'complaintDays',
  ordinary: 'keepDays',
  survey: 'surveyDays',
  outbound: 'outboundDays',
  void: 'voidDays',
};

const DAY_MS = 86_400_000;

/** Before which instant a recording of each class must lie to be deleted, by the settings in force. */
export function expiries(
  values: Record<string, unknown>,
  nowMs: number,
): { recordingClass: RecordingClass; days: number; beforeMs: number }[] {
  return Object.entries(KEEP_FIELDS).map(([name, field]) => {
    const days = values[field] as number;
    return { recordingClass: name as RecordingClass, days, beforeMs: nowMs - days * DAY_MS };
  });
}
