import { Link } from 'react-router';
import type { RecordFields } from '../../core/orders/records.ts';
import type { DeskRecord } from '../../protocol/records.ts';
import { DeskOrderPanel } from './desk-panel.tsx';
import { useOrderWords } from './words.ts';

/** Under the record of a call: Alt O says that somebody must go, Alt Enter sends them. */
export function RecordOrder({ record, fields }: { record: DeskRecord; fields: RecordFields }) {
  const say = useOrderWords();
  if (fields.conclusion !== 'order') return null;
  if (record.orderNo)
    return (
      <p className="quiet">
        {say('recordOrder')} <Link to={`/orders/${record.orderNo}`}>{record.orderNo}</Link>
      </p>
    );
  const { category, item, content, caller, phone, account, address, district, urgent } = fields;
  return (
    <DeskOrderPanel
      urgentByRecord
      key={`${record.id} ${category} ${item}`}
      matter={{
        ...{ category, item, content, caller, phone, account, address, district, urgent },
        ...{ recordId: record.id, callId: record.callId, source: record.callId ? 'call' : 'visit' },
      }}
    />
  );
}
