import {
  derived,
  gatewayRoutes,
  ingressRoutes,
  unreadRoutes,
  workloadsBehind,
  type EntryPoint,
  type HostRoute,
  type RouteTarget,
  type WorkloadsBehind,
} from '../../facts/index.ts';
import { lacking, type Reason, type Workload } from '../../model/index.ts';
import { backendServices, type BackendServices, type BackendState } from './backend-services.ts';

/** A backend of a route, and who gets its part of the requests. */
export interface HopTarget extends RouteTarget {
  readonly state: BackendState;
  /** Workloads that the Service selects. */
  readonly workloads: readonly Workload[];
  /** Of the route's requests, for each ready endpoint; `undefined` = not known. */
  readonly shareOfEach: number | undefined;
}

/** A host and path with what stands behind it. */
export interface HopRoute extends Omit<HostRoute, 'targets'> {
  readonly targets: readonly HopTarget[];
  /** Of its requests, the part that no pod can answer (500 or 503); `undefined` = not known. */
  readonly lost: number | undefined;
}

export interface SecondHop {
  readonly entryPoints: readonly EntryPoint[];
  readonly routes: readonly HopRoute[];
  /** One of the two APIs that was not read: what is said of the other is whole all the same. */
  readonly unread: readonly Reason[];
  /** Why workloads of some kind were not read: a Service may have others than those that are named. */
  readonly unreadWorkloads: readonly Reason[];
}

/** Every route with its backends, from the entry point to the workload. */
export const secondHop = derived(
  'secondHop',
  {
    needs: [backendServices, workloadsBehind],
    helps: [ingressRoutes, gatewayRoutes, 'deployments', 'statefulSets', 'daemonSets'],
  },
  (given): SecondHop => {
    const both = [given.ingressRoutes, given.gatewayRoutes];
    const routings = both.flatMap((each) => (each.kind === 'read' ? [each.value] : []));
    return {
      entryPoints: routings.flatMap(({ entryPoints }) => entryPoints),
      routes: routings.flatMap(({ routes }) => routes.map((route) => withHop(route, given))),
      unread: unreadRoutes(given),
      unreadWorkloads: (['deployments', 'statefulSets', 'daemonSets'] as const).flatMap((name) => {
        const list = given[name];
        return list.kind === 'unread' ? [lacking(name, list)] : [];
      }),
    };
  },
);

function withHop(
  route: HostRoute,
  {
    backendServices: services,
    workloadsBehind: behindOf,
  }: { readonly backendServices: BackendServices; readonly workloadsBehind: WorkloadsBehind },
): HopRoute {
  const targets = route.targets.map((target): HopTarget => {
    const state: BackendState =
      target.kind === 'Service'
        ? services.resolve(target.namespace, target.name, target.port)
        : { kind: 'unknown', why: `it is a ${target.kind}` };
    const behind = 'service' in state ? behindOf(state.service).workloads : [];
    return {
      ...target,
      state,
      workloads: behind,
      shareOfEach: shareOfEach(target, state),
    };
  });
  return { ...route, targets, lost: route.redirects ? 0 : lostPart(targets) };
}

/**
 * Evenly over the ready endpoints, whatever their nodes: taints, pools and traffic policies play no
 * part here. With `trafficDistribution` it depends on where the gateway pods are.
 */
function shareOfEach(
  { part, permitted, spreads }: RouteTarget,
  state: BackendState,
): number | undefined {
  if (state.kind === 'unknown' || state.kind === 'external') return undefined;
  if (state.kind !== 'ready' || permitted === 'no' || part === 0) return 0;
  if (permitted === 'unknown' || part === undefined || spreads === 'unknown') return undefined;
  return state.service.trafficDistribution === undefined
    ? part / state.endpoints.length
    : undefined;
}

/** The part whose backend is missing, not permitted, or has nobody ready; without any backend, all of it. */
function lostPart(targets: readonly HopTarget[]): number | undefined {
  if (targets.length === 0) return 1;
  let lost = 0;
  for (const { part, permitted, state } of targets) {
    const dead = permitted === 'no' || isDead(state);
    if (permitted === 'unknown' || state.kind === 'unknown' || (dead && part === undefined))
      return undefined;
    if (dead) lost += part ?? 0;
  }
  // Where every weight is 0 nothing is answered.
  return targets.every(({ part }) => part === 0) ? 1 : lost;
}

function isDead({ kind }: BackendState): boolean {
  return kind === 'missing-service' || kind === 'missing-port' || kind === 'no-ready';
}
