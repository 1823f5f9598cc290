import { Dropdown } from 'antd';
import { Suspense, type ReactNode } from 'react';
import { matchPath, NavLink, useLocation, useNavigate } from 'react-router';
import { may, type Role } from '../../core/people/may.ts';
import { ask } from '../ask.ts';
import { signOut } from '../line.ts';
import { GROUPS, PAGES, type Group, type PageEntry } from '../pages.tsx';
import { Told } from '../outward/told.tsx';
import { concerns, useAlarmWords } from '../words.ts';
import { Icon } from './icons.tsx';
import { useLineState } from './line.tsx';
import { useMe } from './me.tsx';
import { useShade } from './theme.tsx';
import { useLanguage, wordsOf } from './words.ts';
import './frame.css';

const useShellWords = wordsOf(
  'shell',
  {
    cut: '与服务的连接断了，正在重连；电话不受影响。',
    out: '退出登录',
    password: '修改密码',
    everywhere: '在所有地方退出',
    dark: '深色',
    light: '浅色',
    other: 'English',
    opening: '正在打开…',
    main: '主菜单',
    pages: '页面',
  },
  {
    cut: 'The connection to the service is cut, trying again; calls are not affected.',
    out: 'Sign out',
    password: 'Change password',
    everywhere: 'Sign out everywhere',
    dark: 'Dark',
    light: 'Light',
    other: '中文',
    opening: 'Opening…',
    main: 'Main menu',
    pages: 'Pages',
  },
);

/** The pages of a group that this role may see in the menu. */
function pagesOf(role: Role, group: Group): PageEntry[] {
  return PAGES.filter((page) => page.group === group && page.inMenu !== false && may(role, page.deed));
}

/** Where a person begins: the first page of the rail; without one, the wall. */
export function homeOf(role: Role): string {
  if (role === 'agent') return '/desk';
  for (const group of Object.keys(GROUPS) as Group[]) {
    const first = pagesOf(role, group)[0];
    // a supervisor may take calls, but does not sit at the desk
    if (first && first.group !== 'desk') return first.path;
  }
  return '/wall';
}

/** Rail on the left, the group's pages as tabs and the person on top, alarms under it: around every page at a desk. */
export function Frame({ children }: { children: ReactNode }) {
  const { pathname } = useLocation();
  const me = useMe();
  const say = useShellWords();
  const alarmWords = useAlarmWords();
  const state = useLineState();
  const [language] = useLanguage();
  // `/cases/import` is no `/cases/:id`
  const here =
    PAGES.find((page) => page.path === pathname) ?? PAGES.find((page) => matchPath(page.path, pathname));
  const groups = me.mustChange
    ? []
    : (Object.keys(GROUPS) as Group[]).filter((group) => pagesOf(me.role, group).length > 0);
  const tabs = here && !me.mustChange ? pagesOf(me.role, here.group) : [];
  return (
    <div className="frame">
      <Told />
      <nav className="rail" aria-label={say('main')}>
        <NavLink to="/" className="mark" aria-label="96666">
          <img src="/icon-light.svg" alt="" width="30" height="30" />
        </NavLink>
        {groups.map((group) => (
          <NavLink
            key={group}
            to={pagesOf(me.role, group)[0]!.path}
            className={group === here?.group ? 'here' : ''}
            aria-current={group === here?.group ? 'page' : undefined}
          >
            <Icon name={GROUPS[group].icon} />
            {GROUPS[group][language]}
          </NavLink>
        ))}
      </nav>
      <div className="side">
        <header className="bar">
          {/* for who hears the page: the tab's name, where the page has no heading of its own */}
          {here && (
            <div className="unseen page-name" role="heading" aria-level={1}>
              {here[language]}
            </div>
          )}
          <nav aria-label={say('pages')}>
            {tabs.map((page) => (
              <NavLink key={page.path} to={page.path} end>
                {page[language]}
              </NavLink>
            ))}
          </nav>
          <div id="bar-slot" />
          <Person />
        </header>
        {state.alarms
          .filter((alarm) => concerns(alarm.code, me.role))
          .map((alarm) => (
            <p key={alarm.code} className="alarm" role="alert">
              <b>!</b> {alarmWords(alarm.code)}
            </p>
          ))}
        {!state.connected && state.hello && (
          <p className="alarm" role="alert">
            <b>!</b> {say('cut')}
          </p>
        )}
        <Suspense fallback={<p className="quiet">{say('opening')}</p>}>{children}</Suspense>
      </div>
    </div>
  );
}

function Person() {
  const me = useMe();
  const navigate = useNavigate();
  const say = useShellWords();
  const [shade, setShade] = useShade();
  const [language, setLanguage] = useLanguage();
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'shade', label: shade === 'dark' ? say('light') : say('dark') },
          { key: 'language', label: say('other') },
          { type: 'divider' },
          { key: 'password', label: say('password') },
          { key: 'everywhere', label: say('everywhere') },
          { key: 'out', label: say('out') },
        ],
        onClick: ({ key }) => {
          if (key === 'shade') setShade(shade === 'dark' ? 'light' : 'dark');
          if (key === 'language') setLanguage(language === 'en' ? 'zh' : 'en');
          if (key === 'password') void navigate('/password');
          if (key === 'everywhere')
            void ask('POST', '/api/sign-out-everywhere').then(() => location.assign('/sign-in'));
          if (key === 'out') void signOut();
        },
      }}
    >
      <button type="button" className="person">
        <span className={useLineState().connected ? 'link up' : 'link down'} />
        {me.name}
        {me.agent && <small className="figures">{me.agent.replace(/^.*\//, '')}</small>}
      </button>
    </Dropdown>
  );
}
