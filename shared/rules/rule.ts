import type { ClusterSnapshot, SliceName, Slices } from '../model/index.ts';
import type { ServiceTraffic, Verdict } from '../traffic/types.ts';

export type Severity = 'critical' | 'high' | 'medium' | 'low' | 'info';
export const severities = [
  'critical',
  'high',
  'medium',
  'low',
  'info',
] as const satisfies readonly Severity[];

/** Facts that are worked out once per snapshot and handed to the rules that name them. */
export interface Derived {
  readonly traffic: readonly ServiceTraffic[];
}
export type Need = SliceName | keyof Derived;
export type Facts = Slices & Derived;

type SubjectKind =
  | 'Cluster'
  | 'Service'
  | 'Node'
  | 'NodePool'
  | 'LoadBalancer'
  | 'LoadBalancerConfiguration'
  | 'Deployment'
  | 'StatefulSet'
  | 'DaemonSet'
  | 'Job'
  | 'ReplicaSet'
  | 'Pod';

export interface Subject {
  readonly kind: SubjectKind;
  readonly namespace?: string;
  readonly name: string;
}

/** Plain data: numbers and names, at most 50 items a list. */
export type Evidence = { readonly [key: string]: EvidenceValue };
export type EvidenceValue =
  string | number | boolean | readonly EvidenceValue[] | { readonly [key: string]: EvidenceValue };

export interface FixStep {
  readonly tool: 'kubectl' | 'az' | 'yaml';
  readonly text: string;
}

/** What a person could do, what it would change, and what it costs. Evenkeel never does it. */
export interface Fix {
  readonly title: string;
  readonly steps: readonly FixStep[];
  /** Predicted by the same share model on a changed snapshot; absent where placement after the fix is not determined. */
  readonly after?: {
    readonly verdict: Verdict;
    readonly lost: number;
    readonly shares: { readonly [pod: string]: number };
    readonly note?: string;
  };
  readonly price: readonly string[];
}

/** What a check returns: one fault per subject. */
export interface Fault {
  readonly subject: Subject;
  readonly title: string;
  /** One paragraph: effect, cause, numbers. */
  readonly message: string;
  readonly severity?: Severity;
  readonly causes?: readonly string[];
  readonly evidence: Evidence;
  readonly fixes: readonly Fix[];
}

export interface CheckResult {
  readonly faults: readonly Fault[];
  /** Subjects that could not be judged, one reason each. */
  readonly unknown?: readonly string[];
}

export interface Thresholds {
  readonly unevenMediumRatio: number;
  readonly unevenHighRatio: number;
  /** Fraction of connections from which a loss is critical. */
  readonly lostCritical: number;
}

/** Limits and knowledge that come from policy; the defaults are in `defaultSettings`. */
export interface RuleSettings extends Thresholds {
  /** The limits of one namespace, where policy sets any by namespace. */
  readonly thresholdsOf?: (namespace: string) => Thresholds;
  readonly systemNamespaces: readonly string[];
  /** `namespace/name` of Services that must see the client address. */
  readonly needsSourceIp: (namespace: string, name: string) => boolean;
  /** Taints that somebody thinks of adding, to be judged for DaemonSets: `key=value:Effect` on a node pool. */
  readonly plannedTaints: readonly { readonly nodePool: string; readonly taint: string }[];
}

export const defaultSettings: RuleSettings = {
  unevenMediumRatio: 2,
  unevenHighRatio: 4,
  lostCritical: 0.1,
  systemNamespaces: [
    'kube-system',
    'kube-public',
    'kube-node-lease',
    'gatekeeper-system',
    'calico-system',
    'tigera-operator',
    'aks-istio-system',
    'app-routing-system',
    'aks-command',
  ],
  needsSourceIp: () => false,
  plannedTaints: [],
};

export interface RuleMeta {
  /** `<family>/<stem>`: fixed, in reports, exemptions and links. */
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** Ends with a period. */
  readonly remedy: string;
  readonly severity: Severity;
  readonly source: string;
}

export interface RuleContext {
  readonly snapshot: ClusterSnapshot;
  readonly settings: RuleSettings;
}

type Outcome =
  | {
      readonly kind: 'checked';
      readonly faults: readonly Fault[];
      readonly unknown: readonly string[];
    }
  | { readonly kind: 'unknown'; readonly why: string };

export interface Rule {
  readonly meta: RuleMeta;
  readonly needs: readonly Need[];
  run(snapshot: ClusterSnapshot, settings?: RuleSettings): Outcome;
}
