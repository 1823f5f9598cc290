import type { Config } from '../config.ts';
import { setHomeArea } from '../core/people/home-area.ts';
import { setMeasureLimits } from '../core/limits.ts';
import { setHotlineZone, zoneNamed } from '../core/zone.ts';
import { SetupFailure } from '../setup/progress.ts';

/** The zone, the area code and the limits of rings, before anything is opened, read or shown. */
export function setProcessSettings(config: Config): void {
  const zone = zoneNamed(config.TIME_ZONE);
  if (!zone)
    throw new SetupFailure(
      `设置 TIME_ZONE=${config.TIME_ZONE} 不能用：要写时区库里的名字，如 Asia/Shanghai，而且不能是有夏令时的时区。`,
    );
  setHotlineZone(zone);
  setHomeArea(config.HOME_AREA);
  setMeasureLimits({
    ringCadenceMs: config.RING_CADENCE_MS,
    threeRingsMs: config.THREE_RINGS_MS,
    shortAbandonMs: config.SHORT_ABANDON_MS,
  });
}
