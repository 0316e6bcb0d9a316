import type { ClusterFinding } from '../placed.ts';
import type { ClusterReport, Report } from '../report.ts';
import type { HtmlOptions } from './html.ts';
import type { Anchors } from './links.ts';
import type { PageQuestion } from './question.ts';
import type { TrafficPath } from './services.ts';

/** What the parts of the page are made from. */
export interface PageContext {
  /** What is shown: of a page of clusters those of that page. */
  readonly report: Report;
  readonly question: PageQuestion;
  readonly options: HtmlOptions;
  readonly anchors: Anchors;
  /** Clusters with a section of their own. */
  readonly sections: readonly ClusterReport[];
  /** Ways in of the fleet, those that need eyes first. */
  readonly ways: readonly TrafficPath[];
  /** All findings, worst first, exempt and resolved ones last. */
  readonly findings: readonly ClusterFinding[];
}
