/** Effects are kept as given; only these three mean something, anything else counts for nothing. */
export type TaintEffect = 'NoSchedule' | 'PreferNoSchedule' | 'NoExecute' | (string & {});

export interface Taint {
  readonly key: string;
  /** `''` when absent. */
  readonly value: string;
  readonly effect: TaintEffect;
}

/** As in the API: an absent field is `''`, except `tolerationSeconds`. */
export interface Toleration {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  readonly effect: string;
  readonly tolerationSeconds?: number;
}

export interface Requirement {
  readonly key: string;
  readonly operator: string;
  readonly values: readonly string[];
}

/** matchLabels and matchExpressions of a label selector. Empty matches everything; a null selector is `undefined`. */
export interface LabelSelector {
  readonly matchLabels: ReadonlyMap<string, string>;
  readonly matchExpressions: readonly Requirement[];
}

export interface NodeSelectorTerm {
  readonly matchExpressions: readonly Requirement[];
  readonly matchFields: readonly Requirement[];
}

export interface PreferredTerm {
  readonly weight: number;
  readonly term: NodeSelectorTerm;
}

export interface PodAffinityTerm {
  readonly topologyKey: string;
  readonly labelSelector: LabelSelector | undefined;
  readonly namespaces: readonly string[];
  readonly namespaceSelector: LabelSelector | undefined;
  /** Labels whose values on the pod itself are asked of the others too; absent = none. */
  readonly matchLabelKeys?: readonly string[];
  /** Labels in whose values the others have to differ from the pod; absent = none. */
  readonly mismatchLabelKeys?: readonly string[];
}

export interface TopologySpreadConstraint {
  readonly topologyKey: string;
  readonly maxSkew: number;
  /** `DoNotSchedule` or `ScheduleAnyway`. */
  readonly whenUnsatisfiable: string;
  readonly labelSelector: LabelSelector | undefined;
  /** `Honor` when absent. */
  readonly nodeAffinityPolicy: string;
  /** `Ignore` when absent. */
  readonly nodeTaintsPolicy: string;
  readonly minDomains?: number;
  /** As on {@link PodAffinityTerm}. */
  readonly matchLabelKeys?: readonly string[];
}

/** A port that a container declares. */
export interface ContainerPort {
  /** `''` when absent. */
  readonly name: string;
  readonly containerPort: number;
  /** The same as `containerPort` on the host's network. */
  readonly hostPort?: number;
  /** `''` = every address of the host. */
  readonly hostIp: string;
  /** `TCP` when absent. */
  readonly protocol: string;
}

/** What the scheduler counts: CPU in thousandths of a core, memory in bytes. */
export interface Resources {
  readonly milliCpu: number;
  readonly memory: number;
}

/** The part of a pod spec that decides where the pod may run, and on which ports it listens. */
export interface PodSpec {
  readonly nodeName?: string;
  readonly schedulerName?: string;
  readonly hostNetwork: boolean;
  readonly nodeSelector: ReadonlyMap<string, string>;
  /** Terms are ORed. `undefined` = no constraint; an empty list matches no node. */
  readonly requiredNodeAffinity: readonly NodeSelectorTerm[] | undefined;
  readonly preferredNodeAffinity: readonly PreferredTerm[];
  readonly tolerations: readonly Toleration[];
  readonly requiredPodAntiAffinity: readonly PodAffinityTerm[];
  readonly preferredPodAntiAffinity: readonly PodAffinityTerm[];
  readonly requiredPodAffinity: readonly PodAffinityTerm[];
  readonly topologySpread: readonly TopologySpreadConstraint[];
  readonly ports: readonly ContainerPort[];
  /** Images of its containers, without those that only start it. */
  readonly images: readonly string[];
  /** What one pod asks for. `undefined` = a quantity that cannot be read. */
  readonly requests: Resources | undefined;
}
