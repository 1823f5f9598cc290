import { findPhones } from './legs.ts';
import { openFloor, type Floor, type FloorSettings } from './floor.ts';

const MAPS = ['calls', 'legs', 'merged', 'registrations'] as const;
const SETS = ['ended', 'suspects'] as const;

/** The floor as text: what a journal's segment begins with. A restored floor goes on to tell the same facts. */
export function saveFloor(floor: Floor): string {
  const { settings: _settings, trunk: _trunk, phones: _phones, agents, ...rest } = floor;
  const plain: Record<string, unknown> = { ...rest };
  for (const name of MAPS) plain[name] = [...floor[name]];
  for (const name of SETS) plain[name] = [...floor[name]];
  plain['agents'] = [...agents].map(([name, agent]) => [
    name,
    { ...agent, queues: [...agent.queues], legs: [...agent.legs] },
  ]);
  return JSON.stringify(plain);
}

/** A text that is no saved floor gives an empty one: the switch's snapshot then tells what lives. */
export function restoreFloor(saved: string | null, settings: FloorSettings): Floor {
  const floor = openFloor(settings);
  if (!saved) return floor;
  try {
    const plain = JSON.parse(saved);
    for (const name of MAPS) plain[name] = new Map(plain[name]);
    for (const name of SETS) plain[name] = new Set(plain[name]);
    plain.agents = new Map(
      plain.agents.map(([name, agent]: [string, { queues: []; legs: [] }]) => [
        name,
        { ...agent, queues: new Map(agent.queues), legs: new Map(agent.legs) },
      ]),
    );
    Object.assign(floor, plain);
    findPhones(floor);
    return floor;
  } catch {
    return openFloor(settings);
  }
}
