import type { Unjudged } from '../facts/index.ts';
import { listed, reasonOfAll, subjectText, type Reason, type Taint } from '../model/index.ts';
import type { PortTraffic } from '../traffic/index.ts';

/**
 * `a, b and 3 more: <why>`, one reason for each that there is: of subjects that are not those of the findings,
 * so that the reason concerns whatever a rule looks at.
 */
export function reasonsBySubjects(unjudged: readonly Unjudged[]): readonly Reason[] {
  return [...Map.groupBy(unjudged, ({ why }) => why)].map(([why, each]) => ({
    ...reasonOfAll(each),
    why: `${listed(distinct(each.map(({ subject }) => subjectText(subject))))}: ${why}`,
  }));
}

/** `a; b; c`, for items with commas of their own; long lists end in `and 7 more`. */
export function itemized(items: readonly string[], limit = 8): string {
  const rest = items.length - limit;
  return rest > 0 ? `${items.slice(0, limit).join('; ')}; and ${rest} more` : items.join('; ');
}

/** `pool a`, `pools a and b`. */
export function named(noun: string, names: readonly string[]): string {
  return `${names.length === 1 ? noun : `${noun}s`} ${listed(names)}`;
}

/** At most one digit behind the point, and none where it is 0: `2`, `2.5`. */
export function rounded(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** `port 80/TCP`, `ports 80/TCP and 443/TCP`, with the family where a Service has two. */
export function portsText(ports: readonly PortTraffic[], families: number): string {
  const names = [...new Set(ports.map((port) => portText(port, families)))];
  return `${names.length === 1 ? 'port' : 'ports'} ${listed(names)}`;
}

function portText(port: PortTraffic, families: number): string {
  return `${port.port}/${port.protocol}${families > 1 ? ` (${port.family})` : ''}`;
}

/** Quotes a word for a POSIX shell unless it is plain: names come from clusters. */
export function quoted(word: string): string {
  return /^[\w./:@%+=,-]+$/u.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** A value from a cluster in quotation marks and in one line, cut where it is long. */
export function cited(value: string): string {
  const line = inOneLine(value);
  return `"${line.length > 80 ? `${line.slice(0, 79)}…` : line}"`;
}

/** What somebody else wrote, in one line and at most 300 characters. */
export function excerpt(text: string): string {
  const line = inOneLine(text).trim();
  return line.length > 300 ? `${line.slice(0, 299)}…` : line;
}

function inOneLine(text: string): string {
  return text.replaceAll(/[\s\p{Cc}]+/gu, ' ');
}

/** `key=value:Effect`, as people and ARM write it. */
export function taintText({ key, value, effect }: Taint): string {
  return `${key}${value === '' ? '' : `=${value}`}:${effect}`;
}

/** `RefNotPermitted` → `ref-not-permitted`, `Down_Probe_HttpNoResponse` → `down-probe-http-no-response`. */
export function kebab(name: string): string {
  return name
    .replaceAll(/(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])/gu, '-')
    .replaceAll(/[^A-Za-z0-9]+/gu, '-')
    .replaceAll(/^-|-$/gu, '')
    .toLowerCase();
}

/** Sorted and each once. */
export function distinct(names: Iterable<string>): readonly string[] {
  return [...new Set(names)].toSorted();
}

/** Hosts for evidence: `*` stands for every host. */
export function hostNames(hosts: readonly string[]): readonly string[] {
  return hosts.map((host) => host || '*');
}

/** Hosts as routes name them; the empty one stands for all. */
export function hostsText(hosts: readonly string[], limit = 3): string {
  const names = hosts.map((host) => (host === '' ? 'every host' : host));
  return listed(names.length === 0 ? ['every host'] : names, limit);
}
