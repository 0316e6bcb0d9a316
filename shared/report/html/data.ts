import { deflateRawSync } from 'node:zlib';
import { clean } from '../clean.ts';
import type { PageContext } from './context.ts';
import { staticFindings } from './findings-part.ts';
import { markup, trusted, type Markup } from './markup.ts';
import { findingView } from './page-links.ts';
import { serviceRows } from './services-part.ts';
import type { Views } from './views.ts';

/** Characters of messages and fixes in the block; the worst come first. */
const mostDetail = 4_000_000;

/**
 * All findings by column, for the script: a base64 text of raw deflate of JSON, in an element that
 * no browser runs. Texts are made by `clean`; the script shows them as text only.
 */
export function dataBlock(context: PageContext, views: Views = {}): Markup {
  const { options, report, findings, paths } = context;
  // Of a large fleet the page would wait for what nobody has asked for yet.
  if (options.served === true && findings.length + paths.length > mostEmbedded)
    return markup`<script type="application/octet-stream" id="data" data-run="${report.run.id}"></script>`;
  const text = Buffer.from(packedData(context, views)).toString('base64');
  return markup`<script type="application/octet-stream" id="data">${trusted(text)}</script>`;
}

/** Findings and Services that a served page carries itself; of more the data is fetched. */
const mostEmbedded = 1_000;

/** The data block's bytes: raw deflate of JSON. */
export function packedData(context: PageContext, views: Views = {}): Uint8Array<ArrayBuffer> {
  return new Uint8Array(deflateRawSync(JSON.stringify(pageData(context, views)), { level: 9 }));
}

/** What the block holds; `browser/data.ts` has the same shape. */
function pageData(context: PageContext, views: Views): unknown {
  const { report, anchors, queryNames, options, findings: all, paths } = context;
  const served = options.served === true;
  const services = serviceRows(paths);
  const clusterAt = new Map(report.clusters.map((cluster, at) => [cluster.id, at]));
  const findingAt = new Map(all.map(({ finding }, at) => [finding, at]));
  const words = wordList();
  let room = mostDetail;
  const details = (served ? [] : all.slice(staticFindings(context))).map(({ finding }) => {
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
    run: served ? clean(report.run.id) : 0,
    clusters: {
      name: report.clusters.map(({ name }) => clean(name)),
      anchor: report.clusters.map(({ id }) => anchors.get(id) ?? ''),
      id: report.clusters.map(({ id }) => (served ? clean(queryNames.get(id) ?? id) : 0)),
      owner: report.clusters.map(({ owner }) => words.at(owner ?? '')),
      subscription: report.clusters.map(({ subscriptionId }) => words.at(subscriptionId ?? '')),
      region: report.clusters.map(({ location }) => words.at(location ?? '')),
    },
    services: {
      status: services.map(({ status }) => words.at(status)),
      namespace: services.map(({ service }) => words.at(service.namespace)),
      name: services.map(({ service }) => words.at(service.name)),
      cluster: services.map(({ cluster }) => clusterAt.get(cluster.id) ?? 0),
      shares: services.map(({ shares }) => words.at(shares)),
      got: services.map(({ bar }) => words.at(bar.got)),
      lost: services.map(({ bar }) => words.at(bar.lost)),
      finding: services.map(({ finding }) => (finding && findingAt.get(finding)) ?? -1),
      harm: services.map(({ harm }) => words.at(harm)),
      harmValue: services.map(({ harmValue }) => Math.round(harmValue * 100) / 100),
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
      print: prints(context, views),
      detail: details,
    },
    words: words.list,
  };
}

/** Findings of a file above which their fingerprints are cut: they are most of its size. */
const mostWholePrints = 10_000;
const shortPrint = 10;

/** Fingerprints; in a large file, of findings that it holds no page of, as many characters as name them. */
function prints({ findings, options, single }: PageContext, views: Views): readonly string[] {
  const whole = findings.map(({ finding }) => clean(finding.fingerprint, 64));
  if (options.served === true || whole.length <= mostWholePrints) return whole;
  const inPage = staticFindings({ single });
  let length = shortPrint;
  const distinct = new Set(whole).size;
  while (length < 64 && new Set(whole.map((print) => print.slice(0, length))).size < distinct)
    length += 1;
  return whole.map((print, at) =>
    at < inPage || findingView(print) in views ? print : print.slice(0, length),
  );
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
