import type { ArmId } from './ids.ts';
import type { Read } from './read.ts';

/** What Azure itself answers for the backends of one load-balancing rule. */
export interface RuleHealth {
  readonly ruleId: ArmId;
  /** Unread, with the reason, where it was asked for and no answer could be used. */
  readonly backends: Read<readonly BackendHealth[]>;
  /** ISO 8601, UTC: when Azure answered. */
  readonly observedAt: string;
}

/** One backend by its NIC ip configuration, its address, or both. */
export interface BackendHealth {
  readonly ipConfigurationId?: ArmId;
  readonly ip?: string;
  /** Absent where Azure has no state for it: not probed yet, or a virtual machine without power. */
  readonly up?: boolean;
  /** Azure's reason code, such as `Down_Probe_HttpStatusCodeError`. */
  readonly reason?: string;
}

/** Azure Monitor's numbers of one load balancer; each part is unread by itself. */
export interface LoadBalancerMetrics {
  readonly loadBalancerId: ArmId;
  /** ISO 8601, UTC: end of the time that was asked for. */
  readonly until: string;
  readonly traffic: Read<readonly FrontendTraffic[]>;
  readonly dataPath: Read<readonly FrontendAvailability[]>;
  readonly probes: Read<readonly ProbeAvailability[]>;
  readonly snat: Read<readonly SnatPorts[]>;
}

/** Inbound SYNs and packets of one frontend address and port. */
export interface FrontendTraffic {
  readonly address: string;
  readonly port: number;
  readonly syns: Rate;
  readonly packets: Rate;
}

/** How much there is of something, as counts per minute. A part is absent where there are gaps. */
export interface Rate {
  /** Mean of the last hour. */
  readonly now?: number;
  /** The same hour a day before. */
  readonly dayBefore?: number;
  /** The same hour a week before. */
  readonly weekBefore?: number;
  /** Sum of the last 24 hours; absent unless every hour of them is there. */
  readonly day?: number;
  /** Sum of the last seven days; absent unless every hour of them is there. */
  readonly week?: number;
}

/** Data path availability of the last hour. */
export interface FrontendAvailability {
  readonly address: string;
  readonly port: number;
  /** 0 to 100. */
  readonly percent: number;
}

/** Health probe availability of one backend for one frontend port. */
export interface ProbeAvailability extends FrontendAvailability {
  readonly backendIp: string;
}

/** SNAT ports of one backend and protocol over all outbound frontends: the worst quarter of the last hour. */
export interface SnatPorts {
  readonly backendIp: string;
  readonly protocol: string;
  readonly allocated: number;
  readonly used: number;
}

/** One change of a resource that Azure Resource Graph keeps for 14 days. */
export interface ResourceChange {
  readonly resourceId: ArmId;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** `Create`, `Update` or `Delete`. */
  readonly changeType: string;
  /** Such as `Microsoft.Network/loadBalancers/write`. */
  readonly operation?: string;
  /** Kind of client, such as `Azure Portal`, `ARM Template`, `CLI`. */
  readonly clientType?: string;
  /** A user's name or an application's id. */
  readonly changedBy?: string;
  /** Paths of what changed. */
  readonly properties: readonly string[];
}
