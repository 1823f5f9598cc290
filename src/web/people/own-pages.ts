import type { PageEntry } from '../pages.tsx';

/** Everybody's own account: second factors, the password. */
export const OWN_PAGES: PageEntry[] = [
  {
    path: '/account',
    group: 'people',
    zh: '我的账号',
    en: 'My account',
    deed: 'watch-wall',
    inMenu: false,
    load: async () => ({ default: (await import('./account-page.tsx')).AccountPage }),
  },
  {
    path: '/prove',
    group: 'people',
    zh: '再验证一次',
    en: 'Verify once more',
    deed: 'watch-wall',
    bare: true,
    inMenu: false,
    load: async () => ({ default: (await import('../sign-in/prove-page.tsx')).ProvePage }),
  },
  {
    path: '/password',
    group: 'people',
    zh: '修改密码',
    en: 'Password',
    deed: 'watch-wall',
    inMenu: false,
    load: async () => ({ default: (await import('./password-page.tsx')).PasswordPage }),
  },
];
