import type { ComponentType } from 'react';
import type { Deed } from '../core/people/may.ts';
import { IVR_PAGES } from './ivr/pages.ts';
import { OWN_PAGES } from './people/own-pages.ts';
import { OUTWARD_PAGES } from './outward/pages.ts';
import { QUALITY_PAGES } from './quality/pages.ts';
import { SYSTEM_PAGES } from './people/system-pages.ts';
import { REPORT_PAGES } from './reports/pages.ts';

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
    path: '/field',
    group: 'orders',
    zh: '我的工单',
    en: 'My orders',
    deed: 'work-in-field',
    bare: true,
    load: async () => ({ default: (await import('./field/page.tsx')).FieldPage }),
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
    path: '/cases',
    group: 'orders',
    zh: '外部来件',
    en: 'Outside cases',
    deed: 'see-cases',
    load: async () => ({ default: (await import('./cases/list-page.tsx')).CasesPage }),
  },
  {
    path: '/cases/new',
    group: 'orders',
    zh: '登记来件',
    en: 'New case',
    deed: 'keep-cases',
    inMenu: false,
    load: async () => ({ default: (await import('./cases/new-page.tsx')).NewCasePage }),
  },
  {
    path: '/cases/looks',
    group: 'orders',
    zh: '每日登录',
    en: 'Daily portals',
    deed: 'see-cases',
    load: async () => ({ default: (await import('./cases/looks-page.tsx')).LooksPage }),
  },
  {
    path: '/cases/:id',
    group: 'orders',
    zh: '来件',
    en: 'Case',
    deed: 'see-cases',
    inMenu: false,
    load: async () => ({ default: (await import('./cases/case-page.tsx')).CasePage }),
  },
  {
    path: '/customers',
    group: 'customers',
    zh: '客户',
    en: 'Customers',
    deed: 'see-customers',
    load: async () => ({ default: (await import('./customers/list-page.tsx')).CustomersPage }),
  },
  {
    path: '/customers/import',
    group: 'customers',
    zh: '客户导入',
    en: 'Import',
    deed: 'merge-customers',
    load: async () => ({ default: (await import('./customers/import-page.tsx')).ImportPage }),
  },
  {
    path: '/customers/:id',
    group: 'customers',
    zh: '客户',
    en: 'Customer',
    deed: 'see-customers',
    inMenu: false,
    load: async () => ({ default: (await import('./customers/card-page.tsx')).CustomerPage }),
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
    path: '/outages',
    group: 'office',
    zh: '停水',
    en: 'Outages',
    deed: 'see-outages',
    load: async () => ({ default: (await import('./outages/page.tsx')).OutagesPage }),
  },
  {
    path: '/handovers/current',
    group: 'office',
    zh: '交接班',
    en: 'Handover',
    deed: 'see-handovers',
    load: async () => ({ default: (await import('./shifts/handover-page.tsx')).HandoverPage }),
  },
  {
    path: '/handovers',
    group: 'office',
    zh: '交接班记录',
    en: 'Past handovers',
    deed: 'see-handovers',
    load: async () => ({ default: (await import('./shifts/list-page.tsx')).HandoversPage }),
  },
  {
    path: '/handovers/:id',
    group: 'office',
    zh: '交接班记录',
    en: 'Handover',
    deed: 'see-handovers',
    inMenu: false,
    load: async () => ({ default: (await import('./shifts/handover-page.tsx')).HandoverPage }),
  },
  {
    path: '/outages/:id',
    group: 'office',
    zh: '停水',
    en: 'Outage',
    deed: 'see-outages',
    inMenu: false,
    load: async () => ({ default: (await import('./outages/page.tsx')).OutagePage }),
  },
  ...REPORT_PAGES,
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
  ...OWN_PAGES,
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
    path: '/wall/:id',
    group: 'floor',
    zh: '大屏',
    en: 'Wall',
    deed: 'watch-wall',
    bare: true,
    inMenu: false,
    load: async () => ({ default: (await import('./wall/composed-page.tsx')).ComposedWallPage }),
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
    path: '/queues',
    group: 'floor',
    zh: '队列',
    en: 'Queues',
    deed: 'watch-agents',
    load: async () => ({ default: (await import('./desk/queues-page.tsx')).QueuesPage }),
  },
  {
    path: '/telephone',
    group: 'floor',
    zh: '电话防护',
    en: 'Telephone protection',
    deed: 'watch-console',
    load: async () => ({ default: (await import('./telephone/telephone-page.tsx')).TelephonePage }),
  },
  ...IVR_PAGES,
  ...QUALITY_PAGES,
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
  ...OUTWARD_PAGES,
  ...SYSTEM_PAGES,
];

/** The page that an address leads to, if there is one; `:name` in its path stands for any piece. */
export function pageAt(pathname: string): PageEntry | undefined {
  return PAGES.find(({ path }) => new RegExp(`^${path.replaceAll(/:\w+/g, '[^/]+')}/?$`).test(pathname));
}
