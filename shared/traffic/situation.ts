import type {
  Addresses,
  ClusterView,
  DataPlane,
  NodeClasses,
  PodPolicies,
  ReconciledPool,
} from '../facts/index.ts';
import type { FoundRule, RulesOfService, WhoListens } from '../load-balancing/index.ts';
import type {
  ArmId,
  BackendPool,
  EndpointSlice,
  LoadBalancer,
  LoadBalancerService,
  ServiceName,
  Unread,
} from '../model/index.ts';
import type { ObservedHealth } from './observed.ts';

/** Everything that decides one Service's traffic; a proposed change is the same with a part replaced. */
export interface Situation extends Addresses {
  /** ISO 8601, UTC: the clock of the run. */
  readonly takenAt: string;
  readonly kubernetesVersion: string | undefined;
  readonly loadBalancers: readonly LoadBalancer[];
  readonly view: ClusterView;
  readonly service: LoadBalancerService;
  readonly slices: readonly EndpointSlice[];
  readonly rules: RulesOfService;
  /** What Azure itself says of backends; of a changed situation nobody can say it. */
  readonly health?: ObservedHealth | Unread;
  readonly lastHop: LastHop;
  /** Several Standard load balancers: a Local Service has a backend pool of its own. */
  readonly several: boolean;
  /** The situations of all Services whose rules send to a pool, by its id; without one, of all. */
  readonly sharing: (pool: ArmId | undefined) => readonly Situation[];
  /** The pool of its rules once the cloud provider has looked at a Service again. */
  readonly reconciledPool: ReconciledPool;
}

/** The Service whose Private Link Service puts a header before the probes of its load balancer. */
export interface Proxied {
  readonly by: ServiceName;
  readonly why: string;
}

/** What probes and packets meet on the nodes. */
export interface LastHop {
  readonly whoListens: WhoListens;
  readonly classes: NodeClasses;
  readonly policies: PodPolicies;
  readonly hintsOf: DataPlane['hintsOf'];
  /** Slices of any Service, as `namespace/name`. */
  readonly slicesOf: (name: string) => readonly EndpointSlice[];
  /** Why the probes of a load balancer may carry the PROXY header, for a Service of it. */
  readonly proxied: (found: FoundRule, uid: string) => Proxied | undefined;
  /** Why security groups or policies do not count for the nodes of pools. */
  readonly notJudged: (pools: readonly BackendPool[]) => string | undefined;
}
