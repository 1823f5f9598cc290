import yinchuan from './yinchuan.json' with { type: 'json' };

export const WIDTH = 1000;
/** a degree of longitude is shorter here than one of latitude */
const SQUEEZE = Math.cos((38.4 * Math.PI) / 180);
const rings = yinchuan.features.map((one) => one.geometry.coordinates[0] as [number, number][]);
const west = Math.min(...rings.flat().map(([x]) => x));
const east = Math.max(...rings.flat().map(([x]) => x));
const north = Math.max(...rings.flat().map(([, y]) => y));
const south = Math.min(...rings.flat().map(([, y]) => y));
const SCALE = WIDTH / ((east - west) * SQUEEZE);
export const HEIGHT = (north - south) * SCALE;
const at = ([x, y]: readonly [number, number]) =>
  [(x - west) * SQUEEZE * SCALE, (north - y) * SCALE] as const;

/** The map says 永宁县, the rule book 永宁. */
export const shortDistrict = (name: string) => name.replace(/[县市]$/, '');

/** The districts of the town, drawn within WIDTH × HEIGHT: outline, and where its name stands. */
export const DISTRICTS = yinchuan.features.map((one, index) => {
  const places = rings[index]!.map(at);
  const [x, y] = centroid(places);
  return {
    name: shortDistrict(one.properties.name),
    path: `M${places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`,
    ...{ x, y },
  };
});

/** The middle of an outline's area: a name stands there whatever its shape. */
function centroid(places: readonly (readonly [number, number])[]): readonly [number, number] {
  let [area, x, y] = [0, 0, 0];
  places.forEach(([x0, y0], index) => {
    const [x1, y1] = places[(index + 1) % places.length]!;
    const cross = x0 * y1 - x1 * y0;
    area += cross;
    x += (x0 + x1) * cross;
    y += (y0 + y1) * cross;
  });
  return [x / (3 * area), y / (3 * area)];
}
