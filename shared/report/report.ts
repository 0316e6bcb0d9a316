import type { ClusterFindings } from '../findings/cluster-findings.ts';
import type { ObservedHarm } from '../findings/finding.ts';
import type { FindingCounts } from '../findings/counts.ts';
import type { HistoryPoint } from '../history/history.ts';
import type { RoutesBehind, Migration } from '../traffic/index.ts';
import type { PortTraffic } from '../traffic/types.ts';

/** The report, version 1: exactly the JSON of `report.schema.json`. Every other format is a pure function of it. */
export interface Report {
  readonly schemaVersion: '1.1';
  readonly tool: { readonly name: 'evenkeel'; readonly version: string };
  readonly run: RunInfo;
  readonly summary: Summary;
  readonly clusters: readonly ClusterReport[];
  /** Earlier runs, oldest first, for the trend; this run is not among them. */
  readonly history?: readonly HistoryPoint[];
}

export type { HistoryPoint } from '../history/history.ts';

export interface RunInfo {
  readonly id: string;
  readonly trigger: 'timer' | 'http' | 'cli';
  readonly startedAt: string;
  readonly finishedAt: string;
  /** What people should know of the run as a whole: a policy that is bad, slots that were skipped. */
  readonly notes?: readonly string[];
}

export interface Summary {
  readonly clusters: {
    readonly planned: number;
    readonly complete: number;
    readonly partial: number;
    readonly failed: number;
    /** Stopped clusters and clusters deleted during the run: nothing went wrong, nothing was judged. */
    readonly skipped?: number;
  };
  readonly findings: FindingCounts;
  readonly changes: { readonly new: number; readonly resolved: number };
}

export type { ClusterResult } from '../findings/cluster-findings.ts';

export interface SliceCoverage {
  readonly slice: string;
  readonly state: 'read' | 'unread';
  readonly why?: string;
  readonly readAt?: string;
  readonly items?: number;
}

export interface ServiceReport {
  readonly namespace: string;
  readonly name: string;
  readonly externalTrafficPolicy: string;
  readonly loadBalancer?: { readonly name: string; readonly sku: string };
  /** Azure was asked about every port that has a probe. */
  readonly verified?: true;
  /** No more new connections in the last seven days than policy allows: none unless it says so. */
  readonly idle?: true;
  /** Over all its ports; absent where no metric says how much traffic there is. */
  readonly lostPerMinute?: ObservedHarm;
  readonly misplacedPerMinute?: ObservedHarm;
  /** On what the even spread of its pods over nodes rests, where it ends with a zone or rack. */
  readonly spread?: string;
  /** Hosts and workloads behind it, where it is an ingress controller's or a gateway's. */
  readonly behind?: RoutesBehind;
  readonly ports: readonly PortReport[];
}

export interface PortReport extends Omit<
  PortTraffic,
  'endpoints' | 'backends' | 'ruleDisabled' | 'ruleId' | 'healthKey'
> {
  /** It has no rule since the Service's annotation `port_<p>_no_lb_rule` asks for none. */
  readonly disabled?: true;
  /** What Azure Monitor counts of it, per minute. */
  readonly traffic?: {
    readonly unit: 'connections' | 'packets';
    /** Mean of the last hour, and of the same hour a day and a week before. */
    readonly perMinute?: number;
    readonly dayBefore?: number;
    readonly weekBefore?: number;
    /** Sum of 24 hours. */
    readonly day?: number;
    /** Sum of seven days. */
    readonly week?: number;
  };
  readonly backends: readonly {
    readonly node: string;
    readonly nodePool?: string;
    readonly member: boolean;
    /** Azure's word where it was asked, else the model's. */
    readonly up: boolean;
    readonly share: number;
    /** Where Azure was asked: the model's own word. */
    readonly predictedUp?: boolean;
    /** Azure's reason code. */
    readonly reason?: string;
  }[];
  readonly endpoints: readonly {
    readonly pod: string;
    readonly node?: string;
    readonly nodePool?: string;
    readonly ready: boolean;
    readonly share: number;
    readonly because?: string;
    readonly cause?: string;
  }[];
}

export interface ClusterReport extends ClusterFindings {
  /** The cluster's own name, where `name` was made distinct for readers; never in a stored report. */
  readonly plainName?: string;
  readonly resourceGroup?: string;
  readonly location?: string;
  readonly kubernetesVersion?: string;
  readonly coverage: readonly SliceCoverage[];
  readonly services: readonly ServiceReport[];
  /** Hosts on NGINX and on Gateways side by side; absent where the cluster has no NGINX. */
  readonly migration?: Migration;
}
