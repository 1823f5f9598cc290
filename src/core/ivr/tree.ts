/** The caller's way as a picture: what dialplan/ivr.conf does, node by node. A test holds both against each other. */
export interface IvrNode {
  /** as the dialplan's UserEvents name it */
  node: string;
  words: string;
  /** what is said there, as prompts of dialplan/prompts.json */
  prompts: readonly string[];
  /** key (or what happens) ─▶ where it leads; `queue` is a person */
  ways: readonly { key: string; to: string }[];
}

export const IVR_TREE: readonly IvrNode[] = [
  {
    node: 'greeting',
    words: '问候',
    prompts: ['greeting'],
    ways: [
      { key: '什么都不按', to: 'queue' },
      { key: '9', to: 'menu' },
      { key: '其他键', to: 'queue' },
      { key: '来电人在停水范围内', to: 'area' },
    ],
  },
  {
    node: 'area',
    words: '停水播报',
    prompts: ['area-choice'],
    ways: [
      { key: '3', to: 'area-tell-me' },
      { key: '什么都不按', to: 'queue' },
    ],
  },
  { node: 'area-tell-me', words: '来水时通知', prompts: ['area-noted'], ways: [{ key: '', to: 'queue' }] },
  {
    node: 'queue',
    words: '等候受理员',
    prompts: [
      'wait-next',
      'wait-ahead',
      'wait-people',
      'wait-about',
      'wait-minutes',
      'wait-soon',
      'wait-keep',
    ],
    ways: [
      { key: '1', to: 'keep' },
      { key: '9', to: 'menu' },
      { key: '五分钟没有人接', to: 'fallback' },
      { key: '没有受理员在线', to: 'fallback' },
    ],
  },
  {
    node: 'keep',
    words: '保留位置回拨',
    prompts: ['keep-yes', 'keep-no', 'keep-full', 'keep-agent', 'keep-hello', 'keep-missed'],
    ways: [{ key: '不能回拨时', to: 'queue' }],
  },
  {
    node: 'menu',
    words: '自助服务',
    prompts: ['menu'],
    ways: [
      { key: '1', to: 'outages' },
      { key: '2', to: 'order' },
      { key: '3', to: 'account' },
      { key: '4', to: 'leak' },
      { key: '0 或不按', to: 'queue' },
    ],
  },
  {
    node: 'outages',
    words: '停水信息',
    prompts: ['menu-district', 'no-outage', 'ask-failed', 'leaf'],
    ways: [
      { key: '9', to: 'menu' },
      { key: '0 或不按', to: 'queue' },
    ],
  },
  {
    node: 'order',
    words: '查工单',
    prompts: ['order-number', 'order-none', 'ask-failed', 'leaf'],
    ways: [
      { key: '9', to: 'menu' },
      { key: '0、不按，或三次不对', to: 'queue' },
    ],
  },
  {
    node: 'account',
    words: '核对户号',
    prompts: ['account-number', 'account-digits', 'account-none', 'ask-failed', 'leaf'],
    ways: [
      { key: '9', to: 'menu' },
      { key: '0、不按，或三次不对', to: 'queue' },
    ],
  },
  {
    node: 'leak',
    words: '报漏水',
    prompts: ['word-leak'],
    ways: [
      { key: '一分钟内有人接', to: 'queue' },
      { key: '没有人接', to: 'word' },
    ],
  },
  {
    node: 'fallback',
    words: '没有人能接',
    prompts: ['all-busy', 'nobody-there', 'queue-closed', 'fallback', 'fallback-back'],
    ways: [
      { key: '1 或不按', to: 'fallback-back' },
      { key: '2', to: 'word' },
      { key: '0', to: 'queue' },
    ],
  },
  { node: 'fallback-back', words: '登记回拨', prompts: ['fallback-back'], ways: [] },
  { node: 'word', words: '留言', prompts: ['word', 'word-thanks', 'word-full'], ways: [] },
  {
    node: 'press',
    words: '可疑来电按键',
    prompts: ['press-key'],
    ways: [
      { key: '提示的键', to: 'queue' },
      { key: '三次没有按', to: 'fallback-back' },
    ],
  },
  { node: 'rate', words: '评价', prompts: ['rate', 'rate-thanks'], ways: [] },
];

/** Every node and end as people read it. */
export const NODE_WORDS: Record<string, string> = {
  ...Object.fromEntries(IVR_TREE.map((one) => [one.node, one.words])),
  ...{
    'menu-key': '自助按键',
    language: '换语言',
    day: '节假日播报',
    'hang-up': '按键挂机',
    person: '转人工',
    told: '听到答复',
    worded: '留言完成',
    rated: '已评价',
    pressed: '按对了键',
    'press-none': '没有按键',
    'word-full': '留言已满',
  },
  ...{ 'keep-rung': '回拨中', 'keep-reached': '回拨接通', 'keep-missed': '回拨未接' },
  ...{ answered: '受理员接听', callback: '等候回拨', left: '自行挂机' },
};

/** Nodes from which no way leads to a person, a word or a callback; and ways to nodes that are not there. */
export function treeFaults(tree: readonly IvrNode[]): string[] {
  const byName = new Map(tree.map((one) => [one.node, one]));
  const ends = new Set(['queue', 'word', 'fallback-back', 'rate']);
  const faults: string[] = [];
  for (const one of tree) {
    for (const { to } of one.ways) if (!byName.has(to)) faults.push(`${one.node} 通向没有的 ${to}`);
    const seen = new Set<string>();
    const open = [one.node];
    let reaches = false;
    while (open.length > 0) {
      const node = open.pop()!;
      if (ends.has(node)) reaches = true;
      if (seen.has(node)) continue;
      seen.add(node);
      open.push(...(byName.get(node)?.ways.map((way) => way.to) ?? []));
    }
    if (!reaches) faults.push(`${one.node} 到不了人、留言或回拨`);
  }
  return faults;
}
