import { useQuery } from '@tanstack/react-query';
import { ask } from '../ask.ts';

export interface UnitsAnswer {
  units: { id: number; code: string; name: string; kind: string; disabled: boolean; districts: string[] }[];
  districts: string[];
}
/** Units and districts, for choosing. */
export function useUnits() {
  return useQuery({
    queryKey: ['orders', 'units'],
    queryFn: ({ signal }) => ask<UnitsAnswer>('GET', '/api/orders/units', undefined, signal),
    staleTime: 60_000,
  });
}
