/** The prompts of the IVR as the people who run it meet them: their texts, whose voice they are, and changing both. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { giveToFolder } from '../setup/private-folders.ts';
import { speak } from '../setup/speech.ts';
import type { Language, PromptTexts } from '../core/ivr/flow.ts';
import type { Prompt } from '../protocol/ivr.ts';

export interface Prompts {
  list(): Prompt[];
  /** the wav that the switch plays; null: there is none of this name */
  sound(name: string): Buffer | null;
  /** another text, spoken by the machine at once */
  say(name: string, text: string): Promise<boolean>;
  /** a person's voice: 8 kHz, mono, 16 bit */
  record(name: string, wav: Buffer): boolean;
}

const dialplan = resolve(import.meta.dirname, '../../dialplan');
const DEFAULTS: Record<Language, string> = { zh: 'prompts.json', en: 'prompts-en.json' };
const read = (file: string): Record<string, string> =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};

/** What the house's prompts say, in either language, as people have changed them. `sounds`: the switch's folder. */
export function houseTexts(sounds: string | null): PromptTexts {
  const of = (language: Language) => ({
    ...read(join(dialplan, DEFAULTS[language])),
    ...(sounds ? read(join(sounds, language, 'hotline/texts.json')) : {}),
  });
  return { zh: of('zh'), en: of('en') };
}

/** `sounds`: the switch's folder of sounds; null: on another machine, nothing can be changed from here. */
export function openPrompts(sounds: string | null, language: Language): Prompts {
  const folder = sounds && join(sounds, language, 'hotline');
  const defaults = join(dialplan, DEFAULTS[language]);
  const write = (name: string, value: unknown) => {
    const file = join(folder!, name);
    writeFileSync(`${file}.new`, JSON.stringify(value, null, 1));
    renameSync(`${file}.new`, file);
  };
  const texts = () => houseTexts(sounds)[language];
  const synthetic = () => (folder ? read(join(folder, 'synthetic.json')) : {});
  const knows = (name: string) => Object.hasOwn(read(defaults), name);

  return {
    list() {
      const machine = synthetic();
      return Object.entries(texts()).map(([name, text]) => ({
        ...{ name, text },
        synthetic: machine[name] !== undefined,
      }));
    },
    sound(name) {
      if (!folder || !knows(name)) return null;
      const file = join(folder, `${name}.wav`);
      return existsSync(file) ? readFileSync(file) : null;
    },
    async say(name, text) {
      if (!folder || !knows(name)) return false;
      await speak(text, join(folder, `${name}.wav`), language);
      write('texts.json', { ...read(join(folder, 'texts.json')), [name]: text });
      // named as changed by a person: a start does not speak the house's own text over it (setup/pbx-files.ts)
      write('synthetic.json', { ...synthetic(), [name]: 'changed' });
      return true;
    },
    record(name, wav) {
      if (!folder || !knows(name)) return false;
      writeFileSync(join(folder, `${name}.new`), wav);
      giveToFolder(join(folder, `${name}.new`));
      renameSync(join(folder, `${name}.new`), join(folder, `${name}.wav`));
      const { [name]: _was, ...rest } = synthetic();
      write('synthetic.json', rest);
      return true;
    },
  };
}
