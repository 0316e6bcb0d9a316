import type { Annotations } from './annotations.ts';

/** What a Service asks for, as far as probes go. */
export interface ProbePort {
  readonly name: string;
  readonly protocol: string;
  readonly port: number;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}

export interface ExpectedProbe {
  readonly name: string;
  /** `Tcp`, `Http` or `Https`, as ARM spells it. */
  readonly protocol: string;
  readonly port: number;
  readonly path: string | null;
  readonly intervalSeconds: number;
  readonly threshold: number;
}

export interface ProbeSettings {
  readonly sku: string;
  /** Probes of Cluster Services go to kube-proxy's own health port. */
  readonly shared: { readonly port: number; readonly path: string } | undefined;
  /** Cloud providers up to 1.23: `appProtocol` counts only together with a path. */
  readonly appProtocolNeedsPath?: boolean;
}

export interface ProbedService {
  readonly annotations: Annotations;
  readonly ports: readonly ProbePort[];
  readonly externalTrafficPolicy: string;
  readonly healthCheckNodePort?: number;
}

export type Probed =
  | { readonly kind: 'probe'; readonly probe: ExpectedProbe }
  | { readonly kind: 'none' }
  | { readonly kind: 'error'; readonly error: string };
