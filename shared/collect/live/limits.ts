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

export const kubernetesLimits: KubernetesLimits = {
  connectMs: 10_000,
  requestMs: 30_000,
  clusterMs: 120_000,
  tries: 3,
  maxPageBytes: 32 * mebi,
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
}

export const armLimits: ArmLimits = {
  requestMs: 30_000,
  tries: 5,
  maxPageBytes: 16 * mebi,
  callsAtOnce: 4,
  longestWaitMs: 60_000,
  credentialBurst: 60,
  credentialsPerSecond: 1,
};
