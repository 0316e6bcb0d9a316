import { readHealth } from '../collect/index.ts';
import { healthLimits } from '../collect/live/index.ts';
import { restsOnHealth, severities, subjectText, type Finding } from '../findings/index.ts';
import { valueOr, type ArmId, type ClusterSnapshot } from '../model/index.ts';
import { probeDoubts, traffic, type PortTraffic, type ServiceTraffic } from '../traffic/index.ts';
import type { Azure } from './azure.ts';

/** How much of a cluster Azure is asked about itself. */
export interface Verification {
  /** Every rule with a probe, not only those on which a finding rests. */
  readonly all: boolean;
  /** Most rules of this cluster. */
  readonly rules: number;
  /** `namespace/name` of Services that were verified in the last run: first in this one. */
  readonly before: readonly string[];
}

/**
 * The snapshot with Azure's own word for the backends of what deserves it: Services that were verified
 * before, those whose probe metrics say another thing than the model, then those with findings, the
 * worst first; each probe and pool once.
 */
export async function verified(
  azure: Azure,
  snapshot: ClusterSnapshot,
  findings: readonly Finding[],
  verification: Verification,
  signal?: AbortSignal,
): Promise<ClusterSnapshot> {
  const ruleIds = rulesToVerify(snapshot, findings, verification);
  if (ruleIds.length === 0) return snapshot;
  const { clusterMs, clusterMsWhenAsked } = healthLimits;
  const backendHealth = await readHealth({
    access: azure.arm,
    ruleIds,
    limitMs: verification.all ? clusterMsWhenAsked : clusterMs,
    clock: azure.clock,
    signal,
  });
  return { ...snapshot, backendHealth };
}

/** Rules to ask about, in this order; of rules with one probe and one pool the first. */
export function rulesToVerify(
  snapshot: ClusterSnapshot,
  findings: readonly Finding[],
  { all, rules: most, before }: Verification,
): readonly ArmId[] {
  const services = valueOr(traffic.of(snapshot), []);
  const worst = new Map<string, number>();
  for (const { rule, subject, severity } of findings)
    if (subject.kind === 'Service' && restsOnHealth(rule)) {
      const name = subjectText(subject);
      worst.set(name, Math.min(worst.get(name) ?? Infinity, severities.indexOf(severity)));
    }
  const doubts = valueOr(probeDoubts.of(snapshot), new Set<ArmId>());
  const known = new Set(before);
  const rankOf = (service: ServiceTraffic): number => {
    const name = `${service.namespace}/${service.name}`;
    if (known.has(name)) return -2;
    if (service.ports.some(({ ruleId }) => ruleId !== undefined && doubts.has(ruleId))) return -1;
    return worst.get(name) ?? (all ? severities.length : Infinity);
  };
  const keys = new Set<string>();
  return services
    .map((service) => ({ service, rank: rankOf(service) }))
    .filter(({ rank }) => rank < Infinity)
    .toSorted((a, b) => a.rank - b.rank)
    .flatMap(({ service }) => service.ports)
    .flatMap((port) => askable(port, keys))
    .slice(0, all ? healthLimits.rulesWhenAsked : most);
}

/** Rules without a probe have no health; nor has a port whose rule is not known. */
function askable({ ruleId, healthKey }: PortTraffic, keys: Set<string>): readonly ArmId[] {
  if (ruleId === undefined || healthKey === undefined || keys.has(healthKey)) return [];
  keys.add(healthKey);
  return [ruleId];
}

/**
 * A cluster's part of what its subscription may be asked in a run. Where there are more clusters than
 * rules, the hour decides whose turn it is, so that each has its own.
 */
export function rulesOfCluster(at: number, clusters: number, takenAt: string): number {
  const { rules, subscriptionRules } = healthLimits;
  const even = Math.floor(subscriptionRules / Math.max(1, clusters));
  const hour = Math.floor(Date.parse(takenAt) / 3_600_000);
  const turn = (at + (Number.isNaN(hour) ? 0 : hour)) % Math.max(1, clusters);
  return Math.min(rules, even + (turn < subscriptionRules % Math.max(1, clusters) ? 1 : 0));
}
