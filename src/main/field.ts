/** Field workers put together: their personal links, and the photos that they and others bring to orders. */
import { randomBytes } from 'node:crypto';
import { typeOfBytes } from '../documents/file-type.ts';
import { fieldRoutes } from '../http/field.ts';
import type { SignedIn } from '../http/sessions.ts';
import { listAccounts } from '../postgres/accounts.ts';
import { writeAudit } from '../postgres/audit.ts';
import {
  addFieldLink,
  addOrderFile,
  fieldLinks,
  orderFiles,
  ownerOfFieldLink,
  withdrawFieldLinks,
} from '../postgres/field.ts';
import { orderLine } from '../postgres/orders.ts';
import { findPersonByLogin } from '../postgres/people.ts';
import { inTransaction } from '../postgres/pool.ts';
import { openKeptFiles } from './kept-files.ts';
import { orderSeen } from './orders.ts';
import type { OpenWing } from './wings.ts';

/** A link lives as long as a season of work; a lost phone's is withdrawn by hand. */
const LINK_DAYS = 90;
/** what a phone's camera and an office make; everything else is not looked at here */
const TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/heic', 'image/avif', 'application/pdf'];

export const openField: OpenWing = ({ pool, varDir, accounts }) => {
  const files = openKeptFiles(varDir);
  /** a dispatcher gives links to the own unit's workers only */
  const unitOf = (person: SignedIn) => (person.role === 'dispatcher' ? (person.unitId ?? -1) : null);

  return {
    routers: [
      fieldRoutes({
        async enter(token, address) {
          const link = await ownerOfFieldLink(pool, token);
          if (!link) return null;
          const account = (await listAccounts(pool)).find(({ id }) => id === link.personId);
          if (!account || account.disabled || account.role !== 'field-worker') return null;
          const person = await findPersonByLogin(pool, account.login);
          if (!person) return null;
          await writeAudit(pool, { personId: person.id, address, what: 'signed-in', about: '个人链接' });
          // the link may be a moment old: its session hangs on it
          await accounts.refresh();
          const { sessionEpoch } = person;
          return { person: { ...person, mustChange: false }, sessionEpoch, linkId: link.linkId };
        },
        links: (person) => fieldLinks(pool, unitOf(person)),
        async give(personId, person) {
          const token = randomBytes(24).toString('base64url');
          const made = await inTransaction(pool, async (client) => {
            const added = await addFieldLink(client, {
              ...{ personId, unitId: unitOf(person), token, madeBy: person.id, days: LINK_DAYS },
            });
            if (added)
              await writeAudit(client, {
                ...{ personId: person.id, what: 'field-link-given', about: `人员 ${personId}` },
              });
            return added;
          });
          // the ones before it are over, with the sessions that came in by them
          await accounts.refresh();
          return made ? { token, days: LINK_DAYS } : null;
        },
        async withdraw(personId, person) {
          const known = await fieldLinks(pool, unitOf(person));
          if (!known.some((one) => one.personId === personId)) return false;
          await inTransaction(pool, async (client) => {
            await withdrawFieldLinks(client, personId);
            await writeAudit(client, {
              ...{ personId: person.id, what: 'field-link-withdrawn', about: `人员 ${personId}` },
            });
          });
          await accounts.refresh();
          return true;
        },
        async sees(orderNo, person) {
          const line = await orderLine(pool, orderNo);
          return line !== null && orderSeen(person, line);
        },
        async store(orderNo, bytes, name, person) {
          const type = await typeOfBytes(bytes);
          if (type === null || !TYPES.includes(type))
            return { refused: '只收照片（JPG、PNG、WebP、HEIC）和 PDF，请换一个文件。' };
          const id = await files.keep(bytes);
          return addOrderFile(pool, orderNo, {
            ...{ id, name, type, bytes: bytes.length, personId: person.id },
          });
        },
        async file(orderNo, id) {
          const [file] = await orderFiles(pool, orderNo, [id]);
          return file ? { ...file, path: files.pathOf(id) } : null;
        },
      }),
    ],
  };
};
