import { grouped, timeText } from '../model/index.ts';
import type { Finding, ObservedHarm } from '../findings/index.ts';
import { idleWords } from '../findings/observed-words.ts';
import { reasonsText, seenText } from '../traffic/probe-reasons.ts';
import { clean } from './clean.ts';
import type { PortReport, ServiceReport } from './report.ts';

/** `about 4,090 connections a minute`; a little is said as such. */
export function perMinute(rate: Pick<ObservedHarm, 'perMinute' | 'unit'>): string {
  const { perMinute: value, unit } = rate;
  if (value > 0 && value < 1) return `under 1 ${unit.slice(0, -1)} a minute`;
  return `about ${grouped(Math.round(value))} ${unit} a minute`;
}

/** `Azure sees 1 of 3 backends up (3 predicted): the HTTP probe gets a status other than 200`; nothing where it was not asked. */
export function azureText(port: PortReport): string | undefined {
  const { observed, notVerified, backendTotals } = port;
  if (observed === undefined)
    return notVerified === undefined ? undefined : `not verified: ${clean(notVerified)}`;
  const seen = seenText(observed, backendTotals.members);
  const { up } = observed.predicted;
  const why = clean(reasonsText(observed));
  if (observed.differing === 0) return `${seen}, as predicted`;
  return `${seen} (${up} predicted)${why === '' ? '' : `: ${why}`}`;
}

/** `about 12,400 connections a minute, 11,900 a day before, 13,100 a week before`. */
export function rateText({ traffic }: PortReport): string | undefined {
  if (traffic?.perMinute === undefined) return undefined;
  const { unit, dayBefore, weekBefore } = traffic;
  if (traffic.perMinute + (dayBefore ?? 0) + (weekBefore ?? 0) === 0) return `no ${unit}`;
  const before = [
    ...(dayBefore === undefined ? [] : [`${grouped(Math.round(dayBefore))} a day before`]),
    ...(weekBefore === undefined ? [] : [`${grouped(Math.round(weekBefore))} a week before`]),
  ];
  return [perMinute({ perMinute: traffic.perMinute, unit }), ...before].join(', ');
}

/** What is lost and what is misplaced of a Service's traffic now; `idle` where there is none. */
export function harmText(service: ServiceReport): string {
  const { idle, lostPerMinute, misplacedPerMinute, ports } = service;
  if (idle === true)
    return `idle: ${idleWords(ports.map(({ traffic }) => traffic ?? { unit: 'connections' }))}`;
  return [
    [lostPerMinute, 'lost'] as const,
    [misplacedPerMinute, 'on other pods than an even share would bring them to'] as const,
  ]
    .flatMap(([harm, what]) => (harm && harm.perMinute > 0 ? [`${perMinute(harm)} ${what}`] : []))
    .join(', ');
}

/** `load balancer kubernetes, 2026-11-23 05:50 UTC: Microsoft.Network/loadBalancers/write by Azure Portal`. */
export function changeText({ change }: Finding, withPerson = true): string | undefined {
  if (change === undefined) return undefined;
  const who = withPerson && change.changedBy !== undefined ? ` (${clean(change.changedBy)})` : '';
  const how = clean(change.operation ?? change.changeType);
  const client = change.clientType === undefined ? '' : ` by ${clean(change.clientType)}`;
  const what =
    change.properties.length === 0 ? '' : `: ${clean(change.properties.slice(0, 3).join(', '))}`;
  return `${clean(change.resource)}, ${timeText(change.at)}, ${how}${client}${who}${what}`;
}
