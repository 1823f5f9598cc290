import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import { settingFault, SETTINGS } from '../../../src/core/people/settings.ts';
import { TELEPHONE_SETTINGS, telephoneSettings } from '../../../src/core/telephone/settings.ts';

describe('the settings of the telephone', () => {
  it('are each read by something', () => {
    const src = resolve(import.meta.dirname, '../../../src');
    const walk = (folder: string): string[] =>
      readdirSync(folder).flatMap((name) => {
        const path = join(folder, name);
        return statSync(path).isDirectory() ? walk(path) : [path];
      });
    const code = walk(src)
      .filter((file) => /\.ts$/.test(file) && !file.endsWith('core/telephone/settings.ts'))
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    const unread = Object.keys(TELEPHONE_SETTINGS.fields).filter(
      (name) => !new RegExp(`[.{ ]${name}\\b(?!:)`).test(code),
    );
    expect(unread).to.deep.equal([]);
  });

  it('stand on the page of settings, in Chinese, and are what is said where nothing was set', () => {
    expect(SETTINGS['telephone']).to.equal(TELEPHONE_SETTINGS);
    for (const [name, field] of Object.entries(TELEPHONE_SETTINGS.fields)) {
      expect(field.zh).to.match(/\p{Script=Han}/u);
      expect(settingFault(field, field.usual), name).to.equal(null);
      expect((telephoneSettings({}) as unknown as Record<string, unknown>)[name]).to.deep.equal(field.usual);
    }
  });
});
