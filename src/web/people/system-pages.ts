import type { PageEntry } from '../pages.tsx';

/** What the hotline stands on. */
export const SYSTEM_PAGES: PageEntry[] = [
  {
    path: '/system',
    group: 'people',
    zh: '系统版本',
    en: 'Versions',
    deed: 'edit-people',
    load: async () => ({ default: (await import('./system-page.tsx')).SystemPage }),
  },
];
