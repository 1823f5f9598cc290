import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIELD_LIMITS } from '../../src/core/field-limits.ts';

const FIELDS = 'caller|person|phone|account|address|community|district|categoryCode|content|outsideNo';
/** A limit of one of these fields that is written as a number: `address: words(300)`, `maxLength={200}` beside its name. */
const IN_A_SHAPE = new RegExp(`\\b(?:${FIELDS}): (?:words|text|z\\.string\\(\\)\\.max)\\(\\d`, 'g');
const IN_A_FORM = new RegExp(`name="(?:${FIELDS})"[^>}]*>\\s*<Input[^>]*maxLength=\\{\\d`, 'g');

describe('how long a field may be', () => {
  it('stands in one table: no route, interface or form has a number of its own', () => {
    const own = sources().flatMap((file) => {
      const text = readFileSync(file, 'utf8');
      return [...(text.match(IN_A_SHAPE) ?? []), ...(text.match(IN_A_FORM) ?? [])].map(
        (found) => `${file}: ${found}`,
      );
    });
    expect(own).to.deep.equal([]);
  });

  it('lets an order be made of every record and every case', () => {
    expect(FIELD_LIMITS).to.include({ address: 300, content: 20_000, phone: 40, name: 100 });
  });
});

function sources(): string[] {
  return ['src/http', 'src/web'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => join(folder, name)),
  );
}
