/** What one cluster's Kubernetes API may cost. */
export interface KubernetesLimits {
  readonly connectMs: number;
  /** From asking to the last byte. */
  readonly requestMs: number;
  /** All requests to one cluster together. */
  readonly clusterMs: number;
  readonly tries: number;
  /** Decoded bytes. */
  readonly maxPageBytes: number;
  readonly maxClusterBytes: number;
  readonly connections: number;
  /** A server that asks for a longer wait gets no further try. */
  readonly longestWaitMs: number;
}

const mebi = 1024 * 1024;

/** For one API server. */
export const kubernetesLimits: KubernetesLimits = {
  connectMs: 10_000,
  requestMs: 30_000,
  clusterMs: 120_000,
  tries: 3,
  maxPageBytes: 16 * mebi,
  maxClusterBytes: 2048 * mebi,
  connections: 8,
  longestWaitMs: 30_000,
};

/** What one subscription may cost. */
export interface ArmLimits {
  readonly requestMs: number;
  readonly tries: number;
  /** Decoded bytes. */
  readonly maxPageBytes: number;
  readonly callsAtOnce: number;
  readonly longestWaitMs: number;
  /** AKS lets a subscription ask for so many kubeconfigs at once, and for so many more a second. */
  readonly credentialBurst: number;
  readonly credentialsPerSecond: number;
  /** The same for the health of rules: ARM may count each of these POSTs as a write (200, then 10 a second). */
  readonly healthBurst: number;
  readonly healthPerSecond: number;
  /** Of other POSTs: Resource Graph takes 15 queries in 5 seconds from one identity. */
  readonly queryBurst: number;
  readonly queriesPerSecond: number;
}

/** For ARM and Resource Graph, below what Azure throttles at. */
export const armLimits: ArmLimits = {
  requestMs: 30_000,
  tries: 5,
  maxPageBytes: 16 * mebi,
  callsAtOnce: 4,
  longestWaitMs: 60_000,
  credentialBurst: 60,
  credentialsPerSecond: 1,
  healthBurst: 50,
  healthPerSecond: 5,
  queryBurst: 10,
  queriesPerSecond: 2,
};

/** Of Azure Monitor: eight days of a batch of load balancers in hours are larger than a page of ARM. */
export const metricsLimits: ArmLimits = {
  ...armLimits,
  tries: 3,
  maxPageBytes: 32 * mebi,
  queryBurst: 100,
  queriesPerSecond: 20,
};

/** For all metrics and changes of one subscription: a run goes on with what has come by then. */
export const observationsMs = 60_000;

/** What the health of backends may cost one cluster. */
export interface HealthLimits {
  /** Rules that are asked about unless somebody asks for all. */
  readonly rules: number;
  /** With `--verify`. */
  readonly rulesWhenAsked: number;
  /** Rules of all clusters of a subscription together in one run. */
  readonly subscriptionRules: number;
  /** For all rules of a cluster. */
  readonly clusterMs: number;
  readonly clusterMsWhenAsked: number;
  /** Answers of `202` that one operation may give. */
  readonly polls: number;
  /** Between them, where Azure asks for no other wait. */
  readonly pollMs: number;
}

/** Health of rules is a long operation of Azure, one for each rule: the first few, and all where somebody asks. */
export const healthLimits: HealthLimits = {
  rules: 4,
  rulesWhenAsked: 200,
  subscriptionRules: 200,
  clusterMs: 30_000,
  clusterMsWhenAsked: 120_000,
  polls: 60,
  pollMs: 1000,
};
