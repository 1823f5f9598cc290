import type { Point, QualityForm } from './form.ts';

const point = (
  key: string,
  weight: number,
  name: string,
  hint: string,
  more: Partial<Point> = {},
): Point => ({
  ...{ key, weight, name, hint, fatal: false, optional: false, measured: null },
  ...more,
});

/**
 * The utility's first form: Articles 6–12 of its rule book as far as a recording can tell, with what Articles 3 and 5
 * ask of taking down a matter. Dress and posture (Articles 6 and 7) can't be heard; the noise of colleagues can.
 */
export const FIRST_FORM: QualityForm = {
  name: '热线服务质检表（第六至十二条）',
  sections: [
    {
      name: '开头与结束',
      points: [
        point('first-word', 8, '接通后及时问候', '三秒内说第一句话，报“96666”', { measured: 'first-word' }),
        point('hang-up', 12, '让用户先挂电话', '第十一条：道别后等用户挂机', { measured: 'hung-up-first' }),
      ],
    },
    {
      name: '语音、语线、语调（第八至十条）',
      points: [
        point('voice', 10, '语音柔顺、吐词清晰', '第八条：不无精打采、不沉闷死板，听得出微笑'),
        point('fluency', 8, '语线流畅连贯', '第九条：不断断续续、不打结'),
        point('calm', 10, '语调平和', '第十条：心态平稳，不急不躁'),
        point('fillers', 6, '没有“吭”“啦”“唉”“哟”', '第十条：杜绝这些语调'),
      ],
    },
    {
      name: '倾听（第十一条）',
      points: [
        point('listening', 12, '不打断对方说话', '第十一条：用户没说完不插话', { measured: 'talk-over' }),
        point('silence', 6, '不让用户空等', '查询时先说明，静默不超过十秒', { measured: 'silence' }),
      ],
    },
    {
      name: '受理（第三、五条）',
      points: [
        point('matter', 12, '问清并复述诉求、地址', '地址和联系电话核对过，紧急漏水先问现场情况'),
        point('answer', 10, '解答准确、告知时限', '说清由谁处理、多久到', { optional: true }),
      ],
    },
    {
      name: '纪律（第七、十二条）',
      points: [
        point('attention', 3, '不做与工作无关的事', '第七条：通话里听不到闲聊、吃东西'),
        point('quiet', 3, '周围没有大声喧哗', '第十二条：背景里听不到同事喧哗'),
        point('polite', 0, '没有辱骂、顶撞或推诿', '第三条：文明、礼貌；有一次即为 0 分', { fatal: true }),
      ],
    },
  ],
};
