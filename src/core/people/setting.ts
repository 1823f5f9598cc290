/** One setting that the customer service centre makes by itself: its name, its limits, and what of it is kept. */
export type Field =
  | { kind: 'whole'; zh: string; unit: string; least: number; most: number; usual: number }
  | {
      kind: 'words';
      zh: string;
      unit: string;
      usual: readonly string[];
      /** how many at least; 1 where nothing is said */
      least?: number;
      /** what each of them must be, and that in words */
      shape?: RegExp;
      shapeZh?: string;
    }
  | { kind: 'yes'; zh: string; unit: string; usual: boolean };

export interface SettingGroup {
  zh: string;
  fields: Record<string, Field>;
}

/** A group's values with the defaults in; of what was kept only what still fits. */
export function settingValues(group: SettingGroup, kept: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(group.fields).map(([name, field]) => [
      name,
      name in kept && settingFault(field, kept[name]) === null ? kept[name] : field.usual,
    ]),
  );
}

/** Null: the value may stand. Else in Chinese what it must be. */
export function settingFault(field: Field, value: unknown): string | null {
  if (field.kind === 'whole') {
    const whole = typeof value === 'number' && Number.isInteger(value);
    return whole && value >= field.least && value <= field.most
      ? null
      : `“${field.zh}”要填 ${field.least} 到 ${field.most} 的整数（${field.unit}）`;
  }
  if (field.kind === 'yes') return typeof value === 'boolean' ? null : `“${field.zh}”要选是或否`;
  const words =
    Array.isArray(value) &&
    value.every((word) => typeof word === 'string' && word.trim() !== '' && word.length <= 20);
  const least = field.least ?? 1;
  if (!words || value.length < least || value.length > 20 || new Set(value).size !== value.length)
    return `“${field.zh}”要填 ${least} 到 20 个不重复的词，每个不超过 20 字`;
  const { shape } = field;
  const wrong = shape && (value as string[]).find((word) => !shape.test(word));
  return wrong === undefined ? null : `“${field.zh}”里的“${wrong}”不对，要填${field.shapeZh}`;
}
