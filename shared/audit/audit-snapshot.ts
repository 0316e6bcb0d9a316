import { createHash } from 'node:crypto';
import {
  findFaults,
  observationOf,
  thresholdsOf,
  seenBefore,
  seenTwice,
  withObservations,
  type ObservedBefore,
} from '../findings/index.ts';
import { spreadNotes } from '../facts/local-spreads.ts';
import {
  optionalSlices,
  present,
  sameName,
  valueOr,
  type ClusterSnapshot,
} from '../model/index.ts';
import type { InputFaults } from '../input/index.ts';
import { applyPolicy, defaultPolicy, type Policy } from '../policy/index.ts';
import { serviceReport } from '../report/service-report.ts';
import type {
  ClusterReport,
  ClusterResult,
  ServiceReport,
  SliceCoverage,
} from '../report/report.ts';
import { allRules } from '../rules/index.ts';
import {
  measures,
  behindServices,
  type RoutesBehind,
  migration,
  traffic,
  type PortMeasure,
  type PortTraffic,
} from '../traffic/index.ts';
import { settingsOf, tagsOf } from './settings-of.ts';

export interface SnapshotInputs {
  readonly snapshot: ClusterSnapshot;
  readonly coverage: readonly SliceCoverage[];
  /** The word for a cluster whose Kubernetes API was not asked or did not answer. */
  readonly result?: { readonly word: ClusterResult; readonly reason: string } | undefined;
  /** What people decided; every rule as it comes where absent. */
  readonly policy?: Policy | undefined;
  /** Faults of the input, which leave objects out. */
  readonly inputFaults?: InputFaults;
  /** What earlier runs observed of the cluster. */
  readonly before?: ObservedBefore | undefined;
}

/** Judges one snapshot: who gets what, what is wrong, and what could not be known. */
export function auditSnapshot(inputs: SnapshotInputs): ClusterReport {
  const { snapshot, coverage, before, policy = defaultPolicy } = inputs;
  const { subscriptionId, resourceGroup, location, kubernetesVersion } = snapshot;
  const tags = tagsOf(snapshot);
  const settings = settingsOf(policy, snapshot);
  const { unknown, explained, young, ...found } = findFaults(snapshot, allRules, settings);
  const { findings, seenOnce, unknown: undecided } = seenTwice(found.findings, before);
  const services = valueOr(traffic.of(snapshot), []);
  const hosts = migration.of(snapshot);
  const behind = valueOr(behindServices.of(snapshot), new Map<string, RoutesBehind>());
  const spreads = valueOr(spreadNotes.of(snapshot), new Map<string, string>());
  const about = (name: string): Pick<ServiceReport, 'behind' | 'spread'> =>
    present({ behind: behind.get(name), spread: spreads.get(name) });
  const byPort = valueOr(measures.of(snapshot), new Map<PortTraffic, PortMeasure>());
  const report: ClusterReport = {
    id: snapshot.id,
    name: snapshot.name,
    ...present({ subscriptionId, resourceGroup, location, kubernetesVersion }),
    ...resultOf(inputs),
    ...(isSettling(snapshot.managedCluster) && { settling: true }),
    ...faultsOf(inputs.inputFaults),
    coverage,
    services: services.map((service) =>
      serviceReport(
        service,
        byPort,
        observationOf(service, snapshot, thresholdsOf(settings, service), before),
        about(`${service.namespace}/${service.name}`),
      ),
    ),
    ...(snapshot.loadBalancers.kind === 'read' && {
      loadBalancers: snapshot.loadBalancers.value.map(({ name }) => name),
    }),
    findings: withObservations(seenBefore(findings, young, before), snapshot, settings, before),
    unknown: [...unknown, ...undecided],
    ...(Object.keys(seenOnce).length > 0 && { seenOnce }),
    ...(explained.length > 0 && { explained }),
    ...(hosts.kind === 'read' && hosts.value.old.length > 0 && { migration: hosts.value }),
  };
  return applyPolicy(policy, report, snapshot.takenAt, {
    ...(tags !== undefined && { tags }),
    ...(snapshot.namespaces.kind === 'read' && {
      namespaceLabels: new Map(
        valueOr(snapshot.namespaces, []).map(({ name, labels }) => [name, labels]),
      ),
    }),
  });
}

/** As a result has them; nothing where there are none. */
export function faultsOf(
  ...faults: readonly (InputFaults | undefined)[]
): Pick<ClusterReport, 'inputFaults' | 'faultKeys'> {
  const all = faults.flatMap((each) => each ?? []);
  const count = all.reduce((sum, each) => sum + each.count, 0);
  const keys = all.flatMap((each) => each.keys.map(digest));
  return count === 0 ? {} : { inputFaults: count, faultKeys: [...new Set(keys)].toSorted() };
}

/** There may be 200 of them with each finding. */
function digest(key: string): string {
  return createHash('sha256').update(key).digest('hex').slice(0, 12);
}

/** Azure is at work on the cluster, or was and did not finish. */
function isSettling(managedCluster: ClusterSnapshot['managedCluster']): boolean {
  if (managedCluster.kind === 'unread') return false;
  const { provisioningState } = managedCluster.value;
  return provisioningState !== undefined && !sameName(provisioningState, 'Succeeded');
}

function resultOf({ coverage, result }: SnapshotInputs): Pick<ClusterReport, 'result' | 'reason'> {
  if (result !== undefined) return { result: result.word, reason: result.reason };
  const needed = coverage.filter((each) => !optionalSlices.has(each.slice));
  const missing = needed.filter((each) => each.state === 'unread');
  if (missing.length === 0) return { result: 'complete' };
  const reason = reasonsOf(missing).join('; ');
  return { result: missing.length === needed.length ? 'failed' : 'partial', reason };
}

/** Each reason once, with the slices that it keeps unread: one that rests on another repeats its reason. */
function reasonsOf(missing: readonly SliceCoverage[]): readonly string[] {
  const rootOf = ({ slice, why = 'not read' }: SliceCoverage): string =>
    missing.some((other) => other.slice !== slice && why === `${other.slice}: ${other.why}`)
      ? why.slice(why.indexOf(': ') + 2)
      : why;
  return [...Map.groupBy(missing, rootOf)].map(
    ([why, slices]) => `${slices.map(({ slice }) => slice).join(', ')}: ${shortOf(why)}`,
  );
}

/** A refusal by the right that it takes; what the server said in full stands with the slice. */
function shortOf(why: string): string {
  const right = /: 403 .*\((missing: [^()]+)\)$/su.exec(why)?.[1];
  return right === undefined ? why : `access denied (${right})`;
}
