import { render } from '../../shared/report/index.ts';
import { readOpenMetrics } from '../report/openmetrics-reader.ts';
import { articleReport, fleetReport } from '../report/samples.ts';

/** Names of the metrics that our reports have, as a scraper stores them, and of all their labels. */
export function renderMetricsOf(): {
  readonly metrics: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
} {
  const families = [articleReport, fleetReport].flatMap((report) =>
    readOpenMetrics(render(report, 'openmetrics')),
  );
  const samples = families.flatMap((family) => family.samples);
  return {
    metrics: new Set(samples.map(({ name }) => name)),
    labels: new Set(samples.flatMap(({ labels }) => [...labels.keys()])),
  };
}
