/** The OpenAPI document, made from the same schemas that check what comes in. */
import { OpenApiGeneratorV31, OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { OUTWARD_EVENTS } from '../../core/outward/event.ts';
import { SCOPES } from '../../core/outward/scope.ts';
import { refusal, type Operation } from './operation.ts';

const ABOUT = `供水热线 96666 给其他系统的接口。

- **令牌**：由管理员在“接口令牌”页发放，每个系统一个，放在 \`Authorization: Bearer …\` 里；令牌只显示一次。
- **幂等**：建立、推进一类的请求请带 \`Idempotency-Key\`（任意不重复的字符串，保留 7 天）。同键同内容得到同一个答复（带 \`Idempotent-Replayed: true\`）；同键不同内容得到 409。
- **并发**：会变的东西带 \`ETag\`（版本）。修改时用 \`If-Match\` 带回它；版本已变得到 412，先重新读取。
- **分页**：答复里的 \`next\` 原样放进下一次的 \`after\`。
- **拒绝**：一律是 \`{code, message}\`，message 是中文，说明该怎么办。
- **限流**：超过每分钟的次数得到 429，按 \`Retry-After\` 等待。
- **时间**：ISO 8601，UTC。

### Webhook
在“接收方”里登记地址、在“通知规则”里选择事件后，事件发生时我们向该地址 POST（见下方 Webhooks）。
签名按 [Standard Webhooks](https://www.standardwebhooks.com)：\`webhook-id\`（同一条消息重发时不变，用它去重）、\`webhook-timestamp\`（秒）、\`webhook-signature: v1,…\`，
即 base64(HMAC-SHA256(密钥, id + "." + timestamp + "." + 正文))；密钥是 \`whsec_\` 之后的部分做 base64 解码。2xx 视为收到；其余在约半天内重试至多 12 次，之后转入“发送记录”等人处理。同一工单的消息按先后送达。答复 410 表示不再接收。`;

const EVERY: Record<number, string> = {
  400: '内容有误',
  401: '没有令牌，或令牌无效',
  403: '令牌没有这项权限',
  429: '太频繁',
  503: '暂时不可用，请稍后重试',
};

export function openApiOf(operations: readonly Operation[], version: string): object {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  for (const one of operations) {
    const no = {
      ...EVERY,
      ...(one.changes ? { 409: '同一 Idempotency-Key 用于不同内容', 412: '版本已变' } : {}),
      ...one.refusals,
    };
    registry.registerPath({
      method: one.method,
      path: one.path,
      tags: [one.group],
      summary: one.summary,
      description: `${one.description ?? ''}\n\n需要权限 \`${one.scope}\`（${SCOPES[one.scope]}）。`.trim(),
      security: [{ token: [] }],
      request: {
        ...(one.params ? { params: one.params } : {}),
        ...(one.query ? { query: one.query } : {}),
        ...(one.changes
          ? {
              headers: z.object({
                'Idempotency-Key': z.string().max(200).optional(),
                'If-Match': z.string().optional(),
              }),
            }
          : {}),
        ...(one.body
          ? { body: { required: true, content: { 'application/json': { schema: one.body } } } }
          : {}),
      },
      responses: {
        [one.changes ? 201 : 200]: {
          description: '成功',
          content: { 'application/json': { schema: one.answer } },
        },
        ...Object.fromEntries(
          Object.entries(no).map(([status, description]) => [
            status,
            { description, content: { 'application/json': { schema: refusal } } },
          ]),
        ),
      },
    });
  }
  for (const [name, words] of Object.entries(OUTWARD_EVENTS)) {
    registry.registerWebhook({
      method: 'post',
      path: name,
      summary: words,
      tags: ['Webhooks'],
      request: {
        headers: z.object({
          'webhook-id': z.string(),
          'webhook-timestamp': z.string(),
          'webhook-attempt': z.string(),
          'webhook-signature': z.string(),
        }),
        body: {
          content: {
            'application/json': {
              schema: z.object({
                type: z.literal(name),
                timestamp: z.iso.datetime(),
                sequence: z.number().int(),
                data: z.record(z.string(), z.unknown()),
              }),
            },
          },
        },
      },
      responses: { 200: { description: '已收到（任何 2xx）' }, 410: { description: '不再接收' } },
    });
  }
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: { title: '供水热线 96666 接口', version, description: ABOUT },
    servers: [{ url: '/api/v1' }],
  });
}
