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
  const [xs, ys] = [places.map(([x]) => x), places.map(([, y]) => y)];
  return {
    name: shortDistrict(one.properties.name),
    path: `M${places.map(([x, y]) => `${x.toFixed(1)} ${y.toFixed(1)}`).join('L')}Z`,
    x: (Math.min(...xs) + Math.max(...xs)) / 2,
    y: (Math.min(...ys) + Math.max(...ys)) / 2,
  };
});
