import type { ClusterReport, Report } from './report.ts';

/** Characters of a subscription id that tell it from others. */
const shortId = 8;

/**
 * The report as people read it: clusters that share a name have what tells them apart after it, the
 * resource group, or that and the start of the subscription's id: `aks-app (rg-weu)`.
 * @param whole All clusters of the run, where the report is a part of it.
 */
export function withDistinctNames(report: Report, whole: Report = report): Report {
  const names = namesOf(whole.clusters);
  if (names.size === 0) return report;
  const clusters = report.clusters.map((cluster) => {
    const name = names.get(cluster.id);
    return name === undefined ? cluster : { ...cluster, name, plainName: cluster.name };
  });
  return { ...report, clusters };
}

function namesOf(clusters: readonly ClusterReport[]): ReadonlyMap<string, string> {
  const groups = Map.groupBy(clusters, ({ name }) => name.toLowerCase());
  const repeated = [...groups.values()].filter((group) => group.length > 1);
  return new Map(
    repeated.flatMap((group) => {
      const byGroup = new Set(group.map(resourceGroupOf)).size === group.length;
      return group.flatMap((cluster) => {
        const about = [
          resourceGroupOf(cluster),
          byGroup ? '' : (cluster.subscriptionId?.slice(0, shortId) ?? ''),
        ].filter((part) => part !== '');
        return about.length === 0 ? [] : [[cluster.id, `${cluster.name} (${about.join(', ')})`]];
      });
    }),
  );
}

function resourceGroupOf({ id, resourceGroup }: ClusterReport): string {
  return (resourceGroup ?? /\/resourcegroups\/([^/]+)\//iu.exec(id)?.[1] ?? '').toLowerCase();
}
