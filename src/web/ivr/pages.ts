import type { PageEntry } from '../pages.tsx';

/** What callers left when nobody could answer, the IVR itself, suspected bursts, recordings. */
export const IVR_PAGES: PageEntry[] = [
  {
    path: '/console',
    group: 'floor',
    zh: '控制台',
    en: 'Console',
    deed: 'watch-console',
    load: async () => ({ default: (await import('../console/page.tsx')).ConsolePage }),
  },
  {
    path: '/heard-me',
    group: 'desk',
    zh: '谁听过我的通话',
    en: 'Who listened',
    deed: 'take-calls',
    load: async () => ({ default: (await import('../console/at-desk.tsx')).HeardMePage }),
  },
  {
    path: '/words',
    group: 'callbacks',
    zh: '留言与回拨',
    en: 'Messages',
    deed: 'see-words',
    load: async () => ({ default: (await import('./words-page.tsx')).WordsPage }),
  },
  {
    path: '/ivr',
    group: 'floor',
    zh: '语音导航',
    en: 'IVR',
    deed: 'run-ivr',
    load: async () => ({ default: (await import('./ivr-page.tsx')).IvrPage }),
  },
  {
    path: '/incidents',
    group: 'office',
    zh: '疑似爆管',
    en: 'Bursts',
    deed: 'see-outages',
    load: async () => ({ default: (await import('../outages/incidents.tsx')).IncidentsPage }),
  },
  {
    path: '/recordings',
    group: 'floor',
    zh: '录音',
    en: 'Recordings',
    deed: 'hear-recordings',
    load: async () => ({ default: (await import('../recordings/page.tsx')).RecordingsPage }),
  },
  {
    path: '/roster',
    group: 'office',
    zh: '排班',
    en: 'Roster',
    deed: 'see-roster',
    load: async () => ({ default: (await import('../roster/page.tsx')).RosterPage }),
  },
  {
    path: '/conduct',
    group: 'office',
    zh: '考核',
    en: 'Conduct',
    deed: 'see-conduct',
    load: async () => ({ default: (await import('../roster/conduct.tsx')).ConductPage }),
  },
];
