import { deflateRawSync } from 'node:zlib';
import { clean } from '../clean.ts';
import type { PageContext } from './context.ts';
import { staticFindings } from './findings-part.ts';
import { markup, trusted, type Markup } from './markup.ts';

/** Characters of messages and fixes in the block; the worst come first. */
const mostDetail = 4_000_000;

/**
 * All findings by column, for the script: a base64 text of raw deflate of JSON, in an element that
 * no browser runs. Texts are made by `clean`; the script shows them as text only.
 */
export function dataBlock(context: PageContext): Markup {
  const bytes = deflateRawSync(JSON.stringify(pageData(context)), { level: 9 });
  return markup`<script type="application/octet-stream" id="data">${trusted(bytes.toString('base64'))}</script>`;
}

/** What the block holds; `browser/data.ts` has the same shape. */
function pageData({ report, anchors, options, findings: all }: PageContext): unknown {
  const clusterAt = new Map(report.clusters.map((cluster, at) => [cluster.id, at]));
  const words = wordList();
  let room = mostDetail;
  const details = all.slice(staticFindings).map(({ finding }) => {
    const [fix] = finding.fixes;
    const detail = [
      clean(finding.message),
      clean(fix?.title ?? ''),
      clean(fix?.price.join('; ') ?? ''),
    ];
    room -= detail.reduce((sum, text) => sum + text.length, 0);
    return room < 0 ? 0 : detail;
  });
  return {
    run: options.served === true ? clean(report.run.id) : 0,
    clusters: {
      name: report.clusters.map(({ name }) => clean(name)),
      anchor: report.clusters.map(({ id }) => anchors.get(id) ?? ''),
      id: report.clusters.map(({ id }) => (options.served === true ? clean(id) : 0)),
      owner: report.clusters.map(({ owner }) => words.at(owner ?? '')),
      subscription: report.clusters.map(({ subscriptionId }) => words.at(subscriptionId ?? '')),
    },
    findings: {
      severity: all.map(({ finding }) => words.at(finding.severity)),
      state: all.map(({ finding }) => words.at(finding.state)),
      rule: all.map(({ finding }) => words.at(finding.rule)),
      kind: all.map(({ finding }) => words.at(finding.subject.kind)),
      namespace: all.map(({ finding }) => words.at(finding.subject.namespace ?? '')),
      name: all.map(({ finding }) => words.at(finding.subject.name)),
      title: all.map(({ finding }) => words.at(finding.title)),
      since: all.map(({ finding }) => words.at(finding.firstSeen.slice(0, 10))),
      owner: all.map(({ finding, cluster }) => words.at(finding.owner ?? cluster.owner ?? '')),
      cluster: all.map(({ cluster }) => clusterAt.get(cluster.id) ?? 0),
      print: all.map(({ finding }) => clean(finding.fingerprint, 64)),
      detail: details,
    },
    words: words.list,
  };
}

/** Each text once, by its place in a list. */
function wordList(): { readonly list: readonly string[]; readonly at: (text: string) => number } {
  const list: string[] = [];
  const places = new Map<string, number>();
  const at = (text: string): number => {
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, list.length);
    return list.push(clean(text)) - 1;
  };
  return { list, at };
}
