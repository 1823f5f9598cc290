/** WeChat Work group robots: a webhook that takes text or markdown, at most twenty messages in a minute each. */
import type { Answer, Delivery, WechatMessage } from '../core/outward/delivery.ts';
import {
  cutToBytes,
  WECHAT_MARKDOWN_BYTES,
  WECHAT_PER_MINUTE,
  WECHAT_TEXT_BYTES,
} from '../core/outward/wechat.ts';

export interface RobotPorts {
  post: (
    url: string,
    body: string,
    headers: Record<string, string>,
  ) => Promise<{ status: number; text: string }>;
  now: () => number;
  /** may this failure be tried again? and why, in words */
  whyFailed: (cause: unknown) => { words: string; retry: boolean };
}

const MINUTE_MS = 60_000;
/** errcodes for which another try gets the same answer: the key is wrong, the robot was removed, the content is */
const FINAL = new Set([93000, 93004, 93008, 40001, 40014, 40035, 40058, 44004, 45002, 301002]);
const WORDS: Record<number, string> = {
  93000: '机器人地址里的 key 不对，或机器人已被移出群，请到群里重新复制地址',
  93004: '机器人已停用',
  93008: '机器人不在群里',
  45009: '发得太快，企业微信限流',
  45002: '内容超过长度限制',
  40058: '内容格式不对',
};

export function openRobots(ports: RobotPorts) {
  /** robot ─▶ when it was last posted to, at most twenty of them */
  const sent = new Map<string, number[]>();

  return async (delivery: Delivery): Promise<Answer> => {
    const { robot, format, content } = delivery.message as WechatMessage;
    const now = ports.now();
    const lately = (sent.get(robot) ?? []).filter((atMs) => atMs > now - MINUTE_MS);
    if (lately.length >= WECHAT_PER_MINUTE) {
      const afterMs = lately[0]! + MINUTE_MS - now + 50;
      return { kind: 'later', afterMs, words: '这个机器人一分钟已发满 20 条，排队等下一分钟' };
    }
    sent.set(robot, [...lately, now]);
    const body =
      format === 'markdown'
        ? { msgtype: 'markdown', markdown: { content: cutToBytes(content, WECHAT_MARKDOWN_BYTES) } }
        : { msgtype: 'text', text: { content: cutToBytes(content, WECHAT_TEXT_BYTES) } };
    try {
      const { status, text } = await ports.post(robot, JSON.stringify(body), {});
      if (status < 200 || status >= 300)
        return { kind: 'failed', status, retry: true, words: text.slice(0, 500) || `HTTP ${status}` };
      const code = codeOf(text);
      if (code === 0) return { kind: 'delivered', status, words: text.slice(0, 500), proof: 'errcode 0' };
      const words = `${code === null ? '答复读不懂' : `errcode ${code}`}${code !== null && WORDS[code] ? `：${WORDS[code]}` : ''} ${text.slice(0, 500)}`;
      if (code === 45009) return { kind: 'later', afterMs: MINUTE_MS, words };
      return { kind: 'failed', status, retry: code === null || !FINAL.has(code), words };
    } catch (cause) {
      return { kind: 'failed', status: null, ...ports.whyFailed(cause) };
    }
  };
}

/** The robot answers 200 for everything; `errcode` says how it went. */
function codeOf(text: string): number | null {
  try {
    const { errcode } = JSON.parse(text) as { errcode?: unknown };
    return typeof errcode === 'number' ? errcode : null;
  } catch {
    return null; // something between us and the robot answered in its place
  }
}
