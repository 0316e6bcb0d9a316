import { notJudged } from '../coverage.ts';
import type { ClusterReport } from '../report.ts';
import { resultWords } from '../words.ts';
import { clusterFacts, coverageTable, findingsText } from './clusters.ts';
import type { PageContext } from './context.ts';
import { findingList } from './finding-list.ts';
import { markup, type Markup } from './markup.ts';
import { crumbs } from './page-links.ts';
import { serviceRows, servicesTable } from './services-part.ts';

/** One cluster in a file of many: what it is, its Services, its findings, what was read. */
export function clusterPage(cluster: ClusterReport, context: PageContext): Markup {
  const rows = serviceRows(
    cluster.services.flatMap(
      ({ namespace, name }) => context.pathsOf.get(`${cluster.id} ${namespace}/${name}`) ?? [],
    ),
  );
  const own = context.findingsOf.get(cluster.id) ?? [];
  const badge = notJudged(cluster) || cluster.result === 'partial' ? 'unknown' : 'plain';
  return markup`<article class="cluster-page sub">${crumbs(context)}<div class="card-head"><h1 id="answer">${cluster.name}</h1><span class="badge ${badge}">${resultWords[cluster.result]}</span></div>${clusterFacts(cluster, context)}<p>${findingsText(cluster)}</p>${
    rows.length === 0
      ? undefined
      : markup`<h2>Services</h2>${servicesTable(rows, context, { ofCluster: true })}`
  }<h2>Findings</h2>${findingList(own, context, { ofCluster: true })}${coverageTable(cluster)}</article>`;
}
