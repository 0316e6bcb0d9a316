import {
  mapRead,
  read,
  subjectText,
  valueOr,
  type ClusterSnapshot,
  type LoadBalancerService,
  type PublicIpAddress,
} from '../model/index.ts';
import { withAllowRules } from './allow-rules.ts';
import { targetOf, type Blocked } from './cloud-target.ts';
import { reconcileService, withoutService } from './planned-load-balancer.ts';
import { rivalFor } from './planned-pool.ts';
import { isSameObject } from './rows.ts';

export interface Reconciled {
  readonly snapshot: ClusterSnapshot;
  /** Services, by `namespace/name`, that it finishes. */
  readonly done: ReadonlySet<string>;
  /** Why the cloud provider would refuse a Service, by `namespace/name`: Azure then stays as it is. */
  readonly refused: ReadonlyMap<string, string>;
  /** Why it is not known what it would do. */
  readonly unsure: ReadonlyMap<string, string>;
}

export interface Reconcile {
  /** `namespace/name` of Services that the controller looks at again. */
  readonly services: ReadonlySet<string>;
  /** Services that are gone, or no longer of type LoadBalancer. */
  readonly deleted: readonly LoadBalancerService[];
  /** What is known to stop the provider; `stays` = it failed before, and nothing of the Service changes. */
  readonly blockedOf: BlockedOf;
}

/**
 * Azure after the cloud provider has reconciled some Services (source: cloud-provider-azure): load
 * balancer, frontend, rules, probes, backend pools. Services that it does not look at keep what they have.
 */
export function reconcileCloud(
  snapshot: ClusterSnapshot,
  { services, deleted, blockedOf }: Reconcile,
): Reconciled {
  const done = new Set<string>();
  const refused = new Map<string, string>();
  const unsure = new Map<string, string>();
  if (snapshot.loadBalancers.kind === 'unread') return { snapshot, done, refused, unsure };
  let loadBalancers = snapshot.loadBalancers.value;
  let addressed = snapshot;
  for (const service of deleted) {
    loadBalancers = withoutService(loadBalancers, service);
    addressed = withAllowRules(addressed, { service, rules: [] });
  }
  const wanted = valueOr(snapshot.services, []).filter(
    (service) =>
      services.has(subjectText(service)) &&
      !service.deleting &&
      service.loadBalancerClass === undefined,
  );
  for (const service of wanted) {
    const key = subjectText(service);
    const current = { ...addressed, loadBalancers: read(loadBalancers) };
    const blocked = blockedOf(key, service);
    if (blocked === 'stays') continue;
    const target = blocked?.kind === 'unsure' ? blocked : targetOf(current, service);
    const rival = rivalFor(current, service);
    if (rival !== undefined)
      unsure.set(
        key,
        `it has the same backend pool as ${rival}, and whose nodes are in it depends on which of the two was reconciled last`,
      );
    if (target.kind === 'refused') refused.set(key, target.why);
    else if (target.kind === 'unsure') unsure.set(key, target.why);
    else {
      const result = reconcileService(current, service, target.name);
      if (typeof result === 'string') refused.set(key, result);
      else if (blocked?.kind === 'refused') refused.set(key, blocked.why);
      else if (blocked !== undefined) {
        refused.set(key, blocked.why);
        loadBalancers = result.loadBalancers;
        addressed = withAddress(addressed, service, result.publicIps);
      } else {
        done.add(key);
        loadBalancers = result.loadBalancers;
        addressed = withAllowRules(
          withAddress(addressed, result.service, result.publicIps),
          result,
        );
      }
    }
  }
  return { snapshot: { ...addressed, loadBalancers: read(loadBalancers) }, done, refused, unsure };
}

function withAddress(
  snapshot: ClusterSnapshot,
  service: LoadBalancerService,
  publicIps: readonly PublicIpAddress[],
): ClusterSnapshot {
  const services = valueOr(snapshot.services, []).map((each) =>
    isSameObject(each, service) ? service : each,
  );
  return {
    ...snapshot,
    services: read(services),
    publicIpAddresses: mapRead(snapshot.publicIpAddresses, (all) => [...all, ...publicIps]),
  };
}

/** `late` = refused once the load balancer is written. */
export type BlockedOf = (
  key: string,
  service: LoadBalancerService,
) => Blocked | { readonly kind: 'late'; readonly why: string } | 'stays' | undefined;
