import type { PageEntry } from '../pages.tsx';

/** Units, settings, who did what, and what is kept of people. */
export const PEOPLE_PAGES: PageEntry[] = [
  {
    path: '/units',
    group: 'people',
    zh: '单位',
    en: 'Units',
    deed: 'edit-people',
    load: async () => ({ default: (await import('./units-page.tsx')).UnitsPage }),
  },
  {
    path: '/settings',
    group: 'people',
    zh: '设置',
    en: 'Settings',
    deed: 'edit-settings',
    load: async () => ({ default: (await import('./settings-page.tsx')).SettingsPage }),
  },
  {
    path: '/audit',
    group: 'people',
    zh: '审计日志',
    en: 'Audit log',
    deed: 'read-audit',
    load: async () => ({ default: (await import('./audit-page.tsx')).AuditPage }),
  },
  {
    path: '/personal-data',
    group: 'people',
    zh: '个人信息',
    en: 'Personal data',
    deed: 'keep-personal-data',
    load: async () => ({ default: (await import('./personal-data-page.tsx')).PersonalDataPage }),
  },
];
