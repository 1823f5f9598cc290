/** Where the tiles of a wall stand: in their order, each in the first gap that holds it; what is left over is given to them. */
import { SIZES, type Tile } from './tiles.ts';

export const COLUMNS = 12;
export const ROWS = 6;

/** A tile's place on the wall, from the top left corner, in cells. */
export interface Place {
  column: number;
  row: number;
  width: number;
  height: number;
}

/** The places of all tiles, and how many rows they fill; null: one screen does not hold them. */
export function layOut(tiles: readonly Pick<Tile, 'size'>[]): { places: Place[]; rows: number } | null {
  const taken = Array.from({ length: ROWS }, () => new Array<boolean>(COLUMNS).fill(false));
  const free = ({ column, row, width, height }: Place) => {
    if (column + width > COLUMNS || row + height > ROWS) return false;
    for (let y = row; y < row + height; y += 1)
      for (let x = column; x < column + width; x += 1) if (taken[y]![x]) return false;
    return true;
  };
  const take = ({ column, row, width, height }: Place) => {
    for (let y = row; y < row + height; y += 1) taken[y]!.fill(true, column, column + width);
  };
  const places: Place[] = [];
  for (const { size } of tiles) {
    const { width, height } = SIZES[size];
    let found: Place | null = null;
    for (let at = 0; at < ROWS * COLUMNS && !found; at += 1) {
      const place = { column: at % COLUMNS, row: Math.floor(at / COLUMNS), width, height };
      if (free(place)) found = place;
    }
    if (!found) return null;
    take(found);
    places.push(found);
  }
  const rows = Math.max(1, ...places.map((one) => one.row + one.height));
  // a gap beside or below a tile is its own, up to twice its size: no holes that ask what is missing
  for (const [at, place] of places.entries()) {
    const most = SIZES[tiles[at]!.size];
    for (; place.width < 2 * most.width; place.width += 1)
      if (!free({ ...place, column: place.column + place.width, width: 1 })) break;
    for (; place.height < 2 * most.height && place.row + place.height < rows; place.height += 1)
      if (!free({ ...place, row: place.row + place.height, height: 1 })) break;
    take(place);
  }
  return { places, rows };
}
