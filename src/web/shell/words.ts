import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import { sayTimesIn } from '../view.ts';

export type Language = 'zh' | 'en';

const kept = localStorage.getItem('language');

void i18next.use(initReactI18next).init({
  lng: kept === 'en' ? 'en' : 'zh',
  fallbackLng: 'zh',
  resources: {},
  interpolation: { escapeValue: false }, // React escapes
  keySeparator: false,
  nsSeparator: false,
});
speak(i18next.language === 'en' ? 'en' : 'zh');

function speak(language: Language): void {
  document.documentElement.lang = language === 'en' ? 'en' : 'zh-CN';
  sayTimesIn(language);
}

/**
 * A subject's words in both languages: `const useOrderWords = wordsOf('orders', { urge: '催办' }, { urge: 'Urge' })`.
 * Chinese comes first and is the whole; English has the same keys, or it does not compile. The hook gives
 * `say('urge')`, and `say('left', { count: 3 })` for `还有 {{count}} 件`.
 */
export function wordsOf<Key extends string>(
  subject: string,
  zh: Record<Key, string>,
  en: Record<NoInfer<Key>, string>,
): () => (key: Key, values?: Record<string, string | number>) => string {
  i18next.addResourceBundle('zh', subject, zh);
  i18next.addResourceBundle('en', subject, en);
  return function useWords() {
    const { t } = useTranslation(subject);
    return (key, values) => t(key, values ?? {});
  };
}

/** The words of codes that core names in Chinese: `const useVoiceWords = codesOf(VOICES, { off: 'Silent', … })`. */
export function codesOf<Code extends string>(
  zh: Readonly<Record<Code, string>>,
  en: Readonly<Record<NoInfer<Code>, string>>,
): () => (code: Code) => string {
  return function useCodes() {
    const [language] = useLanguage();
    return (code) => (language === 'en' ? en : zh)[code];
  };
}

export function useLanguage(): [Language, (language: Language) => void] {
  const { i18n } = useTranslation();
  return [
    i18n.language === 'en' ? 'en' : 'zh',
    (language) => {
      localStorage.setItem('language', language);
      speak(language);
      void i18n.changeLanguage(language);
    },
  ];
}
