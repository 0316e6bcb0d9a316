import type { ReportFilter } from '../filter.ts';
import type { ClusterFinding } from '../fleet-findings.ts';
import type { Report } from '../report.ts';
import type { TrafficPath } from './traffic-paths.ts';

export interface HtmlOptions {
  /** Address of the Azure portal of the cloud, without a path; `https://portal.azure.com` unless given. */
  readonly portal?: string;
  /** The page is served by the service: Services, findings and clusters have pages of their own there. */
  readonly served?: boolean;
  /** Address of `/api/report`: rules of a page that is not served link there. */
  readonly reportUrl?: string;
  /** What of a run the report is, where it is not the whole. */
  readonly scope?: PageScope;
  /** What the run changed, in place of the page of the scope. */
  readonly view?: 'changes';
  /** Where the same comes in other formats; `href` = a query, as the page is served. */
  readonly formats?: readonly { readonly format: string; readonly href: string }[];
}

/** Names by which clusters are found in a page, `cluster=<name>` made unique, by ARM id. */
export type Anchors = ReadonlyMap<string, string>;

/** Which part of a run a page shows, and the whole, so that it can say so. */
export interface PageScope {
  /** The report of the whole run. */
  readonly whole: Report;
  readonly filter: ReportFilter;
  /** All that the filter leaves: a page of clusters shows some of it. */
  readonly part: Report;
  readonly page?: {
    readonly number: number;
    readonly pages: number;
    /** Places of the first and the last cluster shown, counted from 1. */
    readonly from: number;
    readonly to: number;
    readonly before?: string;
    readonly after?: string;
  };
}

/** What the parts of the page are made from. */
export interface PageContext {
  /** What is shown: of a page of clusters those of that page. */
  readonly report: Report;
  readonly scope: PageScope;
  readonly options: HtmlOptions;
  readonly anchors: Anchors;
  /** What a query names a cluster by: its name where the run has it once, else its ARM id. By ARM id. */
  readonly queryNames: ReadonlyMap<string, string>;
  /** Paths of the fleet, those that need eyes first. */
  readonly paths: readonly TrafficPath[];
  /** The same by cluster id and Service: `id namespace/name`. */
  readonly pathsOf: ReadonlyMap<string, readonly TrafficPath[]>;
  /** All findings, worst first, exempt and resolved ones last. */
  readonly findings: readonly ClusterFinding[];
  /** The same by cluster id. */
  readonly findingsOf: ReadonlyMap<string, readonly ClusterFinding[]>;
  /** The page is about one cluster, and has everything of it. */
  readonly single: boolean;
}
