import type pg from 'pg';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import * as lists from '../postgres/callback-lists.ts';

/** Prometheus: callbacks by result and lateness, and per department the share that was called back and that was satisfied. */
export function callbackFigures(registry: Registry, pool: pg.Pool) {
  const registers = [registry];
  const attempts = new Counter({
    name: 'hotline_callback_attempts_total',
    help: 'Callbacks that placed themselves, by result',
    labelNames: ['result'],
    registers,
  });
  const lateness = new Histogram({
    name: 'hotline_callback_lateness_seconds',
    help: 'From when a callback was due and could be placed until it was',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 30],
    registers,
  });
  new Gauge({
    name: 'hotline_callback_sampling_ratio',
    help: 'Callbacks done of the closed on-site orders of the last weekly campaign, by department',
    labelNames: ['department'],
    registers,
    async collect() {
      this.reset();
      for (const { department, rate } of await lists.samplingRates(pool).catch(() => []))
        this.set({ department }, rate);
    },
  });
  new Gauge({
    name: 'hotline_callback_satisfaction_ratio',
    help: 'Satisfied of the valid answers, by department',
    labelNames: ['department'],
    registers,
    async collect() {
      this.reset();
      const rows = await lists.countCallbacks(pool, 'department', {}).catch(() => []);
      for (const row of rows) if (row.valid > 0) this.set({ department: row.by }, row.satisfied / row.valid);
    },
  });
  return { attempts, lateness };
}
