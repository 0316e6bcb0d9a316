import {
  derived,
  gatewayRoutes,
  ingressRoutes,
  readRoutings,
  unreadRoutes,
  workloadsBehind,
  type Alternative,
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
  /** Of a canary that stands beside the route. */
  readonly alternative?: true;
}

/** A host and path with what stands behind it. */
export interface HopRoute extends Omit<HostRoute, 'targets' | 'alternative'> {
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
    const routings = readRoutings(given);
    const entryPoints = routings.flatMap((each) => each.entryPoints);
    const closed = new Set(
      entryPoints.flatMap(({ id, unserved }) => (unserved === undefined ? [] : [id])),
    );
    return {
      entryPoints,
      routes: routings.flatMap(({ routes }) =>
        routes.map((route) => {
          const hop = withHop(route, given);
          return closed.has(route.entryPoint) ? { ...hop, lost: 1 } : hop;
        }),
      ),
      unread: unreadRoutes(given),
      unreadWorkloads: (['deployments', 'statefulSets', 'daemonSets'] as const).flatMap((name) => {
        const list = given[name];
        return list.kind === 'unread' ? [lacking(name, list)] : [];
      }),
    };
  },
);

interface HopInputs {
  readonly backendServices: BackendServices;
  readonly workloadsBehind: WorkloadsBehind;
}

function withHop({ alternative, ...route }: HostRoute, behind: HopInputs): HopRoute {
  const own = route.targets.map((target) => hopTarget(target, behind));
  const targets = alternative === undefined ? own : withCanary(own, alternative, behind);
  const isSilent = route.redirects || route.canary !== undefined;
  return { ...route, targets, lost: isSilent ? 0 : lostAtHop(targets, route.mayAnswer === true) };
}

function hopTarget(
  target: RouteTarget,
  { backendServices: services, workloadsBehind: behindOf }: HopInputs,
): HopTarget {
  const state = stateOf(target, services);
  const behind = 'service' in state ? behindOf(state.service).workloads : [];
  return { ...target, state, workloads: behind, shareOfEach: shareOfEach(target, state) };
}

function stateOf(target: RouteTarget, services: BackendServices): BackendState {
  const { kind, namespace, name, port } = target;
  if (target.unread === true) return { kind: 'unknown', why: 'the reference to it cannot be read' };
  return kind === 'Service'
    ? services.resolve(namespace, name, port)
    : { kind: 'unknown', why: `it is a ${kind}` };
}

/**
 * A canary takes its part only while it and the backend that it joins have ready endpoints: without
 * its own the backend answers all, without the backend's nobody answers.
 * @see ingress-nginx: canary
 */
function withCanary(
  own: readonly HopTarget[],
  { target, takes }: Alternative,
  behind: HopInputs,
): readonly HopTarget[] {
  const canary = hopTarget(target, behind);
  const isIdle = isDead(canary.state) || own.some(({ state }) => isDead(state));
  const taken = isIdle ? 0 : takes;
  const withPart = (each: HopTarget, part: number | undefined): HopTarget => ({
    ...each,
    part,
    shareOfEach: shareOfEach({ ...each, part }, each.state),
  });
  const left = taken === undefined ? undefined : 1 - taken;
  return [
    ...own.map((each) => withPart(each, left)),
    { ...withPart(canary, taken), alternative: true },
  ];
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
function lostAtHop(targets: readonly HopTarget[], mayAnswer: boolean): number | undefined {
  if (targets.length === 0) return mayAnswer ? undefined : 1;
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
