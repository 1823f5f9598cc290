import type { MatterReport } from './matters.ts';
import { namedId } from './named-report.ts';

/** Words that people write into a report: its heading, the table that it stands after, and what belongs there. */
export interface Passage {
  key: string;
  zh: string;
  after: string;
  hint: string;
}

/** What people write into a report, and where it stands: after which table. */
export const PASSAGES: Record<MatterReport | 'callbacks' | 'telephone', readonly Passage[]> = {
  daily: [
    { key: 'outages', zh: '停水情况', after: 'overdue', hint: '当天计划和突发停水：范围、原因、起止时间' },
  ],
  weekly: [
    {
      key: 'reasons',
      zh: '没有回复或没有办结的情况说明',
      after: 'open',
      hint: '第十九条（二）：逐单位写明原因和下一步',
    },
  ],
  monthly: [
    {
      key: 'cases',
      zh: '案例分析',
      after: 'categories',
      hint: '第二十二条（一）：当月特殊事件或热点问题，至少一、二件',
    },
    {
      key: 'waterworks',
      zh: '五、水厂原因',
      after: 'causes',
      hint: '突发线路故障、输水管线、离心泵维修影响供水水压情况',
    },
    {
      key: 'planned',
      zh: '六、计划停水',
      after: 'causes',
      hint: '集团公司各部门施工停水、外单位施工协助停水',
    },
    { key: 'events', zh: '七、其它突出事件', after: 'causes', hint: '其它需要上报的事件；没有就写“无”' },
  ],
  'month-end': [{ key: 'analysis', zh: '情况分析', after: 'places', hint: '第二十条：生产会上汇报的分析' }],
  any: [{ key: 'analysis', zh: '情况分析', after: 'units', hint: '第二十三条：突出问题和建议' }],
  callbacks: [
    {
      key: 'reasons',
      zh: '不满意和未解决的情况说明',
      after: 'departments',
      hint: '第十四条：逐单位写明原因、是否重办和结果',
    },
  ],
  telephone: [],
};

/** What people write into the report of this name; null: there is no such report. */
export function passagesOf(report: string): readonly Passage[] | null {
  if (namedId(report) !== null) return PASSAGES.any;
  return Object.hasOwn(PASSAGES, report) ? PASSAGES[report as keyof typeof PASSAGES] : null;
}
