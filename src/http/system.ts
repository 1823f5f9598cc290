import { existsSync } from 'node:fs';
import { declareRoutes, type Routes } from './routes.ts';
import type { UpdateKnowledge } from '../core/security-updates.ts';
import type { SystemView } from '../protocol/system.ts';
import { allow, personOf, refuse } from './door.ts';

export interface SystemPorts {
  view: () => Promise<SystemView>;
  /** asks for updates now */
  look: () => Promise<UpdateKnowledge>;
  /** what the service is made of (setup/sbom.ts) */
  sbomFile: string;
  audit: (personId: number, what: string, about: string) => Promise<void>;
}

/** What the hotline stands on, in which versions, for whoever answers for its security. */
export function systemRoutes(ports: SystemPorts): Routes {
  const router = declareRoutes();
  router.get('/system', allow('edit-people'), async (_request, response) => {
    response.json(await ports.view());
  });
  router.post('/system/updates', allow('edit-people'), async (request, response) => {
    await ports.look();
    await ports.audit(personOf(request).id, 'security-updates-asked', '');
    response.json(await ports.view());
  });
  router.get('/system/sbom', allow('edit-people'), (_request, response) => {
    if (!existsSync(ports.sbomFile))
      return refuse(response, 404, 'no-sbom', '还没有生成软件物料清单。请在服务器上执行 npm run sbom。');
    response.download(ports.sbomFile, 'hotline-sbom.cdx.json', { dotfiles: 'allow' });
  });
  return router;
}
