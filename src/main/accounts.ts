/** Accounts put together: what the database says of them is heard at once, and each look goes through one place. */
import { openAccounts, type Accounts } from '../app/accounts.ts';
import { openRightsLine } from '../postgres/rights.ts';

/** `openSids`: the sessions whose browsers have a line now. */
export function accountsOf(
  url: string,
  {
    openSids,
    now,
    onFault,
  }: { openSids: () => string[]; now: () => number; onFault: (cause: unknown) => void },
): { accounts: Accounts; close: () => Promise<void> } {
  const rightsLine = openRightsLine(url, () => void accounts.refresh().catch(onFault), onFault);
  const accounts = openAccounts({
    read: rightsLine.read,
    endedSessions: rightsLine.endedSessions,
    openSids,
    now,
    onFault,
  });
  return {
    accounts,
    async close() {
      accounts.close();
      await rightsLine.close();
    },
  };
}
