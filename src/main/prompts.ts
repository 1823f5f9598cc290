/** The prompts of the IVR as the people who run it meet them: their texts, whose voice they are, and changing both. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { speak } from '../setup/speech.ts';
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

const defaults = resolve(import.meta.dirname, '../../dialplan/prompts.json');

/** `folder`: where the switch plays them from; null: on another machine, nothing can be changed from here. */
export function openPrompts(folder: string | null): Prompts {
  const read = (file: string): Record<string, string> =>
    existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>) : {};
  const write = (name: string, value: unknown) => {
    const file = join(folder!, name);
    writeFileSync(`${file}.new`, JSON.stringify(value, null, 1));
    renameSync(`${file}.new`, file);
  };
  const texts = () => ({ ...read(defaults), ...(folder ? read(join(folder, 'texts.json')) : {}) });
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
      await speak(text, join(folder, `${name}.wav`));
      write('texts.json', { ...read(join(folder, 'texts.json')), [name]: text });
      // named as changed by a person: a start does not speak the house's own text over it (setup/pbx-files.ts)
      write('synthetic.json', { ...synthetic(), [name]: 'changed' });
      return true;
    },
    record(name, wav) {
      if (!folder || !knows(name)) return false;
      writeFileSync(join(folder, `${name}.new`), wav);
      renameSync(join(folder, `${name}.new`), join(folder, `${name}.wav`));
      const { [name]: _was, ...rest } = synthetic();
      write('synthetic.json', rest);
      return true;
    },
  };
}
