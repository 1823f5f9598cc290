import type { ComponentType } from 'react';
import type { Deed } from '../core/people/may.ts';

/** The rail's entries, in this order; each opens the first of its pages that the person may see. */
export const GROUPS = {
  desk: { zh: '受理', en: 'Desk', icon: 'headset' },
  orders: { zh: '工单', en: 'Orders', icon: 'wrench' },
  customers: { zh: '客户', en: 'Customers', icon: 'people' },
  callbacks: { zh: '回访', en: 'Callbacks', icon: 'callback' },
  office: { zh: '班务', en: 'Shifts', icon: 'calendar' },
  reports: { zh: '报表', en: 'Reports', icon: 'chart' },
  floor: { zh: '监督', en: 'Floor', icon: 'screen' },
  people: { zh: '管理', en: 'Admin', icon: 'gear' },
} as const;
export type Group = keyof typeof GROUPS;

/** One page of the house. Pages of a group stand as tabs on top; `inMenu: false` is reached by a link only. */
export interface PageEntry {
  /** as react-router writes it: `/orders/:orderNo` */
  path: string;
  group: Group;
  zh: string;
  en: string;
  /** who may open it; the server asks the same for its data */
  deed: Deed;
  /** without rail and bar: a wall, a worker's phone */
  bare?: boolean;
  inMenu?: boolean;
  load: () => Promise<{ default: ComponentType }>;
}

export const PAGES: PageEntry[] = [
  {
    path: '/desk',
    group: 'desk',
    zh: '受理台',
    en: 'Desk',
    deed: 'take-calls',
    load: async () => ({ default: (await import('./desk/page.tsx')).DeskPage }),
  },
  {
    path: '/unit',
    group: 'orders',
    zh: '本单位工单',
    en: 'My unit',
    deed: 'work-for-unit',
    load: async () => ({ default: (await import('./orders/unit-page.tsx')).UnitPage }),
  },
  {
    path: '/orders',
    group: 'orders',
    zh: '工单',
    en: 'Orders',
    deed: 'see-orders',
    load: async () => ({ default: (await import('./orders/list-page.tsx')).OrdersPage }),
  },
  {
    path: '/orders/new',
    group: 'orders',
    zh: '新建工单',
    en: 'New order',
    deed: 'make-orders',
    load: async () => ({ default: (await import('./orders/new-page.tsx')).NewOrderPage }),
  },
  {
    path: '/overdue',
    group: 'orders',
    zh: '超时监督',
    en: 'Overdue',
    deed: 'supervise-orders',
    load: async () => ({ default: (await import('./orders/overdue-page.tsx')).OverduePage }),
  },
  {
    path: '/orders/rules',
    group: 'orders',
    zh: '派工分类表',
    en: 'Decision table',
    deed: 'edit-order-rules',
    load: async () => ({ default: (await import('./orders/rules-page.tsx')).OrderRulesPage }),
  },
  {
    path: '/orders/clocks',
    group: 'orders',
    zh: '时限与日历',
    en: 'Clocks',
    deed: 'edit-order-rules',
    load: async () => ({ default: (await import('./orders/clocks-page.tsx')).ClocksPage }),
  },
  {
    path: '/orders/:orderNo',
    group: 'orders',
    zh: '工单',
    en: 'Order',
    deed: 'see-orders',
    inMenu: false,
    load: async () => ({ default: (await import('./orders/order-page.tsx')).OrderPage }),
  },
  {
    path: '/callbacks',
    group: 'callbacks',
    zh: '回访进度',
    en: 'Campaigns',
    deed: 'read-callbacks',
    load: async () => ({ default: (await import('./callbacks/campaigns-page.tsx')).CampaignsPage }),
  },
  {
    path: '/callbacks/people',
    group: 'callbacks',
    zh: '人工回访',
    en: 'By hand',
    deed: 'call-back',
    load: async () => ({ default: (await import('./callbacks/people-page.tsx')).PeoplePage }),
  },
  {
    path: '/callbacks/redo',
    group: 'callbacks',
    zh: '重办确认',
    en: 'To redo',
    deed: 'run-callbacks',
    load: async () => ({ default: (await import('./callbacks/redo-page.tsx')).RedoPage }),
  },
  {
    path: '/callbacks/annex2',
    group: 'callbacks',
    zh: '回访记录表',
    en: 'Annex 2',
    deed: 'read-callbacks',
    load: async () => ({ default: (await import('./callbacks/annex2-page.tsx')).Annex2Page }),
  },
  {
    path: '/callbacks/settings',
    group: 'callbacks',
    zh: '回访设置',
    en: 'Settings',
    deed: 'run-callbacks',
    load: async () => ({ default: (await import('./callbacks/settings-page.tsx')).CallbackSettingsPage }),
  },
  {
    path: '/callbacks/certificate/:id',
    group: 'callbacks',
    zh: '抽样证书',
    en: 'Certificate',
    deed: 'read-callbacks',
    inMenu: false,
    load: async () => ({ default: (await import('./callbacks/certificate-page.tsx')).CertificatePage }),
  },
  {
    path: '/reports/telephone',
    group: 'reports',
    zh: '话务报表',
    en: 'Telephone',
    deed: 'read-reports',
    load: async () => ({ default: (await import('./reports/telephone-page.tsx')).TelephoneReportPage }),
  },
  {
    path: '/calls',
    group: 'reports',
    zh: '通话清单',
    en: 'Calls',
    deed: 'list-calls',
    inMenu: false,
    load: async () => ({ default: (await import('./reports/calls-page.tsx')).CallsPage }),
  },
  {
    path: '/people',
    group: 'people',
    zh: '人员',
    en: 'People',
    deed: 'edit-people',
    load: async () => ({ default: (await import('./people/people-page.tsx')).PeoplePage }),
  },
  {
    path: '/units',
    group: 'people',
    zh: '单位',
    en: 'Units',
    deed: 'edit-people',
    load: async () => ({ default: (await import('./people/units-page.tsx')).UnitsPage }),
  },
  {
    path: '/settings',
    group: 'people',
    zh: '设置',
    en: 'Settings',
    deed: 'edit-settings',
    load: async () => ({ default: (await import('./people/settings-page.tsx')).SettingsPage }),
  },
  {
    path: '/audit',
    group: 'people',
    zh: '审计日志',
    en: 'Audit log',
    deed: 'read-audit',
    load: async () => ({ default: (await import('./people/audit-page.tsx')).AuditPage }),
  },
  {
    path: '/password',
    group: 'people',
    zh: '修改密码',
    en: 'Password',
    deed: 'watch-wall',
    inMenu: false,
    load: async () => ({ default: (await import('./people/password-page.tsx')).PasswordPage }),
  },
  {
    path: '/wall',
    group: 'floor',
    zh: '大屏',
    en: 'Wall',
    deed: 'watch-wall',
    bare: true,
    load: async () => ({ default: (await import('./wall/page.tsx')).WallPage }),
  },
  {
    path: '/agents',
    group: 'floor',
    zh: '坐席',
    en: 'Agents',
    deed: 'watch-agents',
    load: async () => ({ default: (await import('./desk/agents-page.tsx')).AgentsPage }),
  },
  {
    path: '/phones',
    group: 'people',
    zh: '话机',
    en: 'Phones',
    deed: 'give-phones',
    load: async () => ({ default: (await import('./phone/phones-page.tsx')).PhonesPage }),
  },
  {
    path: '/exports',
    group: 'reports',
    zh: '我的导出',
    en: 'My exports',
    deed: 'export-lists',
    load: async () => ({ default: (await import('./outward/exports-page.tsx')).ExportsPage }),
  },
  {
    path: '/outward/rules',
    group: 'people',
    zh: '通知规则',
    en: 'Who is told',
    deed: 'edit-outward',
    load: async () => ({ default: (await import('./outward/rules-page.tsx')).RulesPage }),
  },
  {
    path: '/outward/receivers',
    group: 'people',
    zh: '接收方',
    en: 'Receivers',
    deed: 'edit-outward',
    load: async () => ({ default: (await import('./outward/receivers-page.tsx')).ReceiversPage }),
  },
  {
    path: '/outward/deliveries',
    group: 'people',
    zh: '发送记录',
    en: 'Delivery log',
    deed: 'see-deliveries',
    load: async () => ({ default: (await import('./outward/deliveries-page.tsx')).DeliveriesPage }),
  },
  {
    path: '/outward/tokens',
    group: 'people',
    zh: '接口令牌',
    en: 'API tokens',
    deed: 'edit-outward',
    load: async () => ({ default: (await import('./outward/tokens-page.tsx')).TokensPage }),
  },
];
