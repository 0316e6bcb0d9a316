import { shareRatio, tolerance, type PortTraffic } from '../traffic/index.ts';

/** What is wrong with a Service's traffic, the worst first; compared from left to right. */
export type Harm = readonly [dead: number, lost: number, starved: number, ratio: number];

/** The harm of all ports of a Service together. */
export function harm(ports: readonly PortTraffic[]): Harm {
  const worstRatio = Math.max(1, ...ports.map((port) => shareRatio(port.endpoints)));
  return [
    ports.filter((port) => port.verdict === 'none').length,
    ports.reduce((sum, port) => sum + (port.verdict === 'none' ? 0 : port.lost), 0),
    ports.reduce((sum, port) => sum + starvedCount(port), 0),
    worstRatio,
  ];
}

function starvedCount({ verdict, endpoints }: PortTraffic): number {
  if (verdict === 'none') return 0;
  return endpoints.filter((each) => each.ready && each.share === 0).length;
}

/** Below 0 where `a` does less harm. */
export function compareHarm(a: Harm, b: Harm): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (Math.abs(difference) > tolerance) return difference;
  }
  return 0;
}
