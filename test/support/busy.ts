import { availableParallelism, loadavg } from 'node:os';

/** Others want more of this machine than it has: how quick something is says nothing of the hotline then. */
export const isBusy = (): boolean => loadavg()[0]! > availableParallelism();
