import { Input } from 'antd';
import type { Corrected } from '../../core/orders/order.ts';
import type { OrderView } from '../../protocol/orders.ts';

const FIELDS: [keyof Corrected, string, number][] = [
  ['caller', '来电人', 100],
  ['phone', '电话', 40],
  ['address', '地址', 300],
  ['community', '小区', 100],
  ['district', '辖区', 40],
  ['content', '反映内容', 10_000],
];

/** What of an order may be corrected, filled with what it says now; only what differs is told. */
export function CorrectFields({
  order,
  to,
  change,
}: {
  order: OrderView;
  to: Corrected;
  change: (to: Corrected) => void;
}) {
  const set = (field: keyof Corrected, value: string) => {
    const { [field]: _before, ...others } = to;
    change(value === order[field] ? others : { ...others, [field]: value });
  };
  return (
    <div className="correct-fields">
      {FIELDS.map(([field, words, most]) => (
        <label key={field} className={field === 'content' ? 'wide' : ''}>
          {words}
          {field === 'content' ? (
            <Input.TextArea
              autoSize={{ minRows: 2, maxRows: 8 }}
              maxLength={most}
              value={to[field] ?? order[field]}
              onChange={(event) => set(field, event.target.value)}
            />
          ) : (
            <Input
              maxLength={most}
              value={to[field] ?? order[field]}
              onChange={(event) => set(field, event.target.value)}
            />
          )}
        </label>
      ))}
    </div>
  );
}
