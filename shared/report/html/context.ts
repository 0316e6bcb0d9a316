import type { ClusterFinding } from '../placed.ts';
import type { ClusterReport, Report } from '../report.ts';
import type { TrafficPath } from './services.ts';

export interface HtmlOptions {
  /** Address of the Azure portal of the cloud, without a path; `https://portal.azure.com` unless given. */
  readonly portal?: string;
  /** The page is served by the service: clusters link to the page of that cluster alone. */
  readonly served?: boolean;
  /** Address of `/api/report`: rules of a page that is not served link there. */
  readonly reportUrl?: string;
}

/** Names by which clusters are found in a page, `cluster=<name>` made unique, by ARM id. */
export type Anchors = ReadonlyMap<string, string>;

/** What the parts of the page are made from. */
export interface PageContext {
  readonly report: Report;
  readonly options: HtmlOptions;
  readonly anchors: Anchors;
  /** Clusters with a section of their own. */
  readonly sections: readonly ClusterReport[];
  /** Ways in of the fleet, those that need eyes first. */
  readonly ways: readonly TrafficPath[];
  /** All findings, worst first, exempt and resolved ones last. */
  readonly findings: readonly ClusterFinding[];
}
