import type { ArmId, IpFamily, Reason } from '../model/index.ts';

/** docs/share-model.md, Verdicts; the first that applies, in this order after `unknown`: none, lost, starved, uneven, even. */
export type Verdict = 'none' | 'lost' | 'starved' | 'uneven' | 'even' | 'unknown';

/** Why an endpoint has no share: the first that applies, in this order. */
export type NoShareCode =
  | 'not-ready'
  | 'no-rule'
  | 'nsg-blocks-clients'
  | 'no-listener'
  | 'node-not-ready'
  | 'no-kube-proxy'
  | 'node-excluded'
  | 'node-not-in-backend-pool'
  | 'node-down-for-probe'
  | 'hinted-away'
  | 'policy-blocks-clients'
  | 'no-backend-up';

/** Why a node is in no backend pool that would bring its pods traffic, or down; why there is no rule. */
export type MissingCause =
  | 'basic-single-vm-set'
  | 'held-by-other-load-balancer'
  | 'local-pool-drift'
  | 'virtual-node'
  | 'node-missing-from-pool'
  | 'rule-disabled'
  | ProbeCause;

/** Why a backend is down for its probe, where that is known. */
export type ProbeCause = 'closed-port' | 'nsg-blocks-probe' | 'proxy-protocol';

export type LossCause =
  | 'probe-answers-without-endpoints'
  | 'no-probe'
  | 'stale-member'
  | 'node-not-ready'
  | 'no-kube-proxy'
  | 'no-listener'
  | 'nsg-blocks-clients'
  | 'policy-blocks-clients';

export interface EndpointShare {
  /** Pod name, or the address of an endpoint that is no pod. */
  readonly pod: string;
  readonly node: string | undefined;
  readonly nodePool: string | undefined;
  readonly ready: boolean;
  /** Fraction of the new connections offered to this frontend, port and family. */
  readonly share: number;
  readonly because?: NoShareCode;
  readonly cause?: MissingCause;
}

export interface BackendShare {
  /** Node name, or what the pool entry says where it is no node of the cluster. */
  readonly node: string;
  readonly nodePool: string | undefined;
  readonly member: boolean;
  readonly up: boolean;
  readonly share: number;
  /** Where Azure was asked: what the model expects. `up` is Azure's then. */
  readonly predictedUp?: boolean;
  /** Azure's reason code for `up`. */
  readonly reason?: string;
  /** Set by a person on the pool entry: `up`, `down`, `drain`. */
  readonly adminState?: string;
}

export interface Loss {
  readonly cause: LossCause;
  /** Fraction of the new connections that this cause loses. */
  readonly share: number;
  /** Pool entries concerned. */
  readonly backends: number;
}

export interface ProbeSummary {
  /** `Http`, `Https` or `Tcp`. */
  readonly protocol: string;
  readonly port: number;
  readonly path?: string;
}

/** Azure's own health of a port's backends beside the model's. */
export interface Observation {
  /** ISO 8601, UTC: when Azure answered. */
  readonly at: string;
  /** Backends that Azure sees up and down; those without a state are in neither. */
  readonly up: number;
  readonly down: number;
  /** Backends for which Azure says another thing than the model expects. */
  readonly differing: number;
  /** Reason codes of those that differ, or of all that are down, each with its count: the commonest. */
  readonly reasons: readonly { readonly reason: string; readonly backends: number }[];
  /** How many more codes there are. */
  readonly moreReasons?: number;
  /** What the model alone says. */
  readonly predicted: {
    readonly up: number;
    readonly verdict: Verdict;
    readonly lost: number;
    /** In the order of the port's endpoints. */
    readonly shares: readonly number[];
  };
}

/** Who gets the new connections of one Service port in one family. With the reason of the verdict `unknown`. */
export interface PortTraffic extends Partial<Reason> {
  readonly port: number;
  readonly protocol: string;
  readonly family: IpFamily;
  readonly portName: string;
  readonly loadBalancer?: { readonly name: string; readonly sku: string };
  readonly frontend?: string;
  readonly rule?: string;
  /** The rule's ARM id; rules of one probe and one pool share their health. */
  readonly ruleId?: ArmId;
  readonly healthKey?: string;
  /** Azure was asked: `up` and the shares are by its word. */
  readonly observed?: Observation;
  /** Azure was asked, and why there is no answer: all numbers are predictions. */
  readonly notVerified?: string;
  readonly backendPool?: string;
  /** Absent where the rule has none, or where there is no rule. */
  readonly probe?: ProbeSummary;
  readonly verdict: Verdict;
  /** Why security groups or NetworkPolicies do not count in the shares: they were not read. */
  readonly clientsNotJudged?: string;
  readonly lost: number;
  readonly losses: readonly Loss[];
  /** Members and nodes with endpoints, by name; at most 200, and of more those that matter. */
  readonly backends: readonly BackendShare[];
  readonly backendTotals: { readonly members: number; readonly up: number };
  readonly endpoints: readonly EndpointShare[];
  /** `port_<p>_no_lb_rule` is set and there is no rule: that is what the owner asked for. */
  readonly ruleDisabled: boolean;
}

/** With the reason why none of its ports is judged, where that is so. */
export interface ServiceTraffic extends Partial<Reason> {
  readonly namespace: string;
  readonly name: string;
  readonly externalTrafficPolicy: string;
  readonly ports: readonly PortTraffic[];
}
