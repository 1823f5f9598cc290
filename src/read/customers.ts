import {
  besideCustomerColumns,
  furtherPhoneColumns,
  guessColumns,
  readRow,
  recogniseCustomers,
} from '../core/customers/import.ts';
import { firstRows } from '../core/lists/doubles.ts';
import { readListFile } from './list.ts';

/** Those of a first start; the service has its own list. */
const DISTRICTS = ['兴庆区', '金凤区', '西夏区', '永宁', '贺兰', '灵武', '河东'];

/** A list of the billing system, as the import page would take it; whose unit it is, only the service knows. */
export function readCustomers(path: string) {
  const first = firstRows();
  const columnsOf = (headers: readonly string[]) => {
    const { unitId: _unknown, ...columns } = guessColumns(headers);
    return columns;
  };
  const described = (headers: readonly string[]) => {
    const columns = columnsOf(headers);
    return { columns, beside: besideCustomerColumns(headers, columns) };
  };
  return readListFile(path, recogniseCustomers({}), described, ({ row, cells, faults }, headers) => {
    const columns = columnsOf(headers);
    const rules = { districts: DISTRICTS, units: new Map() };
    const read = readRow(cells, columns, rules, faults, furtherPhoneColumns(headers, columns));
    if (!read.ok) return { refused: read.reason };
    const before = first(read.card.account ?? '', row);
    if (before !== null) return { refused: `户号和第 ${before} 行重复` };
    const { unitId: _unknown, ...taken } = read.card;
    return { taken };
  });
}
