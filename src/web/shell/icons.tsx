/** The rail's pictures: one stroke width, drawn for 24 px. */
const PATHS = {
  headset:
    'M4 14v-2a8 8 0 0 1 16 0v2M4 14a2 2 0 0 1 3 0v4a2 2 0 0 1-3 0zm16 0a2 2 0 0 0-3 0v4a2 2 0 0 0 3 0zm0 4c0 2-2 3-5 3h-2',
  wrench: 'M14 6a4 4 0 0 1 5-2l-3 3 1 2 2 1 3-3a4 4 0 0 1-6 5l-8 8-3-3 8-8a4 4 0 0 1 1-3z',
  people:
    'M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zm-6 9c0-4 3-6 6-6s6 2 6 6M16 4.5a3.5 3.5 0 0 1 0 6.5m2 3c2 .7 3.500 2.500 3.500 6',
  callback:
    'M5 4h4l1.500 4-2 1.500a12 12 0 0 0 6 6l1.500-2 4 1.500v4c0 1-1 2-2 2C10 20 4 14 3 6c0-1 1-2 2-2zm9 0v5h5m-5 0 6-6',
  calendar: 'M4 6h16v14H4zM4 10h16M8 3v5m8-5v5m-8 6h3m3 0h3m-9 3h3',
  chart: 'M4 20V4m0 16h16M8 17v-5m4 5V8m4 9v-7',
  screen: 'M3 5h18v11H3zm9 11v4m-4 0h8M7 12l3-3 2 2 4-4',
  gear: 'M12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6zm0-6v3m0 12v3M3 12h3m12 0h3M5.600 5.600l2.200 2.200m8.400 8.400 2.200 2.200m0-12.800-2.200 2.200m-8.400 8.400-2.200 2.200',
};
export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 24 }: { name: IconName; size?: number }) {
  return (
    <svg viewBox="0 0 24 24" width={size} height={size} aria-hidden="true" className="icon">
      <path
        d={PATHS[name]}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.700"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
