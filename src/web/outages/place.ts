import type { Outage } from '../../core/outages/outage.ts';

/** Where, in one line. */
export function placeOf(outage: Pick<Outage, 'districts' | 'streets' | 'communities'>): string {
  return [...outage.districts, ...outage.streets, ...outage.communities].join('、');
}
