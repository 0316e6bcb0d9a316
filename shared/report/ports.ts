import { clean } from './clean.ts';
import { percentRange } from './words.ts';
import type { EndpointRow } from './fold.ts';
import type { PortReport, ServiceReport } from './report.ts';

/** Ports of a Service that share one picture: the same frontend, pods, shares and losses. */
export interface PortGroup {
  readonly ports: readonly PortReport[];
  /** The one that stands for all. */
  readonly first: PortReport;
}

/** Groups the ports of a Service that show the same; a Service of 80 and 443 is read once. */
export function portGroups(service: ServiceReport): readonly PortGroup[] {
  const { ports: all } = service;
  // Most have one, and its key would be as long as its endpoints are many.
  const groups = all.length === 1 ? [all] : Map.groupBy(all, groupKey).values();
  return [...groups].flatMap((ports) =>
    ports[0] === undefined ? [] : [{ ports, first: ports[0] }],
  );
}

function groupKey(port: PortReport): string {
  return JSON.stringify([
    port.loadBalancer,
    port.backendPool,
    port.frontend,
    port.verdict,
    port.disabled,
    port.why,
    port.lost,
    port.losses,
    port.endpoints,
    port.backends,
  ]);
}

/** `80/TCP`, `80,443/TCP`, and the family where the Service has two. */
export function portGroupText(group: PortGroup, service: ServiceReport): string {
  const families = new Set(service.ports.map((port) => port.family));
  const byProtocol = new Map<string, string[]>();
  for (const port of group.ports) {
    const key = `${clean(port.protocol)}${families.size > 1 ? ` ${port.family}` : ''}`;
    byProtocol.set(key, [...(byProtocol.get(key) ?? []), String(port.port)]);
  }
  return [...byProtocol].map(([key, ports]) => `${someOf(ports)}/${key}`).join(' ');
}

function someOf(ports: readonly string[]): string {
  return ports.length <= 4 ? ports.join(',') : `${ports.slice(0, 3).join(',')}+${ports.length - 3}`;
}

/** Endpoints that count in a list of shares: ready, or with a share although they are not. */
export function countedEndpoints(endpoints: readonly EndpointRow[]): readonly EndpointRow[] {
  return endpoints.filter((endpoint) => endpoint.ready || endpoint.share > 0);
}

/** The shares as the article writes them: `36/33/31`, `100/0/0`; many pods as a range. */
export function sharesText(port: PortReport): string {
  if (port.verdict === 'unknown') return '?';
  if (port.disabled === true) return '–';
  return sharesList(countedEndpoints(port.endpoints).map((endpoint) => endpoint.share));
}

/** The same for shares alone, largest first. */
export function sharesList(given: readonly number[]): string {
  const shares = given.toSorted((a, b) => b - a);
  const most = shares[0];
  const least = shares.at(-1);
  if (most === undefined || least === undefined) return 'no ready pod';
  if (shares.length <= 6) return shares.map((share) => (share * 100).toFixed(0)).join('/');
  const range = percentRange(least, most);
  return most - least < 1e-9 ? `${shares.length} × ${range}` : `${shares.length} pods ${range}`;
}
