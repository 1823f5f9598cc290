import { Input } from 'antd';
import { FIELD_LIMITS } from '../../core/field-limits.ts';
import type { Corrected } from '../../core/orders/order.ts';
import { ORDER_FIELD_WORDS } from '../../core/orders/words.ts';
import type { OrderView } from '../../protocol/orders.ts';

const LIMITS: Record<keyof Corrected, number> = {
  caller: FIELD_LIMITS.name,
  phone: FIELD_LIMITS.phone,
  address: FIELD_LIMITS.address,
  community: FIELD_LIMITS.community,
  district: FIELD_LIMITS.district,
  content: FIELD_LIMITS.content,
};
const FIELDS = Object.keys(LIMITS) as (keyof Corrected)[];

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
      {FIELDS.map((field) => (
        <label key={field} className={field === 'content' ? 'wide' : ''}>
          {ORDER_FIELD_WORDS[field]}
          {field === 'content' ? (
            <Input.TextArea
              autoSize={{ minRows: 2, maxRows: 8 }}
              maxLength={LIMITS[field]}
              value={to[field] ?? order[field]}
              onChange={(event) => set(field, event.target.value)}
            />
          ) : (
            <Input
              maxLength={LIMITS[field]}
              value={to[field] ?? order[field]}
              onChange={(event) => set(field, event.target.value)}
            />
          )}
        </label>
      ))}
    </div>
  );
}
