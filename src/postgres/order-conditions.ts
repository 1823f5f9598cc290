/** Which orders are open, unanswered, near their time or overdue: the same for lists, walls, handovers and exports. `o` orders. */
export const ORDER_OPEN = `o.state not in ('closed', 'cancelled')`;
/** no result was fed back yet, also where nobody was sent */
export const ORDER_UNANSWERED = `o.state not in ('fed-back', 'closed', 'cancelled')`;
/** `now` and `soon` are instants in SQL; an order that is overdue is not near it any more */
export const orderOverdue = (now: string) => `${ORDER_OPEN} and o.due_at <= ${now}`;
export const orderNear = (now: string, soon: string) =>
  `${ORDER_OPEN} and o.due_at > ${now} and o.due_at <= ${soon}`;
