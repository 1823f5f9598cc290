import { Button, Input, Select } from 'antd';
import { textOf, type Flow, type Language, type PromptTexts } from '../../core/ivr/flow.ts';

interface SaysProps {
  label: string;
  says: string[];
  /** `more`: what changes of the flow with it, a new prompt's words */
  put: (says: string[], more?: Pick<Flow, 'texts'>) => void;
  flow: Flow;
  change: (flow: Flow) => void;
  texts: PromptTexts;
}

/** What is said at one place: prompts of the house in order, each with other words in this version if wanted, or new ones. */
export function Says({ label, says, put, flow, change, texts }: SaysProps) {
  const languages: Language[] = flow.languageKey === null ? ['zh'] : ['zh', 'en'];
  const names = [...new Set([...Object.keys(texts.zh), ...Object.keys(flow.texts)])].filter(
    (name) => !name.startsWith('survey-'),
  );
  const say = (name: string, language: Language, text: string | null) => {
    const { [language]: _was, ...rest } = flow.texts[name] ?? {};
    const said = text === null ? rest : { ...rest, [language]: text };
    const { [name]: _all, ...others } = flow.texts;
    change({ ...flow, texts: Object.keys(said).length > 0 ? { ...others, [name]: said } : others });
  };
  const addOwn = () => {
    const number = [...Array(99).keys()].find((n) => flow.texts[`own-${n + 1}`] === undefined) ?? 0;
    const name = `own-${number + 1}`;
    put([...says, name], { texts: { ...flow.texts, [name]: { zh: '' } } });
  };
  return (
    <div className="says">
      <Select
        mode="multiple"
        aria-label={label}
        placeholder="选语音，按顺序播"
        value={says}
        optionFilterProp="label"
        options={names.map((name) => ({
          value: name,
          label: textOf(flow, name, 'zh', texts)?.slice(0, 24) ?? `（没有文字：${name}）`,
        }))}
        onChange={(chosen: string[]) => put(chosen)}
      />
      {says.map((name) =>
        languages.map((language) => {
          const own = flow.texts[name]?.[language];
          const house = texts[language][name];
          return (
            <div key={`${name} ${language}`} className="own-text">
              {language === 'en' && <kbd>EN</kbd>}
              {own === undefined && house !== undefined ? (
                <>
                  <span>{house}</span>
                  <Button size="small" type="link" onClick={() => say(name, language, house)}>
                    只在这一版改
                  </Button>
                </>
              ) : (
                <>
                  <Input.TextArea
                    autoSize
                    maxLength={200}
                    aria-label={`${name} 在这一版的文字${language === 'en' ? '（英语）' : ''}`}
                    status={own?.trim() ? '' : 'error'}
                    placeholder={language === 'en' ? '缺少英语的话' : '缺少普通话的话'}
                    value={own ?? ''}
                    onChange={(event) => say(name, language, event.target.value)}
                  />
                  {house !== undefined && (
                    <Button size="small" type="link" onClick={() => say(name, language, null)}>
                      用原来的话
                    </Button>
                  )}
                </>
              )}
            </div>
          );
        }),
      )}
      <Button size="small" type="link" onClick={addOwn}>
        新写一条语音
      </Button>
    </div>
  );
}
