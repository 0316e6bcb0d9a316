import { grouped, percent, valueOr, type LoadBalancerMetrics } from '../model/index.ts';
import { reasonsText, seenText, type PortTraffic } from '../traffic/index.ts';
import type { ObservedHarm } from './finding.ts';

/** `About 4,090 of 12,400 connections a minute are lost.`; nothing where all arrive as they should. */
export function harmWords({ perMinute, kind, unit, of }: ObservedHarm): string | undefined {
  if (of === 0) return `No ${unit} in the last hour.`;
  if (perMinute === 0) return undefined;
  const what =
    kind === 'lost' && perMinute >= 1 && Math.round(perMinute) === Math.round(of)
      ? `All of about ${grouped(Math.round(of))} ${unit} a minute`
      : `${about(perMinute)} of ${grouped(Math.round(of))} ${unit} a minute`;
  return kind === 'lost'
    ? `${what} are lost.`
    : `${what} reach other pods than with an even distribution.`;
}

/**
 * `no connection in 7 days`, `50 connections in 7 days`: what an idle Service has, from the count of each
 * of its ports; a count that is missing was not read this time.
 */
export function idleWords(
  ports: readonly { readonly unit: ObservedHarm['unit']; readonly week?: number }[],
): string {
  if (ports.some(({ week }) => week === undefined)) return 'no traffic when last measured';
  const units = [...new Set(ports.map(({ unit }) => unit))].toSorted();
  const week = Math.ceil(ports.reduce((sum, port) => sum + (port.week ?? 0), 0));
  const names = week > 1 ? units : units.map((unit) => unit.slice(0, -1));
  return `${week === 0 ? 'no' : grouped(week)} ${names.join(' or ')} in 7 days`;
}

function about(value: number): string {
  return value >= 1 ? `About ${grouped(Math.round(value))}` : 'Under 1';
}

/** What Azure sees beside what was predicted, for the first port that was verified. */
export function observedWords(ports: readonly PortTraffic[]): readonly string[] {
  const port = ports.find(({ observed }) => observed !== undefined && observed.differing > 0);
  const first = port ?? ports.find(({ observed }) => observed !== undefined);
  if (first?.observed === undefined) return [];
  const { observed, backendTotals } = first;
  const seen = seenText(observed, backendTotals.members);
  if (observed.differing === 0) return [`${seen}, as predicted.`];
  const { up } = observed.predicted;
  const why = reasonsText(observed);
  return [`${seen}; ${up} ${up === 1 ? 'was' : 'were'} predicted${why === '' ? '' : `: ${why}`}.`];
}

/** The node with the most of its ports in use; `undefined` where nothing was measured. */
export function snatWords(metrics: readonly LoadBalancerMetrics[]): string | undefined {
  const rows = metrics
    .flatMap(({ snat }) => valueOr(snat, []))
    .filter(({ allocated }) => allocated > 0)
    .toSorted((a, b) => b.used / b.allocated - a.used / a.allocated);
  const [most] = rows;
  return most === undefined
    ? undefined
    : `Measured in the last hour: no node used more than ${percent(most.used / most.allocated)} of its ports (${Math.round(most.used)} of ${Math.round(most.allocated)} ${most.protocol} ports).`;
}
