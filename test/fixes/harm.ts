import type { PortTraffic } from '../../shared/traffic/index.ts';

/** What is wrong with the ports of a Service, the worst first: dead ones, loss, ready pods without a share. */
export function harmOf(ports: readonly PortTraffic[]): readonly number[] {
  const alive = ports.filter(({ verdict }) => verdict !== 'none');
  const sum = (of: (port: PortTraffic) => number): number =>
    alive.reduce((total, port) => total + of(port), 0);
  return [
    ports.length - alive.length,
    sum(({ lost }) => lost),
    sum(({ endpoints }) => endpoints.filter((each) => each.ready && each.share === 0).length),
  ];
}

export function isWorse(after: readonly number[], before: readonly number[]): boolean {
  const at = after.findIndex((value, index) => Math.abs(value - (before[index] ?? 0)) > 1e-6);
  return at !== -1 && (after[at] ?? 0) > (before[at] ?? 0);
}
