import { allFindings, type ClusterFinding } from '../fleet-findings.ts';
import { serviceName, statusWords, subjectKey } from '../service-status.ts';
import type { PageContext } from './context.ts';
import { findingList } from './finding-list.ts';
import { markup, type Markup } from './markup.ts';
import { crumbs } from './page-links.ts';
import type { TrafficPath } from './traffic-paths.ts';
import { trafficPathCard } from './traffic-path-card.ts';

/** One Service: a map for each of its paths, now and after the fix, and all its findings. */
export function servicePage(
  paths: readonly [TrafficPath, ...TrafficPath[]],
  context: PageContext,
): Markup {
  const [{ cluster, service, status }] = paths;
  const name = serviceName(service);
  const about = allFindings({ ...context.report, clusters: [wholeOf(cluster, context)] }).filter(
    ({ finding: { subject } }: ClusterFinding) =>
      subject.kind === 'Service' && subjectKey(subject) === name,
  );
  return markup`<article class="service-page sub">${crumbs(context, cluster)}<div class="card-head"><h1 id="answer">${name}</h1><span class="badge ${status}">${statusWords[status]}</span></div><h2>Who gets the traffic</h2>${paths.map(
    (path, at) => trafficPathCard(path, `s${at}`, context, { named: paths.length > 1 }),
  )}<section><h2>Findings about it</h2>${findingList(about, context, { ofCluster: true })}</section></article>`;
}

function wholeOf(cluster: TrafficPath['cluster'], { scope }: PageContext): TrafficPath['cluster'] {
  return scope.whole.clusters.find(({ id }) => id === cluster.id) ?? cluster;
}
