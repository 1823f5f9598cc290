/** Lists as files: asked for, made beside, fetched by who asked. */
import { z } from 'zod';
import { may, type Deed } from '../core/people/may.ts';
import { allow, attach, personOf, refuse, said } from './door.ts';
import { declareRoutes, type Routes } from './routes.ts';

interface Made {
  id: string;
  list: string;
  format: 'xlsx' | 'csv';
  words: string;
  state: string;
  untilAtMs: number | null;
}
/** As the list's page has it in its address; a name that stands twice has two values. */
export type ExportFilter = Record<string, string | string[]>;

export interface ExportRoutePorts {
  /** a list by its name: who may take it along, and what is said of this filter (null: the filter is wrong) */
  list: (name: string) => { zh: string; deed: Deed; words: (filter: ExportFilter) => string | null } | null;
  ask: (
    job: {
      list: string;
      format: 'xlsx' | 'csv';
      filter: ExportFilter;
      words: string;
      askedBy: number;
    },
    most: number,
  ) => Promise<string | null>;
  mine: (personId: number) => Promise<Made[]>;
  find: (id: string, personId: number) => Promise<Made | null>;
  /** null: the file is gone */
  file: (id: string, format: 'xlsx' | 'csv') => string | null;
  counted: (id: string) => Promise<void>;
  nudge: () => void;
  audit: (personId: number, deed: string, about: string) => Promise<void>;
}

const wanted = z.object({
  list: z.string().max(60),
  format: z.enum(['xlsx', 'csv'], '格式只能是 xlsx 或 csv'),
  filter: z
    .record(z.string().max(40), z.union([z.string().max(400), z.array(z.string().max(400)).max(60)]))
    .default({}),
});
/** being made at once, of one person */
const MOST = 3;

export function exportRoutes(ports: ExportRoutePorts): Routes {
  const routes = declareRoutes();
  const take = allow('export-lists');

  routes.get('/exports', take, async (request, response) => {
    response.json(await ports.mine(personOf(request).id));
  });
  routes.post('/exports', take, async (request, response) => {
    const asked = said(response, wanted, request.body);
    if (!asked) return;
    const person = personOf(request);
    const list = ports.list(asked.list);
    if (!list) return refuse(response, 404, 'no-list', '没有这个清单，请刷新页面。');
    if (!may(person.role, list.deed))
      return refuse(response, 403, 'not-allowed', `您的账号不能导出“${list.zh}”，需要时请联系管理员。`);
    const words = list.words(asked.filter);
    if (words === null) return refuse(response, 400, 'wrong-filter', '筛选条件读不懂，请刷新页面后重试。');
    const id = await ports.ask({ ...asked, words, askedBy: person.id }, MOST);
    if (id === null)
      return refuse(response, 409, 'too-many', `您已有 ${MOST} 个导出正在进行，请等其中一个完成后再导出。`);
    await ports.audit(person.id, 'export-asked', `${list.zh}（${asked.format}）：${words}`);
    ports.nudge();
    response.status(201).json({ id });
  });
  routes.get('/exports/:id/file', take, async (request, response) => {
    const id = z.uuid().safeParse(request.params['id']);
    const person = personOf(request);
    const made = id.success ? await ports.find(id.data, person.id) : null;
    if (!made) return refuse(response, 404, 'no-export', '没有这个文件；导出的文件只有本人能下载。');
    if (made.state === 'expired') return refuse(response, 410, 'expired', '文件已过保存期，请重新导出。');
    if (made.state !== 'ready') return refuse(response, 409, 'not-ready', '文件还没做好，请稍候。');
    // a right that was taken away since then counts
    const list = ports.list(made.list);
    if (!list || !may(person.role, list.deed))
      return refuse(response, 403, 'not-allowed', '您的账号已没有这个清单的权限。');
    const path = ports.file(made.id, made.format);
    if (path === null) return refuse(response, 410, 'gone', '文件已不在服务器上，请重新导出。');
    await ports.audit(person.id, 'export-fetched', `${list.zh}：${made.words}`);
    await ports.counted(made.id);
    attach(response, `${list.zh} ${made.words}.${made.format}`).sendFile(path, { dotfiles: 'allow' });
  });
  return routes;
}
