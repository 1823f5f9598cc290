import type { PageEntry } from '../pages.tsx';

/** Who is told outside the house, what was sent, and other systems' tokens. */
export const OUTWARD_PAGES: PageEntry[] = [
  {
    path: '/outward/rules',
    group: 'people',
    zh: '通知规则',
    en: 'Who is told',
    deed: 'edit-outward',
    load: async () => ({ default: (await import('./rules-page.tsx')).RulesPage }),
  },
  {
    path: '/outward/receivers',
    group: 'people',
    zh: '接收方',
    en: 'Receivers',
    deed: 'edit-outward',
    load: async () => ({ default: (await import('./receivers-page.tsx')).ReceiversPage }),
  },
  {
    path: '/outward/deliveries',
    group: 'people',
    zh: '发送记录',
    en: 'Delivery log',
    deed: 'see-deliveries',
    load: async () => ({ default: (await import('./deliveries-page.tsx')).DeliveriesPage }),
  },
  {
    path: '/outward/tokens',
    group: 'people',
    zh: '接口令牌',
    en: 'API tokens',
    deed: 'edit-outward',
    load: async () => ({ default: (await import('./tokens-page.tsx')).TokensPage }),
  },
];
