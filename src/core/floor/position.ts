/** Where in the journal of what the switch said: everything before it. */
export interface Position {
  segment: number;
  offset: number;
}

/** Whether a position lies behind another. */
export function isBehind(position: Position, other: Position): boolean {
  return (
    position.segment > other.segment || (position.segment === other.segment && position.offset > other.offset)
  );
}
