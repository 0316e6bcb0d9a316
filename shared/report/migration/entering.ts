import { counted } from '../../model/index.ts';
import { countHosts, type MigrationEntry } from '../../traffic/index.ts';
import type { ClusterReport } from '../report.ts';
import { worstVerdict, type PortStatus } from '../service-status.ts';

/** What still enters at an entry point, over the ports of its Services. */
export interface EntryTraffic {
  /** Connections per minute in the last hour; absent = not measured. */
  readonly perMinute?: number;
  /** The same hour a day before. */
  readonly dayBefore?: number;
  /** None in the last 24 hours; absent = not measured that long. */
  readonly quiet?: boolean;
  /** The worst of its Services' ports. */
  readonly status: PortStatus;
  /** Addresses of its Services in Azure. */
  readonly frontends: readonly string[];
}

/** Joins an entry point with what the report says of its Services. */
export function entryTraffic(
  { services }: ClusterReport,
  { services: own }: MigrationEntry,
): EntryTraffic {
  const ports = services
    .filter(({ namespace, name }) =>
      own.some((each) => each.namespace === namespace && each.name === name),
    )
    .flatMap((service) => service.ports);
  const measured = ports.flatMap(({ traffic }) =>
    traffic?.perMinute === undefined ? [] : [traffic],
  );
  const whole = ports.length > 0 && measured.length === ports.length;
  const before = measured.flatMap(({ dayBefore }) => dayBefore ?? []);
  const days = measured.flatMap(({ day }) => day ?? []);
  return {
    ...(whole && { perMinute: sum(measured.map(({ perMinute = 0 }) => perMinute)) }),
    ...(before.length === ports.length && ports.length > 0 && { dayBefore: sum(before) }),
    ...(days.length === ports.length && ports.length > 0 && { quiet: sum(days) === 0 }),
    status: worstVerdict({ ports }),
    frontends: [...new Set(ports.flatMap(({ frontend }) => frontend ?? []))],
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

/** The sentence about removing the old side; only measurement makes it ready. */
export function removalText(cluster: ClusterReport): string {
  const { migration } = cluster;
  if (migration === undefined) return '';
  const old = migration.old.map((entry) => entryTraffic(cluster, entry));
  if (migration.unread.length > 0)
    return 'Not known whether the old side can go: routes were not read.';
  const { onOld, toMove, failing, unjudged } = migration.counts ?? countHosts(migration.hosts);
  if (toMove > 0)
    return `Not ready to remove: ${toMove === 1 ? '1 host has' : `${toMove} hosts have`} routes on the old side only.`;
  if (failing > 0)
    return `Not ready to remove: requests for ${counted(failing, 'host')} fail on the new side.`;
  const moved = onOld > 0 ? 'every host is on the new side' : 'no host is left on the old side';
  if (old.some(({ quiet }) => quiet === undefined))
    return `${moved.replace(/^./u, (first) => first.toUpperCase())}. Whether connections still enter at the old side was not measured: remove it after 24 hours without any.`;
  if (!old.every(({ quiet }) => quiet === true))
    return 'Not ready to remove: connections still enter at the old side.';
  if (unjudged > 0)
    return `No connection has entered at the old side for 24 hours or more, but whether the new side answers is not known for ${counted(unjudged, 'host')}.`;
  return `Ready to remove: ${moved}, and no connection has entered at the old side for 24 hours or more.`;
}
