import type { PageEntry } from '../pages.tsx';

/** The week's calls to listen to, the scoring page, the form, calibration, trends, and each agent's own scores. */
export const QUALITY_PAGES: PageEntry[] = [
  {
    path: '/quality',
    group: 'floor',
    zh: '质检',
    en: 'Quality',
    deed: 'see-all-quality',
    load: async () => ({ default: (await import('./week-page.tsx')).QualityPage }),
  },
  {
    path: '/quality/trends',
    group: 'floor',
    zh: '质检趋势',
    en: 'Trends',
    deed: 'see-all-quality',
    load: async () => ({ default: (await import('./trends-page.tsx')).TrendsPage }),
  },
  {
    path: '/quality/calibration',
    group: 'floor',
    zh: '校准',
    en: 'Calibration',
    deed: 'score-calls',
    load: async () => ({ default: (await import('./calibration-page.tsx')).CalibrationPage }),
  },
  {
    path: '/quality/form',
    group: 'floor',
    zh: '质检表',
    en: 'Quality form',
    deed: 'edit-quality-forms',
    load: async () => ({ default: (await import('./form-page.tsx')).FormPage }),
  },
  {
    path: '/quality/mine',
    group: 'desk',
    zh: '我的质检',
    en: 'My scores',
    deed: 'take-calls',
    load: async () => ({ default: (await import('./mine-page.tsx')).MinePage }),
  },
  {
    path: '/quality/calls/:callId',
    group: 'floor',
    zh: '质检评分',
    en: 'Score',
    deed: 'see-quality',
    inMenu: false,
    load: async () => ({ default: (await import('./score-page.tsx')).ScorePage }),
  },
];
