import { App, ConfigProvider, theme as antTheme, type ConfigProviderProps } from 'antd';
import enUS from 'antd/locale/en_US.js';
import zhCN from 'antd/locale/zh_CN.js';
import { createContext, use, useLayoutEffect, useState, type ReactNode } from 'react';
import { usePrinting } from './printing.ts';
import { useLanguage } from './words.ts';

export type Shade = 'light' | 'dark';

const Shades = createContext<[Shade, (shade: Shade) => void]>(['light', () => undefined]);

/** Light or dark, kept on this computer. */
export function useShade(): [Shade, (shade: Shade) => void] {
  return use(Shades);
}

type Locale = NonNullable<ConfigProviderProps['locale']>;

/** antd's locale files are CommonJS: the bundler hands over their default, the compiler sees their module. */
function localeOf(module: { default: Locale } | Locale): Locale {
  return 'default' in module ? module.default : module;
}

const FONT = "'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', sans-serif";

/** The house's colours for Ant Design; the same stand as custom properties in style.css for what we draw ourselves. */
export function Theme({ children }: { children: ReactNode }) {
  const [shade, setShade] = useState<Shade>(() =>
    localStorage.getItem('shade') === 'dark' ? 'dark' : 'light',
  );
  const printing = usePrinting();
  const [language] = useLanguage();
  // paper is white: the dark page's words would be pale on it
  const dark = shade === 'dark' && !printing;
  useLayoutEffect(() => {
    document.documentElement.dataset['shade'] = dark ? 'dark' : 'light';
  }, [dark]);
  return (
    <Shades
      value={[
        shade,
        (next) => {
          localStorage.setItem('shade', next);
          setShade(next);
        },
      ]}
    >
      <ConfigProvider
        locale={localeOf(language === 'en' ? enUS : zhCN)}
        button={{ autoInsertSpace: false }}
        theme={{
          algorithm: dark ? antTheme.darkAlgorithm : antTheme.defaultAlgorithm,
          token: {
            colorPrimary: dark ? '#3fb3d1' : '#0b6c8c',
            colorInfo: dark ? '#3fb3d1' : '#0b6c8c',
            colorLink: dark ? '#6cc9e2' : '#0b6c8c',
            colorSuccess: dark ? '#4cbf86' : '#1d7a4c',
            colorSuccessBg: dark ? '#17472f' : '#e3f5ea',
            colorSuccessBorder: dark ? '#2a6b49' : '#a9dabd',
            colorWarning: dark ? '#e3a13c' : '#9a5b00',
            colorWarningBg: dark ? '#3b2f16' : '#fff6e5',
            colorWarningBorder: dark ? '#6d5524' : '#f0cf94',
            colorError: dark ? '#ff7a6e' : '#c6281c',
            colorTextBase: dark ? '#e6eff3' : '#12303f',
            colorBgBase: dark ? '#0f2029' : '#ffffff',
            // tables and fields stand on the card's own colour: the algorithm's is that of a chosen row
            colorBgContainer: dark ? '#0f2029' : '#ffffff',
            // contrast of at least 4.5 : 1 on card and page, as WCAG AA asks
            colorTextSecondary: dark ? '#b3c6d0' : '#4d6573',
            colorTextTertiary: dark ? '#9db4c0' : '#556c7a',
            colorTextDescription: dark ? '#9db4c0' : '#556c7a',
            colorTextPlaceholder: dark ? '#9db4c0' : '#5b7382',
            colorBgLayout: dark ? '#0a171e' : '#f3f7f9',
            borderRadius: 6,
            fontFamily: FONT,
            fontSize: 14,
            motionDurationMid: '0.1s',
            motionDurationSlow: '0.15s',
          },
          components: {
            Table: { cellPaddingBlockSM: 6, headerBg: dark ? '#16303c' : '#eaf1f4' },
            // the light blue and red of the dark page carry dark words
            ...(dark && { Button: { primaryColor: '#06222d', dangerColor: '#2b0905' } }),
          },
        }}
      >
        <App style={{ display: 'contents' }}>{children}</App>
      </ConfigProvider>
    </Shades>
  );
}
