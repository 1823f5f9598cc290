import { plainBands, type Holidays } from './hours.ts';
import { RULES, type DialRules } from './rules.ts';
import { ARTICLE_14, type SampleRule } from './sample.ts';

/** What the customer service centre sets of its callbacks; the rest of the rules is in rules.ts. */
export interface SurveySettings {
  sample: SampleRule;
  bands: { from: number; until: number }[];
  atOnce: number;
  agentsKept: number;
  perNumberAndWeek: number;
  tries: number;
  /** draws by itself every Monday */
  weekly: boolean;
}

export const USUAL: SurveySettings = {
  sample: ARTICLE_14,
  bands: RULES.bands.map((band) => ({ ...band })),
  atOnce: RULES.atOnce,
  agentsKept: RULES.agentsKept,
  perNumberAndWeek: RULES.perNumberAndWeek,
  tries: RULES.tries,
  weekly: true,
};

export function dialRulesOf(settings: SurveySettings, holidays: Holidays): DialRules {
  const { bands, atOnce, agentsKept, perNumberAndWeek, tries } = settings;
  return { ...RULES, bands: plainBands(bands), atOnce, agentsKept, perNumberAndWeek, tries, holidays };
}
